import { expect, it } from "vitest";
import { meaningsFor, SPEECH, WORDS } from "../src/index.ts";

it.each(["en", "fr"] as const)("every word has a name and a definition in %s", (language) => {
  const meanings = SPEECH[language].meanings;
  expect(meanings.map((word) => word.id)).toEqual([...WORDS]);
  expect(meanings.filter((word) => word.name.startsWith("word.") || !word.definition.endsWith("."))).toEqual([]);
});

it("both languages write the same symbols", () => {
  const symbols = (language: "en" | "fr") =>
    SPEECH[language].meanings.filter((word) => word.id !== "loss").map((word) => word.formula);
  expect(symbols("fr")).toEqual(symbols("en"));
});

it("is found by the beginnings of its words, whatever their accents and capitals", () => {
  const found = (typed: string) => meaningsFor(SPEECH.fr.meanings, typed).map((word) => word.id);
  expect(found("epoque")).toEqual(["epoch"]);
  expect(found("PRÉ-activ entre")).toContain("pre_activation");
  expect(found("")).toEqual([...WORDS]);
  expect(found("chat")).toEqual([]);
});
