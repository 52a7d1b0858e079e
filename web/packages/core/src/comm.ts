import { decode, encode } from "@msgpack/msgpack";
import type { Link, Listener } from "./link.ts";
import type { ServerMessage } from "./wire.ts";

/** What a CommLink needs of a notebook's widget: the part of anywidget's model that it uses. */
export interface CommModel {
  get(name: "opening"): DataView;
  on(event: "msg:custom", listener: CommListener): void;
  off(event: "msg:custom", listener: CommListener): void;
  send(content: unknown, callbacks: unknown, buffers: ArrayBuffer[]): void;
}

export type CommListener = (content: unknown, buffers: readonly DataView[]) => void;

/** The channel between a notebook's page and its kernel. What is shown first came with the widget and needs no kernel. */
export class CommLink<Said, Heard = ServerMessage> implements Link<Said> {
  constructor(
    private readonly model: CommModel,
    private readonly listener: Listener<Heard>,
  ) {
    model.on("msg:custom", this.#receive);
    listener.turn("open");
    for (const message of decode(bytesOf(model.get("opening"))) as Heard[]) listener.hear(message);
  }

  send(message: Said): void {
    this.model.send({}, undefined, [encode(message).slice().buffer]);
  }

  close(): void {
    this.model.off("msg:custom", this.#receive);
  }

  readonly #receive: CommListener = (_content, buffers) => {
    for (const buffer of buffers) this.listener.hear(decode(bytesOf(buffer)) as Heard);
  };
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
