import { endsOf, nextPlace, placesOf, type Slab, type SlicePart } from "@vitrail/core";

/** A place in a facet: of its shown rows and columns. */
export interface Spot {
  row: number;
  column: number;
}

export interface Shown {
  rows: number;
  columns: number;
}

export function sizeOf(slab: Slab): Shown {
  return { rows: slab.spans[1]?.count ?? 0, columns: slab.spans[2]?.count ?? 0 };
}

/** The part from one spot to another. */
export function partBetween(slab: Slab, facet: number, from: Spot, to: Spot): SlicePart {
  const [facets, rows, columns] = slab.spans;
  return {
    facets: endsOf(facets, facet, facet),
    rows: endsOf(rows, from.row, to.row),
    columns: endsOf(columns, from.column, to.column),
  };
}

/** The first and the last spot of a part that lies in a facet; none where it lies in another, or is not shown. */
export function spotsOf(slab: Slab, facet: number, part: SlicePart | null): { from: Spot; to: Spot } | null {
  if (part === null) return null;
  const [facets, rows, columns] = slab.spans;
  const [first, beyond] = placesOf(facets, part.facets);
  const [top, bottom] = placesOf(rows, part.rows);
  const [left, right] = placesOf(columns, part.columns);
  if (facet < first || facet >= beyond || top >= bottom || left >= right) return null;
  return { from: { row: top, column: left }, to: { row: bottom - 1, column: right - 1 } };
}

/** Where an arrow key leads from a spot; none when the key leads nowhere. */
export function stepped(key: string, { row, column }: Spot, { rows, columns }: Shown): Spot | null {
  if (key === "ArrowLeft" && column === 0) return { row, column };
  if (key === "ArrowRight" && column === columns - 1) return { row, column };
  const next = nextPlace(key, row * columns + column, rows * columns, columns);
  return next === null ? null : { row: Math.floor(next / columns), column: next % columns };
}
