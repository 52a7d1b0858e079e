import { describe, expect, it } from "vitest";
import {
  broughtTo,
  colourOf,
  columnAt,
  endsOf,
  ENDS,
  isHatched,
  lineOf,
  markOfValue,
  movedTo,
  NOT_A_NUMBER,
  paintSheet,
  placesOf,
  VALUE_MARKS,
  windowedTo,
  withDrawing,
  withRole,
  type Arrangement,
  type AxisSpan,
} from "../src/index.ts";

const PICTURES: Arrangement = {
  roles: ["facets", "rows", "columns", "colour"],
  at: [0, 0, 0, 0],
  drawing: "image",
  scale: "tensor",
  start: [2, 0, 0],
};
const LENGTHS = [60, 28, 28, 3];
const HEAT = { low: -2, high: 1, light: false, theme: "light" } as const;

describe("an arrangement", () => {
  it("gives an axis the place of another one, which takes its own", () => {
    expect(withRole(PICTURES, LENGTHS, 1, "columns")).toEqual({
      ...PICTURES,
      roles: ["facets", "columns", "rows", "colour"],
      start: [0, 0, 0],
    });
    expect(withRole(PICTURES, LENGTHS, 0, "held").roles).toEqual(["held", "rows", "columns", "colour"]);
  });

  it("keeps colours to axes that can be some, and to pictures", () => {
    expect(withRole(PICTURES, LENGTHS, 3, "rows").roles).toEqual(["facets", "held", "columns", "rows"]);
    expect(withDrawing(PICTURES, "heat").roles).toEqual(["facets", "rows", "columns", "held"]);
    const plain = withDrawing(PICTURES, "numbers");
    expect(withRole(plain, LENGTHS, 3, "colour").drawing).toBe("image");
  });

  it("moves along an axis, a window, and to a place", () => {
    expect(movedTo(PICTURES, 1, 7).at).toEqual([0, 7, 0, 0]);
    expect(windowedTo(PICTURES, "rows", 7).start).toEqual([2, 7, 0]);
    const { at, start } = broughtTo(withRole(PICTURES, LENGTHS, 0, "film"), [5, 6, 7, 1]);
    expect([at, start]).toEqual([
      [5, 6, 7, 1],
      [0, 6, 7],
    ]);
  });
});

describe("a shown axis", () => {
  const span: AxisSpan = { axis: 0, start: 10, step: 4, count: 5, length: 40 };

  it("leads from places to indices and back", () => {
    expect(endsOf(span, 3, 1)).toEqual([14, 23]);
    expect(placesOf(span, [14, 23])).toEqual([1, 4]);
    expect(placesOf(span, [0, 40])).toEqual([0, 5]);
    expect([endsOf(undefined, 0, 0), placesOf(undefined, [0, 1])]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe("a value without a colour", () => {
  it("is told by its kind, with ends as float32 has them", () => {
    const told = [NaN, Infinity, -Infinity, -3, 2, 0].map((value) => markOfValue(value, -2, 1));
    expect(told).toEqual(["nan", "plus", "minus", "below", "above", null]);
    expect(markOfValue(Math.fround(0.1), 0, 0.1)).toBe(null);
  });

  it("has a hatching that no other one has", () => {
    const pattern = (mark: (typeof VALUE_MARKS)[number]) =>
      Array.from({ length: 240 }, (_, i) => Number(isHatched(mark, i % 12, Math.floor(i / 12)))).join("");
    expect(new Set(VALUE_MARKS.map(pattern)).size).toBe(VALUE_MARKS.length);
  });
});

describe("the colours", () => {
  it("have zero in their middle where numbers lie on both sides of it", () => {
    expect([-2, 0, 1].map((value) => colourOf(value, HEAT))).toEqual([
      ENDS.light.negative,
      ENDS.light.zero,
      [...colourOf(1, HEAT)],
    ]);
    expect(colourOf(1, HEAT)).not.toEqual(ENDS.light.positive);
  });

  it("reach from end to end where all numbers have one sign", () => {
    expect(colourOf(100, { ...HEAT, low: 100, high: 110 })).toEqual(ENDS.light.zero);
    expect(colourOf(110, { ...HEAT, low: 100, high: 110 })).toEqual(ENDS.light.positive);
    expect(colourOf(-110, { ...HEAT, low: -110, high: -100 })).toEqual(ENDS.light.negative);
  });

  it("paint each value as a square, and hatch what has none", () => {
    const pixels = new Uint8ClampedArray(4 * 2 * 6 * 6);
    paintSheet({ values: [1, NaN], width: 2, height: 1, colours: 1 }, HEAT, 6, pixels);
    const at = (x: number, y: number) => [...pixels.slice(4 * (12 * y + x), 4 * (12 * y + x) + 3)];
    expect([at(0, 0), at(5, 5), at(9, 0), at(6, 0)]).toEqual([
      [...colourOf(1, HEAT)],
      [...colourOf(1, HEAT)],
      [...NOT_A_NUMBER],
      [255, 255, 255],
    ]);
  });

  it("are the picture's own where it has some, with its opacity", () => {
    const pixels = new Uint8ClampedArray(8);
    const light = { low: 0, high: 255, light: true, theme: "dark" } as const;
    paintSheet({ values: [255, 51, 0, 102, 0, 0, 0, 255], width: 2, height: 1, colours: 4 }, light, 1, pixels);
    expect([...pixels]).toEqual([255, 51, 0, 102, 0, 0, 0, 255]);
  });
});

describe("a line", () => {
  it("breaks where a number is none, and marks what leaves the scale", () => {
    const drawn = lineOf([0, 1, NaN, Infinity, 5, 0], { width: 50, height: 100, low: 0, high: 2 });
    expect(drawn.path).toBe("M0 100L10 50M40 0L50 100");
    expect([drawn.missing, drawn.above, drawn.below].map((path) => path.split("M").length - 1)).toEqual([1, 2, 0]);
    expect([columnAt(0, 1, 50), columnAt(2, 3, 50)]).toEqual([25, 50]);
  });
});
