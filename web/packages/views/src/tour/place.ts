import type { Box, Point } from "@vitrail/core";

export interface Size {
  width: number;
  height: number;
}

const GAP = 16;
const EDGE = 12;

const within = (value: number, most: number) => Math.max(EDGE, Math.min(value, most - EDGE));

/** Where a card stands so that it does not cover what it speaks of: on its right, left, below or above, or in a corner. */
export function besides(box: Box | null, card: Size, window: Size): Point {
  const corner = { x: window.width - card.width - EDGE, y: window.height - card.height - EDGE };
  if (box === null) return corner;
  const middle = {
    x: within(box.x + (box.width - card.width) / 2, window.width - card.width),
    y: within(box.y + (box.height - card.height) / 2, window.height - card.height),
  };
  const right = box.x + box.width + GAP;
  if (right + card.width + EDGE <= window.width) return { x: right, y: middle.y };
  const left = box.x - GAP - card.width;
  if (left >= EDGE) return { x: left, y: middle.y };
  const below = box.y + box.height + GAP;
  if (below + card.height + EDGE <= window.height) return { x: middle.x, y: below };
  const above = box.y - GAP - card.height;
  return above >= EDGE ? { x: middle.x, y: above } : corner;
}
