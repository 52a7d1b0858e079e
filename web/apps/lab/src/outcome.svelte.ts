import {
  search,
  worst,
  type ClientMessage,
  type Part,
  type Report,
  type Samples,
  type Search,
  type Separation,
  type ServerMessage,
} from "@vitrail/core";
import type { Chosen } from "@vitrail/views";

/** Examples that are shown at once; the server gives no more. */
const MOST = 60;

/** Some examples that were asked for, and those that came. */
interface Asked {
  part: Part;
  indices: readonly number[];
}

/** What comes out of many examples at once: how good the network is, and which examples it is good or bad at. */
export class Outcome {
  /** The part of the data that is evaluated. */
  part = $state<Part>("test");
  reports = $state.raw<ReadonlyMap<Part, Report>>(new Map());
  separation = $state.raw<Separation | null>(null);
  /** The cell of the confusion table that is open. */
  chosen = $state.raw<Chosen | null>(null);
  /** Examples of that cell, or the worst ones. */
  opened = $state.raw<Samples | null>(null);
  /** Which test examples are listed; the first ones where nothing is said. */
  filter = $state.raw<Search | null>(null);
  /** Those of them that came. */
  listed = $state.raw<Samples | null>(null);

  #evaluated = false;
  #separated = false;
  #examined = JSON.stringify(NOTHING);
  #toOpen: Asked | null = null;
  #toList: Asked | null = null;

  constructor(private readonly send: (message: ClientMessage) => void) {}

  /** The report on the part that is looked at. */
  get report(): Report | null {
    return this.reports.get(this.part) ?? null;
  }

  /** How many test examples are listed, of which the first ones are shown; null where it is not known. */
  get found(): number | null {
    const report = this.reports.get("test");
    return this.filter === null || report === undefined ? null : search(report, this.filter).length;
  }

  /** How many examples the open cell has. */
  get inCell(): number {
    return this.report === null || this.chosen === null ? 0 : search(this.report, this.chosen).length;
  }

  /** Takes what the server found; gives false for any other message. */
  hear(message: ServerMessage): boolean {
    if (message.type === "report") {
      this.reports = new Map([...this.reports, [message.part, message]]);
      this.#browse();
    } else if (message.type === "separation") this.separation = message;
    else if (message.type === "samples") this.#take(message);
    else return false;
    return true;
  }

  /** Another workspace came, of the same network and data or of others. */
  enter(same: boolean): void {
    if (!same) {
      this.reports = new Map();
      this.separation = this.chosen = this.opened = this.filter = this.listed = this.#toOpen = this.#toList = null;
    }
    this.#examined = JSON.stringify(NOTHING);
    this.#examine();
  }

  /** Somebody looks at the evaluation, or no more. */
  evaluate(looking: boolean): void {
    this.#evaluated = looking;
    this.#examine();
  }

  /** Somebody looks at how well the layers separate the classes, or no more. */
  separate(looking: boolean): void {
    this.#separated = looking;
    this.#examine();
  }

  turnTo(part: Part): void {
    this.part = part;
    this.opened = null;
    this.#browse();
    this.#examine();
  }

  choose(chosen: Chosen | null): void {
    const same = chosen?.truth === this.chosen?.truth && chosen?.predicted === this.chosen?.predicted;
    this.chosen = same ? null : chosen;
    this.opened = null;
    this.#browse();
  }

  list(filter: Search | null): void {
    this.filter = filter;
    if (filter === null) this.listed = this.#toList = null;
    this.#examine();
    this.#browse();
  }

  #examine(): void {
    const part = this.#evaluated ? this.part : this.filter === null ? null : "test";
    const wish = { type: "examine", part, separation: this.#separated } as const;
    if (JSON.stringify(wish) === this.#examined) return;
    this.#examined = JSON.stringify(wish);
    this.send(wish);
  }

  /** Asks for the examples that are to be shown and are not here yet. */
  #browse(): void {
    const { report } = this;
    if (report !== null && this.#evaluated) {
      const cell = this.chosen === null ? null : search(report, this.chosen);
      const indices = cell ?? (report.kind === "classes" ? [] : worst(report, MOST));
      this.#toOpen = this.#ask({ part: this.part, indices: indices.slice(0, MOST) }, this.#toOpen, this.opened);
      if (indices.length === 0) this.opened = null;
    }
    const tested = this.reports.get("test");
    if (this.filter !== null && tested !== undefined) {
      const indices = search(tested, this.filter).slice(0, MOST);
      this.#toList = this.#ask({ part: "test", indices }, this.#toList, this.listed);
      if (indices.length === 0) this.listed = null;
    }
  }

  #ask(wanted: Asked, asked: Asked | null, here: Samples | null): Asked {
    const known = (asked !== null && isSame(asked, wanted)) || (here !== null && isOf(here, wanted));
    if (!known && wanted.indices.length > 0) {
      this.send({ type: "browse", part: wanted.part, indices: [...wanted.indices] });
    }
    return wanted;
  }

  #take(samples: Samples): void {
    if (this.#toOpen !== null && isOf(samples, this.#toOpen)) {
      this.opened = samples;
      this.#toOpen = null;
    }
    if (this.#toList !== null && isOf(samples, this.#toList)) {
      this.listed = samples;
      this.#toList = null;
    }
  }
}

const NOTHING = { type: "examine", part: null, separation: false } as const;

function isSame(one: Asked, other: Asked): boolean {
  return one.part === other.part && one.indices.join() === other.indices.join();
}

function isOf(samples: Samples, asked: Asked): boolean {
  return isSame({ part: samples.part, indices: samples.strip.indices }, asked);
}
