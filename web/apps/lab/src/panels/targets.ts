import type { DatasetCard, ExperimentForm, TargetKind } from "@vitrail/core";

/** What the loss compares the answers with. */
export function targetsOf(dataset: DatasetCard, experiment: ExperimentForm | null): TargetKind {
  if (experiment?.data["one_hot"] === true || experiment?.data["target"] === "inputs") return "rows";
  if (dataset.task === "regression") return "numbers";
  const units = experiment?.layers.at(-1)?.config?.["units"];
  return dataset.class_names.length === 2 && units === 1 ? "two_classes" : "classes";
}
