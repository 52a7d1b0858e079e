/** Milliseconds that a training's pictures wait after something was pressed. */
const REST = 60;

/** When pictures are painted: with the browser's next frame, but right after a press the page answers that first. */
export class Pace {
  #pressed = -Infinity;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  press(): void {
    this.#pressed = this.#now();
  }

  /** Paints soon; `waits` where more pictures come anyway, as while training plays. */
  beforePaint(show: () => void, waits: boolean): void {
    const rest = waits ? this.#pressed + REST - this.#now() : 0;
    if (rest > 0) setTimeout(() => requestAnimationFrame(show), rest);
    else requestAnimationFrame(show);
  }
}
