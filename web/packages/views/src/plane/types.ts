import type { Frame, LayerCard, Plane, Region, DrawnPoints, Speech, Theme, Workspace } from "@vitrail/core";

export interface PlaneProps {
  workspace: Workspace;
  plane: Plane;
  /** The layer that is shown, and what its units give over the plane; none before that is known. */
  card: LayerCard;
  region: Region | undefined;
  /** The unit that is shown; none for what the whole network gives. */
  unit: number | null;
  frame: Frame | null;
  /** Place of the followed example among all. */
  followed: number | null;
  showTest: boolean;
  discrete: boolean;
  theme: Theme;
  say: Speech;
  onfollow: (index: number) => void;
  ontest: (shown: boolean) => void;
  ondiscrete: (discrete: boolean) => void;
  /** Takes the samples as somebody drew them; none where they cannot be changed here. */
  ondrawn?: ((samples: DrawnPoints) => void) | null;
}
