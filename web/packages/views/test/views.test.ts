import { at, SPEECH, type Setting } from "@vitrail/core";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import {
  CodeView,
  CurvesView,
  ExampleView,
  FiguresView,
  NetworkView,
  Field,
  seenLayers,
  StripView,
  TransportView,
} from "../src/index.ts";
import { Recording } from "../../core/fixtures/recording.ts";

const say = SPEECH.en;
const fashion = new Recording("fashion");
const iris = new Recording("iris");
const silent = { onplay: vi.fn(), onpause: vi.fn(), onstep: vi.fn(), onback: vi.fn(), onreset: vi.fn() };

// happy-dom lays nothing out: every element is as large as a usual window's middle.
Object.defineProperties(HTMLElement.prototype, { clientWidth: { get: () => 1000 }, clientHeight: { get: () => 640 } });

const RATE: Setting = {
  name: "rate",
  kind: "number",
  default: 0.5,
  low: 1e-6,
  high: 1,
  choices: [],
  needed: false,
  optional: false,
  ratio: true,
};
const NO_OBJECTS = { initializers: [], regularizers: [] };

describe("the network", () => {
  function draw(recording: Recording, more: Record<string, unknown> = {}) {
    const frame = recording.get("frame");
    const look = recording.get("look");
    const onfocus = vi.fn();
    render(NetworkView, {
      workspace: recording.get("workspace"),
      kernels: new Map(frame.kernels.map((kernel) => [kernel.layer, kernel])),
      look,
      unit: null,
      followed: look.index,
      focus: null,
      sheet: null,
      running: false,
      mode: "weights",
      theme: "light",
      say,
      onfocus,
      onmode: vi.fn(),
      onsheet: vi.fn(),
      ...more,
    });
    return { look, onfocus };
  }

  it("shows z, a and delta of every output unit as they were computed", () => {
    const { look } = draw(fashion);
    const output = look.layers.at(-1);
    if (output === undefined) throw new Error("no layers");
    for (let k = 0; k < 10; k++) {
      expect(screen.getByTestId(`output-${String(k)}-z`).textContent).toBe(say.signed(at(output.z, k), 4));
      expect(screen.getByTestId(`output-${String(k)}-delta`).textContent).toBe(say.signed(at(output.delta, k), 4));
      expect(screen.getByTestId(`output-${String(k)}-a`).textContent).toBe(say.percent(at(output.a, k)));
    }
  });

  it("says how many units are not shown", () => {
    draw(fashion);
    const shown = document.querySelectorAll("[data-testid^='unit-dense-']").length;
    expect(screen.getByTestId("hidden-dense").textContent).toBe(
      say.text("lab.network.largest_shown", { shown, total: 128 }),
    );
  });

  it("opens a unit by a click, and walks its units by arrow keys", async () => {
    const { onfocus } = draw(iris);
    const first = screen.getByTestId("unit-dense-0");
    await fireEvent.click(first);
    expect(onfocus).toHaveBeenCalledWith({ layer: "dense", unit: 0 });
    await fireEvent.keyDown(first, { key: "End" });
    expect(document.activeElement?.getAttribute("data-testid")).toBe("unit-dense-7");
  });

  it("asks for the weights of the layers whose weights are seen, and no others", () => {
    const workspace = fashion.get("workspace");
    expect(seenLayers(workspace, "weights")).toEqual(["dense", "dense_1"]);
    expect(seenLayers(workspace, "delta")).toEqual(["dense_1"]);
    expect(seenLayers(iris.get("workspace"), "a")).toEqual(["dense_1"]);
  });
});

