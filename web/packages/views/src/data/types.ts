import type { DatasetCard, Settings, Speech } from "@vitrail/core";

export interface DataProps {
  dataset: DatasetCard;
  say: Speech;
}

export interface SettingsProps {
  settings: Settings;
  say: Speech;
}
