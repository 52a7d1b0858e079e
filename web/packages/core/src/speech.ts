import type english from "@catalogue/en.json";
import * as format from "./format.ts";
import { isOwn, partOf } from "./sample.ts";
import type { DatasetCard, Edit, Language } from "./wire.ts";
import { WORDS, type Meaning, type WordId } from "./words.ts";

export type Key = keyof typeof english;
export type Arguments = Record<string, string | number>;

type Texts = Readonly<Record<string, string>>;

const CATALOGUES: Record<Language, Texts> = { en: {}, fr: {} };

/** Gives a language its texts; before, keys stand for them. */
export function teach(language: Language, texts: Texts): void {
  CATALOGUES[language] = texts;
}

/** What is said and how numbers are written, in one language. */
export class Speech {
  readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  /** A text of the catalogue. */
  text(key: Key, values: Arguments = {}): string {
    return this.told(key, values);
  }

  /** A text whose key came from the server; the key itself when this page does not know it. */
  told(key: string, values: Arguments = {}): string {
    const text = CATALOGUES[this.language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? format.plain(value, this.language) : value;
    });
  }

  /** A metric by the word that people use for it; one without such a word by its name in Keras. */
  metric(name: string): string {
    const measured = name.replace(/^val_/, "");
    const metric = CATALOGUES[this.language][`lab.metric.${measured}`] ?? measured;
    return measured === name ? metric : this.text("lab.metrics.on_test", { metric });
  }

  /** What a word of the lab means. */
  meaning(id: WordId): Meaning {
    const formula = CATALOGUES[this.language][`word.${id}.formula`] ?? "";
    return { id, name: this.text(`word.${id}.name`), definition: this.text(`word.${id}.definition`), formula };
  }

  get meanings(): Meaning[] {
    return WORDS.map((id) => this.meaning(id));
  }

  /** A setting by the word that people use for it; one without such a word by its name in Keras. */
  field(name: string): string {
    return CATALOGUES[this.language][`lab.field.${name}`] ?? name;
  }

  /** A data set by its title; one without by its name. */
  dataset(name: string): string {
    return CATALOGUES[this.language][`data.${name}.title`] ?? name;
  }

  /** Where data come from; as Python told it where its words need what only Python knows. */
  provenance(dataset: DatasetCard): string {
    const text = CATALOGUES[this.language][`data.${dataset.name}.provenance`];
    return text === undefined || text.includes("{") ? dataset.provenance : text;
  }

  /** A licence, by its key in the catalogue or in the words of whoever gave the data. */
  licence({ licence }: DatasetCard): string {
    return this.told(licence);
  }

  /** What was changed, in words. */
  edit({ key, arguments: values }: Edit): string {
    const field = values["field"];
    return this.told(key, field === undefined ? values : { ...values, field: this.field(String(field)) });
  }

  /** What an example should give: its class or its value; the example's number where it should give itself. */
  target(dataset: DatasetCard, label: number, index: number): string {
    if (Number.isNaN(label)) return this.text("lab.strip.number", { index: String(partOf(dataset, index).place) });
    return dataset.task === "classification" ? this.className(dataset, label) : this.plain(label);
  }

  /** An example by its part and its number there. */
  example(dataset: DatasetCard, index: number): string {
    if (isOwn(index)) return this.text("lab.example.own");
    const { part, place } = partOf(dataset, index);
    return this.text(part === "test" ? "lab.example.title" : "lab.example.train", { index: String(place) });
  }

  /** A class of a data set: in words where the catalogue has some, otherwise as its source names it. */
  className(dataset: DatasetCard, label: number): string {
    const source = dataset.name.replace(/_mini$/, "");
    const own = dataset.class_names[label] ?? String(label);
    return CATALOGUES[this.language][`data.${source}.class.${String(label)}`] ?? own;
  }

  /** A setting of an experiment by the words that people use for it; one without such words by its path. */
  setting(field: string): string {
    const [first, place, ...rest] = field.split(".");
    if (first === "layers" && place !== undefined) {
      return this.text("lab.setting.layer", {
        number: Number(place) + 1,
        what: this.#known(rest.join("_")) ?? rest.join("."),
      });
    }
    return this.#known(field.replaceAll(".", "_")) ?? field;
  }

  #known(name: string): string | undefined {
    return CATALOGUES[this.language][`lab.setting.${name}`];
  }

  time = (moment: Date): string => format.time(moment, this.language);
  moment = (when: Date): string => format.moment(when, this.language);
  fileSize = (bytes: number): string => format.fileSize(bytes, this.language);
  number = (value: number, digits?: number): string => format.number(value, this.language, digits);
  signed = (value: number, digits?: number): string => format.signed(value, this.language, digits);
  plain = (value: number): string => format.plain(value, this.language);
  integer = (value: number): string => format.integer(value, this.language);
  percent = (value: number, decimals?: number): string => format.percent(value, this.language, decimals);
  seconds = (value: number): string => format.seconds(value, this.language);
}

export const SPEECH: Record<Language, Speech> = { en: new Speech("en"), fr: new Speech("fr") };
