import { decode } from "@msgpack/msgpack";
import type { Link, Listener } from "./link.ts";
import type { ClientMessage, ServerMessage } from "./wire.ts";

/** Recorded messages: one MessagePack array of them. */
export function readRecording(bytes: Uint8Array): ServerMessage[] {
  return decode(bytes) as ServerMessage[];
}

/** Plays a recording back; what the page says to it is kept, and changes nothing. */
export class ReplayLink implements Link {
  readonly said: ClientMessage[] = [];

  constructor(recording: readonly ServerMessage[], listener: Listener) {
    listener.turn("open");
    for (const message of recording) listener.hear(message);
  }

  send(message: ClientMessage): void {
    this.said.push(message);
  }

  close(): void {
    // there is nothing to close
  }
}
