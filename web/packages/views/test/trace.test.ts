import { SPEECH, type Judged } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { EquationView, LedgerView, Walking } from "../src/index.ts";
import { Recording } from "../../core/fixtures/recording.ts";

const say = SPEECH.en;
const trace = new Recording("trace");
const quiet = { checking: false, say, oncheck: vi.fn(), onclose: vi.fn() };
const [first, layer, output, gradient] = trace.all("entry");
const [wrong, right] = trace.all("judged");

describe("the equations of a unit", () => {
  it("are drawn in symbols, with numbers, and with the value that was recorded", () => {
    const explained = trace.get("explained");
    render(EquationView, { focus: { layer: "hidden", unit: 1 }, explained, ...quiet });
    const [z] = explained.formulas;
    if (z === undefined) throw new Error("no formulas");
    expect(screen.getByTestId("unit-z").textContent).toBe(say.signed(z.value, 6));
    const written = explained.formulas.flatMap((one) => [one.symbols, one.numbers]).join("");
    const drawn = [...document.querySelectorAll("math")].map((math) => math.textContent);
    expect(drawn.join("")).toBe(written.replace(/<[^>]*>/g, "").replaceAll("&#x2061;", "\u2061"));
    expect(screen.getByTestId("equation-scope").textContent.trim()).toBe(
      say.text("trace.explain.batch", { batch: 4, sample: 0 }),
    );
  });

  it("stay those of the unit before, and say so, until the opened one's are there, and invite to open one", async () => {
    const explained = trace.get("explained");
    const opened = { layer: "hidden", unit: 2 };
    const shown = render(EquationView, { focus: opened, explained: null, ...quiet });
    expect(screen.getByText(say.text("lab.unit.waiting")).tagName).toBe("P");
    const title = () => screen.getByRole("heading", { level: 2 }).textContent;
    await shown.rerender({ explained });
    expect([title(), screen.getByTestId("equation").getAttribute("aria-busy")]).toEqual([
      say.text("lab.unit.title", { layer: explained.layer, unit: String(explained.unit) }),
      "true",
    ]);
    await shown.rerender({ explained: { ...explained, ...opened } });
    expect([title(), screen.getByTestId("equation").getAttribute("aria-busy")]).toEqual([
      say.text("lab.unit.title", { layer: "hidden", unit: "2" }),
      "false",
    ]);
    await shown.rerender({ focus: null, explained: null });
    expect(screen.getByTestId("equation").textContent).toContain(say.text("lab.equation.invite"));
  });
});

describe("the badge of a check", () => {
  function badge(more: Record<string, unknown>, oncheck: (() => void) | null = vi.fn()) {
    const explained = { ...trace.get("explained"), ...more };
    const focus = { layer: explained.layer, unit: explained.unit };
    const shown = render(EquationView, { focus, explained, ...quiet, oncheck });
    return { shown, words: () => screen.getByTestId("equation-checked").textContent.trim() };
  }

  it("asks for a check, and claims one only when there was one", async () => {
    const oncheck = vi.fn();
    const { shown, words } = badge({ checked: false }, oncheck);
    expect(words()).toBe(say.text("lab.equation.not_checked"));
    await fireEvent.click(screen.getByTestId("equation-check"));
    expect(oncheck).toHaveBeenCalledOnce();
    await shown.rerender({ checking: true });
    expect([words(), screen.getByTestId<HTMLButtonElement>("equation-check").disabled]).toEqual([
      say.text("lab.equation.checking"),
      true,
    ]);
    await shown.rerender({ checking: false, explained: { ...trace.get("explained"), checked: true } });
    expect([words(), screen.queryByTestId("equation-check")]).toEqual([say.text("trace.explain.checked"), null]);
  });

  it("says what a check left out", () => {
    const { words } = badge({ checked: false, unchecked: ["constraint", "opaque"] });
    const reasons = [say.text("trace.unchecked.constraint"), say.text("trace.unchecked.opaque")].join("; ");
    expect(words()).toBe(say.text("trace.explain.partly_checked", { reasons }));
  });

  it("offers no check of what moves on", () => {
    badge({ checked: false }, null);
    expect(screen.queryByTestId("equation-check")).toBe(null);
  });
});

