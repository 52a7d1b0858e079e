import type { Judged, LedgerEntry, LedgerGrain, ServerMessage, TraceRequest } from "@vitrail/core";
import type { LedgerProps } from "./types.ts";

/** A walk through a step: where it stands, and what was guessed there. */
export class Walking {
  grain = $state<LedgerGrain>("operation");
  entry = $state.raw<LedgerEntry | null>(null);
  judged = $state.raw<Judged | null>(null);
  guessing = $state(false);
  revealed = $state(false);

  constructor(private readonly ask: (request: TraceRequest) => void) {}

  /** Takes what is about the walk; gives false for any other message. */
  take(message: ServerMessage): boolean {
    if (message.type === "entry") {
      this.entry = message;
      this.judged = null;
      this.revealed = false;
    } else if (message.type === "judged") this.judged = message;
    else return false;
    return true;
  }

  /** Asks for an entry: by its place, or where the opened unit comes in. */
  to(index: number | null): void {
    this.ask({ type: "walk", grain: this.grain, index });
  }

  forget(): void {
    this.entry = this.judged = null;
  }

  /** What the ledger's view shows, and what it calls. */
  get shown(): Omit<LedgerProps, "say"> {
    return {
      grain: this.grain,
      entry: this.entry,
      judged: this.judged,
      guessing: this.guessing,
      revealed: this.revealed,
      ongrain: (grain) => {
        this.grain = grain;
        this.to(0);
      },
      onwalk: (index) => {
        this.to(index);
      },
      onguessing: (guessing) => (this.guessing = guessing),
      onguess: (typed) => {
        if (this.entry !== null) this.ask({ type: "guess", grain: this.entry.grain, index: this.entry.index, typed });
      },
      onreveal: () => (this.revealed = true),
    };
  }
}
