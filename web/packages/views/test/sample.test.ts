import { describe, expect, it } from "vitest";
import { asPicture } from "../src/sample/sparkline.ts";

describe("a series of many features", () => {
  it("is a picture with its steps along and its first feature at the bottom", () => {
    expect(Array.from(asPicture([0, 10, 20, 5, 15, 20], 3))).toEqual([1, 1, 0.5, 0.75, 0, 0.25]);
  });

  it("is dark where all its numbers are the same", () => {
    expect(Array.from(asPicture([7, 7], 2))).toEqual([0, 0]);
  });
});
