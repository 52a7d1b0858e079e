import { nearest, coordinatesAt, drawnPoints, type Plane, type DrawnPoints } from "@vitrail/core";

/** What a press on the picture does: follow a test point, draw one of a class or move one, or take one away. */
export type Tool = "follow" | "erase" | number;

interface Place {
  x: number;
  y: number;
}

/** How near a press must be to a point, as a share of the picture. */
export const REACH = 0.045;

/** The points that a person draws, moves and takes away. */
export class Drawing {
  tool = $state<Tool>("follow");
  /** The point under the pressed pointer; its number is none where it is new. */
  held = $state.raw<{ index: number | null; label: number; at: Place } | null>(null);

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
    if (this.tool === "erase") {
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
}

/** The number of the nearest sample, those of the training set first. */
function nearestOf(plane: Plane, at: Place): number | null {
  const train = nearest(plane, plane.train, at, REACH);
  if (train !== null) return train;
  const test = nearest(plane, plane.test, at, REACH);
  return test === null ? null : (plane.train.labels.shape[0] ?? 0) + test;
}
