import { SPEECH, type AxisStatistics, type Picked, type Slab, type Tensor, type TensorCard } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { Exploring, TensorView } from "../src/tensor/index.ts";
import { partBetween, spotsOf, stepped } from "../src/tensor/picking.ts";

const say = SPEECH.en;

function floats(shape: number[], values: number[]): Tensor {
  return { shape, dtype: "float32", data: new Uint8Array(new Float32Array(values).buffer), scale: 1 };
}

const card: TensorCard = {
  type: "tensor",
  expression: "x",
  source: "numpy",
  dtype: "float32",
  bytes: 48,
  size: 12,
  axes: [
    { name: "sample", length: 2 },
    { name: "time", length: 3 },
    { name: null, length: 2 },
  ],
  reason: "tensor.why.series",
  sized: false,
  low: -1,
  high: 4,
  mean: 1,
  deviation: 2,
  nan: 1,
  infinite: 1,
  broken_at: [1, 2, 0],
};

const slab: Slab = {
  type: "slab",
  arrangement: {
    roles: ["film", "rows", "columns"],
    at: [0, 0, 0],
    drawing: "numbers",
    scale: "tensor",
    start: [0, 0, 0],
  },
  values: floats([1, 3, 2, 1], [0, 1, 2, NaN, Infinity, 4]),
  spans: [
    { axis: null, start: 0, step: 1, count: 1, length: 1 },
    { axis: 1, start: 5, step: 1, count: 3, length: 9 },
    { axis: 2, start: 0, step: 4, count: 2, length: 8 },
    { axis: null, start: 0, step: 1, count: 1, length: 1 },
  ],
  written: ["0", "1", "2", "NaN", "∞", "4"],
  low: -1,
  high: 4,
  nan: 1,
  plus: 1,
  minus: 0,
  below: 0,
  above: 0,
  shape: [3, 2],
  expression: "x[0, :, :]",
};

const statistics: AxisStatistics = {
  type: "axis_statistics",
  span: { axis: 1, start: 0, step: 1, count: 3, length: 3 },
  mean: floats([3], [0.5, 2, NaN]),
  deviation: floats([3], [0.5, 0, NaN]),
  low: floats([3], [0, 2, NaN]),
  high: floats([3], [1, 2, NaN]),
  broken: { shape: [3], dtype: "int32", data: new Uint8Array(new Int32Array([0, 1, 2]).buffer), scale: 1 },
  measured: 6,
  size: 12,
};

const picked: Picked = {
  type: "picked",
  expression: "x[0, 5, 0]",
  shape: [],
  size: 1,
  value: "0.125",
  low: 0.125,
  high: 0.125,
  mean: 0.125,
  deviation: 0,
  nan: 0,
  infinite: 0,
};

function draw(more: Record<string, unknown> = {}) {
  const calls = { onarrange: vi.fn(), onmeasure: vi.fn(), onpick: vi.fn() };
  const shown = render(TensorView, {
    card,
    slab,
    arrangement: slab.arrangement,
    statistics,
    part: null,
    picked: null,
    theme: "light",
    say,
    ...calls,
    ...more,
  });
  return { ...calls, shown };
}

const words = (testid: string) => screen.getByTestId(testid).textContent.replace(/\s+/g, " ").trim();

