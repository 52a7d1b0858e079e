import type { Look } from "@vitrail/core";

/** The longest time between two layers, and that of all layers together, in milliseconds. */
const BETWEEN = 140;
const ALTOGETHER = 900;

/** How far the answer to an example has formed: layer by layer, from left to right. */
export class Reveal {
  /** Layers whose numbers are shown. */
  upTo = $state(Infinity);
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly still: () => boolean) {}

  /** Lets an answer form; all at once for those who want no motion. */
  begin(layers: number): void {
    this.end();
    if (this.still() || layers < 1) return;
    this.upTo = 0;
    this.#timer = setInterval(
      () => {
        this.upTo += 1;
        if (this.upTo >= layers) this.end();
      },
      Math.min(BETWEEN, ALTOGETHER / layers),
    );
  }

  /** One layer more or less, and no motion any more. */
  step(by: 1 | -1, layers: number): void {
    const at = Math.min(this.upTo, layers);
    this.end();
    const next = Math.max(0, at + by);
    this.upTo = next >= layers ? Infinity : next;
  }

  /** Everything is shown. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.upTo = Infinity;
  }

  /** A look, as far as it is shown. */
  of(look: Look | null): Look | null {
    if (look === null || this.upTo >= look.layers.length) return look;
    return { ...look, layers: look.layers.slice(0, this.upTo) };
  }
}
