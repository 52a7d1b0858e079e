/** Changes of an experiment that are made in the picture of its network. */
import type { ExperimentForm, LayerForm } from "@vitrail/core";

const USUAL_FEATURES = ["x1", "x2"];
/** Units of a hidden layer that is added. */
const NEW_UNITS = 2;

const isDense = (layer: LayerForm) => layer.class_name === "Dense";

/** The layers that are drawn: all but what only says the shape of the inputs. */
function drawn(draft: ExperimentForm): LayerForm[] {
  return draft.layers.filter((layer) => layer.class_name !== "InputLayer");
}

/** Hidden layers of units; none where layers are no chain, and so have no one last hidden layer. */
export function hiddenLayers(experiment: ExperimentForm): number | null {
  const dense = experiment.layers.filter(isDense).length;
  return dense === 0 || experiment.layers.some((layer) => layer.inputs !== undefined) ? null : dense - 1;
}

/** Switches a feature of the plane on or off; features keep their usual order. */
export function setFeature(draft: ExperimentForm, order: readonly string[], name: string, on: boolean): void {
  const before = (draft.data["features"] as string[] | undefined) ?? USUAL_FEATURES;
  const features = order.filter((one) => (one === name ? on : before.includes(one)));
  draft.data["features"] = features;
  const [first] = draft.layers;
  if (first?.class_name === "InputLayer") first.config = { ...first.config, shape: [features.length] };
}

/** Gives a layer, by its place among those drawn, one unit more or less. */
export function changeUnits(draft: ExperimentForm, place: number, more: boolean): void {
  const layer = drawn(draft)[place];
  if (layer === undefined) return;
  const units = Number(layer.config?.["units"]) + (more ? 1 : -1);
  if (units >= 1) layer.config = { ...layer.config, units };
}

/** Adds a hidden layer before the output, or takes the last one away. */
export function changeLayers(draft: ExperimentForm, more: boolean): void {
  const dense = draft.layers.flatMap((layer, place) => (isDense(layer) ? [place] : []));
  const output = dense.at(-1);
  const last = dense.at(-2);
  if (output === undefined) return;
  if (!more) {
    if (last !== undefined) draft.layers.splice(last, 1);
    return;
  }
  const activation = (last === undefined ? undefined : draft.layers[last]?.config?.["activation"]) ?? "tanh";
  draft.layers.splice(output, 0, { class_name: "Dense", config: { units: NEW_UNITS, activation } });
}
