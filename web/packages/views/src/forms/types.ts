import type { Catalogue, Form, Setting, Speech } from "@vitrail/core";

/** The objects that a setting may hold. */
export type Objects = Pick<Catalogue, "initializers" | "regularizers">;

interface Shared {
  /** What the identifiers of its elements begin with. */
  id: string;
  objects: Objects;
  say: Speech;
}

export interface FieldProps extends Shared {
  setting: Setting;
  /** Undefined where it is left to Keras. */
  value: unknown;
  /** Whether the server refused it. */
  wrong?: boolean;
  /** Undefined leaves it to Keras. */
  onchange: (value: unknown) => void;
}

export interface FormProps extends Shared {
  form: Form;
  config: Record<string, unknown>;
  /** The setting that the server refused. */
  wrong?: string | null;
  /** How many settings are seen at once; the others unfold. */
  first?: number;
  onset: (name: string, value: unknown) => void;
}
