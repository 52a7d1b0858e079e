import type { LayerCard } from "@vitrail/core";
import { sourceOf, type Pins } from "./columns.ts";
import type { Connections, Focus } from "./types.ts";

/** The opened unit, and those that it is connected with most: they are seen even when others matter more. */
export function pinsOf(layers: readonly LayerCard[], focus: Focus | null, unit: Connections | null): Pins {
  const pinned = new Map<string, number[]>();
  if (unit !== null) {
    const here = layers.findIndex((card) => card.name === unit.layer);
    const before = layers[sourceOf(layers, here)];
    const after = layers.slice(here + 1).find((card) => card.class_name !== "Dropout");
    if (before !== undefined)
      pinned.set(
        before.name,
        unit.terms.map((term) => term.index),
      );
    if (after !== undefined)
      pinned.set(
        after.name,
        unit.back_terms.map((term) => term.index),
      );
  }
  if (focus !== null) pinned.set(focus.layer, [focus.unit, ...(pinned.get(focus.layer) ?? [])]);
  return (layer) => pinned.get(layer) ?? [];
}
