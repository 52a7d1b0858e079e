import { createContext } from "svelte";
import type { WordId } from "@vitrail/core";

/** Whoever can show what a word means in the network that is on the screen. */
export interface Guide {
  /** Whether there is something to show. */
  has(id: WordId): boolean;
  show(id: WordId): void;
}

const [get, set] = createContext<Guide>();

export { set as setGuide };

/** The page's guide, or none where a view stands alone. */
export function findGuide(): Guide | null {
  try {
    return get();
  } catch {
    return null; // Svelte's way to say that nobody has set one
  }
}