describe("around the network", () => {
  it("the transport plays, pauses, steps and resets", async () => {
    const clock = fashion.get("frame").clock;
    const { rerender } = render(TransportView, { clock, status: "idle", ready: true, say, ...silent });
    for (const id of ["play", "step-batch", "step-epoch", "back-batch", "back-epoch", "reset"])
      await fireEvent.click(screen.getByTestId(id));
    await rerender({ status: "running" });
    await fireEvent.click(screen.getByTestId("pause"));
    expect(silent.onplay).toHaveBeenCalledOnce();
    expect(silent.onstep.mock.calls).toEqual([["batch"], ["epoch"]]);
    expect(silent.onback.mock.calls).toEqual([["batch"], ["epoch"]]);
    expect(silent.onreset).toHaveBeenCalledOnce();
    expect(silent.onpause).toHaveBeenCalledOnce();
    expect(screen.getByTestId("clock-batch").textContent).toBe("3/313");
  });

  it("the learning rate takes a comma or a point, and refuses what is no number", async () => {
    const onchange = vi.fn();
    render(Field, { id: "rate", setting: RATE, value: 0.001, objects: NO_OBJECTS, say, onchange });
    const field = screen.getByTestId<HTMLInputElement>("rate");
    for (const typed of ["0,01", "much", "0.5"]) await fireEvent.change(field, { target: { value: typed } });
    expect(onchange.mock.calls).toEqual([[0.01], [0.5]]);
    await fireEvent.change(field, { target: { value: "" } });
    expect(field.value).toBe("0.001");
  });

  it("a slider of values that are compared by their ratio is logarithmic", async () => {
    const onchange = vi.fn();
    render(Field, { id: "rate", setting: RATE, value: 0.001, objects: NO_OBJECTS, say, onchange });
    const slider = screen.getByRole<HTMLInputElement>("slider");
    expect(slider.value).toBe("500");
    await fireEvent.change(slider, { target: { value: "750" } });
    expect(onchange.mock.calls).toEqual([[0.032]]);
  });

  it("an object is chosen by its class, and its settings follow it", async () => {
    const onchange = vi.fn();
    const l2 = { class_name: "L2", settings: [{ ...RATE, name: "l2", default: 0.01 }] };
    const setting = {
      ...RATE,
      name: "kernel_regularizer",
      kind: "regularizer",
      default: null,
      optional: true,
    } as const;
    const objects = { ...NO_OBJECTS, regularizers: [l2] };
    const { rerender } = render(Field, { id: "r", setting, value: undefined, objects, say, onchange });
    await fireEvent.change(screen.getByTestId("r"), { target: { value: "L2" } });
    const chosen = { class_name: "L2", config: { l2: 0.01 } };
    expect(onchange).toHaveBeenLastCalledWith(chosen);
    await rerender({ value: chosen });
    await fireEvent.change(screen.getByTestId("r-l2"), { target: { value: "0.1" } });
    expect(onchange).toHaveBeenLastCalledWith({ class_name: "L2", config: { l2: 0.1 } });
  });

  it("the strip is a list box whose choice moves with the arrow keys", async () => {
    const { strip, dataset } = fashion.get("workspace");
    const onfollow = vi.fn();
    render(StripView, { strip, dataset, followed: 0, theme: "light", say, onfollow });
    await fireEvent.keyDown(screen.getByTestId("strip-0"), { key: "ArrowDown" });
    expect(onfollow).toHaveBeenCalledWith(strip.indices[2]);
    expect(screen.getByRole("option", { selected: true }).getAttribute("aria-label")).toBe(
      "Test example 0: Ankle boot",
    );
  });

  it("the example says what came out and what should have", () => {
    const look = fashion.get("look");
    render(ExampleView, { workspace: fashion.get("workspace"), look, say });
    expect(screen.getByTestId("example-loss").textContent).toBe(say.number(look.loss ?? NaN, 6));
    expect(screen.getByTestId("example-card").textContent).toContain("Ankle boot");
  });

  it("the figures are those of the newest epoch", () => {
    const frame = fashion.get("frame");
    render(FiguresView, { frame, settings: fashion.get("workspace").settings, metric: null, say });
    expect(screen.getByTestId("figure-val_accuracy").textContent).toBe(
      say.percent(frame.last?.logs["val_accuracy"] ?? Number.NaN),
    );
    expect(screen.getByTestId("figure-loss").textContent).toBe(say.number(frame.metrics["loss"] ?? Number.NaN));
  });

  it("the ghost is drawn, named and hidden", async () => {
    const history = fashion.get("history").rows;
    const onghost = vi.fn();
    render(CurvesView, { history, metric: null, ghost: { name: "wide", history, shown: true }, onghost, say });
    expect(screen.getAllByTestId("ghost-curve").map((curve) => curve.getAttribute("d")?.[0])).toEqual(["M", "M"]);
    expect(screen.getByTestId("ghost").textContent).toBe("ghost: wide");
    await fireEvent.click(screen.getByTestId("ghost"));
    expect(onghost).toHaveBeenCalledWith(false);
  });

  it("the code is the experiment's program, and a chosen file is opened", async () => {
    const { code } = fashion.get("workspace");
    const onopen = vi.fn();
    const downloads = [{ name: "toml" as const, address: "api/experiment?format=toml" }];
    HTMLDialogElement.prototype.showModal ??= vi.fn();
    render(CodeView, { code, downloads, say, onopen, onclose: vi.fn() });
    expect(screen.getByTestId("program").textContent).toBe(code);
    expect(screen.getByTestId("download-toml").getAttribute("href")).toBe("api/experiment?format=toml");
    const file = new File(["format = 1"], "mine.toml");
    await fireEvent.change(screen.getByTestId("open-file"), { target: { files: [file] } });
    expect(onopen).toHaveBeenCalledWith(file);
  });
});
