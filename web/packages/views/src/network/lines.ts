import {
  curve,
  stored,
  thickness,
  type Box,
  type Kernel,
  type LayerCard,
  type Point,
  type Strip,
  type Term,
} from "@vitrail/core";
import { sourceOf } from "./columns.ts";
import type { ColumnView, Connections } from "./types.ts";

export interface Line {
  path: string;
  /** Decides the colour; a negative one is also dashed. */
  weight: number;
  width: number;
  opacity: number;
}

const STRIP_WIDTH = 14;
/** Room for one range under a strip. */
const RANGE = 45;
/** Connections weaker than this share of the strongest one are not drawn. */
const FAINTEST = 0.3;

/** Room under a strip for its ranges: of a and delta, and of z where that is something else. */
export function stripFoot({ card }: ColumnView): number {
  return RANGE * (hasOwnZ(card) ? 3 : 2) + 14;
}

export function hasOwnZ(card: LayerCard | null): boolean {
  return card !== null && (card.kernel_shape.length > 0 || card.activation !== null);
}

/** Where the strip of a layer without units stands in its column. */
export function stripBox(view: ColumnView): Box {
  const { column } = view;
  return {
    x: column.x + (column.width - STRIP_WIDTH) / 2,
    y: column.y,
    width: STRIP_WIDTH,
    height: Math.max(40, column.height - stripFoot(view)),
  };
}

/** Where the picture of the example stands. */
export function pictureBox({ column }: ColumnView): Box {
  const { width, height } = column.cell;
  return { x: column.x, y: column.y + Math.max(0, (column.height - height) / 2 - 24), width, height };
}

/** Where the output of a column's place i leaves it; nothing when that unit is not shown. */
export function leaving(view: ColumnView, i: number, strip: Strip | null): Point | null {
  if (view.column.kind === "strip") {
    const box = stripBox(view);
    const size = view.card?.output_shape.reduce((product, n) => product * n, 1) ?? 1;
    return { x: box.x + box.width, y: box.y + ((i + 0.5) / size) * box.height };
  }
  if (view.column.kind === "picture") {
    const box = pictureBox(view);
    const across = strip?.values.shape[2] ?? 1;
    const pane = view.column.pane;
    return { x: box.x + ((i % across) + 0.5) * pane, y: box.y + (Math.floor(i / across) + 0.5) * pane };
  }
  const box = view.boxes[view.units.indexOf(i)];
  return box === undefined ? null : { x: box.x + box.width, y: box.y + box.height / 2 };
}

export function arriving(view: ColumnView, unit: number): Point | null {
  const box = view.boxes[view.units.indexOf(unit)];
  return box === undefined ? null : { x: box.x, y: box.y + box.height / 2 };
}

/** Panes may stand beside one another: between two columns lines run from edge to edge, not behind the panes. */
function leavingColumn(view: ColumnView, unit: number, strip: Strip): Point | null {
  const point = leaving(view, unit, strip);
  return point === null || view.column.kind !== "panes" ? point : { ...point, x: view.column.x + view.column.width };
}

function arrivingColumn(view: ColumnView, unit: number): Point | null {
  const point = arriving(view, unit);
  return point === null ? null : { ...point, x: view.column.x };
}

/** The column that a column's layer takes its inputs from. */
export const source = (views: readonly ColumnView[], index: number) =>
  views[
    1 +
      sourceOf(
        views.slice(1).flatMap((view) => view.card ?? []),
        index - 1,
      )
  ];

/** The strongest connections of the opened unit, forward and back. */
export function focusLines(views: readonly ColumnView[], unit: Connections, strip: Strip): Line[] {
  const here = views.findIndex((view) => view.card?.name === unit.layer);
  const self = views[here];
  const before = source(views, here);
  if (self === undefined || before === undefined) return [];
  const to = arriving(self, unit.unit);
  const from = leaving(self, unit.unit, strip);
  const after = views.slice(here + 1).find((view) => view.card?.class_name !== "Dropout");
  const lines: Line[] = [];
  const most = strongest(unit.terms);
  for (const term of unit.terms) {
    const start = leaving(before, term.index, strip);
    if (start !== null && to !== null) lines.push(strong(start, to, term, most));
    lines.push(...fromPixel(views, before, term, strip));
  }
  const backMost = strongest(unit.back_terms);
  for (const term of unit.back_terms) {
    const end = after === undefined ? null : arriving(after, term.index);
    if (end !== null && from !== null) lines.push(strong(from, end, term, backMost));
  }
  return lines;
}

/** The way of a pixel through layers that keep it in its place: from the picture to the strip. */
function fromPixel(views: readonly ColumnView[], before: ColumnView, term: Term, strip: Strip): Line[] {
  const [example] = views;
  if (before.card?.class_name !== "Flatten" || example?.column.kind !== "picture" || views[1] !== before) return [];
  const start = leaving(example, term.index, strip);
  const end = leaving(before, term.index, strip);
  if (start === null || end === null) return [];
  return [{ path: curve(start, { x: end.x - STRIP_WIDTH, y: end.y }), weight: 0, width: 1, opacity: 0.7 }];
}

function strong(from: Point, to: Point, term: Term, most: number): Line {
  return { path: curve(from, to), weight: term.weight, width: thickness(term.weight * term.value, most), opacity: 1 };
}

function strongest(terms: readonly Term[]): number {
  return terms.reduce((most, term) => Math.max(most, Math.abs(term.weight * term.value)), 0);
}

/** The stronger connections between the units of two columns, faint, by their rounded weights. */
export function fabric(views: readonly ColumnView[], kernels: ReadonlyMap<string, Kernel>, strip: Strip): Line[] {
  return views.flatMap((view, index) => {
    const kernel = view.card === null ? undefined : kernels.get(view.card.name);
    const before = source(views, index);
    if (kernel === undefined || before === undefined || before.units.length === 0) return [];
    const weights = stored(kernel.weights);
    const inputs = kernel.weights.shape[1] ?? 0;
    return view.units.flatMap((unit) =>
      before.units.flatMap((input) => {
        const share = (weights[unit * inputs + input] ?? 0) / 127;
        const from = leavingColumn(before, input, strip);
        const to = arrivingColumn(view, unit);
        if (Math.abs(share) < FAINTEST || from === null || to === null) return [];
        const size = Math.abs(share);
        return [{ path: curve(from, to), weight: share, width: 0.5 + 2 * size, opacity: 0.08 + 0.24 * size }];
      }),
    );
  });
}
