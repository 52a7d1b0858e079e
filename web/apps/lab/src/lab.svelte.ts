import { untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import {
  Newest,
  OWN,
  PROTOCOL,
  readExperiment,
  type ClientMessage,
  type Edits,
  type ExperimentForm,
  type Explained,
  type Frame,
  type EpochRow,
  type Grain,
  type Kernel,
  type Language,
  type Link,
  type LinkState,
  type Listener,
  type Look,
  type Notice,
  type Pictures,
  type Region,
  type Saved,
  type ServerMessage,
  type TensorRequest,
  type Workspace,
} from "@vitrail/core";
import type { Sight } from "./address.ts";
import {
  seenLayers,
  seenRegions,
  valuesOf,
  Walking,
  type Focus,
  type Mode,
  type Step,
  type Told,
} from "@vitrail/views";
import { PlaneTools } from "./plane.svelte.ts";
import { Outcome } from "./outcome.svelte.ts";
import { Reveal } from "./reveal.svelte.ts";

const INFORMATION_STAYS = 6000;

/** What the server says to another experiment: why it does not take it, or what it changed beside, so that it fits. */
export interface Answer {
  refusal: Notice | null;
  adapted: readonly Adapted[];
}

/** A setting that was changed with others. */
export interface Adapted {
  field: string;
  before: string;
  after: string;
}

/** What the browser does for the lab; tests bring their own. */
export interface Surroundings {
  /** Loads the page anew, once for each protocol that it does not speak. */
  reload(protocol: number): void;
  /** Gives the server another experiment, and tells why where it does not take it. */
  put(experiment: ExperimentForm, adapt: boolean): Promise<Answer>;
  beforePaint(show: () => void): void;
  /** What the page's address says to look at. */
  sight?: Sight;
}

/** The state of the page: what the server told, and what the person looks at. */
export class Lab implements Listener {
  link = $state<LinkState>("connecting");
  workspace = $state.raw<Workspace | null>(null);
  frame = $state.raw<Frame | null>(null);
  /** The completed epochs as curves show them. */
  history = $state.raw<readonly EpochRow[]>([]);
  look = $state.raw<Look | null>(null);
  unit = $state.raw<Explained | null>(null);
  /** Whether the trace that is shown is being checked. */
  checking = $state(false);
  /** The walk through the followed example's step; none while nobody walks. */
  walking = $state.raw<Walking | null>(null);
  kernels = $state.raw<ReadonlyMap<string, Kernel>>(new Map());
  regions = $state.raw<ReadonlyMap<string, Region>>(new Map());
  /** What is trained, to be read; `change` changes it. */
  experiment = $state.raw<ExperimentForm | null>(null);
  /** What a person made of it that does not train, and is kept to be mended. */
  draft = $state.raw<ExperimentForm | null>(null);
  /** Why the last change was not taken. */
  refusal = $state.raw<Notice | null>(null);
  /** What the server changed with the last change, so that it fits. */
  adapted = $state.raw<readonly Adapted[]>([]);
  /** What can be undone and done again. */
  edits = $state.raw<Pick<Edits, "undo" | "redo">>({ undo: null, redo: null });
  /** The step of a model's life that the person is at. */
  at = $state<Step>("fit");
  /** The sections that are open. */
  readonly sections = new SvelteSet<Step>(["compile", "fit", "predict"]);
  /** What is on disk. */
  saved = $state.raw<Saved | null>(null);
  followed = $state<number | null>(null);
  focus = $state.raw<Focus | null>(null);
  sheet = $state<string | null>(null);
  mode = $state<Mode>("weights");
  told = $state.raw<readonly Told[]>([]);
  /** The tensor that is explored, or the beginning of its name; none while nobody explores. */
  explored = $state<string | null>(null);
  /** Of data with two features. */
  readonly plane = new PlaneTools(this);
  readonly outcome = new Outcome((message) => {
    this.#send(message);
  });
  readonly reveal = new Reveal(() => matchMedia("(prefers-reduced-motion: reduce)").matches);

  /** What takes the messages about tensors. */
  #room: { take(message: ServerMessage): void } | null = null;
  readonly #link: Link;
  readonly #newest: Newest;
  #count = 0;
  #language: Language = "en";
  /** What is tried, where the followed example is the person's own. */
  #own: { values: number[]; label: number | null } = { values: [], label: null };
  /** Whether the followed example has not been seen yet. */
  #fresh = false;
  /** The layer of which a unit is drawn in large. */
  #large: string | null = null;
  #changing = Promise.resolve();

  constructor(
    connect: (listener: Listener) => Link,
    private readonly surroundings: Surroundings,
  ) {
    this.at = surroundings.sight?.at ?? "fit";
    this.unfold(this.at, true);
    this.#newest = new Newest(
      (pictures) => {
        this.#show(pictures);
      },
      (show) => {
        surroundings.beforePaint(show);
      },
    );
    this.#link = connect(this);
  }

  get running(): boolean {
    return this.frame !== null && this.frame.status !== "idle";
  }

  get ready(): boolean {
    return this.link === "open" && this.workspace !== null;
  }

  // What the server says ----------------------------------------------------------------------------------------------

  hear(message: ServerMessage): void {
    if (this.#newest.take(message) || this.outcome.hear(message)) return;
    if (message.type === "hello" && message.protocol !== PROTOCOL) this.surroundings.reload(message.protocol);
    else if (message.type === "workspace") this.#enter(message);
    else if (message.type === "saved") this.#learn(message);
    else if (message.type === "edits") this.edits = message;
    else {
      if (message.type === "notice") this.tell(message);
      this.walking?.take(message);
      this.#room?.take(message);
    }
  }

  turn(state: LinkState): void {
    this.link = state;
  }

  #enter(workspace: Workspace): void {
    const same = this.workspace !== null && isSameNetwork(this.workspace, workspace);
    const sameData = this.workspace !== null && isSameData(this.workspace, workspace);
    this.workspace = workspace;
    this.experiment = readExperiment(workspace.experiment);
    this.draft = this.refusal = null;
    this.#newest.forget();
    if (!same) {
      this.frame = this.look = this.unit = null;
      this.history = [];
      this.kernels = new Map();
      this.regions = new Map();
      this.sheet = this.walking = null;
      this.plane.forget();
      if (!sameData) this.followed = this.focus = null;
      if (this.focus !== null && !hasUnit(workspace, this.focus)) this.focus = null;
    }
    this.#see();
    this.#send({ type: "speak", language: this.#language });
    this.outcome.enter(same);
    if (this.followed === OWN) this.#send({ type: "try", ...this.#own });
    else if (this.followed !== null) this.#send({ type: "follow", index: this.followed });
    if (this.focus !== null) this.#send({ type: "focus", ...this.focus });
    this.walking?.to(null);
    if (this.explored !== null && this.#room !== null)
      this.explore(same ? this.explored : this.explored.replace(/\/.*/, "")); // other layers may have other tensors
    if (this.saved !== null) this.#light();
  }

  /** Follows the first example where panes would be blank without one: no unit's weights can be seen as a picture. */
  #light(): void {
    if (this.workspace === null || this.followed !== null || this.workspace.plane !== null) return;
    if (this.workspace.layers.every((card) => card.picture_shape.length === 0))
      this.follow(this.workspace.strip.indices[0] ?? null);
  }

  /** Comes back to what was looked at, where this page has not looked at anything yet. */
  #learn(saved: Saved): void {
    const first = this.saved === null;
    this.saved = saved;
    if (!first || this.workspace === null || this.followed !== null) return;
    const { sight } = this.surroundings;
    const follow = sight?.followed ?? saved.follow;
    const focus = sight?.focus ?? saved.focus;
    const { test_count, train_count } = this.workspace.dataset;
    if (follow === null || follow >= test_count + train_count) {
      this.#light();
      return;
    }
    this.follow(follow);
    const card = this.workspace.layers.find((layer) => layer.name === focus?.layer);
    if (focus !== null && card !== undefined && focus.unit < valuesOf(card))
      this.open({ layer: focus.layer, unit: focus.unit });
  }

  #show({ frame, history, look, unit }: Pictures): void {
    if (history !== undefined) this.history = history.rows;
    if (frame !== undefined) {
      this.frame = frame;
      if (frame.kernels.length > 0) {
        this.kernels = new Map([...this.kernels, ...frame.kernels.map((kernel) => [kernel.layer, kernel] as const)]);
      }
      if (frame.regions.length > 0) {
        this.regions = new Map([...this.regions, ...frame.regions.map((region) => [region.layer, region] as const)]);
      }
    }
    if (look !== undefined && look.index === this.followed) {
      this.look = look;
      if (this.#fresh) this.reveal.begin(look.layers.length);
      this.#fresh = false;
    }
    if (unit !== undefined && unit.layer === this.focus?.layer && unit.unit === this.focus.unit) {
      this.unit = unit;
      this.checking = false;
    }
  }

  // What the person does ----------------------------------------------------------------------------------------------

  play(): void {
    this.#send({ type: "play" });
  }

  pause(): void {
    this.#send({ type: "pause" });
  }

  step(grain: Grain): void {
    this.#send({ type: "step", grain });
  }

  /** Undoes a batch, or what was trained of an epoch. */
  back(grain: Grain): void {
    this.#send({ type: "step_back", grain });
  }

  /**
   * Trains something a little different, with the weights that there are where they fit.
   *
   * When the server refuses it, what trains stays as it was, `refusal` says why, and `draft` is what the next change begins
   * from. Changes happen one after the other.
   */
  change(edit: (draft: ExperimentForm) => void, adapt = false): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      const base = this.draft ?? this.experiment;
      if (base === null) return;
      const draft = structuredClone(base);
      edit(draft);
      const { refusal, adapted } = await this.surroundings.put(draft, adapt);
      this.refusal = refusal;
      this.adapted = adapted;
      this.draft = refusal === null ? null : draft;
      if (refusal === null && !adapt) this.experiment = draft;
    });
    return this.#changing;
  }

  /** Back to what trains, where a draft does not. */
  discard(): void {
    this.draft = this.refusal = null;
  }

  undo(): void {
    this.#send({ type: "undo" });
  }

  redo(): void {
    this.#send({ type: "redo" });
  }

  setSpeed(batches: number | null): void {
    this.#send({ type: "set_speed", batches });
  }

  setWeight(layer: string, variable: string, place: number[], value: number): void {
    this.#send({ type: "set_weight", layer, variable, place, value });
  }

  setLearningRate(value: number): void {
    this.#send({ type: "set_learning_rate", value });
  }

  /** Other first weights. */
  newSeed(): void {
    const [seed = 0] = crypto.getRandomValues(new Uint16Array(1)); // short enough to be read out and typed
    this.#send({ type: "reset", seed });
  }

  reset(): void {
    this.#send({ type: "reset", seed: null });
  }

  follow(index: number | null): void {
    this.#fresh = index !== this.followed;
    this.followed = index;
    if (index === null) {
      this.look = null;
      this.open(null);
    }
    this.#send({ type: "follow", index });
  }

  /** Follows an example of the person's own; `label` is what it should give, where that is known. */
  try(values: number[], label: number | null): void {
    this.#fresh ||= this.followed !== OWN;
    this.followed = OWN;
    this.#own = { values, label };
    this.#send({ type: "try", values, label });
  }

  /** Shows one layer of the answer more, or one less. */
  form(by: 1 | -1): void {
    if (this.look !== null) this.reveal.step(by, this.look.layers.length);
  }

  /** Opens a unit, whose numbers take the place of those of the one before; its formulas need an example that is followed. */
  open(focus: Focus | null): void {
    if (focus !== null && this.followed === null) this.follow(this.workspace?.strip.indices[0] ?? null);
    this.focus = focus;
    this.plane.connection = null;
    if (focus === null) this.unit = null;
    this.#send({ type: "focus", layer: focus?.layer ?? "", unit: focus?.unit ?? 0 });
    this.magnify();
    if (focus === null) this.walk(false);
  }

  /** Has the trace that is shown compared with two other ways to its numbers. */
  check(): void {
    this.checking = true;
    this.#send({ type: "check" });
  }

  /** Begins or ends a walk through the step of the followed example. */
  walk(on: boolean): void {
    if (on === (this.walking !== null)) return;
    this.walking = on
      ? new Walking((request) => {
          this.#send(request);
        })
      : null;
    if (this.walking === null) this.#send({ type: "end_walk" });
    else this.walking.to(null);
  }

  /** Explores a tensor, by its name or the beginning of it up to a slash; none ends it. */
  explore(name: string | null): void {
    this.explored = name;
    if (name === null || this.#room !== null) this.#send({ type: "explore", name });
  }

  /** Hands on what is told about tensors, as long as their room is open. Gives what ends that. */
  enterRoom(room: { take(message: ServerMessage): void }): () => void {
    this.#room = room;
    untrack(() => {
      this.explore(this.explored);
    });
    return () => (this.#room = null);
  }

  /** Asks about the tensor that is explored. */
  ask(request: TensorRequest): void {
    this.#send(request);
  }

  /** Formulas come in the person's language. */
  speak(language: Language): void {
    this.#language = language;
    if (this.ready) this.#send({ type: "speak", language });
  }

  showSheet(layer: string | null): void {
    this.sheet = layer;
  }

  /** Opens or closes a section at the left. */
  unfold(step: Step, open: boolean): void {
    if (open) this.sections.add(step);
    else this.sections.delete(step);
  }

  /** Opens what was set, so that it is on paper. */
  unfoldAll(): void {
    for (const step of ["data", "define", "compile", "fit"] as const) this.unfold(step, true);
  }

  colour(mode: Mode): void {
    this.mode = mode;
    this.#see();
  }

  /** One level out: from the sheet, the unit, the example. */
  leave(): void {
    if (this.sheet !== null) this.sheet = null;
    else if (this.plane.connection !== null) this.plane.connection = null;
    else if (this.focus !== null) this.open(null);
    else if (this.followed !== null) this.follow(null);
  }

  tell(notice: Notice): void {
    this.checking = false;
    const id = ++this.#count;
    this.told = [...this.told.filter((one) => one.notice.key !== notice.key), { id, notice }];
    if (notice.level === "information") {
      setTimeout(() => {
        this.dismiss(id);
      }, INFORMATION_STAYS);
    }
  }

  dismiss(id: number): void {
    this.told = this.told.filter((one) => one.id !== id);
  }

  close(): void {
    this.#link.close();
  }

  /** Another unit may be the one that is drawn in large. */
  magnify(): void {
    if (this.workspace?.plane == null || this.plane.shown(this.workspace)?.card.name === this.#large) return;
    this.#see();
  }

  #see(): void {
    if (this.workspace === null) return;
    const layers = seenLayers(this.workspace, this.mode);
    this.#large = this.plane.shown(this.workspace)?.card.name ?? null;
    const regions = seenRegions(this.workspace, this.mode);
    this.#send({ type: "see", layers, regions, large: regions.filter((name) => name === this.#large) });
  }

  #send(message: ClientMessage): void {
    this.#link.send(message);
  }
}

/** Whether the examples of one are those of the other. */
function isSameData(one: Workspace, other: Workspace): boolean {
  return one.dataset.name === other.dataset.name && one.dataset.test_count === other.dataset.test_count;
}

function hasUnit(workspace: Workspace, focus: Focus): boolean {
  const card = workspace.layers.find((layer) => layer.name === focus.layer);
  return card !== undefined && focus.unit < valuesOf(card);
}

/** Whether what was looked at in one can be looked at in the other: the same data and layers, if another seed. */
function isSameNetwork(one: Workspace, other: Workspace): boolean {
  const network = ({ dataset, layers }: Workspace) => JSON.stringify([dataset.name, layers]);
  return network(one) === network(other);
}
