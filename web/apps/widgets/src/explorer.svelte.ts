import type { Link, Listener, Notice, ServerMessage, TensorRequest, Theme } from "@vitrail/core";
import { Exploring } from "@vitrail/views/tensor";

/** What one widget shows of a tensor. */
export class ExplorerState implements Listener {
  theme = $state<Theme>("light");
  notice = $state.raw<Notice | null>(null);

  readonly exploring = new Exploring((request) => {
    this.notice = null;
    this.#link.send(request);
  });
  readonly #link: Link<TensorRequest>;

  constructor(connect: (listener: Listener) => Link<TensorRequest>, theme: Theme) {
    this.theme = theme;
    this.#link = connect(this);
  }

  turn(): void {
    // the notebook itself says where its kernel stands
  }

  hear(message: ServerMessage): void {
    this.exploring.take(message);
    if (message.type === "notice") this.notice = message;
  }

  close(): void {
    this.#link.close();
  }
}
