import type { Tensor } from "./wire.ts";

export type Values = Float32Array | Int8Array | Uint8Array | Int32Array;

const known = new WeakMap<Tensor, Values>();

/** A tensor's stored numbers, without its scale. Each tensor is unpacked once. */
export function stored(tensor: Tensor): Values {
  let values = known.get(tensor);
  if (values === undefined) {
    values = unpack(tensor);
    known.set(tensor, values);
  }
  return values;
}

function unpack(tensor: Tensor): Values {
  // A copy, since the bytes stand at any place of a message and wider numbers need a multiple of their size.
  const bytes = tensor.data.slice().buffer;
  switch (tensor.dtype) {
    case "float32":
      return new Float32Array(bytes);
    case "int32":
      return new Int32Array(bytes);
    case "int8":
      return new Int8Array(bytes);
    case "uint8":
      return new Uint8Array(bytes);
  }
}

/** One number of a tensor, by its place in C order; NaN where there is none. */
export function at(tensor: Tensor | null, place: number): number {
  return tensor === null ? NaN : (stored(tensor)[place] ?? NaN) * tensor.scale;
}

/** One row of a tensor's first axis, as stored. */
export function row(tensor: Tensor, index: number): Values {
  const size = tensor.shape.slice(1).reduce((product, n) => product * n, 1);
  return stored(tensor).subarray(index * size, (index + 1) * size);
}

/** The largest absolute value among finite ones; 0 when there is none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/** Smallest and largest finite value, or nothing when there is none. */
export function range(values: ArrayLike<number>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
