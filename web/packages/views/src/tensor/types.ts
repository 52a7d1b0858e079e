import type { Arrangement, AxisStatistics, Picked, Slab, SlicePart, Speech, TensorCard, Theme } from "@vitrail/core";

export interface TensorProps {
  card: TensorCard;
  slab: Slab;
  /** What was asked for last; what is shown follows. */
  arrangement: Arrangement;
  statistics: AxisStatistics | null;
  /** The part that somebody picks, and what it is as soon as that is known. */
  part: SlicePart | null;
  picked: Picked | null;
  theme: Theme;
  say: Speech;
  onarrange: (arrangement: Arrangement) => void;
  onmeasure: (axis: number) => void;
  /** A part, to be described unless it is still being drawn. */
  onpick: (part: SlicePart | null, done: boolean) => void;
}

/** What may be told of all facets of a slice, beside the part that is picked. */
export interface Marking {
  /** Whether single values are picked, as soon as the pointer or the focus is on one. */
  single?: boolean;
  /** The part that is there once; all the rest repeats it. */
  solid?: SlicePart | null;
  /** What the picked part repeats. */
  source?: SlicePart | null;
  /** Pixels that the longer side of a single picture should have. */
  room?: number;
}

/** What each drawing of one facet takes. */
export interface FacetProps extends Marking {
  slab: Slab;
  /** Its place among the shown facets. */
  facet: number;
  part: SlicePart | null;
  theme: Theme;
  say: Speech;
  label: string;
  /** Whether it is reached by the key for moving on; the others by page up and page down. */
  reached: boolean;
  onpick: (part: SlicePart | null, done: boolean) => void;
}
