import { SPEECH, type Judged } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { EquationView, LedgerView } from "../src/index.ts";
import { Recording } from "../../core/fixtures/recording.ts";

const say = SPEECH.en;
const trace = new Recording("trace");
const [first, layer, output, gradient] = trace.all("entry");
const [wrong, right] = trace.all("judged");

describe("the equations of a unit", () => {
  it("are drawn in symbols, with numbers, and with the value that was recorded", () => {
    const explained = trace.get("explained");
    render(EquationView, { focus: { layer: "hidden", unit: 1 }, explained, say, onclose: vi.fn() });
    const [z] = explained.formulas;
    if (z === undefined) throw new Error("no formulas");
    expect(screen.getByTestId("unit-z").textContent).toBe(say.signed(z.value, 6));
    const drawn = explained.formulas.flatMap((one) =>
      one.numbers === "" ? [one.symbols] : [one.symbols, one.numbers],
    );
    expect([...document.querySelectorAll("math")].map((math) => math.textContent)).toEqual(
      drawn.map((mathml) => mathml.replace(/<[^>]*>/g, "").replaceAll("&#x2061;", "\u2061")),
    );
    expect(screen.getByTestId("equation-scope").textContent.trim()).toBe(
      say.text("trace.explain.batch", { batch: 4, sample: 0 }),
    );
  });

  it("wait for the unit that is open, and invite to open one", async () => {
    const explained = trace.get("explained");
    const shown = render(EquationView, { focus: { layer: "hidden", unit: 2 }, explained, say, onclose: vi.fn() });
    expect([screen.queryByTestId("unit-z"), screen.getByText(say.text("lab.equation.waiting")).tagName]).toEqual([
      null,
      "P",
    ]);
    await shown.rerender({ focus: null, explained: null });
    expect(screen.getByTestId("equation").textContent).toContain(say.text("lab.equation.invite"));
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
