/** Parts of the page that a link can leave out: `?hide=data,layers`. */
export const PARTS = [
  "data",
  "define",
  "compile",
  "fit",
  "evaluate",
  "predict",
  "features",
  "layers",
  "weights",
  "transport",
  "curves",
  "figures",
  "code",
] as const;

export type Part = (typeof PARTS)[number];

/** The parts that an address leaves out. */
export function hiddenBy(address: string): ReadonlySet<Part> {
  const asked = (new URL(address).searchParams.get("hide") ?? "").split(",");
  return new Set(PARTS.filter((part) => asked.includes(part)));
}
