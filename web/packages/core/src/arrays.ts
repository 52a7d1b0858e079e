import type { HeldArray, Notice } from "./wire.ts";

/** The arrays that a refusal names, where it is one that asks which is which; none otherwise. */
export function heldArrays(refusal: Notice): HeldArray[] {
  if (refusal.key !== "error.lab.arrays_unclear") return [];
  const told = JSON.parse(String(refusal.arguments["arrays"])) as [name: string, shape: number[]][];
  return told.map(([name, shape]) => ({ name, shape, dtype: "" }));
}

/** What can be learnt of an array of samples: other arrays as long, its last column, or the samples themselves. */
export function targetsFor(arrays: readonly HeldArray[], samples: string): string[] {
  const x = arrays.find((one) => one.name === samples);
  const others = arrays.filter((one) => one !== x && one.shape.length > 0 && one.shape[0] === x?.shape[0]);
  const isTable = x?.shape.length === 2 && (x.shape[1] ?? 0) > 1;
  return [...others.map((one) => one.name), ...(isTable ? ["-1"] : []), ""];
}

/** The options with other arrays for the samples and for what is to be learnt; classes are those of other targets. */
export function withArrays(options: Record<string, unknown>, x: string, y: string): Record<string, unknown> {
  const said = ["x", "y", "target", "classes"];
  const others = Object.fromEntries(Object.entries(options).filter(([name]) => !said.includes(name)));
  if (y === "") return { ...others, x };
  return { ...others, x, y: /^-?\d+$/.test(y) ? Number(y) : y };
}
