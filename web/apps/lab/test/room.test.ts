import type { Explored, Slab, TensorCard } from "@vitrail/core";
import { expect, it, vi } from "vitest";
import { Room } from "../src/room.svelte.ts";

const explored = (name: string, updates: number): Explored => ({
  type: "explored",
  name,
  clock: { epoch: 0, batch: updates, batches_per_epoch: 9, updates },
  index: null,
});
const card = { type: "tensor", expression: "x", axes: [] } as unknown as TensorCard;
const slab = (at: number[]) =>
  ({
    type: "slab",
    arrangement: { roles: [], at, drawing: "heat", scale: "tensor", start: [0, 0, 0] },
  }) as unknown as Slab;

it("shows one tensor until another one is whole, and newer numbers of the same in its place", () => {
  const room = new Room(vi.fn());
  for (const message of [explored("weights/a", 0), card, slab([])]) room.take(message);
  const first = room.exploring;
  expect([room.explored?.name, first.shown?.slab]).toEqual(["weights/a", slab([])]);
  for (const message of [explored("weights/a", 1), card, slab([1])]) room.take(message);
  expect([room.exploring === first, room.explored?.clock?.updates]).toEqual([true, 1]);
  expect(first.shown?.slab).toEqual(slab([1]));
  room.take(explored("weights/b", 1));
  room.take(card);
  expect([room.exploring === first, room.explored?.name]).toEqual([true, "weights/a"]);
  room.take(slab([2]));
  expect([room.explored?.name, room.exploring.shown?.slab]).toEqual(["weights/b", slab([2])]);
});