describe("the explorer of a tensor", () => {
  it("says its shape with names, and leads to the first value that is none", async () => {
    const { onarrange } = draw();
    expect(words("tensor-shape")).toBe("2 sample× 3 time× 2 axis 2");
    await fireEvent.click(screen.getByTestId("tensor-first-broken"));
    expect(onarrange).toHaveBeenCalledWith({ ...slab.arrangement, at: [1, 2, 0], start: [0, 2, 0] });
  });

  it("writes the numbers that Python wrote, and picks one or a part by the keyboard", async () => {
    const { onpick } = draw();
    const cells = [...screen.getByTestId("numbers-0").querySelectorAll("td button")];
    expect(cells.map((cell) => cell.textContent)).toEqual(slab.written);
    const [first] = cells;
    if (first === undefined) throw new Error("no cell");
    await fireEvent.keyDown(first, { key: "ArrowDown" });
    await fireEvent.keyDown(first, { key: "ArrowRight", shiftKey: true });
    await fireEvent.keyDown(first, { key: "Escape" });
    expect(onpick.mock.calls).toEqual([
      [{ facets: [0, 1], rows: [6, 7], columns: [0, 1] }, true],
      [{ facets: [0, 1], rows: [6, 7], columns: [0, 5] }, true],
      [null, true],
    ]);
  });

  it("picks what the pointer is drawn over", async () => {
    const { onpick } = draw({ slab: { ...slab, arrangement: { ...slab.arrangement, drawing: "heat" } } });
    const sheet = screen.getByTestId("sheet-0");
    sheet.setPointerCapture = vi.fn();
    const box = { left: 0, top: 0, width: 20, height: 30 } as DOMRect;
    vi.spyOn(HTMLCanvasElement.prototype, "getBoundingClientRect").mockReturnValue(box);
    await fireEvent.pointerDown(sheet, { clientX: 2, clientY: 2, pointerId: 1 });
    await fireEvent.pointerMove(sheet, { clientX: 15, clientY: 15 });
    await fireEvent.pointerUp(sheet);
    expect(onpick.mock.lastCall).toEqual([{ facets: [0, 1], rows: [5, 7], columns: [0, 5] }, true]);
  });

  it("moves axes, indices, windows and drawings", async () => {
    const { onarrange } = draw();
    await fireEvent.change(screen.getByTestId("axis-role-0"), { target: { value: "rows" } });
    await fireEvent.input(screen.getByTestId("axis-slider-0"), { target: { value: "1" } });
    await fireEvent.click(screen.getByTestId("axis-before-1"));
    await fireEvent.click(screen.getByTestId("drawing-series"));
    await fireEvent.change(screen.getByTestId("scale"), { target: { value: "robust" } });
    expect(onarrange.mock.calls.map(([asked]) => asked)).toEqual([
      { ...slab.arrangement, roles: ["rows", "film", "columns"] },
      { ...slab.arrangement, at: [1, 0, 0] },
      { ...slab.arrangement, start: [0, 2, 0] },
      { ...slab.arrangement, drawing: "series" },
      { ...slab.arrangement, scale: "robust" },
    ]);
    expect([words("axis-span-1"), words("axis-span-2")]).toEqual(["5 to 7 of 9", "one index in 4: 2 of 8"]);
  });

  it("counts what no colour stands for", () => {
    draw();
    expect([words("mark-nan"), words("mark-plus"), screen.queryByTestId("mark-minus")]).toEqual([
      "NaN 1",
      "+∞ 1",
      null,
    ]);
  });

  it("shows the expression of the slice, then that of what is picked with its value, and copies it", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const { shown } = draw();
    expect(words("tensor-expression")).toBe("x[0, :, :]");
    await shown.rerender({ picked });
    expect([words("tensor-expression"), words("tensor-value")]).toEqual(["x[0, 5, 0]", "0.125"]);
    await fireEvent.click(screen.getByTestId("tensor-copy"));
    expect(writeText).toHaveBeenCalledWith("x[0, 5, 0]");
    expect(words("tensor-copy")).toBe(say.text("lab.tensor.copied"));
    vi.unstubAllGlobals();
  });

  it("has its statistics as bars and as a table, and says what they were taken from", async () => {
    const { onmeasure } = draw();
    expect(screen.getByTestId("statistics").querySelectorAll("rect").length).toBe(2);
    expect(words("statistics-part")).toBe(say.text("lab.tensor.statistics_part", { measured: "6", size: "12" }));
    await fireEvent.click(screen.getByTestId("statistics-open"));
    const rows = [...(await screen.findByTestId("statistics-table")).querySelectorAll("tbody tr")];
    expect(rows.map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
      ["0", "0.5000", "0.5000", "0", "1.000", "0"],
      ["1", "2.000", "0", "2.000", "2.000", "1"],
      ["2", "NaN", "NaN", "NaN", "NaN", "2"],
    ]);
    await fireEvent.click(screen.getByTestId("measure-2"));
    expect(onmeasure).toHaveBeenCalledWith(2);
  });

  it("plays a film until it is paused", async () => {
    vi.useFakeTimers();
    const { onarrange } = draw();
    await fireEvent.click(screen.getByTestId("film"));
    vi.advanceTimersByTime(130);
    await fireEvent.click(screen.getByTestId("film"));
    vi.advanceTimersByTime(1000);
    expect(onarrange.mock.calls).toEqual([[{ ...slab.arrangement, at: [1, 0, 0] }]]);
    vi.useRealTimers();
  });
});

