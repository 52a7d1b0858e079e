import type { Speech, TensorEntry } from "@vitrail/core";

type Group = TensorEntry["group"];

/** In the order of the way through the network and back. */
export const GROUPS: readonly Group[] = ["data", "weights", "activations", "gradients"];

export function layersOf(entries: readonly TensorEntry[], group: Group): string[] {
  return [...new Set(entries.filter((one) => one.group === group).map((one) => one.layer))];
}

/** The same tensor of another layer or group, or else the first one there. */
export function counterpart(entries: readonly TensorEntry[], group: Group, layer: string | null, what: string): string {
  const there = entries.filter((one) => one.group === group);
  const beside = there.filter((one) => one.layer === layer);
  const among = beside.length > 0 ? beside : there;
  return (among.find((one) => one.what === what) ?? among[0])?.name ?? group;
}

/** What a tensor is called beside the others of its layer: as formulas have it, or as the program does. */
export function nameOf({ group, what }: TensorEntry, say: Speech): string {
  if (what === "inputs") return say.text("lab.room.inputs");
  if (group !== "gradients") return what;
  if (what === "upstream") return "∂L/∂a";
  return what === "delta" ? "δ = ∂L/∂z" : `∂L/∂${what}`;
}

/** What the numbers of a set of data are. */
export function aboutData(what: string): "lab.room.source" | "lab.room.given_x" | "lab.room.given_y" {
  if (what.startsWith("data.")) return "lab.room.source";
  return what.startsWith("x") ? "lab.room.given_x" : "lab.room.given_y";
}
