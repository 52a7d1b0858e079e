import {
  SPEECH,
  type ChainCard,
  type ChainRequest,
  type ChainStep,
  type OperationCard,
  type Related,
  type Slab,
  type Stage,
  type StagePane,
  type Tensor,
} from "@vitrail/core";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { draftOf, freshName, knownBefore, readArgument, typedOf, withOperation } from "../src/chain/drafts.ts";
import { moveOf, spotOf } from "../src/chain/flying.ts";
import { elementOf, litIn, partOfBox, solidIn, sourceIn } from "../src/chain/parts.ts";
import { Chaining, ChainView } from "../src/index.ts";

const say = SPEECH.en;

function floats(shape: number[], values: number[]): Tensor {
  return { shape, dtype: "float32", data: new Uint8Array(new Float32Array(values).buffer), scale: 1 };
}

function slab(rows: number, columns: number, values: number[], changed: Partial<Slab> = {}): Slab {
  const span = (axis: number | null, count: number) => ({ axis, start: 0, step: 1, count, length: count });
  return {
    type: "slab",
    arrangement: { roles: ["rows", "columns"], at: [0, 0], drawing: "numbers", scale: "tensor", start: [0, 0, 0] },
    values: floats([1, rows, columns, 1], values),
    spans: [span(null, 1), span(0, rows), span(1, columns), span(null, 1)],
    written: values.map(String),
    low: 0,
    high: 9,
    nan: 0,
    plus: 0,
    minus: 0,
    below: 0,
    above: 0,
    shape: [rows, columns],
    expression: "x",
    ...changed,
  };
}

function pane(name: string, values: number[], changed: Partial<StagePane> = {}): StagePane {
  const axes = [
    { name: "sample", length: 2 },
    { name: "feature", length: 2 },
  ];
  const card = { type: "tensor" as const, expression: name, source: "numpy", dtype: "int32", bytes: 16, size: 4, axes };
  const range = { sized: false, low: 0, high: 9, mean: 0, deviation: 0, nan: 0, infinite: 0, broken_at: [] };
  return {
    name,
    shape: [2, 2],
    stretched: [],
    ended: [],
    card: { ...card, reason: "tensor.why.table", ...range },
    slab: slab(2, 2, values),
    ...changed,
  };
}

const stage: Stage = {
  type: "stage",
  step: "y",
  written: true,
  panes: [pane("x", [1, 2, 3, 4]), pane("", [5, 6, 5, 6], { shape: [2], stretched: [0] }), pane("y", [6, 8, 8, 10])],
  aligned: [
    { first: 2, second: null, length: 2, stretched: "second" },
    { first: 2, second: 2, length: 2, stretched: null },
  ],
  moving: false,
  flights: [],
  every: 1,
};

const add: OperationCard = { name: "add", family: "elementwise", arity: 2, parameters: [] };
const sum: OperationCard = {
  name: "sum",
  family: "reductions",
  arity: 1,
  parameters: [
    { name: "axis", type: "axis", default: 0, low: -8, high: 7, choices: [], optional: true },
    { name: "keepdims", type: "switch", default: false, low: 0, high: 1, choices: [], optional: false },
  ],
};
const operations = [add, sum];

const lines = (written: string) => ({ numpy: written, keras: written, tensorflow: written });
const added: ChainStep = {
  draft: { name: "y", operation: "add", arguments: {}, of: "x", second: null, constant: "[5,6]" },
  result: { name: "y", shape: [2, 2], dtype: "int32" },
  lines: lines("np.add(x, c)"),
};
const summed: ChainStep = {
  draft: {
    name: "z",
    operation: "sum",
    arguments: { axis: 0, keepdims: false },
    of: "y",
    second: null,
    constant: null,
  },
  result: { name: "z", shape: [2], dtype: "int32" },
  lines: lines("np.sum(y, axis=0)"),
};
const card: ChainCard = {
  type: "chain",
  tensors: [{ name: "x", shape: [2, 2], dtype: "int32" }],
  steps: [added, summed],
  error: null,
  can_undo: false,
  can_redo: false,
  programs: lines("import numpy as np"),
  files: [],
};

