import type { Speech, Strip, Theme } from "@vitrail/core";

/** What is the same for all examples of the data. */
export type SampleFacts = Pick<Strip, "kind" | "full" | "vocabulary">;

export interface SampleProps {
  facts: SampleFacts;
  values: ArrayLike<number>;
  /** Without the axis of examples. */
  shape: readonly number[];
  theme: Theme;
  say: Speech;
}
