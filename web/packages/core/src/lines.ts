/** Lines over the columns of a slice: a gap where a number is none, a mark at the edge where it has no end. */
import { markOfValue } from "./marked.ts";

export interface DrawnLine {
  path: string;
  /** Where values are NaN: triangles would claim a side, so these are crosses. */
  missing: string;
  /** Where values lie above the scale, or are infinite. */
  above: string;
  below: string;
}

export interface LineBox {
  width: number;
  height: number;
  low: number;
  high: number;
}

const tidy = (value: number) => Math.round(value * 100) / 100;

/** Where a column lies. */
export function columnAt(place: number, count: number, width: number): number {
  return count > 1 ? tidy((width * place) / (count - 1)) : width / 2;
}

/** The line of some values from left to right. */
export function lineOf(values: ArrayLike<number>, { width, height, low, high }: LineBox): DrawnLine {
  const drawn = { path: "", missing: "", above: "", below: "" };
  let down = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    const x = columnAt(i, values.length, width);
    const mark = markOfValue(value, low, high);
    if (mark === "nan") drawn.missing += `M${x - 3} ${height - 6}l6 6m0 -6l-6 6`;
    else if (mark === "plus" || mark === "above") drawn.above += `M${x - 4} 7h8l-4 -7z`;
    else if (mark === "minus" || mark === "below") drawn.below += `M${x - 4} ${height - 7}h8l-4 7z`;
    if (!Number.isFinite(value)) {
      down = false;
      continue;
    }
    const share = high > low ? (Math.min(high, Math.max(low, value)) - low) / (high - low) : 0.5;
    drawn.path += `${down ? "L" : "M"}${x} ${tidy(height * (1 - share))}${values.length === 1 ? "h0.01" : ""}`;
    down = true;
  }
  return drawn;
}
