import type { Speech, Theme, Workspace } from "@vitrail/core";
import type { Part } from "./hidden.ts";
import type { Lab } from "./lab.svelte.ts";
import type { Runs } from "./runs.svelte.ts";

/** What a place of the screen (what goes in, what comes out, time) draws from. */
export interface PlaceProps {
  lab: Lab;
  runs: Runs;
  workspace: Workspace;
  /** What the page's address leaves out. */
  hidden: ReadonlySet<Part>;
  theme: Theme;
  say: Speech;
}
