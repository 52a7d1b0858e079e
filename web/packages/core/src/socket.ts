import { decode, encode } from "@msgpack/msgpack";
import type { Link, Listener } from "./link.ts";
import type { ClientMessage, ServerMessage } from "./wire.ts";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const POLICY = 1008;
const LOCKED = new Set([401, 403]);

/** What a SocketLink needs of the browser; tests bring their own. */
export interface Surroundings {
  connect(address: string): WebSocket;
  /** The HTTP status of the page itself, or null when nothing answers. */
  knock(): Promise<number | null>;
}

const BROWSER: Surroundings = {
  connect: (address) => new WebSocket(address),
  knock: async () => {
    try {
      return (await fetch(new URL(".", location.href), { cache: "no-store" })).status;
    } catch {
      return null;
    }
  },
};

/** A WebSocket that comes back after it was lost, in waits that double. */
export class SocketLink implements Link {
  #socket: WebSocket | null = null;
  #wait = FIRST_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    private readonly address: string,
    private readonly listener: Listener,
    private readonly surroundings: Surroundings = BROWSER,
  ) {
    this.listener.turn("connecting");
    this.#connect();
  }

  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encode(message));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = this.surroundings.connect(this.address);
    let opened = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      opened = true;
      this.#wait = FIRST_WAIT;
      this.listener.turn("open");
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      this.listener.hear(decode(data) as ServerMessage);
    };
    socket.onclose = ({ code }) => {
      if (!this.#closed) void this.#lost(opened, code);
    };
    this.#socket = socket;
  }

  async #lost(opened: boolean, code: number): Promise<void> {
    if (opened && code === POLICY) {
      this.listener.turn("refused");
      return;
    }
    this.listener.turn("lost");
    if (!opened && LOCKED.has((await this.surroundings.knock()) ?? 0)) {
      this.listener.turn("locked");
      return;
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#connect();
    }, this.#wait);
    this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait);
  }
}

/** The address of the socket that belongs to a page: beside it, with its workspace. */
export function socketAddress(page: string): string {
  const address = new URL("ws", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.search = new URLSearchParams({ workspace: workspaceOf(page) }).toString();
  address.hash = "";
  return address.href;
}

export function workspaceOf(page: string): string {
  return new URL(page).searchParams.get("workspace") ?? "main";
}
