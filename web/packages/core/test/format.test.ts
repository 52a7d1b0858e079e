import { describe, expect, it } from "vitest";
import { integer, number, percent, plain, seconds, signed } from "../src/format.ts";

describe("numbers", () => {
  it.each([
    [0, "0", "0"],
    [0.05312, "0.05312", "0,05312"],
    [-0.05312, "\u22120.05312", "\u22120,05312"],
    [1234567, "1.235e6", "1,235e6"],
    [1.23457e-7, "1.235e\u22127", "1,235e\u22127"],
    [9999.7, "10000", "10000"],
    [Number.NaN, "NaN", "NaN"],
    [Number.NEGATIVE_INFINITY, "\u2212∞", "\u2212∞"],
  ])("%s is written with four significant digits", (value, english, french) => {
    expect([number(value, "en"), number(value, "fr")]).toEqual([english, french]);
  });

  it("keep their sign, but for zero", () => {
    expect([1.5, -1.5, 0].map((value) => signed(value, "en", 2))).toEqual(["+1.5", "\u22121.5", "0"]);
  });

  it("lose the zeros that say nothing as settings", () => {
    expect([0.001, 0.25, 101770, 0.1 + 0.2].map((value) => plain(value, "fr"))).toEqual([
      "0,001",
      "0,25",
      "101\u202f770",
      "0,3",
    ]);
  });

  it("are grouped, shared and timed as the language does", () => {
    expect([integer(-101770, "en"), integer(60000, "fr")]).toEqual(["\u2212101,770", "60\u202f000"]);
    expect([percent(0.80534, "en"), percent(0.80534, "fr")]).toEqual(["80.53%", "80,53\u00a0%"]);
    expect([seconds(0.0123, "en"), seconds(1.5, "fr")]).toEqual(["12.3\u00a0ms", "1,50\u00a0s"]);
  });
});
