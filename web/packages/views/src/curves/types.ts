import type { EpochRow, Speech } from "@vitrail/core";

export interface CurvesProps {
  history: readonly EpochRow[];
  /** What is measured beside the loss, or nothing. */
  metric: string | null;
  say: Speech;
}