const whole = (expression: string, starts: number[], stops: number[], value: string | null) => ({
  starts,
  stops,
  size: 1,
  expression,
  value,
});
const related: Related = {
  type: "related",
  step: "y",
  pane: 2,
  index: [1, 0],
  parts: [
    whole("x[1, 0]", [1, 0], [2, 1], "3"),
    whole("constant[0]", [0], [1], "5"),
    whole("y[1, 0]", [1, 0], [2, 1], "8"),
  ],
};

function opened() {
  const asked: ChainRequest[] = [];
  const chaining = new Chaining((request) => asked.push(request));
  for (const message of [{ type: "operations" as const, operations }, card, stage]) chaining.take(message);
  return { chaining, asked };
}

describe("what lights up", () => {
  it("lies where the element is, and of a repeated tensor also where it is once", () => {
    const picked = { pane: 2, index: [1, 0] };
    expect([0, 1, 2].map((i) => litIn(stage, picked, related, i)?.starts)).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(sourceIn(stage, picked, related, 1)).toEqual({ starts: [0, 0], stops: [1, 1] });
    expect(solidIn(stage, 1)).toEqual({ starts: [0, 0], stops: [1, 2] });
    expect(solidIn(stage, 0)).toBeNull();
  });

  it("waits for the answer about the newest element", () => {
    expect(litIn(stage, { pane: 2, index: [0, 0] }, related, 0)).toBeNull();
    expect(litIn(stage, null, related, 0)).toBeNull();
  });

  it("is brought to the indices that are shown, and lies nowhere beyond them", () => {
    const strided = slab(2, 2, [0, 0, 0, 0], {
      spans: [
        { axis: null, start: 0, step: 1, count: 1, length: 1 },
        { axis: 0, start: 0, step: 4, count: 2, length: 8 },
        { axis: 1, start: 3, step: 1, count: 2, length: 9 },
        { axis: null, start: 0, step: 1, count: 1, length: 1 },
      ],
    });
    expect(partOfBox(strided, { starts: [6, 3], stops: [7, 4] })?.rows).toEqual([4, 7]);
    expect(partOfBox(strided, { starts: [6, 0], stops: [7, 2] })).toBeNull();
    expect(partOfBox(strided, { starts: [6, 5], stops: [7, 6] })).toBeNull();
  });

  it("lies in the slice that is held, and of a pixel in the chosen channel", () => {
    const held = slab(2, 2, [0, 0, 0, 0], {
      arrangement: { ...slab(1, 1, [0]).arrangement, roles: ["held", "rows", "columns", "colour"], at: [3, 0, 0, 0] },
      spans: [null, 1, 2, 3].map((axis, i) => ({ axis, start: 0, step: 1, count: [1, 2, 2, 3][i] ?? 1, length: 3 })),
    });
    expect(partOfBox(held, { starts: [2, 0, 0, 0], stops: [3, 1, 1, 3] })).toBeNull();
    expect(partOfBox(held, { starts: [3, 0, 0, 0], stops: [4, 1, 1, 3] })?.columns).toEqual([0, 1]);
    const part = { facets: [0, 1], rows: [1, 2], columns: [0, 1] } as const;
    expect(elementOf(held, { ...part, facets: [0, 1], rows: [1, 2], columns: [0, 1] }, 7)).toEqual([3, 1, 0, 2]);
  });
});

describe("a flight", () => {
  it("starts and ends where an element is shown", () => {
    expect(spotOf(slab(2, 2, [1, 2, 3, 4]), [1, 0])).toEqual({ facet: 0, row: 1, column: 0 });
    expect(spotOf(slab(2, 2, [1, 2, 3, 4]), [2, 0])).toBeNull();
    const flight = { pane: 0, source: [1, 0], target: [0, 1] };
    expect(moveOf(stage, flight, ["x", "constant", "y"])).toEqual({ from: "x[1, 0]", to: "y[0, 1]" });
  });
});

