import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Pace } from "../src/pace.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "requestAnimationFrame", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("paints with the next frame, and a little later where something was just pressed while training plays", () => {
  const pace = new Pace();
  const show = vi.fn();
  pace.beforePaint(show, true);
  vi.advanceTimersByTime(17);
  expect(show).toHaveBeenCalledTimes(1);
  pace.press();
  pace.beforePaint(show, true);
  vi.advanceTimersByTime(50);
  expect(show).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(40);
  expect(show).toHaveBeenCalledTimes(2);
});

it("keeps nobody waiting where training stands still", () => {
  const pace = new Pace();
  const show = vi.fn();
  pace.press();
  pace.beforePaint(show, false);
  vi.advanceTimersByTime(17);
  expect(show).toHaveBeenCalledTimes(1);
});
