/** How what units give over a plane becomes colours. */
import { classColour, diverging, ENDS, mixed, NOT_A_NUMBER, type Theme } from "./scale.ts";
import { largest, row, stored, type Values } from "./tensor.ts";
import type { LayerCard, Plane, Region, Workspace } from "./wire.ts";

/** What a number over the plane is coloured by. */
export type Shading =
  /** Around a middle: full colour at `reach` from it. */
  | { kind: "around"; middle: number; reach: number }
  /** From nothing to the colour of a class, at `reach`. */
  | { kind: "class"; label: number; classes: number; reach: number };

const HALF = 0.5;
const STEPS = 127;

/** The widest layer whose units are drawn over the plane. */
export const MOST_REGIONS = 64;

/** The layers whose units are drawn over the plane. */
export function regionLayers({ plane, layers }: Workspace): LayerCard[] {
  if (plane === null) return [];
  return layers.filter((card, i) => {
    const drawn = card.kernel_shape.length > 0 || i === layers.length - 1;
    return drawn && card.output_shape.length === 1 && (card.output_shape[0] ?? 0) <= MOST_REGIONS;
  });
}

/** Whether the network has one output, the probability of the second of two classes. */
export function isProbability({ dataset, layers }: Workspace, card: LayerCard): boolean {
  const last = card.name === layers.at(-1)?.name && card.output_shape[0] === 1;
  return last && dataset.task === "classification" && card.activation === "sigmoid";
}

/** Whether a layer has an output for each of several classes. */
export function givesClasses({ dataset, layers }: Workspace, card: LayerCard): boolean {
  const count = card.output_shape[0] ?? 0;
  return card.name === layers.at(-1)?.name && count > 1 && count === dataset.class_names.length;
}

/** How a unit's numbers over the plane are coloured. */
export function shadingOf(workspace: Workspace, plane: Plane, card: LayerCard, unit: number, region: Region): Shading {
  const reach = Math.abs(region.values.scale) * STEPS;
  if (isProbability(workspace, card)) return { kind: "around", middle: HALF, reach: HALF };
  if (givesClasses(workspace, card)) {
    const shares = card.activation === "softmax" || card.activation === "sigmoid";
    return { kind: "class", label: unit, classes: workspace.dataset.class_names.length, reach: shares ? 1 : reach };
  }
  const last = card.name === workspace.layers.at(-1)?.name;
  if (last && workspace.dataset.task === "regression") return { kind: "around", middle: 0, reach: labelReach(plane) };
  return { kind: "around", middle: 0, reach };
}

/** The largest target of a regression, which its points and its output are coloured by. */
export function labelReach({ train, test }: Plane): number {
  return Math.max(largest(stored(train.labels)), largest(stored(test.labels))) || 1;
}

/** The colour of one number. */
export function shade(
  value: number,
  shading: Shading,
  theme: Theme,
  discrete = false,
): readonly [number, number, number] {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (shading.kind === "around") {
    const share = shading.reach > 0 ? (value - shading.middle) / shading.reach : 0;
    return diverging(discrete ? (share > 0 ? 1 : -1) : share, theme);
  }
  const share = Math.max(0, Math.min(1, shading.reach > 0 ? value / shading.reach : 0));
  return mixed(ENDS[theme].zero, classColour(shading.label, shading.classes, theme), share);
}

/** Paints what one unit gives over the plane. */
export function paintRegion(
  region: Region,
  unit: number,
  shading: Shading,
  theme: Theme,
  discrete: boolean,
  pixels: Uint8ClampedArray,
): void {
  const colours = paletteOf(region, shading, theme, discrete);
  const values = row(region.values, unit);
  const points = new Uint32Array(pixels.buffer, pixels.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) points[i] = colours[(values[i] ?? 0) + STEPS] ?? 0;
}

const palettes = new WeakMap<Region, Map<string, Uint32Array>>();

/** The pixel of each stored number: mixed once for all units of a layer that are coloured alike. */
function paletteOf(region: Region, shading: Shading, theme: Theme, discrete: boolean): Uint32Array {
  let known = palettes.get(region);
  if (known === undefined) palettes.set(region, (known = new Map()));
  const key = JSON.stringify([shading, theme, discrete]);
  let palette = known.get(key);
  if (palette === undefined) {
    const bytes = new Uint8ClampedArray(4 * (2 * STEPS + 1));
    for (let step = -STEPS; step <= STEPS; step++) {
      put(bytes, step + STEPS, shade(step * region.values.scale, shading, theme, discrete));
    }
    known.set(key, (palette = new Uint32Array(bytes.buffer)));
  }
  return palette;
}

/** Paints the class that wins at each place, the lighter the closer the race. */
export function paintWinners(
  region: Region,
  classes: number,
  reach: number,
  theme: Theme,
  discrete: boolean,
  pixels: Uint8ClampedArray,
): void {
  const rows: Values[] = Array.from({ length: classes }, (_, k) => row(region.values, k));
  const colours = rows.map((_, k) => classColour(k, classes, theme));
  for (let i = 0; i < (rows[0]?.length ?? 0); i++) {
    let winner = 0;
    for (let k = 1; k < classes; k++) if ((rows[k]?.[i] ?? 0) > (rows[winner]?.[i] ?? 0)) winner = k;
    const share = ((rows[winner]?.[i] ?? 0) * region.values.scale) / reach;
    const colour = colours[winner] ?? NOT_A_NUMBER;
    put(pixels, i, discrete ? colour : mixed(ENDS[theme].zero, colour, Math.max(0, Math.min(1, share))));
  }
}

function put(pixels: Uint8ClampedArray, i: number, [red, green, blue]: readonly [number, number, number]): void {
  pixels[4 * i] = red;
  pixels[4 * i + 1] = green;
  pixels[4 * i + 2] = blue;
  pixels[4 * i + 3] = 255;
}
