import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encode } from "@msgpack/msgpack";
import { SocketLink, socketAddress, workspaceOf, type LinkState, type ServerMessage } from "../src/index.ts";

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(data: unknown): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
}

function start(status: number | null = 200) {
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const heard: ServerMessage[] = [];
  const link = new SocketLink(
    "ws://here/ws",
    { turn: (state) => states.push(state), hear: (message) => heard.push(message) },
    {
      connect: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      knock: () => Promise.resolve(status),
    },
  );
  return { link, sockets, states, heard };
}

describe("the socket", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("speaks and hears MessagePack once it is open", () => {
    const { link, sockets, heard } = start();
    link.send({ type: "play" });
    sockets[0]?.open();
    link.send({ type: "pause" });
    const hello = { type: "hello", version: "1", workspace: "main", protocol: 1 };
    const bytes = encode(hello);
    sockets[0]?.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
    expect(sockets[0]?.sent).toEqual([encode({ type: "pause" })]);
    expect(heard).toEqual([hello]);
  });

  it("comes back after it was lost, in waits that double", async () => {
    const { sockets, states } = start();
    sockets[0]?.open();
    sockets[0]?.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    sockets[1]?.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(900);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets).toHaveLength(3);
    expect(states).toEqual(["connecting", "open", "lost", "lost"]);
  });

  it("stops where the token is missing or the workspace is refused", async () => {
    const locked = start(403);
    locked.sockets[0]?.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([locked.states.at(-1), locked.sockets.length]).toEqual(["locked", 1]);
    const refused = start();
    refused.sockets[0]?.open();
    refused.sockets[0]?.onclose?.({ code: 1008 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([refused.states.at(-1), refused.sockets.length]).toEqual(["refused", 1]);
  });

  it("stands beside its page, with its workspace", () => {
    expect(socketAddress("http://127.0.0.1:8899/?workspace=two&lang=fr#x")).toBe(
      "ws://127.0.0.1:8899/ws?workspace=two",
    );
    expect(workspaceOf("http://127.0.0.1:8899/")).toBe("main");
  });
});
