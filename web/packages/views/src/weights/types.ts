import type { Speech } from "@vitrail/core";

/** One weight of a unit, or its bias. */
export interface WeightRow {
  /** Place of the input that it weighs; none for the bias. */
  input: number | null;
  /** What the input is called. */
  name: string;
  value: number;
}

export interface WeightsProps {
  layer: string;
  unit: number;
  rows: readonly WeightRow[];
  /** The weight that was chosen in the picture. */
  chosen: number | null;
  say: Speech;
  onset: (row: WeightRow, value: number) => void;
  onclose: () => void;
}
