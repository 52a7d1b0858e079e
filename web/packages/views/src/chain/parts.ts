import { indexAt, type AxisSpan, type Related, type Slab, type SlicePart, type Stage } from "@vitrail/core";
import type { Element } from "./types.ts";

/** A box of elements: its first index along each axis, and the one behind the last. */
export interface Box {
  starts: readonly number[];
  stops: readonly number[];
}

const WHOLE_AXIS: [number, number] = [0, 1];

/** The element that a part of a slab begins with; of a pixel in colours, the number of one channel. */
export function elementOf(slab: Slab, part: SlicePart, channel: number): number[] {
  const { roles, at } = slab.arrangement;
  const first = { facets: part.facets[0], rows: part.rows[0], columns: part.columns[0] };
  return roles.map((role, axis) => {
    if (role === "facets" || role === "rows" || role === "columns") return first[role];
    return role === "colour" ? Math.min(channel, (slab.spans[3]?.count ?? 1) - 1) : (at[axis] ?? 0);
  });
}

/** A box as a part of a slab, brought to the shown indices; none where it lies in another slice or window. */
export function partOfBox(slab: Slab, { starts, stops }: Box): SlicePart | null {
  const { roles, at } = slab.arrangement;
  const inSlice = roles.every((role, axis) => {
    const index = at[axis] ?? 0;
    return (role !== "held" && role !== "film") || ((starts[axis] ?? 0) <= index && index < (stops[axis] ?? 1));
  });
  const [facets, rows, columns] = slab.spans.map((span) => ends(span, starts, stops));
  if (!inSlice || !facets || !rows || !columns) return null;
  return { facets, rows, columns };
}

function ends(span: AxisSpan, starts: readonly number[], stops: readonly number[]): [number, number] | null {
  if (span.axis === null) return WHOLE_AXIS;
  const onto = (index: number) => span.start + Math.floor((index - span.start) / span.step) * span.step;
  const first = onto(starts[span.axis] ?? 0);
  const last = (stops[span.axis] ?? 1) - 1;
  return last < span.start || first > indexAt(span, span.count - 1) ? null : [first, last + 1];
}

function single(index: readonly number[]): Box {
  return { starts: index, stops: index.map((at) => at + 1) };
}

/** What lights up in a pane, in what it draws; none where nothing does. */
export function litIn(stage: Stage, picked: Element | null, related: Related | null, pane: number): Box | null {
  if (picked === null) return null;
  if (picked.pane === pane) return single(picked.index);
  const part = related?.parts[pane];
  if (!related || !part || !isFor(related, picked)) return null;
  const repeated = (stage.panes[pane]?.stretched.length ?? 0) > 0;
  return repeated && picked.pane === stage.panes.length - 1 ? single(picked.index) : part;
}

/** Of a pane that repeats its tensor, the element itself that what lights up in it repeats. */
export function sourceIn(stage: Stage, picked: Element | null, related: Related | null, pane: number): Box | null {
  const drawn = stage.panes[pane];
  const part = related?.parts[pane];
  if (picked === null || !related || !drawn || !part || drawn.stretched.length === 0) return null;
  if (!isFor(related, picked)) return null;
  const before = Array.from({ length: drawn.card.axes.length - drawn.shape.length }, () => 0);
  return { starts: [...before, ...part.starts], stops: [...before.map(() => 1), ...part.stops] };
}

/** The part of a pane that is there once, where the rest repeats it. */
export function solidIn(stage: Stage, pane: number): Box | null {
  const drawn = stage.panes[pane];
  if (drawn === undefined || drawn.stretched.length === 0) return null;
  return {
    starts: drawn.card.axes.map(() => 0),
    stops: drawn.card.axes.map(({ length }, axis) => (drawn.stretched.includes(axis) ? 1 : length)),
  };
}

/** Whether a step still has an element. */
export function isIn(stage: Stage, element: Element | null): boolean {
  const axes = element === null ? undefined : stage.panes[element.pane]?.card.axes;
  if (element === null || axes?.length !== element.index.length) return false;
  return axes.every(({ length }, axis) => (element.index[axis] ?? 0) < length);
}

/** Whether an answer is about this element. */
export function isFor(related: Related, { pane, index }: Element): boolean {
  return related.pane === pane && String(related.index) === String(index);
}
