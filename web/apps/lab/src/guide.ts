import type { WordId } from "@vitrail/core";
import type { Guide } from "@vitrail/views";
import { tick } from "svelte";
import type { Lab } from "./lab.svelte.ts";
import { showPlace } from "./showing.ts";

/** Where a word can be seen on the page, and what has to be opened first. */
interface Example {
  at: string;
  open?: (lab: Lab) => void;
}

/** Opens the unit that the person looks at, or else the first one of a layer that has some. */
function openUnit(lab: Lab): void {
  const layer = lab.workspace?.layers.find((card) => card.kernel_shape.length > 0);
  if (lab.focus === null && layer !== undefined) lab.open({ layer: layer.name, unit: 0 });
}

function follow(lab: Lab): void {
  if (lab.followed === null) lab.follow(lab.workspace?.strip.indices[0] ?? null);
}

const NETWORK: Example = { at: "[data-testid=network]" };
const UNIT: Example = { at: "[data-unit][aria-pressed=true]", open: openUnit };
const CARD: Example = { at: "[data-testid=unit-card]", open: openUnit };
const PLACES: Partial<Record<WordId, Example>> = {
  unit: UNIT,
  layer: { at: "[data-testid=network] .drawing header[title]" },
  weight: CARD,
  bias: CARD,
  pre_activation: { at: "[data-testid=mode-z]", open: follow },
  activation: { at: "[data-testid=mode-a]", open: follow },
  loss: { at: "[data-testid=figure-loss]" },
  delta: { at: "[data-testid=mode-delta]", open: follow },
  gradient: CARD,
  update: { at: "[data-testid=step-batch]" },
  learning_rate: {
    at: "[data-testid=learning-rate]",
    open: (lab) => {
      lab.unfold("fit", true);
    },
  },
  batch: { at: "[data-testid=clock-batch]" },
  epoch: { at: "[data-testid=clock-epoch]" },
  overfitting: { at: "[data-testid=curves]" },
  trace: { at: "[data-testid=look-moment]", open: follow },
  run: { at: "[data-testid=transport]" },
  experiment: { at: "[data-testid=code]" },
  dense: UNIT,
  feedforward: NETWORK,
};

const MODES = { pre_activation: "z", activation: "a", delta: "delta" } as const;

/** Shows an example of a word in the network that is on the screen. */
export class LabGuide implements Guide {
  constructor(private readonly lab: Lab) {}

  has(id: WordId): boolean {
    if (this.lab.workspace === null) return false;
    if (id === "shallow" || id === "deep") return this.#isDeep() === (id === "deep");
    return id in PLACES;
  }

  show(id: WordId): void {
    const { at, open } = PLACES[id] ?? NETWORK;
    open?.(this.lab);
    if (id in MODES) this.lab.colour(MODES[id as keyof typeof MODES]);
    void tick().then(() => {
      showPlace(at);
    });
  }

  #isDeep(): boolean {
    const layers = this.lab.workspace?.layers ?? [];
    return layers.filter((card) => card.kernel_shape.length > 0).length > 2;
  }
}
