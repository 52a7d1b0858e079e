import { describe, expect, it } from "vitest";
import { heldArrays, targetsFor, withArrays, type HeldArray, type Notice } from "../src/index.ts";

const held = (name: string, ...shape: number[]): HeldArray => ({ name, shape, dtype: "" });

describe("which array is which", () => {
  it("reads the arrays out of the refusal that asks for them, and of no other", () => {
    const refusal: Notice = {
      type: "notice",
      level: "error",
      key: "error.lab.arrays_unclear",
      arguments: { file: "set.npz", arrays: '[["a", [40, 4]], ["b", [40]]]' },
    };
    expect(heldArrays(refusal)).toEqual([held("a", 40, 4), held("b", 40)]);
    expect(heldArrays({ ...refusal, key: "error.data.npz" })).toEqual([]);
  });

  it("offers what is as long, the last column of a table, and the samples themselves", () => {
    const arrays = [held("a", 40, 4), held("b", 40), held("c", 39), held("one"), held("d", 40, 5, 5)];
    expect(targetsFor(arrays, "a")).toEqual(["b", "d", "-1", ""]);
    expect(targetsFor(arrays, "d")).toEqual(["a", "b", ""]);
    expect(targetsFor([held("faces", 40, 5, 5)], "faces")).toEqual([""]);
  });

  it("keeps the split, and forgets what was said of other targets", () => {
    const options = { x: "a", y: "b", target: "classes", classes: ["0"], train_ratio: 0.7 };
    expect(withArrays(options, "a", "d")).toEqual({ x: "a", y: "d", train_ratio: 0.7 });
    expect(withArrays(options, "a", "-1")).toEqual({ x: "a", y: -1, train_ratio: 0.7 });
    expect(withArrays(options, "a", "")).toEqual({ x: "a", train_ratio: 0.7 });
  });
});
