import type { Look, Speech, Workspace } from "@vitrail/core";

export interface ExampleProps {
  workspace: Workspace;
  /** The newest look, if an example is followed. */
  look: Look | null;
  say: Speech;
}
