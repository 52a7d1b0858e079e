import type {
  Arrangement,
  AxisStatistics,
  Picked,
  ServerMessage,
  Slab,
  SlicePart,
  TensorCard,
  TensorRequest,
} from "@vitrail/core";
import type { TensorProps } from "./types.ts";

type Shown = Omit<TensorProps, "theme" | "say">;

/** A tensor that somebody explores: what is shown, what was asked for, and what is picked. */
export class Exploring {
  #card = $state.raw<TensorCard | null>(null);
  #slab = $state.raw<Slab | null>(null);
  #wanted = $state.raw<Arrangement | null>(null);
  #statistics = $state.raw<AxisStatistics | null>(null);
  #part = $state.raw<SlicePart | null>(null);
  #picked = $state.raw<Picked | null>(null);
  /** What is asked for and not answered yet. */
  #asked: Arrangement | null = null;

  constructor(private readonly ask: (request: TensorRequest) => void) {}

  /** Takes what is about the tensor; gives false for any other message. */
  take(message: ServerMessage): boolean {
    switch (message.type) {
      case "tensor":
        this.#card = message;
        return true;
      case "slab":
        this.#show(message);
        return true;
      case "axis_statistics":
        this.#statistics = message;
        return true;
      case "picked":
        if (this.#part !== null) this.#picked = message;
        return true;
      case "notice":
        this.#asked = null;
        this.#wanted = this.#slab?.arrangement ?? null;
        return false;
      default:
        return false;
    }
  }

  /** Asks for an arrangement; while one is under way the newest waits, so that a slider never runs ahead of Python. */
  arrange(arrangement: Arrangement): void {
    this.#wanted = arrangement;
    if (this.#asked !== null) return;
    this.#asked = arrangement;
    this.ask({ type: "arrange", arrangement });
  }

  #show(slab: Slab): void {
    const turned = this.#slab !== null && String(this.#slab.arrangement.roles) !== String(slab.arrangement.roles);
    this.#slab = slab;
    if (turned) this.pick(null, true);
    if (this.#asked !== null && !isSame(this.#asked, slab.arrangement)) return; // newer numbers of what was shown before
    const late = this.#asked === null ? null : this.#wanted;
    const answered = this.#asked;
    this.#asked = null;
    if (late !== null && late !== answered) this.arrange(late);
    else {
      this.#wanted = slab.arrangement;
      if (this.#part !== null) this.pick(this.#part, true);
    }
  }

  pick(part: SlicePart | null, done: boolean): void {
    this.#part = part;
    if (part === null) this.#picked = null;
    else if (done && this.#slab !== null) this.ask({ type: "pick", arrangement: this.#slab.arrangement, ...part });
  }

  /** What the view shows, and what it calls; none before anything was told. */
  get shown(): Shown | null {
    if (this.#card === null || this.#slab === null) return null;
    return {
      card: this.#card,
      slab: this.#slab,
      arrangement: this.#wanted ?? this.#slab.arrangement,
      statistics: this.#statistics,
      part: this.#part,
      picked: this.#picked,
      onarrange: (arrangement) => {
        this.arrange(arrangement);
      },
      onmeasure: (axis) => {
        this.ask({ type: "measure", axis });
      },
      onpick: (part, done) => {
        this.pick(part, done);
      },
    };
  }
}

function isSame(one: Arrangement, other: Arrangement): boolean {
  const told = ({ roles, at, drawing, scale, start }: Arrangement) =>
    JSON.stringify([roles, at, drawing, scale, start]);
  return told(one) === told(other);
}
