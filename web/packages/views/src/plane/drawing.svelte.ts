import { coordinatesAt, drawnPoints, nearest, placeOf, type DrawnPoints, type Part, type Plane } from "@vitrail/core";

/** What a press on the picture does: follow a point, draw one of a class or move one, or take one away. */
export type Tool = "follow" | "erase" | number;

interface Place {
  x: number;
  y: number;
}

/** How near a press must be to a point, as a share of the picture. */
const REACH = 0.045;

const within = (share: number) => Math.max(0, Math.min(1, share));

/** The points that a person draws, moves and takes away. */
export class Drawing {
  tool = $state<Tool>("follow");
  /** The point under the pressed pointer; its number is none where it is new. */
  held = $state.raw<{ index: number | null; label: number; at: Place } | null>(null);
  /** Where the keyboard is: coordinates, since the picture's edges move with the points. */
  #spot = $state.raw<readonly [number, number] | null>(null);

  /** Takes up the point at a place, or a new one. */
  press(plane: Plane, at: Place): void {
    if (this.tool === "follow") return;
    const index = nearestOf(plane, at);
    if (typeof this.tool === "number") {
      const label = index === null ? this.tool : (drawnPoints(plane, []).y[index] ?? this.tool);
      this.held = { index, label, at };
    } else if (index !== null) this.held = { index, label: NaN, at };
  }

  move(at: Place): void {
    if (this.held !== null) this.held = { ...this.held, at };
  }

  /** Puts the point down: all samples as they are then, or none where nothing was held. */
  release(plane: Plane, classNames: readonly string[]): DrawnPoints | null {
    const { held } = this;
    this.held = null;
    if (held === null) return null;
    const samples = drawnPoints(plane, classNames);
    if (Number.isNaN(held.label)) {
      if (held.index === null) return null;
      samples.x.splice(held.index, 1);
      samples.y.splice(held.index, 1);
      return samples;
    }
    const place = held.index ?? samples.x.length;
    samples.x[place] = coordinatesAt(plane, held.at);
    samples.y[place] = held.label;
    return samples;
  }

  /** Where the keyboard is on the picture: in its middle at first. */
  cursor(plane: Plane): Place {
    if (this.#spot === null) return { x: 0.5, y: 0.5 };
    const [left = 0, top = 0] = coordinatesAt(plane, { x: 0, y: 0 });
    const [right = 1, bottom = 1] = coordinatesAt(plane, { x: 1, y: 1 });
    const [x1, x2] = this.#spot;
    return { x: within((x1 - left) / (right - left)), y: within((x2 - top) / (bottom - top)) };
  }

  /** Moves the keyboard's place by a share of the picture, with what it holds. */
  walk(plane: Plane, right: number, down: number): void {
    const { x, y } = this.cursor(plane);
    const at = { x: within(x + right), y: within(y + down) };
    const [x1 = 0, x2 = 0] = coordinatesAt(plane, at);
    this.#spot = [x1, x2];
    this.move(at);
  }

  /** What Enter does where the keyboard is: takes a point up, puts it down, puts a new one or takes one away. */
  act(plane: Plane, classNames: readonly string[]): DrawnPoints | null {
    if (this.held === null) this.press(plane, this.cursor(plane));
    else return this.release(plane, classNames);
    const found = this.under(plane);
    return found === null || this.tool === "erase" ? this.release(plane, classNames) : null;
  }

  /** Takes away the point where the keyboard is. */
  remove(plane: Plane, classNames: readonly string[]): DrawnPoints | null {
    const index = this.held?.index ?? this.under(plane);
    this.held = index === null ? null : { index, label: NaN, at: this.cursor(plane) };
    return this.release(plane, classNames);
  }

  /** The number of the point where the keyboard is. */
  under(plane: Plane): number | null {
    return nearestOf(plane, this.cursor(plane));
  }
}

/** The number of the nearest sample that is drawn, with those of the training set first. */
function nearestOf(plane: Plane, at: Place): number | null {
  const found = nearestOfAll(plane, at);
  return found && found.place + (found.part === "train" ? 0 : (plane.train.labels.shape[0] ?? 0));
}

/** The nearest sample, if it is within reach. */
export function nearestOfAll(plane: Plane, at: Place): { part: Part; place: number } | null {
  const near = (part: Part) => {
    const place = nearest(plane, plane[part], at, REACH);
    if (place === null) return [];
    const { x, y } = placeOf(plane, plane[part], place);
    return [{ part, place, distance: Math.hypot(x - at.x, y - at.y) }];
  };
  const [first] = [...near("train"), ...near("test")].sort((one, other) => one.distance - other.distance);
  return first ?? null;
}
