import { describe, expect, it } from "vitest";
import { decode, encode } from "@msgpack/msgpack";
import { CommLink, type CommListener, type CommModel, type LinkState, type ServerMessage } from "../src/index.ts";

/** A notebook's model: what the kernel sent with it, and what is said over it. */
class FakeModel implements CommModel {
  readonly sent: unknown[] = [];
  readonly listeners = new Set<CommListener>();
  readonly #opening: DataView;

  constructor(opening: readonly unknown[]) {
    this.#opening = viewOf(encode(opening));
  }
  get(): DataView {
    return this.#opening;
  }
  on(_event: "msg:custom", listener: CommListener): void {
    this.listeners.add(listener);
  }
  off(_event: "msg:custom", listener: CommListener): void {
    this.listeners.delete(listener);
  }
  send(_content: unknown, _callbacks: unknown, buffers: ArrayBuffer[]): void {
    this.sent.push(...buffers.map((buffer) => decode(buffer)));
  }
  say(message: unknown): void {
    for (const listener of this.listeners) listener({}, [viewOf(encode(message))]);
  }
}

/** Bytes as a comm delivers them: anywhere in a larger buffer. */
function viewOf(bytes: Uint8Array): DataView {
  const around = new Uint8Array(bytes.length + 7);
  around.set(bytes, 3);
  return new DataView(around.buffer, 3, bytes.length);
}

describe("the notebook's channel", () => {
  it("shows what came with the widget before it says anything", () => {
    const hello = { type: "hello", version: "1", workspace: "", protocol: 2 };
    const heard: ServerMessage[] = [];
    const states: LinkState[] = [];
    const model = new FakeModel([hello]);
    new CommLink(model, { hear: (message) => heard.push(message), turn: (state) => states.push(state) });
    expect([heard, states, model.sent]).toEqual([[hello], ["open"], []]);
  });

  it("speaks and hears MessagePack in buffers until it is closed", () => {
    const heard: ServerMessage[] = [];
    const model = new FakeModel([]);
    const link = new CommLink(model, { hear: (message) => heard.push(message), turn: () => undefined });
    const judged = { type: "judged", grain: "unit", index: 1, right: false, mistakes: ["sign"] };
    link.send({ type: "guess", grain: "unit", index: 1, typed: "0,5" });
    model.say(judged);
    link.close();
    model.say(judged);
    expect(heard).toEqual([judged]);
    expect(model.sent).toEqual([{ type: "guess", grain: "unit", index: 1, typed: "0,5" }]);
  });
});
