import { describe, expect, it } from "vitest";
import { Recording } from "../fixtures/recording.ts";
import {
  averaged,
  cellsOf,
  codesOf,
  confusions,
  errorsOf,
  followedSample,
  folded,
  histogram,
  outcomeOf,
  OWN,
  planesOf,
  sampleAt,
  search,
  stored,
  typedNumber,
  wordsOf,
  worst,
  type Report,
  type Tensor,
} from "../src/index.ts";

const fashion = new Recording("fashion");
const report = fashion.get("report");
const numbers = (values: number[], shape = [values.length]): Tensor => ({
  shape,
  dtype: "float32",
  data: new Uint8Array(new Float32Array(values).buffer),
  scale: 1,
});

describe("a report", () => {
  it("counts in its table what its answers and labels say", () => {
    const labels = stored(report.labels);
    const answers = stored(report.answers);
    const right = labels.filter((label, i) => label === answers[i]).length;
    const cells = cellsOf(report);
    expect(cells.flat().reduce((sum, cell) => sum + cell.count, 0)).toBe(labels.length);
    expect(cells.reduce((sum, row, k) => sum + (row[k]?.count ?? 0), 0)).toBe(right);
    expect(report.scores["accuracy"]).toBeCloseTo(right / labels.length, 6);
    for (const cell of cells.flat()) {
      expect(search(report, cell)).toHaveLength(cell.count);
    }
  });

  it("finds what is wrong, and names the most frequent mistakes first", () => {
    const wrong = search(report, { wrong: true });
    const mistakes = confusions(report, Infinity);
    expect(mistakes.reduce((sum, cell) => sum + cell.count, 0)).toBe(wrong.length);
    expect(mistakes.map((cell) => cell.count)).toEqual(mistakes.map((cell) => cell.count).sort((a, b) => b - a));
    expect(confusions(report, 3)).toEqual(mistakes.slice(0, 3));
  });

  it("finds the worst of values, what is no number first", () => {
    const values: Report = {
      ...report,
      kind: "numbers",
      labels: numbers([1, 2, 3, 4]),
      answers: numbers([1.5, 2, NaN, 1]),
    };
    expect(worst(values, 3)).toEqual([2, 3, 0]);
    expect(errorsOf({ ...values, kind: "distances" })[3]).toBe(1);
    expect(histogram([0, 0.1, 0.9, 1, NaN], 2)).toEqual({ high: 1, counts: [2, 2] });
  });
});

describe("an example", () => {
  const workspace = fashion.get("workspace");

  it("is that of the strip, or what came with a look at it", () => {
    const look = fashion.get("look");
    const own = { ...look, index: OWN, label: null, sample: numbers([1, 2, 3, 4], [1, 2, 2]) };
    expect(followedSample(workspace.strip, 3, look)).toEqual(sampleAt(workspace.strip, 3));
    expect(followedSample(workspace.strip, OWN, look)).toBeNull();
    expect(followedSample(workspace.strip, OWN, own)).toEqual({
      values: new Float32Array([1, 2, 3, 4]),
      shape: [2, 2],
      label: null,
    });
    expect(followedSample(workspace.strip, null, own)).toBeNull();
  });

  it("may give many numbers, or have no known class", () => {
    const look = { ...fashion.get("look"), label: null };
    expect(outcomeOf(look, workspace.dataset, workspace.layers.at(-1))).toMatchObject({ kind: "class", truth: null });
    const regression = { ...workspace.dataset, task: "regression" as const };
    expect(outcomeOf(look, regression, workspace.layers.at(-1))).toEqual({ kind: "several", count: 10 });
  });

  it("is typed in words or in numbers", () => {
    const vocabulary = ["", "the", "film", "was"];
    expect(codesOf("The film  was great", vocabulary, 5)).toEqual({ codes: [1, 2, 3, 0, 0], left: ["great"] });
    expect(codesOf("film film film", vocabulary, 2)).toEqual({ codes: [2, 2], left: ["film"] });
    expect(wordsOf([1, 2, 0], vocabulary)).toEqual(["the", "film"]);
    expect(["1,5", " -2 ", "\u22123", "", "x", "1e400"].map(typedNumber)).toEqual([1.5, -2, -3, null, null, null]);
  });

  it("is averaged down from a drawing, and no ink is lost", () => {
    expect(averaged([1, 0, 0, 0], [2, 2], [1, 1], 16)).toEqual([4]);
    const ink = Array.from({ length: 112 * 112 }, (_, i) => (i * 7) % 2);
    const picture = averaged(ink, [112, 112], [28, 28], 255);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(picture) / 255).toBeCloseTo(sum(ink) / 16, 6);
  });
});

describe("a layer's output", () => {
  it("is a picture for each feature map, one matrix, or one row", () => {
    const maps = planesOf(numbers([1, 10, 2, 20, 3, 30, 4, 40], [2, 2, 2]));
    expect(maps.map((plane) => [...plane.values])).toEqual([
      [1, 2, 3, 4],
      [10, 20, 30, 40],
    ]);
    expect(planesOf(numbers([1, 2, 3, 4, 5, 6], [3, 2])).map(({ width, height }) => [width, height])).toEqual([[2, 3]]);
    expect(planesOf(numbers([1, 2, 3])).map(({ width, height }) => [width, height])).toEqual([[3, 1]]);
  });

  it("is folded when it is one long row", () => {
    const [row] = planesOf(numbers(Array.from({ length: 128 }, (_, i) => i)));
    if (row === undefined) throw new Error("no row");
    const { width, height } = folded(row, 24);
    expect([width, height]).toEqual([16, 8]);
    expect(folded(row, 128)).toBe(row);
  });
});
