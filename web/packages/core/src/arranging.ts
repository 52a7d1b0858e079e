/** How what is shown of a tensor is changed, and which indices that are. */
import type { Arrangement, AxisRole, AxisSpan, Drawing, Slab } from "./wire.ts";

/** Where an axis can lie, in the order in which it is offered. */
export const AXIS_ROLES: readonly AxisRole[] = ["rows", "columns", "facets", "colour", "film", "held"];
export const DRAWINGS: readonly Drawing[] = ["numbers", "heat", "image", "series"];

/** Lengths of an axis that can be colours: grey, red-green-blue, and that with opacity. */
const COLOURS = [1, 3, 4];

/** From an index of an axis to before another one. */
export type Ends = [number, number];

/** A part of a slice, by the tensor's own indices. */
export interface SlicePart {
  facets: Ends;
  rows: Ends;
  columns: Ends;
}

export function canBeColour(length: number): boolean {
  return COLOURS.includes(length);
}

/** Whether only one index of the axis is shown at a time. */
export function isHeld(role: AxisRole): boolean {
  return role === "held" || role === "film";
}

/** Puts an axis somewhere; the axis that lay there takes its place. */
export function withRole(
  arrangement: Arrangement,
  lengths: readonly number[],
  axis: number,
  role: AxisRole,
): Arrangement {
  const roles = [...arrangement.roles];
  const before = roles[axis] ?? "held";
  const other = role === "held" ? -1 : roles.indexOf(role);
  if (other >= 0) roles[other] = before === "colour" && !canBeColour(lengths[other] ?? 0) ? "held" : before;
  roles[axis] = role;
  const drawing = roles.includes("colour") ? "image" : arrangement.drawing;
  return { ...arrangement, roles, drawing, start: [0, 0, 0] };
}

/** Draws it in another way; only pictures have colours. */
export function withDrawing(arrangement: Arrangement, drawing: Drawing): Arrangement {
  const roles = arrangement.roles.map((role) => (role === "colour" && drawing !== "image" ? "held" : role));
  return { ...arrangement, roles, drawing, start: [0, 0, 0] };
}

/** Shows another index of an axis. */
export function movedTo(arrangement: Arrangement, axis: number, index: number): Arrangement {
  return { ...arrangement, at: arrangement.at.map((at, i) => (i === axis ? index : at)) };
}

const WINDOWS: readonly AxisRole[] = ["facets", "rows", "columns"];

/** Begins with another index of an axis that has no room for all. */
export function windowedTo(arrangement: Arrangement, role: AxisRole, index: number): Arrangement {
  return { ...arrangement, start: arrangement.start.map((at, i) => (WINDOWS[i] === role ? index : at)) };
}

/** Shows a place of the tensor, wherever its axes lie. */
export function broughtTo(arrangement: Arrangement, place: readonly number[]): Arrangement {
  const start = WINDOWS.map((role) => Math.max(0, place[arrangement.roles.indexOf(role)] ?? 0));
  return { ...arrangement, at: [...place], start };
}

/** Where an axis lies among those that are shown; none for one that is held. */
export function spanOf(slab: Slab, axis: number): AxisSpan | null {
  return slab.spans.find((span) => span.axis === axis) ?? null;
}

/** The index that stands at a place of what is shown. */
export function indexAt(span: AxisSpan | undefined, place: number): number {
  return span === undefined ? 0 : span.start + span.step * place;
}

/** The indices from one shown place to another, both of them included. */
export function endsOf(span: AxisSpan | undefined, from: number, to: number): Ends {
  return [indexAt(span, Math.min(from, to)), indexAt(span, Math.max(from, to)) + 1];
}

/** The shown places that a part covers: the first one, and the one after the last. */
export function placesOf(span: AxisSpan | undefined, [start, stop]: Ends): Ends {
  if (span === undefined) return [0, 1];
  const first = Math.ceil((start - span.start) / span.step);
  const last = Math.floor((stop - 1 - span.start) / span.step);
  return [Math.max(0, first), Math.min(span.count, last + 1)];
}
