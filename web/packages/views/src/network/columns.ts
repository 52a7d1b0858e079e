import {
  at,
  choose,
  largest,
  layOut,
  layOutPlane,
  place,
  row,
  stored,
  regionLayers,
  type ColumnSpec,
  type Kernel,
  type LayerCard,
  type LayerLook,
  type Layout,
  type PlaneSpec,
  type Strip,
  type Workspace,
  partOf,
} from "@vitrail/core";
import type { ColumnView, Focus, Mode, Most, Numbers, UnitPicture } from "./types.ts";

/** Series and texts stand on a sheet of so many pixels. */
const SHEET = 112;
const NOTHING: Most = { z: 0, a: 0, delta: 0 };

/** What each column is, from the example to the output layer. */
export function specsOf({ strip, layers }: Workspace): ColumnSpec[] {
  const example = exampleSpec(strip);
  return [example, ...layers.map((card, i) => specOf(card, i === layers.length - 1))];
}

function exampleSpec({ kind, values }: Strip): ColumnSpec {
  const [, height = 1, width = 1] = values.shape;
  if (kind === "image") return { kind: "picture", width, height };
  return kind === "row" ? { kind: "features", units: height } : { kind: "picture", width: SHEET, height: SHEET };
}

function specOf(card: LayerCard, last: boolean): ColumnSpec {
  const [units = 0] = card.output_shape;
  if (last && card.output_shape.length === 1) return { kind: "rows", units };
  if (card.kernel_shape.length > 0) return { kind: "panes", units };
  return card.output_shape.length > 1 ? { kind: "maps" } : { kind: "strip" };
}

/** What each column is where units are drawn over the plane of the data. */
function planeSpecsOf(workspace: Workspace, features: number): PlaneSpec[] {
  const drawn = new Set(regionLayers(workspace).map((card) => card.name));
  const layers = workspace.layers.map((card): PlaneSpec =>
    drawn.has(card.name) || card.kernel_shape.length > 0
      ? { kind: "regions", units: card.output_shape[0] ?? 0 }
      : { kind: "strip" },
  );
  return [{ kind: "inputs", units: features }, ...layers];
}

/** Where everything stands in a drawing of some size. */
export function layoutOf(workspace: Workspace, width: number, height: number): Layout {
  const { plane } = workspace;
  if (plane === null) return layOut(specsOf(workspace), width, height);
  return layOutPlane(planeSpecsOf(workspace, plane.features.length), width, height);
}

/** Units of a layer that must be seen because the opened one is connected with them. */
export type Pins = (layer: string) => readonly number[];
export type Ranked = (card: LayerCard) => readonly number[];

/** The columns with what stands in them. */
export function columnsOf(
  workspace: Workspace,
  layout: Layout,
  looks: ReadonlyMap<string, LayerLook>,
  ranked: Ranked,
  pins: Pins,
): ColumnView[] {
  return layout.columns.map((column, i) => {
    const card = workspace.layers[i - 1] ?? null;
    const look = card === null ? null : (looks.get(card.name) ?? null);
    const base = { column, card, look, most: mostOf(look) };
    if (column.kind === "inputs") {
      const { features = [], inputs = [] } = workspace.plane ?? {};
      const units = features.map(({ name }) => inputs.indexOf(name));
      return { ...base, total: units.length, units, boxes: place(column, units.length) };
    }
    if (column.kind === "features") {
      const total = workspace.strip.values.shape[1] ?? 0;
      const units = Array.from({ length: Math.min(total, column.room) }, (_, unit) => unit);
      return { ...base, total, units, boxes: place(column, units.length) };
    }
    if (card === null || column.kind === "strip" || column.kind === "maps")
      return { ...base, total: 0, units: [], boxes: [] };
    const units = choose(ranked(card), column.room, pins(card.name));
    return { ...base, total: card.output_shape[0] ?? 0, units, boxes: place(column, units.length) };
  });
}

function mostOf(look: LayerLook | null): Most {
  if (look === null) return NOTHING;
  return {
    z: largest(stored(look.z)),
    a: largest(stored(look.a)),
    delta: look.delta === null ? 0 : largest(stored(look.delta)),
  };
}

export function numbersOf(look: LayerLook | null, unit: number): Numbers | null {
  return look === null
    ? null
    : { z: at(look.z, unit), a: at(look.a, unit), delta: look.delta === null ? null : at(look.delta, unit) };
}

/** How one unit is drawn. */
export function pictureOf(view: ColumnView, unit: number, mode: Mode, kernel: Kernel | undefined): UnitPicture {
  const numbers = numbersOf(view.look, unit);
  const pictured = mode === "weights" && (view.card?.picture_shape.length ?? 0) > 0;
  if (pictured && kernel !== undefined) return { unit, numbers, weights: row(kernel.weights, unit), share: null };
  const number = mode === "weights" ? "a" : mode;
  const most = view.most[number];
  const value = numbers?.[number] ?? null;
  const share = value === null || pictured ? null : most > 0 ? value / most : 0;
  return { unit, numbers, weights: null, share };
}

/** The layers whose weights are seen: as pictures, or as connections between two columns of units. */
export function seenLayers(workspace: Workspace, mode: Mode): string[] {
  if (workspace.plane !== null) {
    return workspace.layers.filter((card) => card.kernel_shape.length > 0).map((card) => card.name);
  }
  const specs = specsOf(workspace).slice(1);
  return workspace.layers
    .filter((card, i) => {
      if (card.kernel_shape.length === 0) return false;
      if (mode === "weights" && card.picture_shape.length > 0) return true;
      return specs[sourceOf(workspace.layers, i)]?.kind === "panes";
    })
    .map((card) => card.name);
}

/** The layers whose units are seen by the region that they respond to; of the output always. */
export function seenRegions(workspace: Workspace, mode: Mode): string[] {
  const layers = regionLayers(workspace).map((card) => card.name);
  return mode === "weights" ? layers : layers.filter((name) => name === workspace.layers.at(-1)?.name);
}

/** The layer whose units are the inputs of another: the one before it, but for Dropout, which keeps each in its place. */
export function sourceOf(layers: readonly LayerCard[], index: number): number {
  let source = index - 1;
  while (layers[source]?.class_name === "Dropout") source -= 1;
  return source;
}

export function isFocus(focus: Focus | null, layer: string, unit: number): boolean {
  return focus !== null && focus.layer === layer && focus.unit === unit;
}

/** What the followed example should give, wherever it stands. */
export function truthOf({
  workspace,
  followed,
}: {
  workspace: Workspace;
  followed: number | null;
}): number | undefined {
  if (followed === null) return undefined;
  const place = workspace.strip.indices.indexOf(followed);
  if (place >= 0) return workspace.strip.labels[place];
  const { part, place: among } = partOf(workspace.dataset, followed);
  return workspace.plane === null ? undefined : stored(workspace.plane[part].labels)[among];
}
