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
