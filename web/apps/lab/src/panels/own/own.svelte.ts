import { typedNumber } from "@vitrail/core";
import type { Lab } from "../../lab.svelte.ts";

/** Shortest time between two trials while something is drawn, in milliseconds. */
const PACE = 60;

/** The example of somebody's own that is tried, and what it should give. */
export class Trial {
  values = $state.raw<readonly number[] | null>(null);
  /** None where that is not known. */
  label = $state<number | null>(null);
  #waiting = false;

  constructor(private readonly lab: Lab) {}

  /** Tries other values: now, or a moment later where others have just been tried. */
  give(values: readonly number[]): void {
    this.values = values;
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      this.#try();
    }, PACE);
  }

  /** Says what the example should give. */
  name(label: number | null): void {
    this.label = label;
    this.#try();
  }

  #try(): void {
    if (this.values !== null) this.lab.try([...this.values], this.label);
  }
}

/** Numbers as somebody types them, each in a field of its own. */
export class Fields {
  texts = $state<string[]>([]);
  readonly numbers = $derived(this.texts.map(typedNumber));

  /** All numbers, once each field holds one. */
  get values(): number[] | null {
    const known = this.numbers.filter((value) => value !== null);
    return known.length === this.texts.length ? known : null;
  }
}
