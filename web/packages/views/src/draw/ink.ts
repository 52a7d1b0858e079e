/** Shares of ink on a square sheet, from 0 to 1. */
export class Ink {
  readonly values: Float32Array;

  constructor(readonly side: number) {
    this.values = new Float32Array(side * side);
  }

  /** Draws, or takes away, along a line, with a soft edge; lengths are those of the sheet. */
  stroke(from: { x: number; y: number }, to: { x: number; y: number }, radius: number, erase: boolean): void {
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (radius / 2)));
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      this.#dab(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y), radius, erase);
    }
  }

  clear(): void {
    this.values.fill(0);
  }

  #dab(x: number, y: number, radius: number, erase: boolean): void {
    const reach = Math.ceil(radius + 1);
    for (let row = Math.max(0, Math.floor(y) - reach); row <= Math.min(this.side - 1, Math.floor(y) + reach); row++) {
      for (
        let column = Math.max(0, Math.floor(x) - reach);
        column <= Math.min(this.side - 1, Math.floor(x) + reach);
        column++
      ) {
        const cover = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(column + 0.5 - x, row + 0.5 - y)));
        const place = row * this.side + column;
        const before = this.values[place] ?? 0;
        this.values[place] = erase ? Math.min(before, 1 - cover) : Math.max(before, cover);
      }
    }
  }
}
