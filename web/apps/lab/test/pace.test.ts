import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Pace } from "../src/pace.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("paints with the next frame, and after a press what it did comes first while training plays", () => {
  const pace = new Pace();
  const show = vi.fn();
  pace.beforePaint(show, true);
  vi.advanceTimersByTime(17);
  expect(show).toHaveBeenCalledTimes(1);
  pace.press();
  pace.beforePaint(show, true);
  vi.advanceTimersByTime(100);
  pace.release();
  vi.advanceTimersByTime(50);
  expect(show).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(40);
  expect(show).toHaveBeenCalledTimes(2);
});

it("holds back what was about to be painted when something was pressed, but not for as long as a press lasts", () => {
  const pace = new Pace();
  const show = vi.fn();
  pace.beforePaint(show, true);
  pace.press();
  vi.advanceTimersByTime(150);
  expect(show).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(show).toHaveBeenCalledTimes(1);
});

it("keeps nobody waiting where training stands still", () => {
  const pace = new Pace();
  const show = vi.fn();
  pace.press();
  pace.beforePaint(show, false);
  vi.advanceTimersByTime(17);
  expect(show).toHaveBeenCalledTimes(1);
});
