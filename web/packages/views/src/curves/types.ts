import type { EpochRow, Speech } from "@vitrail/core";

/** The curve of another run, to look back at. */
export interface Ghost {
  name: string;
  history: readonly EpochRow[];
  shown: boolean;
}

export interface CurvesProps {
  history: readonly EpochRow[];
  /** What is measured beside the loss, or nothing. */
  metric: string | null;
  ghost?: Ghost | null;
  /** The ghost is to be shown, or hidden. */
  onghost?: (shown: boolean) => void;
  say: Speech;
}
