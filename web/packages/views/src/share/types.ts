import type { FileCard, Speech } from "@vitrail/core";
import type { Snippet } from "svelte";

/** A file that was chosen, and what is inside. */
export interface Sharing {
  name: string;
  card: FileCard;
}

export interface ShareProps {
  /** Null until it is made. */
  link: string | null;
  data: string;
  ownData: boolean;
  /** What was changed by hand, which no link tells. */
  changes: number;
  /** The epoch at which weights were taken over from a training before, which no link tells; null where none were. */
  carried: number | null;
  epochs: number;
  /** Where the `.vitrail` file comes from. */
  address: string;
  chosen: Sharing | null;
  say: Speech;
  onlink: (pasted: string) => void;
  /** A file was chosen to be looked into. */
  onchoose: (file: File) => void;
  /** The chosen file is to be opened. */
  onopen: () => void;
  onclose: () => void;
  notices?: Snippet;
}
