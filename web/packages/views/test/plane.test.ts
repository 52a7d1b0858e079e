import {
  at,
  nearest,
  paintRegion,
  paintWinners,
  placeOf,
  row,
  coordinatesAt,
  drawnPoints,
  SPEECH,
  shade,
  type Region,
  type DrawnPoints,
} from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { NetworkView, PlaneView, seenLayers, seenRegions, WeightsView } from "../src/index.ts";
import { threadsOf } from "../src/network/threads.ts";
import { columnsOf, layoutOf } from "../src/network/columns.ts";
import { Recording } from "../../core/fixtures/recording.ts";

const say = SPEECH.en;
const playground = new Recording("playground");
const workspace = playground.get("workspace");
const frame = playground.get("frame");
const look = playground.get("look");
const { plane } = workspace;
if (plane === null) throw new Error("the playground has a plane");
const [, , output] = workspace.layers;
if (output === undefined) throw new Error("no output layer");
const regions = new Map(frame.regions.map((region) => [region.layer, region]));
const kernels = new Map(frame.kernels.map((kernel) => [kernel.layer, kernel]));

// happy-dom lays nothing out: every element is as large as a usual window's middle.
Object.defineProperties(HTMLElement.prototype, { clientWidth: { get: () => 836 }, clientHeight: { get: () => 574 } });

describe("the network over a plane", () => {
  function draw(more: Record<string, unknown> = {}) {
    const editing = { hidden: 2, onfeature: vi.fn(), onunits: vi.fn(), onlayers: vi.fn() };
    const calls = { onfocus: vi.fn(), onpoint: vi.fn(), onconnection: vi.fn(), onmode: vi.fn(), onsheet: vi.fn() };
    render(NetworkView, {
      ...{ workspace, kernels, regions, look, unit: null, followed: look.index, focus: null, sheet: null },
      ...{ running: false, mode: "weights", theme: "light", say, editing, ...calls, ...more },
    } as never);
    return { ...editing, ...calls };
  }

  it("sees every weight, and the region of every unit; of numbers of an example only the output's", () => {
    expect(seenLayers(workspace, "weights")).toEqual(["dense", "dense_1", "dense_2"]);
    expect(seenRegions(workspace, "weights")).toEqual(["dense", "dense_1", "dense_2"]);
    expect(seenRegions(workspace, "z")).toEqual(["dense_2"]);
  });

  it("switches features on and off", async () => {
    const { onfeature } = draw();
    expect(screen.getByTestId("feature-x1").getAttribute("aria-pressed")).toBe("true");
    await fireEvent.click(screen.getByTestId("feature-x1"));
    await fireEvent.click(screen.getByTestId("feature-sin(x2)"));
    expect(onfeature.mock.calls).toEqual([
      ["x1", false],
      ["sin(x2)", true],
    ]);
  });

  it("adds and removes units and layers", async () => {
    const { onunits, onlayers } = draw();
    for (const id of ["add-unit-dense", "remove-unit-dense_1", "add-layer", "remove-layer"])
      await fireEvent.click(screen.getByTestId(id));
    expect(onunits.mock.calls).toEqual([
      ["dense", true],
      ["dense_1", false],
    ]);
    expect(onlayers.mock.calls).toEqual([[true], [false]]);
    expect(screen.queryByTestId("add-unit-dense_2")).toBeNull();
  });

  it("only shows where nothing may be changed", () => {
    draw({ editing: null });
    expect(screen.queryByTestId("add-unit-dense")).toBeNull();
    expect(screen.getByTestId<HTMLButtonElement>("feature-x1").disabled).toBe(true);
  });

  it("shows the followed example's activation under each pane, and points at what is under the pointer", async () => {
    const { onpoint } = draw();
    const first = look.layers[0];
    if (first === undefined) throw new Error("no layers");
    expect(screen.getByTestId("unit-dense-3-a").textContent).toBe(say.signed(at(first.a, 3), 3));
    await fireEvent.pointerEnter(screen.getByTestId("unit-dense-3"));
    await fireEvent.pointerLeave(screen.getByTestId("unit-dense-3"));
    expect(onpoint.mock.calls).toEqual([[{ layer: "dense", unit: 3 }], [null]]);
  });

  it("says a weight under the pointer, and opens it by a click", async () => {
    const { onconnection } = draw();
    const thread = screen.getByTestId("thread-dense-1-2");
    await fireEvent.pointerEnter(thread);
    const kernel = kernels.get("dense");
    if (kernel === undefined) throw new Error("no weights");
    expect(screen.getByTestId("thread-weight").textContent).toBe(`w ${say.signed(at(kernel.weights, 2 * 2 + 1), 4)}`);
    await fireEvent.click(thread);
    expect(onconnection).toHaveBeenCalledWith({ layer: "dense", unit: 2, input: 1 });
  });

  it.each([
    [836, 574],
    [520, 442],
  ])("draws six layers of eight units in full on %d x %d", (width, height) => {
    const dense = workspace.layers[0];
    if (dense === undefined) throw new Error("no layers");
    const hidden = Array.from({ length: 6 }, (_, i) => ({ ...dense, name: `h${String(i)}`, output_shape: [8] }));
    const large = { ...workspace, layers: [...hidden, output] };
    const layout = layoutOf(large, width, height);
    expect(layout.width).toBe(width);
    const views = columnsOf(
      large,
      layout,
      new Map(),
      (card) => [...Array(card.output_shape[0] ?? 0).keys()],
      () => [],
    );
    expect(views.map((view) => view.units.length)).toEqual([7, 8, 8, 8, 8, 8, 8, 1]);
    for (const view of views)
      for (const box of view.boxes) expect(box.y + box.height).toBeLessThanOrEqual(view.column.y + view.column.height);
    expect(threadsOf(views)).toHaveLength(2 * 8 + 5 * 64 + 8);
  });
});

