import type { Frame, Settings, Speech } from "@vitrail/core";

export interface FiguresProps {
  frame: Frame | null;
  settings: Settings;
  say: Speech;
}
