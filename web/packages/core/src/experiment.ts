/** The JSON form of an experiment, as far as the page changes it; the server checks all of it. */

/** A Keras object by its class and configuration. */
export interface ObjectForm {
  class_name: string;
  config?: Record<string, unknown>;
}

export interface LayerForm extends ObjectForm {
  /** The layers it takes, where they are not the one before it. */
  inputs?: unknown[];
}

export interface DataForm {
  name: string;
  options?: Record<string, unknown>;
  scale?: number;
  [field: string]: unknown;
}

export interface CompileForm {
  optimizer: string | ObjectForm;
  loss: string | ObjectForm;
  metrics?: (string | ObjectForm)[];
}

export interface FitForm {
  epochs: number;
  batch_size: number;
  shuffle: boolean;
  validation: "test" | "none" | "split";
  callbacks?: ObjectForm[];
  [field: string]: unknown;
}

export interface ExperimentForm {
  format: 1;
  seed: number;
  data: DataForm;
  layers: LayerForm[];
  compile: CompileForm;
  fit: FitForm;
}

export function readExperiment(json: string): ExperimentForm {
  return JSON.parse(json) as ExperimentForm;
}

/** The class that an optimizer, a loss or a metric is of, or the name that Keras knows it by. */
export function nameOf(what: string | ObjectForm): string {
  return typeof what === "string" ? what : what.class_name;
}

/** The configuration of an object; empty where only its name is said. */
export function configOf(what: string | ObjectForm): Record<string, unknown> {
  return typeof what === "string" ? {} : (what.config ?? {});
}

/** Gives a setting of an object another value; undefined leaves it to Keras. */
export function configure(what: ObjectForm, name: string, value: unknown): void {
  const others = Object.entries(what.config ?? {}).filter(([one]) => one !== name || value !== undefined);
  what.config = { ...Object.fromEntries(others), ...(value === undefined ? {} : { [name]: value }) };
}

/** `SimpleRNN` becomes `simple_rnn`, as Keras names its layers. */
export function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** The name of each layer: its own, or its class's in snake case, counted from the second on. */
export function layerNames(layers: readonly LayerForm[]): string[] {
  const seen = new Map<string, number>();
  return layers.map((layer) => {
    const own = layer.config?.["name"];
    if (typeof own === "string") return own;
    const base = snakeCase(layer.class_name);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return count === 0 ? base : `${base}_${String(count)}`;
  });
}

/** Whether each layer takes the one before it, so that they can be moved about. */
export function isChain(layers: readonly LayerForm[]): boolean {
  return !layers.some(
    (layer, place) => (layer.inputs ?? []).length > 0 || (place > 0 && layer.class_name === "InputLayer"),
  );
}
