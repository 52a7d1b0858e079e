import { render } from "@testing-library/svelte";
import type { Component } from "svelte";
import { expect, it, vi } from "vitest";
import type { Explained } from "@vitrail/core";

// A language that does not exist: whatever stands outside the marks was not translated.
const { pseudo } = vi.hoisted(() => ({
  pseudo: async (original: () => Promise<{ default: Record<string, string> }>) => {
    const texts = (await original()).default;
    return { default: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, `⟦${text}⟧`])) };
  },
}));
vi.mock("@catalogue/en.json", pseudo);
vi.mock("@catalogue/fr.json", pseudo);
vi.mock("../src/catalogue.svelte.ts", () => ({ getChoices: () => ({ catalogue: null }) }));

const { SPEECH, teach } = await import("@vitrail/core");
teach("en", (await import("@catalogue/en.json")).default);
teach("fr", (await import("@catalogue/fr.json")).default);
const views = await import("@vitrail/views");
const { default: HelpView } = await import("../../../packages/views/src/help/View.svelte");
const { RoomView } = await import("@vitrail/views/room");
const { Exploring } = await import("@vitrail/views/tensor");
const { default: Predict } = await import("../src/panels/Predict.svelte");
const { default: Own } = await import("../src/panels/own/Own.svelte");
const { default: Picture } = await import("../src/panels/own/Picture.svelte");
const { default: Evaluate } = await import("../src/panels/Evaluate.svelte");
const { Lab } = await import("../src/lab.svelte.ts");
const { default: Bar } = await import("../src/Bar.svelte");
const { default: Invitation } = await import("../src/Invitation.svelte");
const { Recording } = await import("../../../packages/core/fixtures/recording.ts");

Object.defineProperties(HTMLElement.prototype, { clientWidth: { get: () => 1000 }, clientHeight: { get: () => 640 } });
HTMLDialogElement.prototype.showModal ??= vi.fn();
HTMLElement.prototype.showPopover ??= vi.fn();

const say = SPEECH.en;
const fashion = new Recording("fashion");
const workspace = fashion.get("workspace");
const frame = fashion.get("frame");
const look = fashion.get("look");
const unit = fashion.get("explained", 0);
const trace = new Recording("trace");
const [entry] = trace.all("entry");
const equation = {
  focus: { layer: unit.layer, unit: unit.unit },
  checking: false,
  say,
  oncheck: vi.fn(),
  onclose: vi.fn(),
};
const ledger = {
  grain: "operation",
  entry,
  judged: null,
  guessing: true,
  revealed: false,
  say,
  ongrain: vi.fn(),
  onwalk: vi.fn(),
  onguessing: vi.fn(),
  onguess: vi.fn(),
  onreveal: vi.fn(),
};
const { dataset, settings, strip } = workspace;
const { rows } = fashion.get("history");
const shared = { say, theme: "light" };
const none = vi.fn();
const report = fashion.get("report");
const iris = new Recording("iris").get("workspace");
const lab = new Lab(() => ({ send: none, close: none }), {
  reload: none,
  put: () => Promise.resolve({ refusal: null, adapted: [] }),
  beforePaint: none,
});
const chosenNothing = { dataset, chosen: null, say, onchoose: none };
const representation = { workspace, look, followed: look.index, onstep: none, onreplay: none, onhide: none };
const network = {
  ...shared,
  workspace,
  kernels: new Map(frame.kernels.map((kernel) => [kernel.layer, kernel])),
  running: false,
  mode: "weights",
  sheet: null,
  onfocus: none,
  onmode: none,
  onsheet: none,
};

/** Without the formulas, whose few words came from Python in its own catalogue. */
function mathless(explained: Explained): Explained {
  return { ...explained, formulas: explained.formulas.map((one) => ({ ...one, symbols: "", numbers: "" })) };
}
const playground = new Recording("playground");
const circle = playground.get("workspace");
const round = playground.get("frame");
const outside = circle.layers.at(-1);
const overPlane = {
  ...network,
  workspace: circle,
  kernels: new Map(round.kernels.map((kernel) => [kernel.layer, kernel])),
  regions: new Map(round.regions.map((region) => [region.layer, region])),
  look: null,
  unit: null,
  followed: null,
  focus: null,
  editing: { hidden: 2, onfeature: none, onunits: none, onlayers: none },
};
const planeView = {
  ...{ ...shared, workspace: circle, plane: circle.plane, card: outside, region: round.regions.at(-1), unit: null },
  ...{ followed: 3, showTest: true, discrete: false, onfollow: none, ontest: none, ondiscrete: none, ondrawn: none },
};
const kept = {
  ...{ id: "1", number: 1, name: "", automatic: true, kept: "2026-11-25T12:00:00Z", epochs: 2, changes: 1 },
  ...{ experiment: workspace.experiment, history: rows },
};
const other = {
  ...kept,
  id: "2",
  number: 2,
  experiment: workspace.experiment.replace('"batch_size": 32', '"batch_size": 7'),
};
const keeping = {
  ...{ ghost: "1", deleted: kept, present: { experiment: workspace.experiment, history: [] }, here: "main", say },
  workspaces: [
    { name: "main", saved: 1.7e9, data: dataset.name, open: true },
    { name: "iris", saved: 1.7e9, data: "iris", open: true },
  ],
  ...{ addressOf: () => "a", workspaceAddress: () => "a" },
  ...{ onkeep: none, onrename: none, ondelete: none, onundelete: none, onrestore: none, onchoose: none, onghost: none },
  onclose: none,
};