describe("a part", () => {
  it("is found again where it is shown, and nowhere else", () => {
    const part = partBetween(slab, 0, { row: 2, column: 1 }, { row: 1, column: 0 });
    expect(spotsOf(slab, 0, part)).toEqual({ from: { row: 1, column: 0 }, to: { row: 2, column: 1 } });
    expect([spotsOf(slab, 0, { ...part, rows: [0, 2] }), spotsOf(slab, 1, part)]).toEqual([null, null]);
  });

  it("is walked to without leaving a row", () => {
    const size = { rows: 3, columns: 2 };
    expect(stepped("ArrowRight", { row: 0, column: 1 }, size)).toEqual({ row: 0, column: 1 });
    expect(stepped("ArrowUp", { row: 2, column: 1 }, size)).toEqual({ row: 1, column: 1 });
    expect(stepped("Tab", { row: 0, column: 0 }, size)).toBe(null);
  });
});

describe("somebody who explores", () => {
  it("has one question under way, and asks the newest one next", () => {
    const ask = vi.fn();
    const exploring = new Exploring(ask);
    expect(exploring.shown).toBe(null);
    expect([exploring.take(card), exploring.take(slab)]).toEqual([true, true]);
    const moved = (index: number) => ({ ...slab.arrangement, at: [index, 0, 0] });
    for (const index of [1, 2, 3]) exploring.shown?.onarrange(moved(index));
    flushSync();
    expect([ask.mock.calls.length, exploring.shown?.arrangement]).toEqual([1, moved(3)]);
    exploring.take({ ...slab, arrangement: moved(1) });
    exploring.take({ ...slab, arrangement: moved(3) });
    expect(ask.mock.calls.map(([asked]) => asked as unknown)).toEqual([
      { type: "arrange", arrangement: moved(1) },
      { type: "arrange", arrangement: moved(3) },
    ]);
  });

  it("shows newer numbers of what stands there, and still waits for the answer to its question", () => {
    const ask = vi.fn();
    const exploring = new Exploring(ask);
    exploring.take(card);
    exploring.take(slab);
    const other = { ...slab.arrangement, at: [1, 0, 0] };
    exploring.shown?.onarrange(other);
    const newer = { ...slab, low: -9 };
    exploring.take(newer);
    expect([exploring.shown?.slab, exploring.shown?.arrangement]).toEqual([newer, other]);
    exploring.shown?.onarrange({ ...other, at: [0, 0, 0] });
    expect(ask).toHaveBeenCalledOnce();
    exploring.take({ ...slab, arrangement: other });
    expect(ask).toHaveBeenLastCalledWith({ type: "arrange", arrangement: { ...other, at: [0, 0, 0] } });
  });

  it("is back at what is shown when a question was refused, and can ask again", () => {
    const ask = vi.fn();
    const exploring = new Exploring(ask);
    exploring.take(card);
    exploring.take(slab);
    const other = { ...slab.arrangement, at: [9, 0, 0] };
    exploring.shown?.onarrange(other);
    exploring.take({ type: "notice", level: "error", key: "error.explore.index", arguments: {} });
    expect(exploring.shown?.arrangement).toEqual(slab.arrangement);
    exploring.shown?.onarrange(other);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("keeps a part in view from slice to slice, and drops it when axes move", () => {
    const ask = vi.fn();
    const exploring = new Exploring(ask);
    exploring.take(card);
    exploring.take(slab);
    const part = partBetween(slab, 0, { row: 0, column: 0 }, { row: 0, column: 0 });
    exploring.shown?.onpick(part, false);
    exploring.shown?.onpick(part, true);
    exploring.take(picked);
    const next = { ...slab.arrangement, at: [1, 0, 0] };
    exploring.take({ ...slab, arrangement: next });
    expect(ask.mock.calls.map(([asked]) => asked as unknown)).toEqual([
      { type: "pick", arrangement: slab.arrangement, ...part },
      { type: "pick", arrangement: next, ...part },
    ]);
    exploring.take({ ...slab, arrangement: { ...next, roles: ["rows", "film", "columns"] } });
    expect([exploring.shown?.part, exploring.shown?.picked]).toEqual([null, null]);
  });
});
