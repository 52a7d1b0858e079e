import type { Look, Speech, Workspace } from "@vitrail/core";

export interface ExampleProps {
  workspace: Workspace;
  /** The newest look, if an example is followed. */
  look: Look | null;
  /** Layers whose numbers are shown; the answer is, once all of them are. */
  formed?: number;
  say: Speech;
}
