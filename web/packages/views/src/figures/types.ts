import type { Frame, Settings, Speech } from "@vitrail/core";

export interface FiguresProps {
  frame: Frame | null;
  settings: Settings;
  /** The metric that is measured first, as long as no frame says so; null where none is. */
  metric: string | null;
  say: Speech;
}
