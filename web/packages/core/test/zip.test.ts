import { describe, expect, it } from "vitest";
import { checksum, zipped } from "../src/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a zip of chosen files", () => {
  it("has the checksum that the format's test gives", () => {
    expect(checksum(bytes("123456789"))).toBe(0xcbf43926);
    expect(checksum(bytes(""))).toBe(0);
  });

  it("lists each file at its place, in both of the archive's lists", async () => {
    const archive = await zipped([
      { path: "été/1.txt", file: new Blob(["one"]) },
      { path: "b/2.txt", file: new Blob(["two!"]) },
    ]);
    const view = new DataView(await archive.arrayBuffer());
    const end = view.byteLength - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(2);
    let at = view.getUint32(end + 16, true);
    expect(at + view.getUint32(end + 12, true)).toBe(end);
    const found: [string, string, number][] = [];
    while (at < end) {
      const length = view.getUint16(at + 28, true);
      const size = view.getUint32(at + 24, true);
      const start = view.getUint32(at + 42, true);
      expect(view.getUint32(start, true)).toBe(0x04034b50);
      const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, length));
      const content = new Uint8Array(view.buffer, start + 30 + length, size);
      found.push([name, new TextDecoder().decode(content), view.getUint32(at + 16, true)]);
      at += 46 + length;
    }
    expect(found).toEqual([
      ["été/1.txt", "one", checksum(bytes("one"))],
      ["b/2.txt", "two!", checksum(bytes("two!"))],
    ]);
  });
});
