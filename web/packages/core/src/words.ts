/** The words that the lab explains, in the order in which one meets them. */
export const WORDS = [
  "unit",
  "layer",
  "weight",
  "bias",
  "pre_activation",
  "activation",
  "loss",
  "delta",
  "gradient",
  "update",
  "learning_rate",
  "batch",
  "epoch",
  "overfitting",
  "trace",
  "run",
  "experiment",
  "study",
  "shallow",
  "deep",
  "dense",
  "feedforward",
] as const;
export type WordId = (typeof WORDS)[number];

/** A word as one language explains it. */
export interface Meaning {
  id: WordId;
  name: string;
  definition: string;
  /** In symbols; empty where it has none. */
  formula: string;
}

const wordsOf = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** The meanings in which all words that were typed begin some word; accents and capitals do not matter. */
export function meaningsFor(meanings: readonly Meaning[], typed: string): Meaning[] {
  const wanted = wordsOf(typed);
  return meanings.filter((meaning) => {
    const found = wordsOf(`${meaning.name} ${meaning.definition}`);
    return wanted.every((start) => found.some((word) => word.startsWith(start)));
  });
}
