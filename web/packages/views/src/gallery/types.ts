import type { DatasetCard, Report, Samples, Speech, Theme } from "@vitrail/core";

export interface GalleryProps {
  /** What the examples are, in words. */
  title: string;
  /** How many there are; only the first ones are shown. */
  total: number;
  samples: Samples;
  report: Report;
  dataset: DatasetCard;
  /** Place of the followed example among all. */
  followed: number | null;
  theme: Theme;
  say: Speech;
  onfollow: (index: number) => void;
  /** None where the examples are not opened from anything. */
  onclose?: (() => void) | undefined;
}
