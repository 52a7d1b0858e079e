import { SPEECH, type Frame } from "@vitrail/core";
import { expect, it } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import { Live } from "../src/live.svelte.ts";

const say = SPEECH.en;
const frame = new Recording("fashion").get("frame");
const row = frame.last;

function at(epoch: number, batch: number, status: Frame["status"]): Frame {
  const last = epoch === 0 ? null : { epoch, seconds: 1, logs: row?.logs ?? {} };
  return { ...frame, clock: { ...frame.clock, epoch, batch }, status, last };
}

it("speaks of epochs, not too often, and of where a training stands still", () => {
  const live = new Live();
  const heard: string[] = [];
  const see = (seen: Frame, now: number) => {
    live.see(seen, say, now);
    if (heard.at(-1) !== live.text) heard.push(live.text);
  };
  see(at(0, 0, "idle"), 0);
  see(at(0, 1, "running"), 10);
  see(at(1, 0, "running"), 20);
  see(at(2, 0, "running"), 30);
  see(at(3, 0, "running"), 6000);
  see(at(3, 7, "idle"), 6010);
  const loss = say.text("lab.live.figure", { name: say.metric("loss"), value: say.number(row?.logs["loss"] ?? NaN) });
  expect(heard.map((text) => text.split(",")[0])).toEqual([
    "",
    `After epoch 1: ${loss}`,
    `After epoch 3: ${loss}`,
    "Stands still after epoch 3",
  ]);
});
