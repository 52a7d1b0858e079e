import type { DatasetCard, Settings, Speech } from "@vitrail/core";

export interface DataProps {
  dataset: DatasetCard;
  say: Speech;
}

export interface SettingsProps {
  settings: Settings;
  /** Of the next update; null where a schedule gives it. */
  learningRate: number | null;
  say: Speech;
  onlearningrate: (value: number) => void;
  onseed: () => void;
}
