import { SPEECH } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { besides } from "../src/tour/place.ts";
import HelpView from "../src/help/View.svelte";
import { CurvesView, STOPS, TourView, Word } from "../src/index.ts";

const say = SPEECH.en;
HTMLDialogElement.prototype.showModal ??= vi.fn();
HTMLElement.prototype.showPopover ??= vi.fn();
HTMLElement.prototype.hidePopover ??= vi.fn();

describe("a word", () => {
  it("opens by a click, closes by Escape, and keeps Escape from the page", async () => {
    const page = vi.fn();
    addEventListener("keydown", page);
    render(Word, { id: "delta", say });
    const term = screen.getByRole("button", { name: say.text("word.delta.name") });
    expect(term.getAttribute("aria-expanded")).toBe("false");
    await fireEvent.click(term);
    expect(term.getAttribute("aria-expanded")).toBe("true");
    await fireEvent.keyDown(term, { key: "Escape" });
    expect(term.getAttribute("aria-expanded")).toBe("false");
    expect(page).not.toHaveBeenCalled();
    await fireEvent.keyDown(term, { key: "Escape" });
    expect(page).toHaveBeenCalledOnce();
    removeEventListener("keydown", page);
  });

  it("is described by its definition, open or not", () => {
    render(Word, { id: "epoch", say });
    const described = screen.getByRole("button").getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(described)?.textContent).toBe(say.text("word.epoch.definition"));
  });
});

describe("help", () => {
  it("narrows the words to those that fit", async () => {
    render(HelpView, { say, ontour: vi.fn(), onprint: vi.fn(), onclose: vi.fn() });
    await fireEvent.input(screen.getByTestId("words-search"), { target: { value: "overf" } });
    expect(document.querySelectorAll(".words dt")).toHaveLength(1);
    await fireEvent.input(screen.getByTestId("words-search"), { target: { value: "xyz" } });
    expect(screen.getByRole("status", { hidden: true }).textContent.trim()).toBe("No word fits “xyz”.");
  });
});

describe("the tour", () => {
  it("goes by arrow keys and ends by Escape", async () => {
    const moved = vi.fn();
    const ended = vi.fn();
    render(TourView, { stop: "network", box: null, say, onmove: moved, onend: ended });
    const card = screen.getByTestId("tour-card");
    expect(document.activeElement).toBe(card);
    await fireEvent.keyDown(card, { key: "ArrowRight" });
    await fireEvent.keyDown(card, { key: "ArrowLeft" });
    await fireEvent.keyDown(card, { key: "Escape" });
    expect(moved.mock.calls).toEqual([[1], [-1]]);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("says which stop it is, and ends with the last one", () => {
    render(TourView, { stop: "evaluate", box: null, say, onmove: vi.fn(), onend: vi.fn() });
    const { length } = STOPS;
    expect(screen.getByTestId("tour-card").textContent).toContain(`${String(length)} of ${String(length)}`);
    expect(screen.queryByTestId("tour-end")).toBeNull();
  });

  it("never covers what it speaks of where there is room", () => {
    const card = { width: 320, height: 180 };
    const window = { width: 1440, height: 900 };
    const places = [
      { x: 0, y: 60, width: 264, height: 400 },
      { x: 1100, y: 60, width: 340, height: 600 },
      { x: 300, y: 700, width: 1100, height: 150 },
      { x: 20, y: 20, width: 1400, height: 400 },
    ];
    for (const place of places) {
      const at = besides(place, card, window);
      const apart =
        at.x >= place.x + place.width ||
        at.x + card.width <= place.x ||
        at.y >= place.y + place.height ||
        at.y + card.height <= place.y;
      expect([apart, at.x >= 0, at.y >= 0, at.x + card.width <= 1440, at.y + card.height <= 900]).toEqual(
        Array.from({ length: 5 }, () => true),
      );
    }
  });
});

describe("the curves", () => {
  const rows = [1, 2].map((epoch) => ({
    epoch,
    seconds: 0.1,
    logs: { loss: 1 / epoch, accuracy: epoch / 4, val_loss: 2 / epoch, val_accuracy: epoch / 5 },
  }));

  it("have a table with the same numbers, the newest first", async () => {
    render(CurvesView, { history: rows, metric: "accuracy", say });
    await fireEvent.click(screen.getByTestId("curves-as-table"));
    const cells = [...document.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(cells).toEqual([
      ["2", say.number(0.5), say.number(1), say.percent(0.5), say.percent(0.4)],
      ["1", say.number(1), say.number(2), say.percent(0.25), say.percent(0.2)],
    ]);
  });
});
