import type { DatasetCard, Speech } from "@vitrail/core";

export interface DataProps {
  dataset: DatasetCard;
  say: Speech;
}
