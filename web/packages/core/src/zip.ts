/** A file that goes into an archive, by its place there: folders and name, parted by slashes. */
export interface Packed {
  path: string;
  file: Blob;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Names are UTF-8. */
const UTF8 = 0x0800;
/** 1 January 1980, the first day that there is. */
const DAY = 0x21;
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** The checksum of ZIP archives (CRC-32). */
export function checksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);
  return (rest ^ 0xffffffff) >>> 0;
}

/** Numbers of two or four bytes, little-endian, one after the other. */
function fields(...sized: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(sized.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of sized) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** Packs files into a ZIP archive without making them smaller: pictures and sounds are mostly packed already. */
export async function zipped(files: readonly Packed[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  const list: BlobPart[] = [];
  let at = 0;
  let listed = 0;
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path);
    const sum = checksum(new Uint8Array(await file.arrayBuffer()));
    const known = [
      [2, VERSION],
      [2, UTF8],
      [2, 0],
      [2, 0],
      [2, DAY],
      [4, sum],
      [4, file.size],
      [4, file.size],
      [2, name.length],
      [2, 0],
    ] as const;
    const head = fields([4, LOCAL], ...known);
    const entry = fields([4, CENTRAL], [2, VERSION], ...known, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]);
    parts.push(head, name, file);
    list.push(entry, name);
    at += head.length + name.length + file.size;
    listed += entry.length + name.length;
  }
  const count = files.length;
  const end = fields([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, listed], [4, at], [2, 0]);
  return new Blob([...parts, ...list, end], { type: "application/zip" });
}
