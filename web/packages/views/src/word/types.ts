import type { Speech, WordId } from "@vitrail/core";
import type { Snippet } from "svelte";

export interface WordProps {
  id: WordId;
  say: Speech;
  /** How the text writes it; without it by its name. */
  children?: Snippet;
}
