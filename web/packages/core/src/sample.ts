import { row, stored, type Values } from "./tensor.ts";
import { OWN, type DatasetCard, type Look, type Part, type Strip } from "./wire.ts";

/** One example: the numbers that it is drawn from, and what it should give where that is known. */
export interface Sample {
  values: Values;
  /** Without the axis of examples. */
  shape: readonly number[];
  label: number | null;
}

/** The example at a place of the strip. */
export function sampleAt(strip: Strip, place: number): Sample | null {
  const label = strip.labels[place];
  return label === undefined ? null : { values: row(strip.values, place), shape: strip.values.shape.slice(1), label };
}

/** The followed example: one of the strip's, or what came with the newest look at it. */
export function followedSample(strip: Strip, followed: number | null, look: Look | null): Sample | null {
  if (followed === null) return null;
  const known = sampleAt(strip, strip.indices.indexOf(followed));
  if (known !== null || look?.index !== followed || look.sample === null) return known;
  return { values: stored(look.sample), shape: look.sample.shape.slice(1), label: look.label };
}

/** The words of a text; what only fills it up is left out. */
export function wordsOf(values: ArrayLike<number>, vocabulary: readonly string[]): string[] {
  return Array.from(values, (code) => vocabulary[code] ?? "").filter((word) => word !== "");
}

/** The codes of the words that somebody typed, filled up to a length; and the words that are unknown or too many. */
export function codesOf(
  text: string,
  vocabulary: readonly string[],
  length: number,
): { codes: number[]; left: string[] } {
  const codes: number[] = [];
  const left: string[] = [];
  for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const code = vocabulary.indexOf(word);
    if (code < 0 || codes.length >= length) left.push(word);
    else codes.push(code);
  }
  const filling = Math.max(0, vocabulary.indexOf(""));
  return { codes: [...codes, ...Array<number>(length - codes.length).fill(filling)], left };
}

/** A number as a person types it, with a comma or a point; null when it is none. */
export function typedNumber(text: string): number | null {
  const typed = text.trim().replace(",", ".").replace("\u2212", "-");
  const value = Number(typed);
  return typed !== "" && Number.isFinite(value) ? value : null;
}

/** Shares of ink, averaged down to a picture of another size, in values from 0 to `full`. */
export function averaged(
  ink: ArrayLike<number>,
  [fromWidth, fromHeight]: readonly [number, number],
  [width, height]: readonly [number, number],
  full: number,
): number[] {
  const across = fromWidth / width;
  const down = fromHeight / height;
  return Array.from({ length: width * height }, (_, place) => {
    const left = Math.floor((place % width) * across);
    const top = Math.floor(Math.floor(place / width) * down);
    const right = Math.max(left + 1, Math.floor(((place % width) + 1) * across));
    const bottom = Math.max(top + 1, Math.floor((Math.floor(place / width) + 1) * down));
    let sum = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += ink[y * fromWidth + x] ?? 0;
    return (full * sum) / ((right - left) * (bottom - top));
  });
}

/** The part of an example and its place there, by its place among all examples: those of the test set come first. */
export function partOf(dataset: DatasetCard, index: number): { part: Part; place: number } {
  const beyond = index - dataset.test_count;
  return beyond < 0 ? { part: "test", place: index } : { part: "train", place: beyond };
}

/** Whether an example is somebody's own. */
export function isOwn(index: number | null): boolean {
  return index === OWN;
}