describe("the output over the plane", () => {
  const properties = {
    ...{ workspace, plane, card: output, region: regions.get("dense_2"), unit: null, frame, followed: null },
    ...{ showTest: true, discrete: false, theme: "light" as const, say },
  };

  it("says how many test points come out right, as the training counted them", () => {
    const calls = { onfollow: vi.fn(), ontest: vi.fn(), ondiscrete: vi.fn() };
    render(PlaneView, { ...properties, ...calls });
    const share = frame.last?.logs["val_accuracy"] ?? NaN;
    expect(screen.getByTestId("plane-summary").textContent).toBe(
      say.text("lab.plane.right", { epoch: "2", right: Math.round(250 * share), count: 250 }),
    );
  });

  it("follows points by the keyboard, one after another", async () => {
    const calls = { onfollow: vi.fn(), ontest: vi.fn(), ondiscrete: vi.fn() };
    const { rerender } = render(PlaneView, { ...properties, ...calls });
    const list = screen.getByRole("listbox");
    await fireEvent.keyDown(list, { key: "ArrowRight" });
    await rerender({ followed: 0 });
    await fireEvent.keyDown(list, { key: "ArrowRight" });
    await fireEvent.keyDown(list, { key: "End" });
    expect(calls.onfollow.mock.calls).toEqual([[0], [1], [499]]);
    expect(screen.getByRole("option").textContent).toContain("Test example 0");
    expect(screen.getByTestId("plane-ring")).toBeDefined();
  });

  it("shows test points and full colours when asked to", async () => {
    const calls = { onfollow: vi.fn(), ontest: vi.fn(), ondiscrete: vi.fn() };
    render(PlaneView, { ...properties, ...calls });
    await fireEvent.click(screen.getByTestId("show-test"));
    await fireEvent.click(screen.getByTestId("discretise"));
    expect([calls.ontest.mock.calls, calls.ondiscrete.mock.calls]).toEqual([[[false]], [[true]]]);
  });

  it("draws, moves and takes away points", async () => {
    const calls = {
      onfollow: vi.fn(),
      ontest: vi.fn(),
      ondiscrete: vi.fn(),
      ondrawn: vi.fn<(all: DrawnPoints) => void>(),
    };
    const { container } = render(PlaneView, { ...properties, ...calls });
    const square = container.querySelector<HTMLElement>(".square");
    if (square === null) throw new Error("no picture");
    square.setPointerCapture = vi.fn();
    square.getBoundingClientRect = () => new DOMRect(0, 0, 100, 100);
    const before = drawnPoints(plane, ["orange", "blue"]);
    const drag = async (from: { x: number; y: number }, to = from) => {
      const at = ({ x, y }: typeof from) => ({ clientX: 100 * x, clientY: 100 * y, pointerId: 1 });
      await fireEvent.pointerDown(square, at(from));
      await fireEvent.pointerMove(square, at(to));
      await fireEvent.pointerUp(square, at(to));
      return calls.ondrawn.mock.lastCall?.[0];
    };
    await fireEvent.click(screen.getByTestId("tool-1"));
    const drawn = await drag({ x: 0.02, y: 0.02 });
    expect(drawn?.y).toEqual([...before.y, 1]);
    expect(drawn?.x.at(-1)).toEqual(coordinatesAt(plane, { x: 0.02, y: 0.02 }));
    const moved = await drag(placeOf(plane, plane.train, 3), { x: 0.5, y: 0.25 });
    expect(moved?.y).toEqual(before.y);
    expect(moved?.x[3]?.map((number) => number.toFixed(6))).toEqual(
      coordinatesAt(plane, { x: 0.5, y: 0.25 }).map((number) => number.toFixed(6)),
    );
    await fireEvent.click(screen.getByTestId("tool-erase"));
    const left = await drag(placeOf(plane, plane.train, 3));
    expect(left?.x).toEqual(before.x.filter((_, i) => i !== 3));
    expect(calls.onfollow).not.toHaveBeenCalled();
  });

  it("finds the point under a click", () => {
    const place = placeOf(plane, plane.test, 7);
    expect(nearest(plane, plane.test, place, 0.01)).toBe(7);
    expect(nearest(plane, plane.test, { x: -1, y: -1 }, 0.01)).toBeNull();
  });
});

