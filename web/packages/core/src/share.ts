/** A link that holds an experiment: compressed, behind the `#` of an address, which browsers send to nobody. */

const NAME = "experiment";
const METHOD = "deflate-raw";
const MOST_BYTES = 1_000_000;

/** The address that opens an experiment in somebody's own lab, without what belongs to this one. */
export async function linkTo(experiment: string, page: string): Promise<string> {
  const address = new URL(page);
  for (const own of ["workspace", "token"]) address.searchParams.delete(own);
  const compact = new TextEncoder().encode(JSON.stringify(JSON.parse(experiment)));
  address.hash = `${NAME}=${toText(await through(compact, new CompressionStream(METHOD)))}`;
  return address.href;
}

/** The experiment that an address holds, as JSON; null where it holds none, or none that can be read. */
export async function experimentIn(address: string): Promise<string | null> {
  const packed = new RegExp(`#${NAME}=([\\w-]+)$`).exec(address.trim())?.[1];
  if (packed === undefined) return null;
  try {
    const json = new TextDecoder().decode(await through(toBytes(packed), new DecompressionStream(METHOD)));
    return typeof JSON.parse(json) === "object" ? json : null;
  } catch {
    return null;
  }
}

/** A short name for a link, the same for the same experiment. */
export async function nameOfLink(experiment: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(experiment)));
  return `link-${[...digest.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What comes out of a stream, at most so much as an experiment may be long. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = (
    new Blob([bytes]).stream().pipeThrough(stream) as ReadableStream<Uint8Array<ArrayBuffer>>
  ).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST_BYTES) throw new RangeError("longer than an experiment");
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toText(bytes: Uint8Array): string {
  const binary = [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
