import type { DatasetCard, Explored, Speech, TensorEntry, Theme } from "@vitrail/core";
import type { Snippet } from "svelte";
import type { Exploring } from "../tensor/exploring.svelte.ts";

export interface RoomProps {
  dataset: DatasetCard;
  /** What can be explored. */
  entries: readonly TensorEntry[];
  /** What is explored, and its moment; none before the first answer. */
  explored: Explored | null;
  exploring: Exploring;
  /** Whether an example is followed. */
  followed: boolean;
  /** Whether the training goes on. */
  running: boolean;
  theme: Theme;
  say: Speech;
  notices?: Snippet | undefined;
  onexplore: (name: string) => void;
  /** Follows an example, where none is followed. */
  onfollow: () => void;
  onplay: () => void;
  onpause: () => void;
  onstep: () => void;
  onclose: () => void;
}
