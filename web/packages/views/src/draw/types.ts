import type { Speech, Theme } from "@vitrail/core";

export interface DrawProps {
  /** (height, width) of a picture as the network gets it. */
  shape: readonly number[];
  /** The value of full light. */
  full: number;
  theme: Theme;
  say: Speech;
  /** The drawing, averaged down to a picture of the network's; told after every movement. */
  ondraw: (values: number[]) => void;
}
