import type { Language } from "./wire.ts";

const MINUS = "\u2212";
const NO_BREAK = "\u00a0";
const LOCALES: Record<Language, string> = { en: "en-GB", fr: "fr-FR" };
const THIN_NO_BREAK = "\u202f";
/** Numbers outside these bounds are written with a power of ten. */
const SMALL = 1e-4;
const LARGE = 1e6;

/** A number with some significant digits, in the language's writing: `−0,0531`, `1.23457e−7`. */
export function number(value: number, language: Language, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  let shown: string;
  if (size < SMALL || size >= LARGE) shown = value.toExponential(digits - 1).replace("e+", "e");
  else if (size >= 10 ** digits) shown = value.toFixed(0);
  else shown = value.toPrecision(digits);
  if (size < LARGE && size >= SMALL && shown.includes("e")) shown = value.toFixed(0); // 9999.7 rounded to 1.000e+4
  return written(shown, language);
}

/** The same, never without its sign; only zero has none. */
export function signed(value: number, language: Language, digits = 4): string {
  const shown = number(value, language, digits);
  return value > 0 ? `+${shown}` : shown;
}

/** As few digits as say it, at most six significant ones: for settings. */
export function plain(value: number, language: Language): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return integer(value, language);
  return number(Number(value.toPrecision(6)), language, 6).replace(/([.,]\d*?)0+(?=e|$)/, (_, kept: string) =>
    kept.length > 1 ? kept : "",
  );
}

/** Digits in groups of three: `101 770`, `101,770`. */
export function integer(value: number, language: Language): string {
  const groups = Math.abs(value)
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, language === "fr" ? THIN_NO_BREAK : ",");
  return value < 0 ? MINUS + groups : groups;
}

/** A share of one: `80.53%`, `80,53 %`. */
export function percent(value: number, language: Language, decimals = 2): string {
  if (!Number.isFinite(value)) return number(value, language);
  return written((100 * value).toFixed(decimals), language) + (language === "fr" ? `${NO_BREAK}%` : "%");
}

/** A duration, in seconds or milliseconds. */
export function seconds(value: number, language: Language): string {
  if (value < 0.1) return `${number(value * 1000, language, 3)}${NO_BREAK}ms`;
  return `${number(value, language, 3)}${NO_BREAK}s`;
}

/** A time of the day: `12:04`. */
export function time(moment: Date, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: "2-digit", minute: "2-digit" }).format(moment);
}

/** A day and a time: `25 Nov, 12:04`. */
export function moment(when: Date, language: Language): string {
  const day = new Intl.DateTimeFormat(LOCALES[language], { day: "numeric", month: "short" }).format(when);
  return `${day}, ${time(when, language)}`;
}

/** A file's size: `1.3 MB`, `1,3 Mo`. */
export function fileSize(bytes: number, language: Language): string {
  const letter = language === "fr" ? "o" : "B";
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "k"] : [bytes / 1e6, "M"];
  return `${written(value.toFixed(1), language)}${NO_BREAK}${unit}${letter}`;
}

/** A number as people type it, with a comma or a point; null where it is none. */
export function readNumber(typed: string): number | null {
  const text = typed
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace(",", ".")
    .replace(MINUS, "-");
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? null : value;
}

function written(shown: string, language: Language): string {
  const signs = shown.replaceAll("-", MINUS);
  return language === "fr" ? signs.replace(".", ",") : signs;
}
