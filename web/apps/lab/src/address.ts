import { STEPS, type Focus, type Step } from "@vitrail/views";

/** What the page's address says of what is looked at, so that a reload or a bookmark comes back to it. */
export interface Sight {
  followed: number | null;
  focus: Focus | null;
  at: Step | null;
}

const isStep = (value: string | null): value is Step => (STEPS as readonly (string | null)[]).includes(value);

export function sightIn(page: string): Sight {
  const query = new URL(page).searchParams;
  const example = query.get("example");
  const [, layer, unit] = /^(.+)\.(\d+)$/.exec(query.get("unit") ?? "") ?? [];
  const step = query.get("step");
  return {
    followed: example !== null && /^\d+$/.test(example) ? Number(example) : null,
    focus: layer !== undefined && unit !== undefined ? { layer, unit: Number(unit) } : null,
    at: isStep(step) ? step : null,
  };
}

/** The address with what is looked at; everything else in it stays. */
export function addressWith({ followed, focus, at }: Sight, page: string): string {
  const address = new URL(page);
  const said = {
    example: followed === null ? null : String(followed),
    unit: focus === null ? null : `${focus.layer}.${String(focus.unit)}`,
    step: at,
  };
  for (const [name, value] of Object.entries(said)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  return address.href;
}

let newest: Sight | null = null;

/** Writes what is looked at into the page's address once it is painted: the browser takes milliseconds for an address. */
export function keepInAddress(sight: Sight): void {
  if (newest === null) requestAnimationFrame(() => setTimeout(write));
  newest = sight;
}

function write(): void {
  if (newest !== null) history.replaceState(null, "", addressWith(newest, location.href));
  newest = null;
}
