import type { DatasetCard, Report, Speech } from "@vitrail/core";

/** One cell, or a whole row or column where one of both is none. */
export interface Chosen {
  truth: number | null;
  predicted: number | null;
}

export interface ConfusionProps {
  report: Report;
  dataset: DatasetCard;
  chosen: Chosen | null;
  say: Speech;
  onchoose: (chosen: Chosen) => void;
}
