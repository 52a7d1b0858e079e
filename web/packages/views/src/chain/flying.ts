import { colourOf, css, stored, type AxisSpan, type Flight, type Slab, type Stage, type Theme } from "@vitrail/core";

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One element on its way, within the stage that it is drawn on. */
export interface Way {
  from: Rect;
  to: Rect;
  colour: string;
  /** The number, where it is written; otherwise empty. */
  text: string;
}

interface Spot {
  facet: number;
  row: number;
  column: number;
}

/** Where an element is shown; none where it is not. Of every so many indices only those that are shown have a spot. */
export function spotOf(slab: Slab, index: readonly number[]): Spot | null {
  const { roles, at } = slab.arrangement;
  if (roles.some((role, axis) => (role === "held" || role === "film") && at[axis] !== index[axis])) return null;
  const [facet, row, column] = slab.spans.map((span) => placeIn(span, index));
  if (facet === undefined || row === undefined || column === undefined) return null;
  return facet === null || row === null || column === null ? null : { facet, row, column };
}

function placeIn(span: AxisSpan, index: readonly number[]): number | null {
  if (span.axis === null) return 0;
  const place = ((index[span.axis] ?? 0) - span.start) / span.step;
  return Number.isInteger(place) && place >= 0 && place < span.count ? place : null;
}

/** The ways of those elements that are shown at both ends, as places of the element that holds the panes. */
export function waysOf(
  stage: Stage,
  panes: readonly HTMLElement[],
  theme: Theme,
  host: HTMLElement | null = null,
): Way[] {
  const last = stage.panes.length - 1;
  const { left, top } = host?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const within = (rect: Rect) => ({ ...rect, left: rect.left - left, top: rect.top - top });
  return stage.flights.flatMap((flight) => {
    const from = rectOf(stage, panes, flight.pane, flight.source);
    const to = rectOf(stage, panes, last, flight.target);
    return from === null || to === null ? [] : [{ from: within(from), to: within(to), ...look(stage, flight, theme) }];
  });
}

function look(stage: Stage, flight: Flight, theme: Theme): { colour: string; text: string } {
  const slab = stage.panes[flight.pane]?.slab;
  const spot = slab === undefined ? null : spotOf(slab, flight.source);
  if (slab === undefined || spot === null) return { colour: "transparent", text: "" };
  const [rows, columns, colours] = [1, 2, 3].map((i) => slab.spans[i]?.count ?? 1) as [number, number, number];
  const place = (spot.facet * rows + spot.row) * columns + spot.column;
  const light = slab.arrangement.drawing === "image";
  const scale = { low: slab.low, high: slab.high, light, theme };
  const values = stored(slab.values);
  const one = (channel: number) => colourOf(values[place * colours + channel] ?? NaN, scale);
  const colour = colours < 3 ? one(0) : ([one(0)[0], one(1)[0], one(2)[0]] as const);
  return { colour: css([...colour] as [number, number, number]), text: slab.written[place] ?? "" };
}

/** The place of an element on the page; none where it is not shown. */
function rectOf(stage: Stage, panes: readonly HTMLElement[], pane: number, index: readonly number[]): Rect | null {
  const [slab, host] = [stage.panes[pane]?.slab, panes[pane]];
  const spot = slab === undefined ? null : spotOf(slab, index);
  if (slab === undefined || host === undefined || spot === null) return null;
  const { facet, row, column } = spot;
  const cell = host.querySelector(`[data-testid="number-${[facet, row, column].join("-")}"]`);
  if (cell !== null) return rectangle(cell);
  const sheet = host.querySelector(
    `[data-testid="sheet-${String(facet)}"], [data-testid="lines-${String(facet)}"] svg`,
  );
  if (sheet === null) return null;
  const all = rectangle(sheet);
  const [rows, columns] = [slab.spans[1]?.count ?? 1, slab.spans[2]?.count ?? 1];
  const [width, height] = [all.width / columns, all.height / rows];
  return { left: all.left + column * width, top: all.top + row * height, width, height };
}

function rectangle(element: Element): Rect {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

/** How an element is written in the table of moves. */
export function moveOf(stage: Stage, flight: Flight, names: readonly string[]): { from: string; to: string } {
  return {
    from: `${names[flight.pane] ?? ""}[${flight.source.join(", ")}]`,
    to: `${names[stage.panes.length - 1] ?? ""}[${flight.target.join(", ")}]`,
  };
}
