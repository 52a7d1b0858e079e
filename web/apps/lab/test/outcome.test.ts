import type { ClientMessage, Samples } from "@vitrail/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import { Outcome } from "../src/outcome.svelte.ts";
import { Reveal } from "../src/reveal.svelte.ts";

const fashion = new Recording("fashion");
const report = fashion.get("report");
const { strip } = fashion.get("workspace");

let said: ClientMessage[];
let outcome: Outcome;

const examples = (indices: number[]): Samples => ({ type: "samples", part: "test", strip: { ...strip, indices } });

beforeEach(() => {
  said = [];
  outcome = new Outcome((message) => said.push(message));
});

describe("the outcome", () => {
  it("is measured while somebody looks, and again after a reconnection", () => {
    outcome.evaluate(true);
    outcome.separate(true);
    outcome.evaluate(true);
    outcome.enter(true);
    outcome.evaluate(false);
    outcome.separate(false);
    expect(said.map((one) => one.type === "examine" && [one.part, one.separation])).toEqual([
      ["test", false],
      ["test", true],
      ["test", true],
      [null, true],
      [null, false],
    ]);
  });

  it("opens the examples of a cell, asks for them once, and takes no others", () => {
    outcome.evaluate(true);
    outcome.hear(report);
    outcome.choose({ truth: 6, predicted: 0 });
    const asked = said.at(-1);
    if (asked?.type !== "browse") throw new Error("nothing was asked for");
    expect(asked.indices).toHaveLength(Math.min(60, outcome.inCell));
    const count = said.length;
    outcome.hear(report);
    expect(said).toHaveLength(count);
    outcome.hear(examples([0, 1]));
    expect(outcome.opened).toBeNull();
    outcome.hear(examples(asked.indices));
    expect(outcome.opened?.strip.indices).toEqual(asked.indices);
    outcome.hear(report);
    expect(said).toHaveLength(count);
    outcome.choose({ truth: 6, predicted: 0 });
    expect([outcome.chosen, outcome.opened]).toEqual([null, null]);
  });

  it("lists test examples by class, or only the wrong ones", () => {
    outcome.list({ truth: 3, wrong: true });
    expect([said.at(-1), outcome.found]).toEqual([{ type: "examine", part: "test", separation: false }, null]);
    outcome.hear(report);
    const asked = said.at(-1);
    if (asked?.type !== "browse") throw new Error("nothing was asked for");
    outcome.hear(examples(asked.indices));
    expect(outcome.listed?.strip.indices).toEqual(asked.indices);
    expect(outcome.found).toBeGreaterThanOrEqual(asked.indices.length);
    outcome.list(null);
    expect([outcome.listed, said.at(-1)]).toEqual([null, { type: "examine", part: null, separation: false }]);
  });

  it("forgets what it knew of other data", () => {
    outcome.evaluate(true);
    outcome.hear(report);
    outcome.hear(fashion.get("separation"));
    outcome.enter(false);
    expect([outcome.report, outcome.separation, said.at(-1)?.type]).toEqual([null, null, "examine"]);
  });
});

describe("an answer", () => {
  const look = fashion.get("look");

  it("forms layer by layer", () => {
    vi.useFakeTimers();
    const reveal = new Reveal(() => false);
    reveal.begin(3);
    const seen = [reveal.of(look)?.layers.length];
    for (let i = 0; i < 3; i++) {
      vi.advanceTimersByTime(140);
      seen.push(reveal.of(look)?.layers.length);
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(reveal.of(look)).toBe(look);
    vi.useRealTimers();
  });

  it("is walked through by hand, and is there at once for those who want no motion", () => {
    const reveal = new Reveal(() => true);
    reveal.begin(3);
    expect(reveal.of(look)).toBe(look);
    reveal.step(-1, 3);
    reveal.step(-1, 3);
    expect(reveal.of(look)?.layers.map((layer) => layer.name)).toEqual(["flatten"]);
    reveal.step(1, 3);
    reveal.step(1, 3);
    expect(reveal.of(look)).toBe(look);
  });
});
