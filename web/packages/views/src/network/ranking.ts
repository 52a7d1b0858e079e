import { ranking, stored, type LayerCard, type Look } from "@vitrail/core";

/**
 * Which units come first in each layer. While the training runs the choice stays as it was, so that panes do not jump
 * from place to place; it is made anew for another example and whenever the training stands still.
 */
export class Ranking {
  #index: number | null = null;
  #ranked = new Map<string, readonly number[]>();

  /** Takes a look into account. */
  see(look: Look | null, running: boolean): void {
    if (look === null) {
      this.#index = null;
      this.#ranked = new Map();
    } else if (look.index !== this.#index || !running) {
      this.#index = look.index;
      this.#ranked = new Map(
        look.layers
          .filter((layer) => layer.a.shape.length === 1)
          .map((layer) => [layer.name, ranking(layer.a.shape[0] ?? 0, stored(layer.a))]),
      );
    }
  }

  of(card: LayerCard): readonly number[] {
    return this.#ranked.get(card.name) ?? ranking(card.output_shape[0] ?? 0, null);
  }
}
