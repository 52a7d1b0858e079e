/** DrawnPoints of two features, as places of a picture. */
import { stored } from "./tensor.ts";
import type { Plane, Points } from "./wire.ts";

/** Where a sample stands: shares of the picture's width and height, from its upper left corner. */
export function placeOf({ bounds }: Plane, points: Points, index: number): { x: number; y: number } {
  const [left = 0, right = 1, bottom = 0, top = 1] = bounds;
  const places = stored(points.places);
  return {
    x: ((places[2 * index] ?? NaN) - left) / (right - left),
    y: (top - (places[2 * index + 1] ?? NaN)) / (top - bottom),
  };
}

/** The sample nearest to a place, if it is no farther than `reach`, all in shares of the picture. */
export function nearest(plane: Plane, points: Points, at: { x: number; y: number }, reach: number): number | null {
  let best: number | null = null;
  let least = reach;
  for (let i = 0; i < (points.labels.shape[0] ?? 0); i++) {
    const { x, y } = placeOf(plane, points, i);
    const distance = Math.hypot(x - at.x, y - at.y);
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

/** The shapes of the classes' marks, as SVG paths around 0 in a square of side 2. */
const MARKS = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.88 -.88H.88V.88H-.88Z",
  "M0 -1.1L1.05 .85H-1.05Z",
  "M0 -1.2L1 0L0 1.2L-1 0Z",
  "M0 1.1L1.05 -.85H-1.05Z",
  "M-.35 -1.05H.35V-.35H1.05V.35H.35V1.05H-.35V.35H-1.05V-.35H-.35Z",
  "M0 -1.1L.95 -.55V.55L0 1.1L-.95 .55V-.55Z",
  "M-1.15 -.5H1.15V.5H-1.15Z",
];

/** The shape that stands for a class beside its colour. */
export function markOf(label: number): string {
  return MARKS[label % MARKS.length] ?? "";
}

/** Own data as numbers: places, and their classes. */
export interface DrawnPoints {
  x: number[][];
  y: number[];
  class_names: string[];
}

/** All samples that are drawn, those of the training set first. */
export function drawnPoints({ train, test }: Plane, classNames: readonly string[]): DrawnPoints {
  const x = [train, test].flatMap(({ places, labels }) => {
    const values = stored(places);
    return Array.from({ length: labels.shape[0] ?? 0 }, (_, i) => [values[2 * i] ?? NaN, values[2 * i + 1] ?? NaN]);
  });
  return { x, y: [train, test].flatMap(({ labels }) => [...stored(labels)]), class_names: [...classNames] };
}

/** The sample at a place of the picture, as the data have it. */
export function coordinatesAt({ bounds }: Plane, at: { x: number; y: number }): [number, number] {
  const [left = 0, right = 1, bottom = 0, top = 1] = bounds;
  return [left + at.x * (right - left), top - at.y * (top - bottom)];
}
