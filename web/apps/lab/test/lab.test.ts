import type { ClientMessage, Link, Listener, ServerMessage } from "@vitrail/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import { obeyKey } from "../src/keys.ts";
import { Lab, type Surroundings } from "../src/lab.svelte.ts";

const fashion = new Recording("fashion");
const iris = new Recording("iris");
const trace = new Recording("trace");

class FakeLink implements Link {
  readonly said: ClientMessage[] = [];
  send(message: ClientMessage): void {
    this.said.push(message);
  }
  close(): void {
    this.said.length = 0;
  }
}

let link: FakeLink;
let lab: Lab;
let paint: () => void;
const reload = vi.fn();
const put = vi.fn<Surroundings["put"]>();

/** What the server says, and then a frame of the browser. */
function hear(...messages: ServerMessage[]): void {
  for (const message of messages) lab.hear(message);
  paint();
}

beforeEach(() => {
  link = new FakeLink();
  paint = () => undefined;
  reload.mockReset();
  put.mockReset();
  put.mockResolvedValue({ refusal: null, adapted: [] });
  const connect = (listener: Listener) => {
    listener.turn("open");
    return link;
  };
  lab = new Lab(connect, { reload, put, beforePaint: (show) => (paint = show) });
});

describe("the lab's state", () => {
  it("asks for the weights that are seen once it knows the layers", () => {
    hear(fashion.get("hello"), fashion.get("workspace"));
    expect(link.said).toEqual([
      { type: "see", layers: ["dense", "dense_1"], regions: [], large: [] },
      { type: "speak", language: "en" },
    ]);
    expect(lab.ready).toBe(true);
    lab.colour("delta");
    expect(link.said.at(-1)).toEqual({ type: "see", layers: ["dense_1"], regions: [], large: [] });
  });

  it("reloads a page of another protocol", () => {
    hear({ ...fashion.get("hello"), protocol: 9999 });
    expect(reload).toHaveBeenCalledWith(9999);
  });

  it("keeps the weights of a layer until newer ones come", () => {
    hear(fashion.get("workspace"), fashion.get("frame"));
    const before = lab.kernels.get("dense");
    hear({ ...fashion.get("frame"), kernels: [] });
    expect(lab.kernels.get("dense")).toBe(before);
  });

  it("keeps the curves while frames come without them, and ends with the newest of several histories", () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ epoch: i + 1, seconds: 1, logs: { loss: 1 / (i + 1) } }));
    hear(fashion.get("workspace"), { type: "history", rows: rows(2) }, fashion.get("frame", 0));
    expect(lab.history).toEqual(rows(2));
    hear(fashion.get("frame"));
    expect(lab.history).toEqual(rows(2));
    hear({ type: "history", rows: rows(9) }, { type: "history", rows: rows(1) });
    expect(lab.history).toEqual(rows(1));
  });

  it("shows a look only of the example that is followed, and a unit only of the one that is open", () => {
    hear(fashion.get("workspace"));
    lab.follow(fashion.get("look").index + 1);
    hear(fashion.get("look"));
    expect(lab.look).toBeNull();
    lab.follow(fashion.get("look").index);
    const unit = fashion.get("explained");
    lab.open({ layer: unit.layer, unit: unit.unit });
    hear(fashion.get("look"), unit, { ...unit, unit: unit.unit + 1 });
    expect(lab.look).toEqual(fashion.get("look"));
    expect(lab.unit).toBeNull(); // the newest one is of another unit
    hear(unit);
    expect(lab.unit).toEqual(unit);
  });

  it("follows an example when a unit is opened without one", () => {
    hear(fashion.get("workspace"));
    lab.open({ layer: "dense", unit: 3 });
    expect(link.said.slice(-2)).toEqual([
      { type: "follow", index: 0 },
      { type: "focus", layer: "dense", unit: 3 },
    ]);
  });

  it("leaves one level at a time", () => {
    hear(fashion.get("workspace"));
    lab.open({ layer: "dense", unit: 3 });
    lab.showSheet("dense");
    const levels = () => [lab.sheet, lab.focus?.unit ?? null, lab.followed];
    const seen = [levels()];
    for (let i = 0; i < 3; i++) {
      lab.leave();
      seen.push(levels());
    }
    expect(seen).toEqual([
      ["dense", 3, 0],
      [null, 3, 0],
      [null, null, 0],
      [null, null, null],
    ]);
  });

  it("asks again for what was looked at after the connection was lost, and forgets it with another experiment", () => {
    hear(fashion.get("workspace"));
    lab.open({ layer: "dense", unit: 3 });
    link.said.length = 0;
    hear(fashion.get("workspace"));
    expect(link.said.map((message) => message.type)).toEqual(["see", "speak", "follow", "focus"]);
    hear(iris.get("workspace"));
    expect([lab.followed, lab.focus, lab.frame]).toEqual([null, null, null]);
  });

  it("walks through the step of the followed example until the unit is closed, in the person's language", () => {
    hear(fashion.get("workspace"));
    lab.open({ layer: "dense", unit: 3 });
    link.said.length = 0;
    lab.speak("fr");
    lab.walk(true);
    hear(trace.get("entry"));
    expect(lab.walking?.entry).toBe(trace.get("entry"));
    hear(fashion.get("workspace"));
    lab.open(null);
    expect(lab.walking).toBeNull();
    const walk = { type: "walk", grain: "operation", index: null };
    expect(link.said.filter((message) => !["see", "follow", "focus"].includes(message.type))).toEqual([
      { type: "speak", language: "fr" },
      walk,
      { type: "speak", language: "fr" },
      walk,
      { type: "end_walk" },
    ]);
  });

  it("waits for a check until the unit comes again, or something is told", () => {
    hear(fashion.get("workspace"));
    const unit = fashion.get("explained");
    lab.follow(unit.sample);
    lab.open({ layer: unit.layer, unit: unit.unit });
    hear(unit);
    lab.check();
    expect([lab.checking, link.said.at(-1)]).toEqual([true, { type: "check" }]);
    hear({ ...unit, checked: true });
    expect([lab.checking, lab.unit?.checked]).toEqual([false, true]);
    lab.check();
    hear({ type: "notice", level: "error", key: "error.trace.mismatch", arguments: {} });
    expect(lab.checking).toBe(false);
  });

  it("keeps what is looked at when only the seed is another", () => {
    hear(fashion.get("workspace"));
    lab.open({ layer: "dense", unit: 3 });
    lab.newSeed();
    const said = link.said.at(-1);
    expect(said?.type === "reset" && typeof said.seed).toBe("number");
    const workspace = fashion.get("workspace");
    hear({ ...workspace, code: "another", settings: { ...workspace.settings, seed: 7 } });
    expect([lab.followed, lab.focus?.unit]).toEqual([0, 3]);
  });

  it("tells a thing once, information for a while and errors until dismissed", () => {
    vi.useFakeTimers();
    const notice = { type: "notice", level: "information", key: "lab.server.came_back", arguments: {} } as const;
    hear(notice, notice, { ...notice, level: "error", key: "error.lab.closing" });
    expect(lab.told.map((one) => one.notice.key)).toEqual(["lab.server.came_back", "error.lab.closing"]);
    vi.advanceTimersByTime(60_000);
    expect(lab.told.map((one) => one.notice.key)).toEqual(["error.lab.closing"]);
    lab.dismiss(lab.told[0]?.id ?? -1);
    expect(lab.told).toEqual([]);
    vi.useRealTimers();
  });
});