describe("a draft", () => {
  it("begins with the last result, a second tensor and the defaults", () => {
    expect(draftOf(add, "s", ["x", "y"])).toMatchObject({ of: "y", second: "x", constant: null });
    expect(draftOf(add, "s", ["x"])).toMatchObject({ second: null, constant: "1" });
    expect(draftOf(sum, "s", ["x"]).arguments).toEqual({ axis: 0, keepdims: false });
    expect(withOperation(added.draft, sum, ["x"])).toMatchObject({ of: "x", second: null, constant: null });
    expect(withOperation(added.draft, add, ["x"]).constant).toBe("[5,6]");
  });

  it("takes what stands before it", () => {
    expect(knownBefore(card, "z")).toEqual(["x", "y"]);
    expect(knownBefore(card, null)).toEqual(["x", "y", "z"]);
    expect(freshName(card)).toBe("step3");
  });

  it.each([
    ["axis", true, "", null],
    ["axis", false, "", undefined],
    ["axis", false, "-1", -1],
    ["axis", false, "1.5", undefined],
    ["number", false, "1,5", 1.5],
    ["shape", false, "(2, -1)", [2, -1]],
    ["axes", false, "", []],
    ["axes", false, "a", undefined],
    ["choice", false, "uint8", "uint8"],
  ] as const)("reads a typed %s (optional: %s) of %j as %j", (type, optional, typed, read) => {
    const parameter = { name: "p", type, default: 0, low: 0, high: 9, choices: [], optional };
    expect(readArgument(parameter, typed)).toEqual(read);
  });

  it("is typed as it is read", () => {
    expect([typedOf(null), typedOf([2, -1]), typedOf(0.5)]).toEqual(["", "2, -1", "0.5"]);
  });
});

describe("a chain that somebody watches", () => {
  it("asks about one element at a time, the newest one last", () => {
    const { chaining, asked } = opened();
    chaining.choose("y");
    chaining.take(stage);
    for (const row of [0, 1]) chaining.pick({ pane: 2, index: [row, 0] });
    expect(asked.slice(1)).toEqual([{ type: "relate", step: "y", pane: 2, index: [0, 0] }]);
    chaining.take({ ...related, index: [0, 0] });
    expect(asked.at(-1)).toEqual({ type: "relate", step: "y", pane: 2, index: [1, 0] });
    expect(chaining.shown?.related).toBeNull();
    chaining.take(related);
    expect(chaining.shown?.related).toBe(related);
  });

  it("brings what an element comes from into sight", () => {
    const { chaining, asked } = opened();
    chaining.choose("y");
    chaining.take(stage);
    chaining.pick({ pane: 2, index: [1, 0] });
    const far = { ...related, parts: [whole("x[9, 0]", [9, 0], [10, 1], "3"), null, related.parts[2] ?? null] };
    chaining.take(far);
    expect(asked.at(-1)).toMatchObject({ type: "arrange_pane", pane: 0, arrangement: { start: [0, 9, 0] } });
  });

  it("keeps an element through a change of its step, where it is still there", () => {
    const { chaining, asked } = opened();
    chaining.choose("y");
    chaining.take(stage);
    chaining.pick({ pane: 2, index: [1, 0] });
    chaining.take(stage);
    expect(asked.at(-1)).toEqual({ type: "relate", step: "y", pane: 2, index: [1, 0] });
    expect(chaining.shown?.picked).toEqual({ pane: 2, index: [1, 0] });
    chaining.take({ ...stage, panes: stage.panes.slice(0, 2) });
    expect(chaining.shown?.picked).toBeNull();
  });

  it("looks at a step that was put in, and keeps a refusal at its step", () => {
    const { chaining, asked } = opened();
    const draft = draftOf(sum, "w", ["x"]);
    chaining.put(draft, null);
    chaining.take({ type: "notice", level: "error", key: "error.tensor.name", arguments: {} });
    expect(chaining.shown?.refusal).toEqual({ step: null, key: "error.tensor.name", arguments: {} });
    chaining.put(draft, "z");
    const renamed = { ...summed, draft };
    chaining.take({ ...card, steps: [added, renamed] });
    expect([chaining.shown?.chosen, chaining.shown?.refusal]).toEqual(["w", null]);
    expect(asked.at(-1)).toEqual({ type: "show_step", step: "w", written: null });
  });

  it("shows no numbers of a step that cannot be done", () => {
    const { chaining } = opened();
    const undone = { ...summed, result: null, lines: {} };
    chaining.take({ ...card, steps: [added, undone], error: { step: "z", key: "k", arguments: {} } });
    expect([chaining.shown?.chosen, chaining.shown?.stage]).toEqual(["z", null]);
  });

  it("leaves what is no chain's to others", () => {
    const { chaining } = opened();
    expect(chaining.take({ type: "notice", level: "error", key: "k", arguments: {} })).toBe(false);
  });
});

