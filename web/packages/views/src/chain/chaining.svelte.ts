import {
  broughtTo,
  type Arrangement,
  type ChainCard,
  type ChainMessage,
  type ChainRequest,
  type OperationCard,
  type PaneSlab,
  type Related,
  type Stage,
  type StepDraft,
} from "@vitrail/core";
import { isFor, isIn, litIn, partOfBox } from "./parts.ts";
import type { ChainProps, Element, Refusal } from "./types.ts";

type Shown = Omit<ChainProps, "theme" | "say">;

/** A chain that somebody watches and edits: what is shown, what is picked, and what was asked for. */
export class Chaining {
  #card = $state.raw<ChainCard | null>(null);
  #operations = $state.raw<readonly OperationCard[]>([]);
  #chosen = $state<string | null>(null);
  #stage = $state.raw<Stage | null>(null);
  #picked = $state.raw<Element | null>(null);
  #related = $state.raw<Related | null>(null);
  #channel = $state(0);
  #refusal = $state.raw<Refusal | null>(null);
  #written: boolean | null = null;
  /** What an edit under way was made at, and which step is looked at when it is done. */
  #edit: { at: string | null; then: string | null } | null = null;
  /** Whether an answer about an element is under way: the newest element waits for it. */
  #asked = false;

  constructor(private readonly ask: (request: ChainRequest) => void) {}

  /** Takes what is about the chain; gives false for any other message. */
  take(message: ChainMessage): boolean {
    switch (message.type) {
      case "operations":
        this.#operations = message.operations;
        return true;
      case "chain":
        this.#show(message);
        return true;
      case "stage":
        if (this.#chosen === null || this.#chosen === message.step) this.#lay(message);
        return true;
      case "pane":
        if (this.#stage?.step === message.step) this.#relay(message);
        return true;
      case "related":
        this.#relate(message);
        return true;
      case "notice":
        this.#asked = false;
        if (this.#edit === null) return false;
        this.#refusal = { step: this.#edit.at, key: message.key, arguments: message.arguments };
        this.#edit = null;
        return true;
      default:
        return false;
    }
  }

  choose(step: string): void {
    this.#chosen = step;
    this.#refusal = null;
    this.#look();
  }

  pick(element: Element | null): void {
    this.#picked = element;
    if (element === null) this.#related = null;
    else this.#askOf(element);
  }

  #askOf({ pane, index }: Element): void {
    if (this.#asked || this.#stage === null) return;
    this.#asked = true;
    this.ask({ type: "relate", step: this.#stage.step, pane, index });
  }

  #show(card: ChainCard): void {
    const then = this.#edit?.then ?? this.#chosen;
    const first = this.#card === null;
    this.#card = card;
    this.#edit = null;
    this.#refusal = null;
    const names = card.steps.map((step) => step.draft.name);
    this.#chosen = then !== null && names.includes(then) ? then : (names.at(-1) ?? null);
    if (first) this.#chosen = card.steps.findLast((step) => step.result !== null)?.draft.name ?? this.#chosen;
    else this.#look(); // what is looked at first comes by itself
  }

  /** Asks for the chosen step, where it can be done. */
  #look(): void {
    const done = this.#card?.steps.some((step) => step.draft.name === this.#chosen && step.result !== null);
    if (this.#chosen !== null && done) this.ask({ type: "show_step", step: this.#chosen, written: this.#written });
    else this.#lay(null);
  }

  /** Shows a step; of the same one, changed, the picked element stays where it is still there. */
  #lay(stage: Stage | null): void {
    const stays = stage !== null && stage.step === this.#stage?.step && isIn(stage, this.#picked);
    this.#stage = stage;
    this.#related = null;
    this.#asked = false;
    this.pick(stays ? this.#picked : null);
  }

  #relay({ pane, slab, flights, every }: PaneSlab): void {
    const stage = this.#stage;
    if (stage === null) return;
    const panes = stage.panes.map((one, i) => (i === pane ? { ...one, slab } : one));
    this.#stage = pane === panes.length - 1 ? { ...stage, panes, flights, every } : { ...stage, panes };
  }

  #relate(related: Related): void {
    const { stage, picked } = { stage: this.#stage, picked: this.#picked };
    if (stage === null || related.step !== stage.step) return;
    this.#asked = false;
    if (picked === null) return;
    if (!isFor(related, picked)) {
      this.#askOf(picked);
      return;
    }
    this.#related = related;
    this.#follow(stage, picked, related);
  }

  /** Brings what has to do with the picked element into the panes where it is not shown. */
  #follow(stage: Stage, picked: Element, related: Related): void {
    for (const [i, { slab }] of stage.panes.entries()) {
      const lit = litIn(stage, picked, related, i);
      if (i === picked.pane || lit === null || partOfBox(slab, lit) !== null) continue;
      this.ask({
        type: "arrange_pane",
        step: stage.step,
        pane: i,
        arrangement: broughtTo(slab.arrangement, lit.starts),
      });
    }
  }

  #send(request: ChainRequest, at: string | null, then: string | null): void {
    this.#edit = { at, then };
    this.#refusal = null;
    this.ask(request);
  }

  put(step: StepDraft, insteadOf: string | null): void {
    this.#send({ type: "put_step", step, instead_of: insteadOf, at: null }, insteadOf, step.name);
  }

  write(written: boolean): void {
    this.#written = written;
    this.#look();
  }

  arrange(pane: number, arrangement: Arrangement): void {
    if (this.#stage === null) return;
    this.ask({ type: "arrange_pane", step: this.#stage.step, pane, arrangement });
  }

  /** What the view shows, and what it calls; none before anything was told. */
  get shown(): Shown | null {
    if (this.#card === null) return null;
    return {
      card: this.#card,
      operations: this.#operations,
      chosen: this.#chosen,
      stage: this.#stage,
      picked: this.#picked,
      related: this.#related,
      channel: this.#channel,
      refusal: this.#refusal,
      onchoose: (step) => {
        this.choose(step);
      },
      onwrite: (written) => {
        this.write(written);
      },
      onarrange: (pane, arrangement) => {
        this.arrange(pane, arrangement);
      },
      onchannel: (channel) => (this.#channel = channel),
      onpick: (element) => {
        this.pick(element);
      },
      onput: (step, insteadOf) => {
        this.put(step, insteadOf);
      },
      ondrop: (step) => {
        this.#send({ type: "drop_step", step }, step, null);
      },
      onmove: (step, at) => {
        this.#send({ type: "move_step", step, at }, step, step);
      },
      onundo: () => {
        this.#send({ type: "undo" }, this.#chosen, null);
      },
      onredo: () => {
        this.#send({ type: "redo" }, this.#chosen, null);
      },
    };
  }
}
