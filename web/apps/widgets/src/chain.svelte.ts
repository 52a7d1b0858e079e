import type { ChainMessage, ChainRequest, Link, Listener, Notice, Theme } from "@vitrail/core";
import { Chaining } from "@vitrail/views";

/** What one widget shows of a chain. */
export class ChainState implements Listener<ChainMessage> {
  theme = $state<Theme>("light");
  notice = $state.raw<Notice | null>(null);

  readonly chaining = new Chaining((request) => {
    this.notice = null;
    this.#link.send(request);
  });
  readonly #link: Link<ChainRequest>;

  constructor(connect: (listener: Listener<ChainMessage>) => Link<ChainRequest>, theme: Theme) {
    this.theme = theme;
    this.#link = connect(this);
  }

  turn(): void {
    // the notebook itself says where its kernel stands
  }

  hear(message: ChainMessage): void {
    if (!this.chaining.take(message) && message.type === "notice") this.notice = message;
  }

  close(): void {
    this.#link.close();
  }
}
