/** Where the parts of a network stand whose units are drawn over a plane: small panes, column beside column. */
import type { Column, Layout } from "./layout.ts";

export type PlaneSpec = { kind: "inputs"; units: number } | { kind: "strip" } | { kind: "regions"; units: number };

/** Above the panes a column has its title and the buttons that change its layer. */
const HEAD = 78;
/** Under them, room to say what is not shown. */
const FOOT = { note: 34, bare: 10 };
const MARGIN = 20;
/** Room for the name of an input. */
const LABEL = 58;
const PANE = { least: 26, most: 52 };
/** Panes that a column is made for; where fewer units stand in it, they are no larger. */
const USUAL_UNITS = 7;
const MOST_UNITS = 8;
/** Room under a pane, with a number in it or without. */
const NUMBER = 22;
const BARE = 9;
const GAP = { least: 26, most: 120 };
const STRIP = 56;

/** Gives every column its place; all panes are of one size. */
export function layOutPlane(specs: readonly PlaneSpec[], width: number, height: number): Layout {
  const units = Math.max(USUAL_UNITS, ...specs.map((spec) => (spec.kind === "strip" ? 0 : spec.units)));
  const foot = units > MOST_UNITS ? FOOT.note : FOOT.bare;
  const body = Math.max(200, height - HEAD - foot);
  const pitch = Math.floor(body / Math.min(MOST_UNITS, units));
  const strips = specs.filter((spec) => spec.kind === "strip").length;
  const across = (width - 2 * MARGIN - LABEL - strips * (STRIP + GAP.least)) / Math.max(1, specs.length - strips);
  const under = pitch - NUMBER >= PANE.least + 8 ? NUMBER : BARE;
  const pane = Math.max(PANE.least, Math.min(PANE.most, pitch - under, Math.floor(across) - GAP.least));
  const cell = { width: pane, height: pane + under };
  const columns = specs.map((spec): Column => {
    const wide = spec.kind === "strip" ? STRIP : spec.kind === "inputs" ? LABEL + pane : pane;
    const room = Math.max(1, Math.floor(body / cell.height));
    const size = { width: wide, height: cell.height };
    return { kind: spec.kind, x: 0, y: HEAD, height: body, width: wide, across: 1, room, cell: size, pane };
  });
  const taken = columns.reduce((sum, column) => sum + column.width, 2 * MARGIN);
  const gap = Math.max(GAP.least, Math.min(GAP.most, (width - taken) / Math.max(1, columns.length - 1)));
  const used = taken + gap * (columns.length - 1);
  let x = MARGIN + Math.max(0, (width - used) / 2);
  for (const column of columns) {
    column.x = x;
    x += column.width + gap;
  }
  return { columns, width: Math.max(width, used), height };
}
