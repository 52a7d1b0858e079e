import { stored, type Values } from "./tensor.ts";
import type { Tensor } from "./wire.ts";

/** Numbers in rows and columns, as they are drawn. */
export interface Plane2D {
  values: Values;
  width: number;
  height: number;
}

/**
 * A layer's output as pictures: feature maps (height, width, maps) one by one, series (steps, numbers) as one matrix with
 * a row for each step, plain numbers in one row, and all else as one row too.
 */
export function planesOf(tensor: Tensor, most = Infinity): Plane2D[] {
  const values = stored(tensor);
  const [height = 1, width = 1, maps = 1] = tensor.shape;
  if (tensor.shape.length === 2) return [{ values, width, height }];
  if (tensor.shape.length !== 3) return [{ values, width: values.length, height: 1 }];
  return Array.from({ length: Math.min(maps, most) }, (_, map) => ({
    values: values.filter((_, i) => i % maps === map),
    width,
    height,
  }));
}

/** How many pictures a layer's output is. */
export function planeCount(shape: readonly number[]): number {
  return shape.length === 3 ? (shape[2] ?? 1) : 1;
}

/** Plain numbers in rows of about equal length, so that many of them make a picture; the rest stays empty. */
export function folded(plane: Plane2D, most: number): Plane2D {
  const count = plane.values.length;
  if (plane.height > 1 || count <= most) return plane;
  const width = Math.ceil(Math.sqrt(2 * count));
  return { values: plane.values, width, height: Math.ceil(count / width) };
}
