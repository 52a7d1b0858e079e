import type { Slab, SlicePart } from "@vitrail/core";
import { partBetween, sizeOf, stepped, type Spot } from "./picking.ts";

/**
 * How a part of one facet is picked: drawn by the pointer, or walked over by the keyboard, with shift to widen it.
 * Where only single values are picked, the one that the pointer is on, or the focus.
 */
export class Picker {
  #from: Spot = { row: 0, column: 0 };
  #to: Spot = { row: 0, column: 0 };
  #drawn = false;
  /** Whether the pointer is where `#to` was told. */
  #there = false;

  constructor(
    private readonly facet: () => { slab: Slab; facet: number },
    private readonly tell: (part: SlicePart | null, done: boolean) => void,
    private readonly single: () => boolean = () => false,
  ) {}

  press(spot: Spot, wider: boolean): void {
    if (!wider || this.single()) this.#from = spot;
    this.#to = spot;
    this.#drawn = !this.single();
    this.#there = true;
    this.#say(this.single());
  }

  /** The focus came to the facet. */
  rest(): void {
    if (this.single()) this.press(this.#to, false);
  }

  draw(spot: Spot): void {
    const same = spot.row === this.#to.row && spot.column === this.#to.column;
    if (this.single() && !(same && this.#there)) this.press(spot, false);
    if (!this.#drawn || same) return;
    this.#to = spot;
    this.#say(false);
  }

  /** The pointer went away. */
  leave(): void {
    this.#there = false;
    this.release();
  }

  release(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#say(true);
  }

  /** Answers a key; gives the spot that it leads to, none for a key that is somebody else's. */
  key(event: KeyboardEvent): Spot | null {
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    if (event.key === "Escape") {
      this.tell(null, true);
      return null;
    }
    const chosen = event.key === "Enter" || event.key === " ";
    const next = chosen ? this.#to : stepped(event.key, this.#to, sizeOf(this.facet().slab));
    if (next === null) return null;
    event.preventDefault();
    event.stopPropagation();
    if (!event.shiftKey || this.single()) this.#from = next;
    this.#to = next;
    this.#say(true);
    return next;
  }

  #say(done: boolean): void {
    const { slab, facet } = this.facet();
    this.tell(partBetween(slab, facet, this.#from, this.#to), done);
  }
}
