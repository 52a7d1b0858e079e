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