/** Words that no catalogue translates: names of Keras and of the data, symbols, and what is typed. */
const KNOWN = new Set(
  [
    ...iris.strip.feature_names,
    ...iris.dataset.class_names,
    ...dataset.class_names,
    ...[workspace, trace.get("workspace")]
      .flatMap(({ layers }) => layers)
      .flatMap((layer) => [layer.name, layer.class_name, layer.activation ?? ""]),
    ...[dataset.name, settings.optimizer, settings.loss, workspace.code],
    ...circle.layers.flatMap((layer) => [layer.name, layer.activation ?? ""]),
    ...[...circle.dataset.class_names, "x1 x2 sin"],
    "main iris toml py ipynb keras vitrail Nov M A B kB",
    "Vitrail z a w x b i j k f l L δ max NaN FR EN Français English relu softmax ms s e p t _ kernel",
    settings.loss.replaceAll("_", " "),
  ].flatMap((text) => text.match(/[\p{L}_]+/gu) ?? []),
);

/** What a person sees or hears of the page: texts, and the attributes that a screen reader or a hint speaks. */
function said(root: Element): string[] {
  const spoken = ["aria-label", "title", "alt", "placeholder"];
  const attributes = [...root.querySelectorAll("*")].flatMap((one) =>
    spoken.map((name) => one.getAttribute(name) ?? ""),
  );
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? "");
  return [...texts, ...attributes];
}

/** The words outside all marks that nobody named. */
function escaped(root: Element): string[] {
  const inner = /⟦[^⟦⟧]*⟧/g;
  return said(root).flatMap((text) => {
    let outside = text;
    while (inner.test(outside)) outside = outside.replace(inner, " ");
    return (outside.match(/[\p{L}_]+/gu) ?? []).filter((word) => !KNOWN.has(word));
  });
}

