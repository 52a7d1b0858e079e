import type { DatasetCard, LayerCard, Look } from "./wire.ts";

/** What came out for an example, and what should have. */
export type Outcome =
  | { kind: "class"; predicted: number; truth: number | null; value: number; probability: boolean; right: boolean }
  | { kind: "several"; count: number }
  | { kind: "number"; value: number; truth: number | null };

/** Activations whose outputs are probabilities. */
const PROBABILITIES = new Set(["softmax", "sigmoid"]);
const HALF = 0.5;

export function outcomeOf(look: Look, dataset: DatasetCard, output: LayerCard | undefined): Outcome {
  const first = look.prediction[0] ?? NaN;
  const probability = PROBABILITIES.has(output?.activation ?? "");
  if (dataset.task === "classification" && look.prediction.length > 1) {
    const predicted = look.prediction.reduce((best, value, k, all) => (value > (all[best] ?? NaN) ? k : best), 0);
    const value = look.prediction[predicted] ?? NaN;
    return { kind: "class", predicted, truth: look.label, value, probability, right: predicted === look.label };
  }
  if (dataset.task === "classification" && output?.activation === "sigmoid") {
    const predicted = first > HALF ? 1 : 0;
    const value = predicted === 1 ? first : 1 - first;
    return { kind: "class", predicted, truth: look.label, value, probability, right: predicted === look.label };
  }
  if (look.prediction.length > 1) return { kind: "several", count: look.prediction.length };
  return { kind: "number", value: first, truth: look.label };
}

/** Whether a layer's outputs are shares of one, to be written in percent. */
export function givesProbabilities(layer: LayerCard | undefined): boolean {
  return PROBABILITIES.has(layer?.activation ?? "");
}
