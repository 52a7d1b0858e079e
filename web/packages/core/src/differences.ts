import type { ExperimentForm, LayerForm } from "./experiment.ts";

/** A setting whose value is not the same everywhere, with its value in each experiment; null where there is none. */
export interface Difference {
  /** Such as `compile.optimizer.learning_rate`. */
  field: string;
  values: (string | null)[];
}

const LAYERS = "layers";

/** What is different between experiments, in the order of a model's life. */
export function differing(experiments: readonly ExperimentForm[]): Difference[] {
  const alike = new Set(experiments.map(({ layers }) => classesOf(layers))).size === 1;
  const flat = experiments.map((experiment) => {
    const found = new Map<string, string>();
    const { layers, ...others } = experiment;
    flatten(others, "", found);
    if (alike) flatten(layers, LAYERS, found);
    else found.set(LAYERS, layers.map(layerText).join(" · "));
    return found;
  });
  const fields = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return fields
    .map((field) => ({ field, values: flat.map((one) => one.get(field) ?? null) }))
    .filter(({ values }) => new Set(values.map(plainly)).size > 1)
    .sort((one, other) => place(one.field) - place(other.field));
}

const ORDER = ["data", LAYERS, "compile", "fit", "seed"];

function place(field: string): number {
  return ORDER.indexOf(field.split(".")[0] ?? "");
}

/** Keras takes `adam` and `Adam` for the same. */
function plainly(value: string | null): string | null {
  return value?.toLowerCase().replaceAll("_", "") ?? null;
}

function classesOf(layers: readonly LayerForm[]): string {
  return layers.map((layer) => layer.class_name).join(" ");
}

function layerText({ class_name, config }: LayerForm): string {
  const sizes = [config?.["units"], config?.["filters"], config?.["activation"]];
  return [class_name, ...sizes.filter((one) => typeof one === "number" || typeof one === "string")].join(" ");
}

/** A Keras object's class stands for the object, and its configuration lies right below. */
function flatten(value: unknown, path: string, found: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) flatten(one, `${path}.${String(i)}`, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      const below = name === "config" || name === "class_name" ? path : path === "" ? name : `${path}.${name}`;
      flatten(one, below, found);
    }
  } else if (path !== "format") {
    found.set(path, typeof value === "string" ? value : JSON.stringify(value));
  }
}