describe("colours over the plane", () => {
  const region: Region = {
    layer: "two",
    values: { shape: [2, 1, 2], dtype: "int8", data: new Uint8Array([127, 20, 0, 107]), scale: 1 / 127 },
  };

  it("are those of the number at each place", () => {
    const shading = { kind: "around" as const, middle: 0.5, reach: 0.5 };
    const pixels = new Uint8ClampedArray(8);
    paintRegion(region, 0, shading, "light", false, pixels);
    const expected = [...row(region.values, 0)].flatMap((value) => [...shade(value / 127, shading, "light"), 255]);
    expect([...pixels]).toEqual(expected);
  });

  it("are those of the class that wins", () => {
    const pixels = new Uint8ClampedArray(8);
    paintWinners(region, 2, 1, "light", true, pixels);
    expect([...pixels]).toEqual([217, 95, 14, 255, 0, 109, 179, 255]);
  });
});

describe("the weights of a unit", () => {
  const rows = [
    { input: 0, name: "x1", value: 0.5 },
    { input: null, name: "", value: -0.25 },
  ];

  it("are typed, with a comma or a point, or moved by arrow keys and buttons", async () => {
    const onset = vi.fn();
    render(WeightsView, { layer: "dense", unit: 1, rows, chosen: null, say, onset, onclose: vi.fn() });
    const field = screen.getByTestId<HTMLInputElement>("weight-0");
    expect(field.value).toBe("+0.5000");
    await fireEvent.input(field, { target: { value: "1,5" } });
    await fireEvent.keyDown(field, { key: "Enter" });
    await fireEvent.input(field, { target: { value: "much" } });
    await fireEvent.keyDown(field, { key: "Enter" });
    for (let i = 0; i < 2; i++) await fireEvent.keyDown(field, { key: "ArrowUp" });
    await fireEvent.click(screen.getByTestId("weight-bias-less"));
    expect(onset.mock.calls).toEqual([
      [rows[0], 1.5],
      [rows[0], 0.6],
      [rows[0], 0.7],
      [rows[1], -0.35],
    ]);
  });

  it("are not written over while somebody types", async () => {
    const { rerender } = render(WeightsView, {
      ...{ layer: "dense", unit: 1, rows, chosen: null, say, onset: vi.fn(), onclose: vi.fn() },
    });
    const field = screen.getByTestId<HTMLInputElement>("weight-0");
    await fireEvent.input(field, { target: { value: "2." } });
    await rerender({ rows: [{ input: 0, name: "x1", value: 0.75 }] });
    expect(field.value).toBe("2.");
    await fireEvent.keyDown(field, { key: "Escape" });
    expect(field.value).toBe("+0.7500");
  });
});
