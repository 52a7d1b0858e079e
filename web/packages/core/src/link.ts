import type { ClientMessage, ServerMessage } from "./wire.ts";

/** Where a link stands. `locked`: the server wants its token. `refused`: it hung up for good, and said why. */
export type LinkState = "connecting" | "open" | "lost" | "locked" | "refused";

export interface Listener<Heard = ServerMessage> {
  hear(message: Heard): void;
  turn(state: LinkState): void;
}

/** The only part of the page that talks to Python. `Said` is what Python understands at its other end. */
export interface Link<Said = ClientMessage> {
  send(message: Said): void;
  close(): void;
}
