import { range } from "@vitrail/core";

const MARGIN = 2;

/** The curves of a series, one for each feature, all in one range. */
export function sparkline(values: ArrayLike<number>, features: number, width: number, height: number): string[] {
  const [low, high] = range(values) ?? [0, 1];
  const steps = Math.max(1, values.length / features);
  const spread = high > low ? high - low : 1;
  const x = (step: number) => MARGIN + (step / Math.max(1, steps - 1)) * (width - 2 * MARGIN);
  const y = (value: number) => height - MARGIN - ((value - low) / spread) * (height - 2 * MARGIN);
  return Array.from({ length: features }, (_, feature) =>
    Array.from({ length: steps }, (_, step) => {
      const value = values[step * features + feature] ?? NaN;
      return `${step === 0 ? "M" : "L"}${x(step).toFixed(1)},${y(value).toFixed(1)}`;
    }).join(""),
  );
}

/** A series of many features as a picture from 0 to 1: its steps along, the first feature at the bottom. */
export function asPicture(values: ArrayLike<number>, features: number): Float32Array {
  const [low, high] = range(values) ?? [0, 1];
  const spread = high > low ? high - low : 1;
  const steps = values.length / features;
  return Float32Array.from({ length: values.length }, (_, place) => {
    const step = place % steps;
    const feature = features - 1 - Math.floor(place / steps);
    return ((values[step * features + feature] ?? NaN) - low) / spread;
  });
}