const SCREENS: Record<string, [unknown, Record<string, unknown>]> = {
  bar: [
    Bar,
    {
      language: "en",
      theme: "light",
      current: "fit",
      hidden: new Set(),
      ready: true,
      say,
      onstep: none,
      onlanguage: none,
      ontheme: none,
      oncode: none,
      onhelp: none,
      undo: { key: "lab.edit.set", arguments: { field: "seed", before: "1", after: "2" } },
      redo: null,
      onundo: none,
      onredo: none,
      saved: new Date(2026, 10, 25, 12, 4),
      onroom: none,
      onruns: none,
      onshare: none,
    },
  ],
  data: [views.DataView, { dataset, scale: 255, say }],
  strip: [views.StripView, { ...shared, strip, dataset, followed: 0, onfollow: none }],
  network: [
    views.NetworkView,
    { ...network, look, unit, followed: look.index, focus: { layer: unit.layer, unit: unit.unit } },
  ],
  "network without an example": [
    views.NetworkView,
    { ...network, look: null, unit: null, followed: null, focus: null },
  ],
  sheet: [views.NetworkView, { ...network, look, unit: null, followed: look.index, focus: null, sheet: "dense" }],
  unit: [views.EquationView, { ...equation, explained: mathless(unit) }],
  "checked unit": [views.EquationView, { ...equation, explained: mathless({ ...unit, checked: true }) }],
  "partly checked unit": [views.EquationView, { ...equation, explained: mathless({ ...unit, unchecked: ["opaque"] }) }],
  "unit to come": [views.EquationView, { ...equation, explained: null }],
  walk: [views.LedgerView, { ...ledger, entry: { ...entry, formula: null } }],
  "told walk": [views.LedgerView, { ...ledger, guessing: false, entry: { ...entry, formula: null } }],
  "judged walk": [views.LedgerView, { ...ledger, judged: trace.get("judged", 0), entry: { ...entry, formula: null } }],
  "network over a plane": [views.NetworkView, overPlane],
  plane: [views.PlaneView, { ...planeView, frame: round }],
  "plane before training": [views.PlaneView, { ...planeView, frame: null }],
  weights: [
    views.WeightsView,
    {
      ...{ layer: "dense", unit: 1, chosen: null, say, onset: none, onclose: none },
      rows: [
        { input: 0, name: "x1", value: 0.5 },
        { input: null, name: "", value: 0 },
      ],
    },
  ],
  example: [views.ExampleView, { workspace, look, say }],
  "example of one's own": [
    views.ExampleView,
    { workspace, look: { ...look, index: -1, label: null, loss: null }, formed: 3, say },
  ],
  "answer that forms": [views.ExampleView, { workspace, look, formed: 1, say }],
  report: [views.ReportView, { report, dataset, chosen: null, say, onchoose: none }],
  "report of values": [
    views.ReportView,
    { report: { ...report, kind: "numbers", residuals: { mae: 1, rmse: 2, r2: 0.5 } }, ...chosenNothing },
  ],
  "report of distances": [views.ReportView, { report: { ...report, kind: "distances" }, ...chosenNothing }],
  gallery: [
    views.GalleryView,
    {
      ...shared,
      title: say.text("lab.gallery.worst"),
      total: 99,
      samples: { type: "samples", part: "train", strip },
      report,
      dataset,
      followed: 0,
      onfollow: none,
      onclose: none,
    },
  ],
  representation: [
    views.RepresentationView,
    { ...shared, ...representation, separation: fashion.get("separation"), upTo: 2 },
  ],
  "representation without classes": [
    views.RepresentationView,
    { ...shared, ...representation, separation: { ...fashion.get("separation"), count: 0, layers: [] }, upTo: 3 },
  ],
  predict: [Predict, { ...shared, lab, workspace }],
  "own drawing": [Own, { ...shared, lab, workspace }],
  "own row": [Own, { ...shared, lab, workspace: iris }],
  "own text": [
    Own,
    { ...shared, lab, workspace: { ...workspace, strip: { ...strip, kind: "text", vocabulary: ["", "⟦film⟧"] } } },
  ],
  "own picture": [Picture, { limits: { tried_bytes: 7e6, tried_pixels: 7e6 }, say, ongive: none }],
  evaluate: [Evaluate, { ...shared, lab, workspace }],
  drawing: [views.DrawView, { ...shared, shape: [28, 28], full: 255, ondraw: none }],
  guide: [views.ExampleView, { workspace, look: null, say }],
  curves: [views.CurvesView, { history: rows, metric: "accuracy", say }],
  "curves with a ghost": [
    views.CurvesView,
    { history: [], metric: null, ghost: { name: "7", history: rows, shown: true }, say },
  ],
  runs: [views.RunsView, { ...keeping, runs: [other, kept], chosen: new Set([other.id, kept.id]) }],
  "no runs": [views.RunsView, { ...keeping, runs: [], chosen: new Set() }],
  share: [
    views.ShareView,
    {
      ...{ link: "7", data: dataset.name, ownData: true, changes: 2, epochs: 1, address: "a", say },
      ...{ onlink: none, onchoose: none, onopen: none, onclose: none },
      chosen: {
        name: "7.vitrail",
        card: { version: "1", saved: kept.kept, data: dataset.name, own_data: false, epochs: 2, changes: 0, bytes: 7 },
      },
    },
  ],
  "no curves": [views.CurvesView, { history: [], metric: null, say }],
  figures: [views.FiguresView, { frame, settings, say }],
  transport: [
    views.TransportView,
    {
      clock: frame.clock,
      status: "idle",
      ready: true,
      say,
      onplay: none,
      onpause: none,
      onstep: none,
      onback: none,
      onreset: none,
    },
  ],
  legend: [views.LegendView, shared],
  word: [views.Word, { id: "gradient", say }],
  help: [HelpView, { say, ontour: none, onprint: none, onclose: none }],
  room: [
    RoomView,
    {
      entries: [
        {
          name: "gradients/dense/kernel",
          group: "gradients",
          layer: "dense",
          what: "kernel",
          shape: [2, 3],
          dtype: "",
        },
      ],
      explored: { type: "explored", name: "gradients/dense/kernel", clock: frame.clock, index: 0 },
      exploring: new Exploring(none),
      ...{ ...shared, dataset, followed: true, running: false, onexplore: none, onfollow: none },
      ...{ onplay: none, onpause: none, onstep: none, onclose: none },
    },
  ],
  tour: [views.TourView, { stop: "unit", box: null, say, onmove: none, onend: none }],
  invitation: [Invitation, { tour: { start: none, decline: none }, say }],
  code: [
    views.CodeView,
    { code: workspace.code, downloads: [{ name: "toml", address: "a" }], say, onopen: none, onclose: none },
  ],
  notices: [
    views.NoticesView,
    {
      told: [{ id: 1, notice: { type: "notice", level: "error", key: "error.lab.closing", arguments: {} } }],
      say,
      ondismiss: none,
    },
  ],
};

it.each(Object.entries(SCREENS))("no text of the %s escapes translation", (_, [view, properties]) => {
  const { container } = render(view as Component, properties as never);
  expect(said(container).some((text) => text.includes("⟦"))).toBe(true);
  expect(escaped(container)).toEqual([]);
});
