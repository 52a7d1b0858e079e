import type { DatasetCard, Report, Speech } from "@vitrail/core";
import type { Snippet } from "svelte";
import type { Chosen } from "../confusion/types.ts";

export interface ReportProps {
  report: Report;
  dataset: DatasetCard;
  chosen: Chosen | null;
  say: Speech;
  onchoose: (chosen: Chosen) => void;
  /** The examples that are open, after the table or chart that they are opened from. */
  children?: Snippet;
}
