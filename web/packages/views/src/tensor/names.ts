import type { Speech, TensorCard } from "@vitrail/core";

/** What an axis most likely runs over; its number where nothing speaks for anything. */
export function nameOfAxis(card: TensorCard, axis: number, say: Speech): string {
  const name = card.axes[axis]?.name ?? null;
  return name === null ? say.text("lab.tensor.axis", { axis: String(axis) }) : say.told(`data.axis.${name}`);
}

/** One index of an axis in words: `sample 3`. */
export function place(card: TensorCard, axis: number | null | undefined, index: number, say: Speech): string {
  if (axis === null || axis === undefined) return "";
  return say.text("lab.tensor.place", { axis: nameOfAxis(card, axis, say), index: String(index) });
}
