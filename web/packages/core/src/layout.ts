/** Where the parts of the network stand. Lengths are CSS pixels; the origin is the corner of the drawing. */

import type { PlaneSpec } from "./layoutPlane.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/**
 * What a column shows: the example, a layer without units of its own (whose output is one row of numbers, or pictures,
 * series or a matrix), a hidden layer, or the output layer.
 */
export type ColumnSpec =
  | { kind: "picture"; width: number; height: number }
  | { kind: "features"; units: number }
  | { kind: "strip" }
  | { kind: "maps" }
  | { kind: "panes"; units: number }
  | { kind: "rows"; units: number };

export interface Column extends Box {
  kind: ColumnSpec["kind"] | PlaneSpec["kind"];
  /** Cells beside one another. */
  across: number;
  /** Cells that there is room for. */
  room: number;
  cell: { width: number; height: number };
  /** Side of a pane, or of a picture's pixel. */
  pane: number;
}

export interface Layout {
  columns: Column[];
  width: number;
  height: number;
}

interface Measures {
  margin: number;
  gap: number;
  mostGap: number;
  picture: number;
  features: number;
  strip: number;
  maps: number;
  rows: number;
  numbers: number;
  foot: number;
}

const ROOMY: Measures = {
  margin: 24,
  gap: 28,
  mostGap: 96,
  picture: 112,
  features: 132,
  strip: 64,
  maps: 90,
  rows: 200,
  numbers: 88,
  foot: 34,
};
const TIGHT: Measures = {
  margin: 14,
  gap: 18,
  mostGap: 72,
  picture: 84,
  features: 112,
  strip: 56,
  maps: 84,
  rows: 172,
  numbers: 86,
  foot: 54,
};
const TIGHT_BELOW = 640;
/** Above the cells a column has its title, below them, in `foot`, what is not shown. */
const HEAD = 50;
const PANE = { least: 48, most: 60, between: 12 };
const PANE_GAP = 10;
const ROW = { least: 38, most: 58 };
const FEATURE = 40;

/** Gives every column its place, and hidden layers what width is left. */
export function layOut(specs: readonly ColumnSpec[], width: number, height: number): Layout {
  const is = width < TIGHT_BELOW ? TIGHT : ROOMY;
  const body = Math.max(160, height - HEAD - is.foot);
  const columns = specs.map((spec) => measure(spec, is, body));
  const gaps = Math.max(1, columns.length - 1);
  const taken = () => columns.reduce((sum, column) => sum + column.width, 2 * is.margin);
  widen(columns, specs, width - taken() - gaps * is.gap, body);
  const gap = Math.max(is.gap, Math.min(is.mostGap, (width - taken()) / gaps));
  const used = taken() + gap * (columns.length - 1);
  let x = is.margin + Math.max(0, (width - used) / 2);
  for (const column of columns) {
    column.x = x;
    x += column.width + gap;
  }
  return { columns, width: Math.max(width, used), height };
}

function measure(spec: ColumnSpec, is: Measures, body: number): Column {
  const column = { kind: spec.kind, x: 0, y: HEAD, height: body, across: 1, room: 1, pane: 0 };
  switch (spec.kind) {
    case "picture": {
      const pane = Math.max(1, Math.floor(is.picture / spec.width)) || 1;
      const width = spec.width > is.picture ? is.picture : pane * spec.width;
      const scale = width / spec.width;
      return { ...column, width, pane: scale, cell: { width, height: spec.height * scale } };
    }
    case "features":
      return { ...column, width: is.features, ...stacked(spec.units, body, FEATURE, FEATURE, is.features), pane: 24 };
    case "strip":
      return { ...column, width: is.strip, cell: { width: is.strip, height: body } };
    case "maps":
      return { ...column, width: is.maps, cell: { width: is.maps, height: body } };
    case "rows":
      return { ...column, width: is.rows, ...stacked(spec.units, body, ROW.least, ROW.most, is.rows), pane: 20 };
    case "panes": {
      const pane = clamp(Math.floor(body / spec.units) - PANE.between, PANE.least, PANE.most);
      const cell = { width: pane + is.numbers, height: pane + PANE.between };
      return { ...column, width: cell.width, pane, cell, room: Math.floor(body / cell.height) };
    }
  }
}

function stacked(units: number, body: number, least: number, most: number, width: number) {
  const height = clamp(Math.floor(body / units), least, most);
  return { room: Math.max(1, Math.floor(body / height)), cell: { width, height } };
}

/** Hands out spare width to hidden layers that do not show all their units, one column of panes after another. */
function widen(columns: Column[], specs: readonly ColumnSpec[], spare: number, body: number): void {
  const hidden = columns.flatMap((column, i) => {
    const spec = specs[i];
    return spec?.kind === "panes" ? [{ column, units: spec.units }] : [];
  });
  for (let given = true; given;) {
    given = false;
    for (const { column, units } of hidden) {
      const more = column.cell.width + PANE_GAP;
      if (column.room >= units || more > spare) continue;
      column.across += 1;
      column.width += more;
      column.room = column.across * Math.floor(body / column.cell.height);
      spare -= more;
      given = true;
    }
  }
}

/** The places of some cells in their column: balanced, and centred on its height. */
export function place(column: Column, count: number): Box[] {
  const down = Math.ceil(count / column.across);
  const { width, height } = column.cell;
  const top = column.y + Math.max(0, (column.height - down * height) / 2);
  return Array.from({ length: count }, (_, i) => ({
    x: column.x + (i % column.across) * (width + PANE_GAP),
    y: top + Math.floor(i / column.across) * height,
    width,
    height: column.kind === "panes" || column.kind === "regions" || column.kind === "inputs" ? column.pane : height,
  }));
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** A line that leaves and arrives horizontally. */
export function curve(from: Point, to: Point): string {
  const middle = (from.x + to.x) / 2;
  return `M${at(from.x)},${at(from.y)}C${at(middle)},${at(from.y)} ${at(middle)},${at(to.y)} ${at(to.x)},${at(to.y)}`;
}

function at(length: number): string {
  return String(Math.round(10 * length) / 10);
}

/** How thick a connection is drawn, by its share of the strongest one beside it. */
export function thickness(value: number, most: number): number {
  return most > 0 ? 1 + (3.5 * Math.abs(value)) / most : 1;
}
