import type { Speech } from "@vitrail/core";

export interface HelpProps {
  say: Speech;
  ontour: () => void;
  onprint: () => void;
  onclose: () => void;
}
