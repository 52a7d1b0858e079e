import type { Speech } from "@vitrail/core";

/** The steps of a model's life, in their order; data come before them. */
export const STEPS = ["data", "define", "compile", "fit", "evaluate", "predict"] as const;
export type Step = (typeof STEPS)[number];

export interface StepsProps {
  current: Step;
  /** Steps that are left out. */
  hidden?: ReadonlySet<string>;
  say: Speech;
  onstep: (step: Step) => void;
}
