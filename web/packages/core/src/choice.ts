/** The units of a layer from the one that matters most: by |activation|, the lower number first among equals. */
export function ranking(units: number, activations: ArrayLike<number> | null): number[] {
  const order = Array.from({ length: units }, (_, unit) => unit);
  if (activations === null) return order;
  const size = (unit: number) => {
    const value = Math.abs(activations[unit] ?? 0);
    return Number.isNaN(value) ? Infinity : value; // a unit that broke matters most
  };
  return order.sort((one, other) => size(other) - size(one) || one - other);
}

/** As many units as there is room for, the pinned ones among them, in the order of their numbers. */
export function choose(ranked: readonly number[], room: number, pinned: readonly number[]): number[] {
  const chosen = new Set<number>();
  const known = new Set(ranked);
  for (const unit of [...pinned.filter((one) => known.has(one)), ...ranked]) {
    if (chosen.size >= room) break;
    chosen.add(unit);
  }
  return [...chosen].sort((one, other) => one - other);
}
