import type { Setting } from "./wire.ts";

/** Places of a slider. */
export const PLACES = 1000;

/** Whole numbers over so many times their lowest one are compared by their ratio. */
const WIDE = 100;

function isLogarithmic({ kind, ratio, low, high }: Setting): boolean {
  return low !== null && high !== null && low > 0 && (ratio || (kind === "whole" && high / low > WIDE));
}

/** Where a value stands on its slider, from 0 to `PLACES`. */
export function sliderPlace(setting: Setting, value: number): number {
  const low = setting.low ?? 0;
  const high = setting.high ?? 1;
  const held = Math.min(high, Math.max(low, value));
  const share = isLogarithmic(setting) ? Math.log(held / low) / Math.log(high / low) : (held - low) / (high - low);
  return Math.round(PLACES * share);
}

/** The value at a place of the slider, with as many digits as a slider can mean. */
export function sliderValue(setting: Setting, place: number): number {
  const low = setting.low ?? 0;
  const high = setting.high ?? 1;
  const share = place / PLACES;
  const value = isLogarithmic(setting) ? low * (high / low) ** share : low + (high - low) * share;
  return setting.kind === "whole" ? Math.round(value) : Number(value.toPrecision(isLogarithmic(setting) ? 2 : 3));
}
