/** Milliseconds that a training's pictures wait for the end of a press, which takes people about a tenth of a second. */
const PRESS = 200;
/** And after it, for the picture of what it did. */
const REST = 60;

/** When pictures are painted: with the browser's next frame, but while something is pressed the page answers that first. */
export class Pace {
  #until = -Infinity;
  #held: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  press(): void {
    this.#rest(PRESS);
  }

  release(): void {
    this.#rest(REST);
  }

  /** Paints soon; `waits` where more pictures come anyway, as while training plays. */
  beforePaint(show: () => void, waits: boolean): void {
    requestAnimationFrame(() => {
      if (!waits || this.#now() >= this.#until) return show();
      this.#held = show;
      this.#plan();
    });
  }

  #rest(time: number): void {
    this.#until = this.#now() + time;
    if (this.#held !== null) this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const show = this.#held;
      this.#held = null;
      if (show !== null) requestAnimationFrame(show);
    }, this.#until - this.#now());
  }
}
