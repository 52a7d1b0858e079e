import type { Explained, Frame, History, Look, ServerMessage } from "./wire.ts";

export interface Pictures {
  frame?: Frame;
  history?: History;
  look?: Look;
  unit?: Explained;
}

/** Keeps the newest picture of each kind until the browser is about to paint. */
export class Newest {
  #kept: Pictures = {};
  #asked = false;

  constructor(
    private readonly show: (pictures: Pictures) => void,
    private readonly beforePaint: (show: () => void) => void = (flush) => requestAnimationFrame(flush),
  ) {}

  /** Takes a picture; gives false for any other message. */
  take(message: ServerMessage): boolean {
    if (message.type === "frame") this.#kept.frame = message;
    else if (message.type === "history") this.#kept.history = message;
    else if (message.type === "look") this.#kept.look = message;
    else if (message.type === "explained") this.#kept.unit = message;
    else return false;
    if (!this.#asked) {
      this.#asked = true;
      this.beforePaint(() => {
        this.#flush();
      });
    }
    return true;
  }

  /** What was kept belongs to another experiment. */
  forget(): void {
    this.#kept = {};
  }

  #flush(): void {
    const kept = this.#kept;
    this.#kept = {};
    this.#asked = false;
    this.show(kept);
  }
}
