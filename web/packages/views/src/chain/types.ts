import type {
  Arrangement,
  ChainCard,
  Library,
  OperationCard,
  Related,
  Speech,
  Stage,
  StepDraft,
  Theme,
} from "@vitrail/core";

/** What each library's own lines are called, in any language. */
export const LIBRARIES: readonly { id: Library; name: string }[] = [
  { id: "numpy", name: "NumPy" },
  { id: "keras", name: "keras.ops" },
  { id: "tensorflow", name: "TensorFlow" },
];

/** Why an edit was refused, at the step that it was made at; of a new step, at none. */
export interface Refusal {
  step: string | null;
  key: string;
  arguments: Record<string, string | number>;
}

/** One element, in what a pane draws. */
export interface Element {
  pane: number;
  index: number[];
}

export interface ChainActions {
  onchoose: (step: string) => void;
  onwrite: (written: boolean) => void;
  onarrange: (pane: number, arrangement: Arrangement) => void;
  /** The channel that a picked pixel stands for. */
  onchannel: (channel: number) => void;
  /** An element, or none any more. */
  onpick: (element: Element | null) => void;
  onput: (step: StepDraft, insteadOf: string | null) => void;
  ondrop: (step: string) => void;
  onmove: (step: string, at: number) => void;
  onundo: () => void;
  onredo: () => void;
}

export interface ChainProps extends ChainActions {
  card: ChainCard;
  operations: readonly OperationCard[];
  /** The name of the step that is looked at; none in a chain without steps. */
  chosen: string | null;
  /** It laid side by side; none where it cannot be done, and until it is known. */
  stage: Stage | null;
  picked: Element | null;
  /** What the picked element has to do with, as soon as that is known. */
  related: Related | null;
  channel: number;
  refusal: Refusal | null;
  theme: Theme;
  say: Speech;
}
