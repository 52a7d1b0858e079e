import { teach, type Language } from "@vitrail/core";

const CATALOGUES = { en: () => import("@catalogue/en.json"), fr: () => import("@catalogue/fr.json") };

/** Fetches what a language says. */
export async function learn(language: Language): Promise<void> {
  teach(language, (await CATALOGUES[language]()).default);
}
