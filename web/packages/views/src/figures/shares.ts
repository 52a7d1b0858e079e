const SHARES = new Set(["accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"]);

/** Whether a metric is a share of one, to be written in percent. */
export function isShare(name: string): boolean {
  return SHARES.has(name);
}
