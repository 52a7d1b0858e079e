import { describe, expect, it } from "vitest";
import { choose, curve, diverging, layOut, nextPlace, NOT_A_NUMBER, paintGlass, place, ranking } from "../src/index.ts";
import type { ColumnSpec } from "../src/index.ts";

const REFERENCE: ColumnSpec[] = [
  { kind: "picture", width: 28, height: 28 },
  { kind: "strip" },
  { kind: "panes", units: 128 },
  { kind: "rows", units: 10 },
];

describe("the layout", () => {
  it.each([
    [860, 560],
    [1400, 800],
    [540, 420],
  ])("keeps columns apart and inside %d x %d", (width, height) => {
    const { columns, width: used } = layOut(REFERENCE, width, height);
    for (const [i, column] of columns.entries()) {
      const before = columns[i - 1];
      if (before !== undefined) expect(column.x).toBeGreaterThanOrEqual(before.x + before.width);
      expect(column.x + column.width).toBeLessThanOrEqual(used);
    }
    expect(used).toBeGreaterThanOrEqual(width);
  });

  it("gives spare width to a layer that does not show all its units", () => {
    const across = (width: number) => layOut(REFERENCE, width, 560).columns[2]?.across ?? 0;
    expect(across(1600)).toBeGreaterThan(across(860));
  });

  it("places cells without overlap", () => {
    const column = layOut(REFERENCE, 1200, 600).columns[2];
    if (column === undefined) throw new Error("no third column");
    const boxes = place(column, column.room);
    for (const [i, one] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        const beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
        const above = one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(beside || above).toBe(true);
      }
    }
  });

  it("draws lines that leave and arrive horizontally", () => {
    expect(curve({ x: 0, y: 10 }, { x: 20, y: 30 })).toBe("M0,10C10,10 10,30 20,30");
  });
});

describe("which units are shown", () => {
  it("ranks by the size of the activation, broken ones first, equal ones by number", () => {
    expect(ranking(4, [0.5, -2, Number.NaN, 0.5])).toEqual([2, 1, 0, 3]);
    expect(ranking(3, null)).toEqual([0, 1, 2]);
  });

  it("takes the pinned ones first, and shows all in the order of their numbers", () => {
    expect(choose([2, 1, 0, 3], 2, [3])).toEqual([2, 3]);
    expect(choose([2, 1, 0, 3], 2, [99])).toEqual([1, 2]);
  });
});

describe("colours", () => {
  it("run from negative over zero to positive", () => {
    expect(diverging(-1, "light")).toEqual([217, 95, 14]);
    expect(diverging(0, "light")).toEqual([246, 244, 239]);
    expect(diverging(1, "light")).toEqual([0, 109, 179]);
  });

  it("show what is no number in a colour of its own", () => {
    const pixels = new Uint8ClampedArray(8);
    paintGlass([Number.NaN, 127], 127, "light", pixels);
    expect([...pixels]).toEqual([...NOT_A_NUMBER, 255, 0, 109, 179, 255]);
  });
});

describe("arrow keys", () => {
  it("walk a grid row by row and stay inside", () => {
    expect(nextPlace("ArrowDown", 1, 6, 2)).toBe(3);
    expect(nextPlace("ArrowUp", 1, 6, 2)).toBe(1);
    expect(nextPlace("End", 0, 6, 2)).toBe(5);
    expect(nextPlace("a", 0, 6, 2)).toBeNull();
  });
});
