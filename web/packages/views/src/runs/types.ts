import type { EpochRow, RunCard, Speech, WorkspaceEntry } from "@vitrail/core";
import type { Snippet } from "svelte";

/** The files of a run that can be taken away. */
export const RUN_FILES = ["toml", "py", "ipynb", "keras"] as const;
export type RunFile = (typeof RUN_FILES)[number];

/** What a run is called: its name, or its number. */
export function nameOfRun(run: Pick<RunCard, "name" | "number">, say: Speech): string {
  return run.name === "" ? say.text("lab.runs.number", { number: run.number }) : run.name;
}

/** What is trained now, beside the kept runs. */
export interface Present {
  experiment: string;
  history: readonly EpochRow[];
}

export interface RunsProps {
  /** The newest first. */
  runs: readonly RunCard[];
  /** Those that are compared, by their id. */
  chosen: ReadonlySet<string>;
  /** The run whose curve is shown as a ghost. */
  ghost: string | null;
  /** The run that was deleted last, and can come back. */
  deleted: RunCard | null;
  present: Present;
  workspaces: readonly WorkspaceEntry[];
  /** The name of this workspace. */
  here: string;
  addressOf: (run: string, file: RunFile) => string;
  workspaceAddress: (name: string) => string;
  say: Speech;
  onkeep: () => void;
  onrename: (run: string, name: string) => void;
  ondelete: (run: string) => void;
  onundelete: () => void;
  onrestore: (run: string) => void;
  onchoose: (run: string, chosen: boolean) => void;
  onghost: (run: string) => void;
  onclose: () => void;
  notices?: Snippet;
}
