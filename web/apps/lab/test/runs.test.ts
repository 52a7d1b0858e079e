import { readExperiment, type ExperimentForm, type Notice, type RunCard } from "@vitrail/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Recording } from "../../../packages/core/fixtures/recording.ts";
import { addressWith, sightIn } from "../src/address.ts";
import type { Keeping } from "../src/kept.ts";
import { Runs } from "../src/runs.svelte.ts";

const { experiment } = new Recording("iris").get("workspace");
const now = readExperiment(experiment);
const elsewhere: ExperimentForm = { ...now, data: { ...now.data, name: "fashion_mnist" } };
const refusal: Notice = { type: "notice", level: "error", key: "error.lab.run_unknown", arguments: { run: "x" } };

function run(number: number, loss: number, epochs = 2): RunCard {
  const history = Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, seconds: 1, logs: { loss: loss + i } }));
  const kept = "2026-11-25T12:00:00+00:00";
  return {
    id: `run-${String(number)}`,
    number,
    name: "",
    automatic: false,
    kept,
    epochs,
    changes: 0,
    experiment,
    history,
  };
}

let there: RunCard[];
let answer: Notice | null;
let runs: Runs;
const tell = vi.fn();

beforeEach(async () => {
  there = [run(2, 0.5), run(1, 0.7)];
  answer = null;
  tell.mockReset();
  const act = () => Promise.resolve(answer);
  const keeping: Keeping = {
    runs: () => Promise.resolve([...there]),
    keep: () => Promise.resolve((there = [run(3, 0.1), ...there])[0] ?? refusal),
    rename: act,
    remove: (id) => {
      there = there.filter((one) => one.id !== id);
      return act();
    },
    undelete: act,
    restore: act,
    workspaces: () => Promise.resolve([]),
    inspect: () => Promise.resolve(refusal),
    open: () => Promise.resolve(refusal),
  };
  runs = new Runs(keeping, tell);
  await runs.refresh();
});

describe("the kept runs", () => {
  it("have no ghost of another loss, and know one loss by both its names", () => {
    const judged = (loss: string): ExperimentForm => ({ ...now, compile: { ...now.compile, loss } });
    expect(runs.ghost(judged("mean_squared_error"), [])).toBeNull();
    expect(runs.ghost(judged("SparseCategoricalCrossentropy"), [])?.number).toBe(2);
  });

  it("have the last one of the same data for a ghost, but not the very run that is shown", () => {
    expect(runs.ghost(now, [])?.number).toBe(2);
    expect(runs.ghost(now, run(2, 0.5).history)?.number).toBe(1);
    expect(runs.ghost(elsewhere, [])).toBeNull();
  });

  it("have the ghost that was chosen, until it is chosen again", () => {
    runs.ghostShown = false;
    runs.haunt("run-1");
    expect([runs.ghost(elsewhere, [])?.number, runs.ghostShown]).toEqual([1, true]);
    runs.haunt("run-1");
    expect(runs.ghost(now, [])?.number).toBe(2);
  });

  it("grow by the one that is kept", async () => {
    await runs.keep();
    expect(runs.list.map((one) => one.number)).toEqual([3, 2, 1]);
  });

  it("forget what was deleted, which can come back", async () => {
    runs.choose("run-1", true);
    await runs.remove("run-1");
    expect([runs.list.length, runs.chosen.size, runs.deleted?.number]).toEqual([1, 0, 1]);
    await runs.undelete();
    expect(runs.deleted).toBeNull();
  });

  it("say why something could not be done", async () => {
    answer = refusal;
    expect(await runs.restore("run-9")).toBe(false);
    await runs.undelete();
    expect(tell.mock.calls).toEqual([[refusal]]);
  });
});

describe("the address", () => {
  it("says what is looked at, and keeps what it said before", () => {
    const page = "http://127.0.0.1:8899/?workspace=mine&hide=play";
    const sight = { followed: 3, focus: { layer: "dense.x", unit: 7 }, at: "compile" } as const;
    const address = addressWith(sight, page);
    expect(address).toBe(`${page}&example=3&unit=dense.x.7&step=compile`);
    expect(sightIn(address)).toEqual(sight);
    expect(addressWith({ followed: null, focus: null, at: "compile" }, address)).toBe(`${page}&step=compile`);
  });

  it("that says nothing sensible says nothing", () => {
    const nothing = { followed: null, focus: null, at: null };
    expect(sightIn("http://a/?example=-1&unit=dense&step=dance")).toEqual(nothing);
  });
});
