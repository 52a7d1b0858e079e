/** Numbers of any tensor as pixels: what no colour stands for is hatched, so that it is seen without colours too. */
import { diverging, ENDS, mixed, NOT_A_NUMBER, type Rgb, type Theme } from "./scale.ts";

/** Why a colour does not stand for a value: it is none, has no end, or lies outside of the scale. */
export type ValueMark = "nan" | "plus" | "minus" | "below" | "above";
export const VALUE_MARKS: readonly ValueMark[] = ["nan", "plus", "minus", "below", "above"];

export interface Scale01 {
  /** What the lowest colour stands for. */
  low: number;
  high: number;
  /** Light from black to white, instead of colours. */
  light: boolean;
  theme: Theme;
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [28, 30, 36];

/** Why no colour stands for a value, if so. Numbers travel as float32, so the ends are compared as such. */
export function markOfValue(value: number, low: number, high: number): ValueMark | null {
  if (Number.isNaN(value)) return "nan";
  if (value === Infinity) return "plus";
  if (value === -Infinity) return "minus";
  if (value < Math.fround(low)) return "below";
  return value > Math.fround(high) ? "above" : null;
}

/** The colour of a value, those outside of the scale at its end. */
export function colourOf(value: number, { low, high, light, theme }: Scale01): Rgb {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  const held = Math.min(high, Math.max(low, value));
  const share = high > low ? (held - low) / (high - low) : 0.5;
  if (light) return mixed(BLACK, WHITE, share);
  if (low < 0 && high > 0) return diverging(held / Math.max(-low, high), theme);
  const { negative, zero, positive } = ENDS[theme];
  return low >= 0 ? mixed(zero, positive, share) : mixed(negative, zero, share);
}

/** Whether a pixel of a marked value belongs to its hatching: a pattern of its own for each mark. */
export function isHatched(mark: ValueMark, x: number, y: number): boolean {
  switch (mark) {
    case "nan":
      return (x + y) % 6 < 2;
    case "plus":
      return y % 6 < 2;
    case "minus":
      return x % 6 < 2;
    case "above":
      return x % 5 < 2 && y % 5 < 2;
    case "below":
      return (x + 4 * y) % 8 < 2;
  }
}

export interface Sheet {
  values: ArrayLike<number>;
  width: number;
  height: number;
  /** Numbers of one place: 1, or 3 and 4 for red, green, blue and opacity. */
  colours: number;
}

/** Paints a sheet, each value as a square of so many pixels. */
export function paintSheet(sheet: Sheet, scale: Scale01, side: number, pixels: Uint8ClampedArray): void {
  for (let row = 0; row < sheet.height; row++) {
    for (let column = 0; column < sheet.width; column++) {
      const { colour, alpha, mark } = cellOf(sheet, row * sheet.width + column, scale);
      for (let y = row * side; y < (row + 1) * side; y++) {
        for (let x = column * side; x < (column + 1) * side; x++) {
          const drawn = mark !== null && isHatched(mark, x, y) ? hatchOn(mark) : colour;
          const at = 4 * (y * sheet.width * side + x);
          pixels[at] = drawn[0];
          pixels[at + 1] = drawn[1];
          pixels[at + 2] = drawn[2];
          pixels[at + 3] = alpha;
        }
      }
    }
  }
}

/** Infinite and missing values are crossed out in white, clipped ones in ink. */
function hatchOn(mark: ValueMark): Rgb {
  return mark === "above" || mark === "below" ? INK : WHITE;
}

function cellOf({ values, colours }: Sheet, place: number, scale: Scale01) {
  const { low, high } = scale;
  const first = values[colours * place] ?? NaN;
  if (colours < 3) return { colour: colourOf(first, scale), alpha: 255, mark: markOfValue(first, low, high) };
  const parts = [first, values[colours * place + 1] ?? NaN, values[colours * place + 2] ?? NaN] as const;
  const marks = parts.map((part) => markOfValue(part, low, high));
  const mark = VALUE_MARKS.find((one) => marks.includes(one)) ?? null;
  const light = (part: number) => colourOf(part, { ...scale, light: true })[0];
  const colour: Rgb = mark === "nan" ? NOT_A_NUMBER : [light(parts[0]), light(parts[1]), light(parts[2])];
  const alpha = colours === 4 ? light(values[colours * place + 3] ?? NaN) : 255;
  return { colour, alpha: mark === null ? alpha : 255, mark };
}
