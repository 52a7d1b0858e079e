import type { Speech, Theme, Workspace } from "@vitrail/core";
import type { Lab } from "./lab.svelte.ts";

/** What a place of the screen (what goes in, what comes out, time) draws from. */
export interface PlaceProps {
  lab: Lab;
  workspace: Workspace;
  theme: Theme;
  say: Speech;
}
