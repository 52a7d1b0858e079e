import type { Language, Theme } from "@vitrail/core";
import { learn } from "./languages.ts";

const THEME = "vitrail.theme";
const TEXT_SIZE = "vitrail.text-size";
/** Per cent of the usual size. */
export const TEXT_SIZES = [100, 125, 150, 175, 200] as const;
const LANGUAGES: readonly string[] = ["en", "fr"] satisfies Language[];

const isLanguage = (value: string | null): value is Language => value !== null && LANGUAGES.includes(value);

/** The language that the page opens in. */
export function openingLanguage(): Language {
  const asked = new URL(location.href).searchParams.get("lang");
  const served = document.documentElement.lang;
  return isLanguage(asked) ? asked : isLanguage(served) ? served : "en";
}

/** How this person likes the page: its language, in the address, and its theme and text size, kept by the browser. */
export class Preferences {
  language = $state<Language>("en");
  theme = $state<Theme>("light");
  textSize = $state(100);

  constructor() {
    this.language = openingLanguage();
    const size = Number(localStorage.getItem(TEXT_SIZE));
    this.textSize = TEXT_SIZES.find((one) => one === size) ?? 100;
    const kept = localStorage.getItem(THEME);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.theme = kept === "dark" || kept === "light" ? kept : dark.matches ? "dark" : "light";
    dark.addEventListener("change", (event) => {
      if (localStorage.getItem(THEME) === null) this.theme = event.matches ? "dark" : "light";
    });
  }

  async speak(language: Language): Promise<void> {
    await learn(language);
    this.language = language;
    const address = new URL(location.href);
    address.searchParams.set("lang", language);
    history.replaceState(null, "", address);
  }

  enlarge(size: number): void {
    this.textSize = size;
    localStorage.setItem(TEXT_SIZE, String(size));
  }

  light(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(THEME, theme);
  }
}
