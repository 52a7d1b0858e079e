"""What loaders are measured on, whether one left something out, and what is printed of them."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.data_bench import CASES, Measured, measure, ratio, table
from benchmarks.runner import ContenderError

from benchmarks import data_bench, data_files, data_loaders
from vitrail.training import stream

SIZES = {"csv": 12, "npy": 20, "pictures": 20, "rows": 40}
TOLD = {"first": 2.0, "later": [0.5, 0.1, 0.3], "samples": 12, "total": 7.0, "peak": 3_000_000, "grown": 1_000_000}
LAPS = [9_000_000, 5_000_000, 7_000_000, 5_500_000]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return data_files.write(tmp_path_factory.mktemp("files"), SIZES)


def test_files_are_written_once(files):
    folder = Path(files["csv"]["path"]).parent
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert data_files.write(folder, SIZES) == files
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize(
    ("loader", "kind"), [("vitrail", "csv"), ("vitrail", "npy"), ("vitrail", "pictures"), ("pandas", "csv")]
)
def test_every_value_is_delivered_in_each_epoch(files, loader, kind):
    told = data_loaders.iterate(loader, kind, Path(files[kind]["path"]), 1, 8)
    data_bench._check(told, files[kind]["total"], SIZES[kind])
    assert (len(told["later"]), told["samples"]) == (1, SIZES[kind])


def test_batches_come_in_another_order_each_epoch():
    epoch = data_loaders.shuffled(np.arange(20), np.arange(20, 30), batch=8)
    first, second = (np.concatenate(list(epoch())).tolist() for _ in range(2))
    assert first != second
    assert sorted(first) == sorted(second) == list(range(30))
    assert [len(batch) for batch in epoch()] == [8, 8, 4, 8, 2]


@pytest.mark.parametrize("change", [{"samples": 11}, {"total": 7.2}])
def test_a_loader_that_left_something_out_is_no_loader(change):
    with pytest.raises(ContenderError):
        data_bench._check({**TOLD, **change}, 7.0, 12)


def test_medians_over_rounds_and_failures(monkeypatch, tmp_path):
    def child(module, arguments, *, contender, programs):
        assert programs.is_dir()
        if contender == "torch":
            raise ContenderError("broken")
        files = {kind: {"path": kind, "total": 7} for kind in SIZES}
        told = {**TOLD, "laps": LAPS} if '"rows"' in arguments[0] else TOLD
        return json.dumps(files if module == "data_files" else told)

    monkeypatch.setenv("VITRAIL_PICTURES", "off")
    monkeypatch.setenv("VITRAIL_TABLES", "unused")
    monkeypatch.setattr(data_bench, "FOLDER", tmp_path)
    monkeypatch.setattr(data_bench, "child", child)
    found = measure(dict.fromkeys(SIZES, 12), rounds=2)
    assert [(entry.case, entry.loader) for entry in found] == [(case, name) for case in CASES for name in CASES[case]]
    good = next(entry for entry in found if entry.loader == "pandas")
    assert good == Measured("csv", "pandas", 2.0, 0.3, 3_000_000, 1_000_000)
    assert {entry.failed for entry in found if entry.loader == "torch"} == {"broken"}
    assert {(entry.case, entry.drift) for entry in found} == {
        *((case, 0) for case in CASES if case != "rows"),
        ("rows", 2_000_000),
    }
    only = measure(dict.fromkeys(SIZES, 12), rounds=1, only=["rows"])
    assert [(entry.case, entry.loader) for entry in only] == [("rows", name) for name in CASES["rows"]]


def test_the_goal_is_said():
    fit = [Measured("fit", "vitrail-mapped", 1, 2.0, 0, 0), Measured("fit", "vitrail-memory", 1, 1.7, 0, 0)]
    assert (ratio(fit), ratio(fit[:1]), ratio([])) == (0.85, 0.0, 0.0)
    lines = table([Measured("csv", "torch", 0, 0, 0, 0, "broken"), *fit], SIZES).splitlines()
    assert lines[1].split() == ["csv", "12", "torch", "failed:", "broken"]
    assert lines[2].split() == ["fit", "vitrail-mapped", "1.000", "s", "2.0000", "s", "0", "0"]
    assert lines[-3:] == [
        "fit: epochs from the cache, memory = 1: 0.85 (goal 0.9: missed)",
        "fit vitrail-mapped: private memory differs by 0 MB among later epochs",
        "fit vitrail-memory: private memory differs by 0 MB among later epochs",
    ]


@pytest.mark.parametrize("mapped", [True, False])
def test_a_table_is_trained_on(files, mapped):
    told = data_loaders.train("rows", Path(files["rows"]["path"]), 2, 8, mapped=mapped)
    assert (told["samples"], len(told["later"]), len(told["laps"])) == (32, 2, 3)
    assert told["grown"] >= max(told["laps"])


@pytest.mark.soak
def test_memory_stays_flat(tmp_path, monkeypatch):
    monkeypatch.setenv("VITRAIL_TABLES", str(tmp_path / "cache"))
    monkeypatch.setattr(stream, "HELD_BYTES", 0)
    path = data_files.write(tmp_path, {"rows": 2_100_000})["rows"]["path"]
    told = data_loaders.train("rows", Path(path), 4, 1024, mapped=True)
    later = told["laps"][2:]  # an epoch's order is drawn while the last one is still there
    assert max(later) - min(later) < 16e6
    assert told["grown"] < 300e6