describe("what was saved", () => {
  const saved = { type: "saved", at: 1.7e9, runs: 0, changes: 0, own_data: false, follow: 4, focus: null } as const;
  const focus = { type: "focus", layer: "dense", unit: 3 } as const;

  it("is looked at again by a page that looks at nothing yet", () => {
    hear(fashion.get("workspace"), { ...saved, focus });
    expect([lab.followed, lab.focus]).toEqual([4, { layer: "dense", unit: 3 }]);
    lab.follow(null);
    hear({ ...saved, at: 1.8e9 });
    expect([lab.followed, lab.saved?.at]).toEqual([null, 1.8e9]);
  });

  it("is left where it does not fit the network, or the person was quicker", () => {
    hear(fashion.get("workspace"), { ...saved, follow: 10_000_000 });
    expect(lab.followed).toBeNull();
    hear(iris.get("workspace"));
    lab.follow(1);
    hear(saved);
    expect(lab.followed).toBe(1);
  });
});

it("an example is followed where nothing would be seen without one", () => {
  const saved = { type: "saved", at: 1.7e9, runs: 0, changes: 0, own_data: false, follow: null, focus: null } as const;
  const workspace = fashion.get("workspace");
  const blank = { ...workspace, layers: workspace.layers.map((card) => ({ ...card, picture_shape: [] })) };
  hear(workspace, saved);
  expect(lab.followed).toBeNull();
  hear(blank);
  const first = workspace.strip.indices[0];
  expect(lab.followed).toBe(first);
  expect(link.said.filter((message) => message.type === "follow")).toEqual([{ type: "follow", index: first }]);
});

describe("keys", () => {
  const help = vi.fn();
  const press = (key: string, target: EventTarget = document.body) => {
    const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true });
    Object.defineProperty(event, "target", { value: target });
    obeyKey(event, lab, help);
  };

  it("train from anywhere, but a space on a button is the button's", () => {
    hear(fashion.get("workspace"), { ...fashion.get("frame"), status: "idle" });
    link.said.length = 0;
    press(" ");
    press(".");
    press(",");
    press("e");
    press("?");
    expect(help).toHaveBeenCalledOnce();
    press(" ", document.createElement("button"));
    press("e", document.createElement("input"));
    expect(link.said).toEqual([
      { type: "play" },
      { type: "step", grain: "batch" },
      { type: "step_back", grain: "batch" },
      { type: "step", grain: "epoch" },
    ]);
  });

  it("explore the data, or the layer of the open unit, once the room is there and after a change", () => {
    hear(fashion.get("workspace"), { ...fashion.get("frame"), status: "idle" });
    link.said.length = 0;
    press("t");
    expect([lab.explored, link.said]).toEqual(["data", []]);
    const take = vi.fn();
    const leave = lab.enterRoom({ take });
    lab.explore("weights/dense_1/bias");
    hear({ type: "tensors", entries: [] }, fashion.get("workspace"));
    hear({ ...fashion.get("workspace"), layers: [] });
    expect(take.mock.calls).toEqual([[{ type: "tensors", entries: [] }]]);
    const explored = link.said.filter((one) => one.type === "explore").map((one) => one.name);
    expect(explored).toEqual(["data", "weights/dense_1/bias", "weights/dense_1/bias", "weights"]);
    lab.explore(null);
    leave();
    hear(fashion.get("workspace"), { type: "tensors", entries: [] });
    expect([lab.explored, take.mock.calls.length]).toEqual([null, 1]);
    lab.open({ layer: "dense", unit: 1 });
    press("t");
    expect(lab.explored).toBe("weights/dense");
  });

  it("pause what plays", () => {
    hear(fashion.get("workspace"), { ...fashion.get("frame"), status: "running" });
    press(" ");
    expect(link.said.at(-1)).toEqual({ type: "pause" });
  });
});
