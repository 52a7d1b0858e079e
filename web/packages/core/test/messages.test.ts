import { describe, expect, it } from "vitest";
import {
  at,
  chart,
  largest,
  metricsOf,
  newest,
  Newest,
  outcomeOf,
  PROTOCOL,
  range,
  row,
  series,
  stored,
  type Frame,
  type Pictures,
} from "../src/index.ts";
import { percent } from "../src/format.ts";
import { Recording } from "../fixtures/recording.ts";

describe.each(["fashion", "iris"] as const)("the recording %s", (name) => {
  const recording = new Recording(name);
  const workspace = recording.get("workspace");
  const look = recording.get("look");

  it("speaks this page's protocol", () => {
    expect(recording.get("hello").protocol).toBe(PROTOCOL);
  });

  it("holds arrays of the shape that they claim", () => {
    for (const layer of look.layers) {
      for (const tensor of [layer.z, layer.a, layer.delta].filter((one) => one !== null)) {
        expect(stored(tensor)).toHaveLength(tensor.shape.reduce((product, n) => product * n, 1));
      }
    }
  });

  it("explains the z and the delta of a unit that a look shows", () => {
    for (const told of recording.all("explained")) {
      const layer = look.layers.find((one) => one.name === told.layer);
      const value = (key: string) => told.formulas.find((formula) => formula.key === key)?.value;
      expect([told.sample, told.clock]).toEqual([look.index, look.clock]);
      expect(layer && [at(layer.z, told.unit), at(layer.delta, told.unit)]).toEqual([value("z"), value("delta")]);
    }
  });

  it("predicts a class with probabilities that add up to one", () => {
    expect(look.prediction.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    const outcome = outcomeOf(look, workspace.dataset, workspace.layers.at(-1));
    expect(outcome).toMatchObject({ kind: "class", truth: look.label, probability: true });
  });

  it("has a history from which curves are drawn", () => {
    const last = recording.get("frame");
    expect(metricsOf(last)).toEqual(["accuracy"]);
    const { rows } = recording.get("history");
    expect(last.last).toEqual(rows.at(-1));
    expect(newest(last, "val_loss")).toBe(rows.at(-1)?.logs["val_loss"]);
    const train = series(rows, "loss");
    const box = { width: 300, height: 120, left: 44, right: 8, top: 8, bottom: 20 };
    const drawn = chart(train, series(rows, "val_loss"), box, false);
    expect(drawn.xTicks.map((tick) => tick.epoch)).toEqual([1, 2]);
    expect(drawn.dots).toHaveLength(4);
    expect(drawn.gap).toMatch(/^M.*Z$/);
  });
});

it("close shares have marks that are told apart in percent", () => {
  const box = { width: 300, height: 100, left: 40, right: 10, top: 5, bottom: 20 };
  const marks = (...values: number[]) => {
    const { yTicks, decimals } = chart(
      values.map((value, i) => [i + 1, value] as const),
      [],
      box,
      true,
    );
    return yTicks.map(({ value }) => percent(value, "en", decimals));
  };
  expect(marks(0.5042, 0.51)).toEqual(["50.4%", "50.6%", "50.8%", "51.0%"]);
  expect(marks(0.2, 0.9)).toEqual(["20%", "40%", "60%", "80%", "100%"]);
});

it("curves leave out what is no number", () => {
  const history = [1, 2, 3].map((epoch) => ({ epoch, seconds: 1, logs: { loss: epoch === 2 ? Number.NaN : epoch } }));
  expect(series(history, "loss")).toEqual([
    [1, 1],
    [3, 3],
  ]);
});

it("rows and ranges of a tensor", () => {
  const data = new Uint8Array(new Int8Array([1, -2, 127, 0]).buffer);
  const tensor = { shape: [2, 2], dtype: "int8" as const, data, scale: 0.5 };
  expect([...row(tensor, 1)]).toEqual([127, 0]);
  expect(at(tensor, 1)).toBe(-1);
  expect(largest([-3, Number.POSITIVE_INFINITY, 2])).toBe(3);
  expect(range([Number.NaN, 2, -1])).toEqual([-1, 2]);
  expect(range([Number.NaN])).toBeNull();
});

it("only the newest picture is painted", () => {
  const shown: Pictures[] = [];
  const flushes: (() => void)[] = [];
  const kept = new Newest(
    (pictures) => shown.push(pictures),
    (flush) => flushes.push(flush),
  );
  const frame = (updates: number) => ({ type: "frame", clock: { updates } }) as Frame;
  expect([frame(1), frame(2)].map((message) => kept.take(message))).toEqual([true, true]);
  expect(flushes).toHaveLength(1);
  flushes[0]?.();
  expect(shown).toEqual([{ frame: frame(2) }]);
  expect(kept.take({ type: "hello", version: "0", workspace: "main", protocol: 1 })).toBe(false);
});
