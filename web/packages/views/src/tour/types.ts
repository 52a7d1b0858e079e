import type { Box, Speech } from "@vitrail/core";

/** The stops of the tour, in their order. */
export const STOPS = ["data", "network", "play", "example", "unit", "formula", "back", "change", "evaluate"] as const;
export type Stop = (typeof STOPS)[number];

export interface TourProps {
  stop: Stop;
  /** Where what it speaks of stands in the window; none where it is not on the screen. */
  box: Box | null;
  say: Speech;
  /** To another stop; past either end it is over. */
  onmove: (by: 1 | -1) => void;
  onend: () => void;
}
