import { curve, largest, stored, type Kernel, type Point } from "@vitrail/core";
import { arriving, leaving, source } from "./lines.ts";
import type { ColumnView, Connection, Focus } from "./types.ts";

/** Where one connection between two panes runs. */
export interface Thread extends Connection {
  path: string;
  middle: Point;
}

/** How a connection is drawn at one moment. */
export interface Stroke {
  weight: number;
  width: number;
  opacity: number;
}

const FAINT = 0.07;

/** Every connection between panes that are shown. */
export function threadsOf(views: readonly ColumnView[]): Thread[] {
  return views.flatMap((view, index) => {
    const before = source(views, index);
    const layer = view.card?.name;
    if (layer === undefined || before === undefined || view.card?.kernel_shape.length === 0) return [];
    return view.units.flatMap((unit) =>
      before.units.flatMap((input) => {
        const from = input < 0 ? null : leaving(before, input, null);
        const to = arriving(view, unit);
        if (from === null || to === null) return [];
        const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
        return [{ layer, unit, input, path: curve(from, to), middle }];
      }),
    );
  });
}

/** The weight of a connection; none before it is known. */
export function weightOf(kernel: Kernel | undefined, { unit, input }: Connection): number | null {
  const weight =
    kernel === undefined ? undefined : stored(kernel.weights)[unit * (kernel.weights.shape[1] ?? 0) + input];
  return weight === undefined || kernel === undefined ? null : weight * kernel.weights.scale;
}

/** How strongly each connection is drawn: by its share of the layer's largest weight, faint when another unit is open. */
export function strokesOf(
  threads: readonly Thread[],
  kernels: ReadonlyMap<string, Kernel>,
  focus: Focus | null,
  follows: ReadonlyMap<string, string>,
): (Stroke | null)[] {
  const most = new Map([...kernels].map(([name, { weights }]) => [name, largest(stored(weights)) * weights.scale]));
  return threads.map((thread) => {
    const weight = weightOf(kernels.get(thread.layer), thread);
    if (weight === null) return null;
    const share = Math.min(1, Math.abs(weight) / (most.get(thread.layer) ?? 1)) || 0;
    const into = focus !== null && thread.layer === focus.layer && thread.unit === focus.unit;
    const from = focus !== null && follows.get(thread.layer) === focus.layer && thread.input === focus.unit;
    const aside = focus !== null && !into && !from;
    return { weight, width: 0.75 + 4.25 * share, opacity: aside ? FAINT : 0.3 + 0.6 * share };
  });
}
