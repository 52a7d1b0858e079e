import type { Look, Separation, Speech, Theme, Workspace } from "@vitrail/core";

export interface RepresentationProps {
  workspace: Workspace;
  /** The newest look, as far as it is shown. */
  look: Look | null;
  /** Place of the followed example among all. */
  followed: number | null;
  separation: Separation | null;
  /** Layers whose numbers are shown, of a followed example. */
  upTo: number;
  theme: Theme;
  say: Speech;
  /** Shows one layer more, or one less. */
  onstep: (by: 1 | -1) => void;
  /** Lets the answer form once more, layer by layer. */
  onreplay: () => void;
  onhide: () => void;
}
