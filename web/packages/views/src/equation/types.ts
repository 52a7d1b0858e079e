import type { Explained, Speech } from "@vitrail/core";
import type { Focus } from "../network/types.ts";

export interface EquationProps {
  /** The opened unit; none invites to open one. */
  focus: Focus | null;
  /** Its formulas, once they are there. */
  explained: Explained | null;
  say: Speech;
  onclose: () => void;
}
