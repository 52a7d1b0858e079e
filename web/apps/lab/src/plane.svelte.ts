import { regionLayers, stored, type LayerCard, type Workspace } from "@vitrail/core";
import { sourceOf, type Connection, type Editing, type Focus, type WeightRow } from "@vitrail/views";
import { changeLayers, hiddenLayers, setFeature, changeUnits } from "./edits.ts";
import type { Part } from "./hidden.ts";
import type { Lab } from "./lab.svelte.ts";

/** What the person looks at, and changes, of a network over the plane of its data. */
export class PlaneTools {
  /** The unit under the pointer or the keyboard. */
  pointed = $state.raw<Focus | null>(null);
  /** The weight that was chosen in the picture. */
  connection = $state.raw<Connection | null>(null);
  showTest = $state(true);
  discrete = $state(false);
  /** What cannot be changed in the picture: `features`, `layers`, `weights`. */
  hidden = $state.raw<ReadonlySet<Part>>(new Set());

  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Looks at nothing of a network that is no more. */
  forget(): void {
    this.pointed = this.connection = null;
  }

  /** The unit under the pointer or the keyboard is another one. */
  point(unit: Focus | null): void {
    this.pointed = unit;
    this.#lab.magnify();
  }

  /** Looks at one weight of a unit. */
  choose(connection: Connection): void {
    this.connection = connection;
  }

  /** What the picture shows: a unit that is pointed at or opened, else what the whole network gives. */
  shown(workspace: Workspace): { card: LayerCard; unit: number | null } | null {
    const layers = regionLayers(workspace);
    const output = workspace.layers.at(-1);
    const wanted = this.#lab.mode === "weights" ? (this.pointed ?? this.#lab.focus) : null;
    const card = layers.find((layer) => layer.name === wanted?.layer);
    if (wanted !== null && card !== undefined) {
      return { card, unit: card === output && card.output_shape[0] === 1 ? null : wanted.unit };
    }
    return output === undefined ? null : { card: output, unit: null };
  }

  /** The unit whose weights are listed. */
  get weighed(): Focus | null {
    return this.connection ?? this.#lab.focus;
  }

  /** The weights of that unit and its bias, as they are now. */
  rows(workspace: Workspace): WeightRow[] {
    const unit = this.weighed;
    const kernel = unit === null ? undefined : this.#lab.kernels.get(unit.layer);
    const place = workspace.layers.findIndex((layer) => layer.name === unit?.layer);
    if (unit === null || kernel === undefined || place < 0 || this.hidden.has("weights")) return [];
    const inputs = kernel.weights.shape[1] ?? 0;
    const source = workspace.layers[sourceOf(workspace.layers, place)]?.name;
    const name = (input: number) =>
      source === undefined ? (workspace.plane?.inputs[input] ?? "") : `${source} ${String(input)}`;
    const weights = stored(kernel.weights);
    const rows: WeightRow[] = Array.from({ length: inputs }, (_, input) => ({
      input,
      name: name(input),
      value: (weights[unit.unit * inputs + input] ?? NaN) * kernel.weights.scale,
    }));
    const bias = kernel.bias === null ? undefined : stored(kernel.bias)[unit.unit];
    return bias === undefined ? rows : [...rows, { input: null, name: "", value: bias }];
  }

  setWeight(row: WeightRow, value: number): void {
    const unit = this.weighed;
    if (unit === null) return;
    if (row.input === null) this.#lab.setWeight(unit.layer, "bias", [unit.unit], value);
    else this.#lab.setWeight(unit.layer, "kernel", [row.input, unit.unit], value);
  }

  /** How the picture changes the experiment. */
  readonly editing = $derived.by((): Editing | null => {
    const { workspace, experiment } = this.#lab;
    if (workspace === null || workspace.plane === null || experiment === null) return null;
    const order = workspace.plane.features.map(({ name }) => name);
    const place = (layer: string) => workspace.layers.findIndex(({ name }) => name === layer);
    return {
      hidden: this.hidden.has("layers") ? null : hiddenLayers(experiment),
      onfeature: this.hidden.has("features")
        ? null
        : (name, on) => void this.#lab.change((draft) => setFeature(draft, order, name, on)),
      onunits: (layer, more) => void this.#lab.change((draft) => changeUnits(draft, place(layer), more)),
      onlayers: (more) => void this.#lab.change((draft) => changeLayers(draft, more)),
    };
  });
}
