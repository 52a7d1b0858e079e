import type { Speech } from "@vitrail/core";
import type { Snippet } from "svelte";

/** A file that can be taken away: which, and its address. */
export interface Download {
  name: "toml" | "py" | "ipynb" | "model" | "history";
  address: string;
}

export interface CodeProps {
  code: string;
  downloads: readonly Download[];
  say: Speech;
  /** A file was chosen to be opened as an experiment. */
  onopen: (file: File) => void;
  onclose: () => void;
  /** What is told while the dialog covers the page. */
  notices?: Snippet;
}
