import type { Judged, LedgerEntry, LedgerGrain, Speech, Used } from "@vitrail/core";

export const GRAINS: readonly LedgerGrain[] = ["operation", "unit", "layer", "example", "batch"];

export interface LedgerProps {
  grain: LedgerGrain;
  /** The entry that is looked at, once it is there. */
  entry: LedgerEntry | null;
  /** What the last guess at this entry was worth. */
  judged: Judged | null;
  /** Whether numbers wait until they were guessed. */
  guessing: boolean;
  /** Whether this entry's number is shown all the same. */
  revealed: boolean;
  say: Speech;
  ongrain: (grain: LedgerGrain) => void;
  onwalk: (index: number) => void;
  onguessing: (guessing: boolean) => void;
  onguess: (typed: string) => void;
  onreveal: () => void;
}

/** What an entry is about, in words: the number, the layer, the unit, the sample. */
export function titleOf(entry: Used | LedgerEntry, say: Speech): string {
  const ofParameter = entry.phase === "gradient" || entry.phase === "update";
  const parts = [say.told(`lab.ledger.what.${entry.what}`)];
  if (entry.name !== "") parts.push(entry.name);
  if (entry.unit !== null)
    parts.push(
      ofParameter
        ? say.text("lab.ledger.parameter", { place: entry.unit })
        : say.text("lab.unit.name", { unit: entry.unit }),
    );
  if (entry.sample !== null) parts.push(say.text("lab.ledger.sample", { sample: entry.sample }));
  return parts.join(" · ");
}
