import { expect, it } from "vitest";
import { SPEECH, type DatasetCard } from "../src/index.ts";

it("says what the server told in the language of the page, numbers included", () => {
  expect(SPEECH.fr.told("lab.example.loss")).toBe("L, le coût de cet exemple pris comme un lot de un");
  expect(SPEECH.fr.told("lab.network.parameters", { count: 100480 })).toBe("100\u202f480 p.");
  expect(SPEECH.en.told("unheard.of", {})).toBe("unheard.of");
});

it("names metrics and classes in words where there are some", () => {
  expect([SPEECH.fr.metric("val_accuracy"), SPEECH.fr.metric("top_k")]).toEqual(["Exactitude, test", "top_k"]);
  const dataset = { name: "fashion_mnist_mini", class_names: ["T-shirt/top", "Trouser"] } as unknown as DatasetCard;
  expect([SPEECH.fr.className(dataset, 1), SPEECH.en.className(dataset, 7)]).toEqual(["Pantalon", "Sneaker"]);
  const other = { name: "spiral", class_names: ["orange", "blue"] } as unknown as DatasetCard;
  expect(SPEECH.fr.className(other, 5)).toBe("5");
});

it("says where data come from in the language of the page, and as told what only Python can say", () => {
  const told = { name: "circle", provenance: "Computed", licence: "data.licence.computed" };
  const circle = told as unknown as DatasetCard;
  expect(SPEECH.fr.provenance(circle)).toBe("Calculé par Vitrail selon la définition de TensorFlow Playground");
  expect(SPEECH.fr.licence(circle)).toBe("Valeurs calculées, libres d'usage");
  expect(SPEECH.en.licence(circle)).toBe("Computed values, free to use");
  const own = { ...circle, name: "pictures", provenance: "Pictures of the folder cats", licence: "a friend's" };
  expect([SPEECH.fr.provenance(own), SPEECH.fr.licence(own)]).toEqual(["Pictures of the folder cats", "a friend's"]);
});
