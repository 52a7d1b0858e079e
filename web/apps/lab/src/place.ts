import type { Speech, Theme, Workspace } from "@vitrail/core";
import type { Lab } from "./lab.svelte.ts";
import type { Runs } from "./runs.svelte.ts";

/** What a place of the screen (what goes in, what comes out, time) draws from. */
export interface PlaceProps {
  lab: Lab;
  runs: Runs;
  workspace: Workspace;
  theme: Theme;
  say: Speech;
}