describe("a walk", () => {
  it("asks for entries at its grain, and judges a guess at the entry that is shown", () => {
    const ask = vi.fn();
    const walking = new Walking(ask);
    walking.to(null);
    walking.shown.ongrain("layer");
    walking.shown.onguess("1"); // nothing is shown yet
    if (gradient === undefined || right === undefined) throw new Error("nothing was recorded");
    expect([walking.take(gradient), walking.take(right), walking.take(trace.get("look"))]).toEqual([true, true, false]);
    expect(walking.shown.judged).toBe(right);
    walking.shown.onguess("2");
    walking.take(gradient);
    expect([walking.shown.entry, walking.shown.judged]).toEqual([gradient, null]);
    expect(ask.mock.calls).toEqual([
      [{ type: "walk", grain: "operation", index: null }],
      [{ type: "walk", grain: "layer", index: 0 }],
      [{ type: "guess", grain: gradient.grain, index: gradient.index, typed: "2" }],
    ]);
  });
});

describe("the ledger", () => {
  function draw(more: Record<string, unknown> = {}) {
    const calls = { ongrain: vi.fn(), onwalk: vi.fn(), onguessing: vi.fn(), onguess: vi.fn(), onreveal: vi.fn() };
    const shown = render(LedgerView, {
      grain: "operation",
      entry: first ?? null,
      judged: null,
      guessing: false,
      revealed: false,
      say,
      ...calls,
      ...more,
    });
    return { ...calls, shown };
  }

  it("shows an entry with its number, and walks to its neighbours", async () => {
    const { onwalk, ongrain } = draw({ entry: output });
    expect(screen.getByTestId("ledger-value").textContent).toBe(say.signed(output?.value ?? NaN, 6));
    await fireEvent.click(screen.getByTestId("ledger-back"));
    await fireEvent.click(screen.getByTestId("ledger-forward"));
    await fireEvent.change(screen.getByTestId("ledger-grain"), { target: { value: "layer" } });
    expect([onwalk.mock.calls, ongrain.mock.calls]).toEqual([[[39], [41]], [["layer"]]]);
  });

  it("leads to the entries that it uses, and says how many more there are", async () => {
    const { onwalk } = draw({ entry: gradient });
    if (gradient === undefined) throw new Error("no gradient was recorded");
    const [used] = gradient.uses;
    await fireEvent.click(screen.getByTestId(`ledger-use-${String(used?.index)}`));
    expect(onwalk).toHaveBeenCalledWith(used?.index);
    const hidden = gradient.uses_count - gradient.uses.length;
    expect(screen.getByText(say.text("lab.ledger.more", { count: hidden })).tagName).toBe("LI");
  });

  it("stops at the ends", () => {
    draw();
    expect(screen.getByTestId<HTMLButtonElement>("ledger-back").disabled).toBe(true);
    expect(screen.getByTestId<HTMLButtonElement>("ledger-forward").disabled).toBe(false);
  });

  it("says the range of many numbers", () => {
    draw({ entry: layer, grain: "layer" });
    expect(screen.getByTestId("ledger-value").textContent).toBe(
      say.text("lab.ledger.many", {
        shape: "4 × 5",
        low: say.signed(layer?.low ?? NaN, 4),
        high: say.signed(layer?.high ?? NaN, 4),
      }),
    );
  });

  it("keeps the number until it was guessed, or asked for", async () => {
    const { shown, onguess, onreveal } = draw({ guessing: true });
    expect(screen.queryByTestId("ledger-value")).toBe(null);
    await fireEvent.input(screen.getByTestId("guess-typed"), { target: { value: "-4,94" } });
    await fireEvent.click(screen.getByTestId("guess-judge"));
    await fireEvent.click(screen.getByTestId("guess-reveal"));
    expect([onguess.mock.calls, onreveal.mock.calls.length]).toEqual([[["-4,94"]], 1]);
    await shown.rerender({ judged: wrong });
    expect(verdict(wrong)).toBe(screen.getByTestId("guess-verdict").textContent.trim());
    expect(screen.queryByTestId("ledger-value")).toBe(null);
    await shown.rerender({ judged: right });
    expect(verdict(right)).toBe(screen.getByTestId("guess-verdict").textContent.trim());
    expect(screen.getByTestId("ledger-value").textContent).toBe(say.signed(first?.value ?? NaN, 6));
  });
});

/** A verdict in words, as Python writes its lines. */
function verdict(judged: Judged | undefined): string {
  if (judged === undefined) throw new Error("no verdict was recorded");
  const words = judged.right ? ["right"] : ["wrong", ...judged.mistakes];
  return words.map((word) => say.told(`trace.guess.${word}`)).join("");
}
