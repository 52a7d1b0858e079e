import { SPEECH, type Listener } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import Trace from "../src/Trace.svelte";
import { TraceState } from "../src/trace.svelte.ts";

const trace = new Recording("trace");

// happy-dom lays nothing out: every element is as large as a wide cell.
Object.defineProperties(HTMLElement.prototype, { clientWidth: { get: () => 1000 }, clientHeight: { get: () => 460 } });

/** A widget over a recording; what it asks is kept. */
function show() {
  const asked: unknown[] = [];
  const connect = (listener: Listener) => {
    for (const message of trace.messages) listener.hear(message);
    return { send: (message: unknown) => asked.push(message), close: () => undefined };
  };
  const state = new TraceState(connect, "light");
  render(Trace, { state, host: document.createElement("div"), say: SPEECH.en });
  return { state, asked };
}

describe("the widget", () => {
  it("asks for the first entry, for the unit that is clicked, and for the sample that is chosen", async () => {
    const { asked, state } = show();
    await fireEvent.click(screen.getByTestId("unit-hidden-1"));
    await fireEvent.change(screen.getByTestId("trace-sample"), { target: { value: "2" } });
    state.open(null);
    expect(asked).toEqual([
      { type: "walk", grain: "operation", index: 0 },
      { type: "focus", layer: "hidden", unit: 1 },
      { type: "follow", index: 2 },
      { type: "focus", layer: "", unit: 0 },
    ]);
  });

  it("asks again at another grain, and judges a guess at the entry that is shown", async () => {
    const { asked } = show();
    const { index, grain } = trace.get("entry");
    await fireEvent.click(screen.getByTestId("ledger-guessing"));
    await fireEvent.input(screen.getByTestId("guess-typed"), { target: { value: "1/2" } });
    await fireEvent.click(screen.getByTestId("guess-judge"));
    await fireEvent.change(screen.getByTestId("ledger-grain"), { target: { value: "batch" } });
    expect(asked.slice(1)).toEqual([
      { type: "guess", grain, index, typed: "1/2" },
      { type: "walk", grain: "batch", index: 0 },
    ]);
  });

  it("says what Python could not do, until something else is asked", async () => {
    const { state } = show();
    state.hear({ type: "notice", level: "error", key: "error.trace.no_entry", arguments: { index: 9, last: 5 } });
    expect((await screen.findByTestId("trace-notice")).textContent.trim()).toBe(
      SPEECH.en.text("error.trace.no_entry", { index: 9, last: 5 }),
    );
    state.walking.to(0);
    expect(state.notice).toBe(null);
  });
});