describe("the view", () => {
  function shown(changed = {}) {
    const calls = {
      onchoose: vi.fn(),
      onwrite: vi.fn(),
      onarrange: vi.fn(),
      onchannel: vi.fn(),
      onpick: vi.fn(),
      onput: vi.fn(),
      ondrop: vi.fn(),
      onmove: vi.fn(),
      onundo: vi.fn(),
      onredo: vi.fn(),
    };
    const state = { card, operations, chosen: "y", stage, picked: null, related: null, channel: 0, refusal: null };
    render(ChainView, { ...state, theme: "light", say, ...calls, ...changed });
    return calls;
  }

  it("picks a number that the focus comes to, and says what it comes from", async () => {
    const { onpick } = shown({ picked: { pane: 2, index: [1, 0] }, related });
    expect(screen.getByTestId("told").textContent).toMatch(/y\[1, 0\].*=.*8.*x\[1, 0\].*3.*constant\[0\].*5/s);
    await fireEvent.focus(within(screen.getByTestId("pane-0")).getByTestId("number-0-1-1"));
    expect(onpick).toHaveBeenLastCalledWith({ pane: 0, index: [1, 1] });
    expect(screen.getAllByTestId("number-0-1-0").map((one) => one.getAttribute("aria-pressed"))).toEqual(
      Array(3).fill("true"),
    );
    expect(screen.getByTestId("repeated-1").textContent).toContain("(2, 2)");
  });

  it("shows the three lines of the chosen step and calls what its buttons say", async () => {
    const calls = shown({ refusal: { step: "y", key: "error.tensor.step_later", arguments: {} } });
    expect(screen.getByTestId("line-keras").textContent).toBe("y = np.add(x, c)");
    expect(screen.getByTestId("step-refusal")).toBeTruthy();
    await fireEvent.click(screen.getByTestId("step-z"));
    await fireEvent.click(screen.getByTestId("step-down"));
    await fireEvent.click(screen.getByTestId("step-drop"));
    await fireEvent.click(screen.getByTestId("draw-pictures"));
    expect(calls.onchoose).toHaveBeenCalledWith("z");
    expect(calls.onmove).toHaveBeenCalledWith("y", 1);
    expect(calls.ondrop).toHaveBeenCalledWith("y");
    expect(calls.onwrite).toHaveBeenCalledWith(false);
    await fireEvent.change(screen.getByTestId("step-constant"), { target: { value: "7" } });
    expect(calls.onput).toHaveBeenCalledWith(expect.objectContaining({ constant: "7" }), "y");
  });

  it("adds a step as it was written", async () => {
    const calls = shown();
    await fireEvent.click(screen.getByTestId("add-step"));
    await fireEvent.change(screen.getByTestId("new-axis"), { target: { value: "" } });
    await fireEvent.click(screen.getByTestId("put-step"));
    flushSync();
    expect(calls.onput).toHaveBeenCalledWith(
      {
        name: "step3",
        operation: "sum",
        arguments: { axis: null, keepdims: false },
        of: "z",
        second: null,
        constant: null,
      },
      null,
    );
  });
});
