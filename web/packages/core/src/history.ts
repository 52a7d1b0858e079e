import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { EpochRow, Frame } from "./wire.ts";

/** A curve over epochs. */
export type Series = readonly (readonly [epoch: number, value: number])[];

export function series(history: readonly EpochRow[], name: string): Series {
  return history.flatMap((row) => {
    const value = row.logs[name];
    return value === undefined || !Number.isFinite(value) ? [] : [[row.epoch, value] as const];
  });
}

/** Whether two histories end with the same epoch, to the last digit: then they are of one run. */
export function isSameEnd(one: readonly EpochRow[], other: readonly EpochRow[]): boolean {
  const [last, otherLast] = [one.at(-1), other.at(-1)];
  return last?.epoch === otherLast?.epoch && last?.logs["loss"] === otherLast?.logs["loss"];
}

/** What is measured beside the loss, first as compiled. */
export function metricsOf(frame: Frame): string[] {
  const names = [...Object.keys(frame.last?.logs ?? {}), ...Object.keys(frame.metrics)];
  return [...new Set(names)].filter((name) => name !== "loss" && !name.startsWith("val_"));
}

/** The newest value: of the epoch under way where there is one, otherwise of the last complete epoch. */
export function newest(frame: Frame, name: string): number | null {
  return frame.metrics[name] ?? frame.last?.logs[name] ?? null;
}

/** What stands below and beside curves. */
export interface Ticks {
  xTicks: { at: number; epoch: number }[];
  yTicks: { at: number; value: number }[];
  /** Decimals that tell the values of `yTicks` apart, where they are written in percent. */
  decimals: number;
}

export interface Chart extends Ticks {
  train: string;
  test: string;
  gap: string;
  /** The training curve of another run. */
  ghost: string;
  dots: { x: number; y: number; test: boolean }[];
}

export interface ChartBox {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const DOTS_UP_TO = 12;
const TICK_WIDTH = 44;

/** Where epochs and values lie in a chart of some curves, and the ticks of both. */
function scales(curves: readonly Series[], box: ChartBox, share: boolean) {
  const values = curves.flat().map(([, value]) => value);
  const epochs = curves.flat().map(([epoch]) => epoch);
  const last = Math.max(2, ...epochs);
  const x = scaleLinear([Math.min(1, ...epochs), last], [box.left, box.width - box.right]);
  const low = share ? Math.min(...values) : Math.min(0, ...values);
  const high = share ? Math.max(...values) : Math.max(...values);
  const spread = values.length === 0 ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
  const y = scaleLinear(spread, [box.height - box.bottom, box.top]).nice(3);
  const path = line<readonly [number, number]>(
    ([epoch]) => x(epoch),
    ([, value]) => y(value),
  );
  const steps = Math.max(1, Math.floor((box.width - box.left - box.right) / TICK_WIDTH));
  const marks = y.ticks(3);
  const step = (marks[1] ?? 1) - (marks[0] ?? 0);
  const ticks: Ticks = {
    xTicks: x
      .ticks(Math.min(steps, last))
      .filter(Number.isInteger)
      .map((epoch) => ({ at: x(epoch), epoch })),
    yTicks: marks.map((value) => ({ at: y(value), value })),
    decimals: Math.max(0, Math.ceil(-Math.log10(100 * step) - 1e-9)),
  };
  return { x, y, ticks, draw: (curve: Series) => path(curve) ?? "" };
}

/** Curves of several runs in one chart: a path for each, and where it ends. */
export interface Overlay extends Ticks {
  paths: string[];
  ends: ({ x: number; y: number } | null)[];
}

export function overlay(curves: readonly Series[], box: ChartBox, share: boolean): Overlay {
  const { x, y, ticks, draw } = scales(curves, box, share);
  const ends = curves.map((curve) => {
    const last = curve.at(-1);
    return last === undefined ? null : { x: x(last[0]), y: y(last[1]) };
  });
  return { ...ticks, paths: curves.map(draw), ends };
}

/** The paths of a training and a test curve, of the gap between them, and of another run's training curve. */
export function chart(train: Series, test: Series, box: ChartBox, share: boolean, ghost: Series = []): Chart {
  const { x, y, ticks, draw } = scales([train, test, ghost], box, share);
  const tested = new Map(test);
  const both = train.filter(([epoch]) => tested.has(epoch));
  const gap = area<readonly [number, number]>()
    .x(([epoch]) => x(epoch))
    .y0(([, value]) => y(value))
    .y1(([epoch]) => y(tested.get(epoch) ?? 0));
  const dot = (isTest: boolean) => (point: readonly [number, number]) => ({
    x: x(point[0]),
    y: y(point[1]),
    test: isTest,
  });
  return {
    ...ticks,
    train: draw(train),
    test: draw(test),
    ghost: draw(ghost),
    gap: both.length > 1 ? (gap(both) ?? "") : "",
    dots: train.length <= DOTS_UP_TO ? [...train.map(dot(false)), ...test.map(dot(true))] : [],
  };
}
