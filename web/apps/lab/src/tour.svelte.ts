import { STOPS, type Stop } from "@vitrail/views";
import type { Lab } from "./lab.svelte.ts";

const SEEN = "vitrail.tour-seen";

/** What each stop speaks of. */
const PLACES: Record<Stop, string> = {
  data: "[data-step~=data]",
  network: "[data-testid=network]",
  play: "[data-testid=play], [data-testid=pause]",
  example: "[data-step~=predict]",
  unit: "[data-testid=network] [data-unit]",
  formula: "[data-testid=unit-card]",
  back: "[data-testid=back-batch]",
  change: "[data-step~=fit]",
  evaluate: "aside.out",
};

/** The tour: where it is, and whether this browser has seen it. */
export class Tour {
  stop = $state<Stop | null>(null);
  invites = $state(localStorage.getItem(SEEN) === null);

  constructor(private readonly lab: Lab) {}

  start(): void {
    this.decline();
    this.#go(0);
  }

  /** Not now, and not offered again. */
  decline(): void {
    this.invites = false;
    localStorage.setItem(SEEN, "yes");
  }

  move(by: 1 | -1): void {
    if (this.stop !== null) this.#go(STOPS.indexOf(this.stop) + by);
  }

  end(): void {
    this.stop = null;
  }

  get place(): string | null {
    return this.stop === null ? null : PLACES[this.stop];
  }

  #go(to: number): void {
    const stop = STOPS[to] ?? null;
    if (stop === "data") this.lab.unfold("data", true);
    if (stop === "example") this.lab.unfold("predict", true);
    if (stop === "evaluate") this.lab.at = "evaluate";
    if (stop === "change") this.lab.unfold("fit", true);
    if (stop === "formula" && this.lab.focus === null) {
      const layer = this.lab.workspace?.layers.find((card) => card.kernel_shape.length > 0);
      if (layer !== undefined) this.lab.open({ layer: layer.name, unit: 0 });
    }
    this.stop = stop;
  }
}
