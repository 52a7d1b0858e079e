import { readExperiment, type ClientMessage, type ExperimentForm, type Listener } from "@vitrail/core";
import { beforeEach, describe, expect, it } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import { changeLayers, changeUnits, hiddenLayers, setFeature } from "../src/edits.ts";
import { hiddenBy } from "../src/hidden.ts";
import { Lab } from "../src/lab.svelte.ts";

const playground = new Recording("playground");
const workspace = playground.get("workspace");
const order = workspace.plane?.features.map(({ name }) => name) ?? [];
const units = ({ layers }: ExperimentForm) => layers.map((layer) => layer.config?.["units"]);

let draft: ExperimentForm;
beforeEach(() => {
  draft = readExperiment(workspace.experiment);
});

describe("changes in the picture", () => {
  it("features keep their usual order, and what only says the shape follows", () => {
    draft.layers.unshift({ class_name: "InputLayer", config: { shape: [2] } });
    setFeature(draft, order, "sin(x1)", true);
    setFeature(draft, order, "x1", false);
    setFeature(draft, order, "x1^2", true);
    expect(draft.data["features"]).toEqual(["x2", "x1^2", "sin(x1)"]);
    expect(draft.layers[0]?.config?.["shape"]).toEqual([3]);
  });

  it("layers are added before the output with the activation of the last one, and taken away from there", () => {
    expect(hiddenLayers(draft)).toBe(2);
    changeLayers(draft, true);
    expect(units(draft)).toEqual([4, 2, 2, 1]);
    expect(draft.layers[2]?.config?.["activation"]).toBe("tanh");
    for (let i = 0; i < 4; i++) changeLayers(draft, false);
    expect(units(draft)).toEqual([1]);
    changeLayers(draft, true);
    expect(units(draft)).toEqual([2, 1]);
  });

  it("units are those of the layer that is drawn there", () => {
    draft.layers.unshift({ class_name: "InputLayer", config: { shape: [2] } });
    changeUnits(draft, 1, true);
    changeUnits(draft, 0, false);
    for (let i = 0; i < 3; i++) changeUnits(draft, 2, false);
    expect(units(draft)).toEqual([undefined, 3, 3, 1]);
  });

  it("the layers of a graph have no last one", () => {
    draft.layers = draft.layers.map((layer) => ({ ...layer, inputs: [] }));
    expect(hiddenLayers(draft)).toBeNull();
  });
});

describe("what is looked at over a plane", () => {
  let lab: Lab;
  let said: ClientMessage[];

  beforeEach(() => {
    said = [];
    let paint: () => void = () => undefined;
    const connect = (listener: Listener) => {
      listener.turn("open");
      return { send: (message: ClientMessage) => void said.push(message), close: () => undefined };
    };
    lab = new Lab(connect, {
      reload: () => undefined,
      put: () => Promise.resolve({ refusal: null, adapted: [] }),
      beforePaint: (show) => (paint = show),
    });
    lab.hear(workspace);
    lab.hear(playground.get("frame"));
    paint();
  });

  it("is the output, or the unit that is opened or pointed at", () => {
    const shown = () => {
      const { card, unit } = lab.plane.shown(workspace) ?? {};
      return [card?.name, unit];
    };
    expect(shown()).toEqual(["dense_2", null]);
    lab.open({ layer: "dense", unit: 3 });
    expect(shown()).toEqual(["dense", 3]);
    lab.plane.point({ layer: "dense_1", unit: 0 });
    const regions = ["dense", "dense_1", "dense_2"];
    const pointed = { type: "see", layers: regions, regions, large: ["dense_1"] };
    expect(said.at(-1)).toEqual(pointed);
    lab.plane.point({ layer: "dense_1", unit: 1 });
    expect(said.filter((message) => message.type === "see" && message.large.includes("dense_1"))).toEqual([pointed]);
    lab.plane.point({ layer: "dense_1", unit: 0 });
    expect(shown()).toEqual(["dense_1", 0]);
    lab.colour("z");
    expect(shown()).toEqual(["dense_2", null]);
    expect(said.at(-1)).toEqual({
      type: "see",
      layers: ["dense", "dense_1", "dense_2"],
      regions: ["dense_2"],
      large: ["dense_2"],
    });
  });

  it("the weights of a unit are set one by one, and Escape leaves them first", () => {
    lab.plane.choose({ layer: "dense_1", unit: 1, input: 2 });
    const rows = lab.plane.rows(workspace);
    expect(rows.map(({ name }) => name)).toEqual(["dense 0", "dense 1", "dense 2", "dense 3", ""]);
    for (const row of rows.slice(2)) lab.plane.setWeight(row, 0.5);
    const set = { type: "set_weight", layer: "dense_1", value: 0.5 };
    expect(said.slice(-3)).toEqual([
      { ...set, variable: "kernel", place: [2, 1] },
      { ...set, variable: "kernel", place: [3, 1] },
      { ...set, variable: "bias", place: [1] },
    ]);
    lab.leave();
    expect(lab.plane.weighed).toBeNull();
  });

  it("the first layer weighs the features by name", () => {
    lab.plane.choose({ layer: "dense", unit: 0, input: 0 });
    expect(lab.plane.rows(workspace).map(({ name }) => name)).toEqual(["x1", "x2", ""]);
  });

  it("what a link hides cannot be changed", () => {
    lab.plane.hidden = hiddenBy("http://localhost/?hide=features,layers,weights,nothing");
    expect([...lab.plane.hidden]).toEqual(["features", "layers", "weights"]);
    expect(lab.plane.editing?.hidden).toBeNull();
    expect(lab.plane.editing?.onfeature).toBeNull();
    lab.plane.choose({ layer: "dense", unit: 0, input: 0 });
    expect(lab.plane.rows(workspace)).toEqual([]);
  });
});
