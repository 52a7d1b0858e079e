import type { DatasetCard, Speech, Strip, Theme } from "@vitrail/core";

export interface StripProps {
  strip: Strip;
  dataset: DatasetCard;
  /** Place in the test set of the followed example. */
  followed: number | null;
  theme: Theme;
  say: Speech;
  onfollow: (index: number) => void;
}
