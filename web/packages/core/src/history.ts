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

/** What is measured beside the loss, first as compiled. */
export function metricsOf(frame: Frame): string[] {
  const names = [...Object.keys(frame.history.at(-1)?.logs ?? {}), ...Object.keys(frame.metrics)];
  return [...new Set(names)].filter((name) => name !== "loss" && !name.startsWith("val_"));
}

/** The newest value: of the epoch under way where there is one, otherwise of the last complete epoch. */
export function newest(frame: Frame, name: string): number | null {
  return frame.metrics[name] ?? frame.history.at(-1)?.logs[name] ?? null;
}

export interface Chart {
  train: string;
  test: string;
  gap: string;
  dots: { x: number; y: number; test: boolean }[];
  xTicks: { at: number; epoch: number }[];
  yTicks: { at: number; value: number }[];
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

/** The paths of a training and a test curve and of the gap between them. */
export function chart(train: Series, test: Series, box: ChartBox, share: boolean): Chart {
  const values = [...train, ...test].map(([, value]) => value);
  const epochs = train.map(([epoch]) => epoch);
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
  const steps = Math.max(1, Math.floor((box.width - box.left - box.right) / TICK_WIDTH));
  return {
    train: path(train) ?? "",
    test: path(test) ?? "",
    gap: both.length > 1 ? (gap(both) ?? "") : "",
    dots: train.length <= DOTS_UP_TO ? [...train.map(dot(false)), ...test.map(dot(true))] : [],
    xTicks: x
      .ticks(Math.min(steps, last))
      .filter(Number.isInteger)
      .map((epoch) => ({ at: x(epoch), epoch })),
    yTicks: y.ticks(3).map((value) => ({ at: y(value), value })),
  };
}
