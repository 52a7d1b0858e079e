import { largest, stored, type LayerCard, type Speech } from "@vitrail/core";
import type { ColumnView, Focus, Mode } from "./types.ts";

/** How many numbers a layer gives for one example. */
export function valuesOf(card: LayerCard): number {
  return card.output_shape.reduce((product, n) => product * n, 1);
}

/** An opened value in words: of a layer of units by its number, of maps and matrices by where it stands. */
export function titleOf(card: LayerCard | undefined, { layer, unit }: Focus, say: Speech): string {
  const [, width = 1, maps = 1] = card?.output_shape ?? [];
  switch (card?.output_shape.length) {
    case 3: {
      const place = Math.floor(unit / maps);
      const [row, column] = [Math.floor(place / width), place % width];
      return say.text("lab.unit.in_map", { layer, map: String(unit % maps), row: String(row), column: String(column) });
    }
    case 2:
      return say.text("lab.unit.in_matrix", {
        layer,
        step: String(Math.floor(unit / width)),
        number: String(unit % width),
      });
    default:
      return say.text("lab.unit.title", { layer, unit: String(unit) });
  }
}

/** Where the largest of some numbers stands, and 0 where nothing is known of them. */
export function largestPlace(values: ArrayLike<number> | undefined): number {
  const most = values === undefined ? 0 : largest(values);
  return Math.max(
    0,
    Array.from(values ?? []).findIndex((value) => Math.abs(value) === most),
  );
}

/** The numbers of a layer that are drawn: those of the mode, of weights the activation. */
export function drawnOf(view: ColumnView, mode: Mode): ReturnType<typeof stored> | undefined {
  const part = view.look?.[mode === "weights" ? "a" : mode];
  return part == null ? undefined : stored(part);
}
