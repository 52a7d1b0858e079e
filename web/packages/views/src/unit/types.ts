import type { LayerCard, Speech, UnitLook } from "@vitrail/core";

export interface UnitProps {
  /** The opened unit's layer and place. */
  card: LayerCard;
  unit: number;
  /** Its numbers, once they are there. */
  look: UnitLook | null;
  /** Whether a layer comes after it, so that delta is gathered from there. */
  hidden: boolean;
  say: Speech;
  onclose: () => void;
}
