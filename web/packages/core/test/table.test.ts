import { describe, expect, it } from "vitest";
import {
  readingOf,
  rolesOf,
  wordiest,
  withReading,
  withFilling,
  withColumnRole,
  withSplit,
  withTask,
  type ColumnCard,
  type Role,
  type TableCard,
} from "../src/index.ts";

const column = (name: string, kind: ColumnCard["kind"], role: Role, guessed = role): ColumnCard => ({
  name,
  kind,
  role,
  guessed,
  reason: "number",
  arguments: {},
  missing: 0,
  distinct: 3,
  examples: [],
  fillings: [],
  filling: null,
  fill: null,
  scaling: null,
  mean: 0,
  deviation: 1,
  words: [],
  word_count: 0,
  features: [],
});

const table: TableCard = {
  rows: 10,
  classified: false,
  columns: [
    column("city", "text", "category"),
    column("area", "number", "numeric"),
    column("price", "number", "target"),
  ],
  split: { how: "random", column: "", seed: 0, possible: ["random"] },
  left_out: 0,
  findings: [],
  looked_at: 0,
};

describe("the options of a table", () => {
  it("name the role of a column where it is not the guess", () => {
    expect(withColumnRole({ seed: 3 }, table, "area", "ignored")).toEqual({ seed: 3, roles: { area: "ignored" } });
    expect(withColumnRole({ roles: { area: "ignored" } }, table, "area", "numeric")).toEqual({});
  });

  it("forget what becomes of a column's missing values when it is for something else", () => {
    const options = { missing: { area: "mean", city: "own" } };
    expect(withColumnRole(options, table, "area", "category")).toEqual({
      roles: { area: "category" },
      missing: { city: "own" },
    });
  });

  it("have one target, and forget its classes with it", () => {
    const options = { target: "price", task: "regression", classes: ["a"], roles: { city: "ignored" } };
    expect(withColumnRole(options, table, "city", "target")).toEqual({ target: "city" });
    expect(withColumnRole(options, table, "price", "ignored")).toEqual({
      roles: { city: "ignored", price: "ignored" },
    });
  });

  it("say how missing values are filled and rows are split", () => {
    expect(withFilling({ missing: { city: "own" } }, "area", "mean")).toEqual({
      missing: { city: "own", area: "mean" },
    });
    expect(withSplit({ split: "group", split_column: "flat" }, "time")).toEqual({ split: "time" });
    expect(withSplit({ split: "time" }, "random")).toEqual({});
    expect(withTask({ target: "price", classes: ["1"] }, true)).toEqual({ target: "price", task: "classification" });
    expect(withTask({ target: "classes" }, false)).toEqual({ task: "regression" });
  });
});

it("is read as rows, as a series or as texts", () => {
  expect(readingOf({ roles: {} })).toBe("rows");
  expect(readingOf(withReading("series", undefined))).toBe("series");
  expect(readingOf(withReading("texts", "city"))).toBe("texts");
  expect(withReading("rows", "city")).toEqual({});
  expect(wordiest(table)).toBe("city");
});

it("only numbers are numeric, and times are never learnt", () => {
  expect(rolesOf("text")).toEqual(["target", "category", "group", "identifier", "text", "ignored"]);
  expect(rolesOf("number")).toContain("numeric");
  expect(rolesOf("time")).toEqual(["category", "time", "group", "identifier", "text", "ignored"]);
});
