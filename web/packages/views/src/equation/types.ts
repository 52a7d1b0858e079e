import type { Explained, Speech } from "@vitrail/core";
import type { Focus } from "../network/types.ts";

export interface EquationProps {
  /** The opened unit; none invites to open one. */
  focus: Focus | null;
  /** What it is called where that says more than its number. */
  title?: string;
  /** Its formulas, once they are there. */
  explained: Explained | null;
  /** When and of what example the numbers are, in words; without it which L they are about. */
  moment?: string;
  /** Whether a check is under way. */
  checking: boolean;
  say: Speech;
  /** Asks for a check; none while what is shown moves on. */
  oncheck: (() => void) | null;
  onclose: () => void;
}
