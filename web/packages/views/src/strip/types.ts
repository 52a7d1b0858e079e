import type { DatasetCard, Speech, Strip, Theme } from "@vitrail/core";

export interface StripProps {
  strip: Strip;
  dataset: DatasetCard;
  /** Place of the followed example among all. */
  followed: number | null;
  theme: Theme;
  say: Speech;
  onfollow: (index: number) => void;
}
