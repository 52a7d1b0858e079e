"""`make bench-data`: loading and iterating beside pandas, tf.data and PyTorch's DataLoader, on the same files.

A table, an array and a folder of small pictures; each loader in a process of its own, the order turned from round to
round. Then `vitrail.fit` on the cache of pictures and on that of a large Parquet file, each against the same samples in
memory. It prints a table and writes what it found as JSON. `BENCH_ARGS="--pictures 200000 --rows 20000000"` is the full
size, which takes 5 GB of disk; `--only rows` does one case; `--smoke` shows that everything works.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.runner import FOLDER, ContenderError, child, turned

from benchmarks import cases, machine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CASES: dict[str, tuple[str, ...]] = {
    "csv": (cases.VITRAIL, cases.PANDAS, cases.TF_DATA, cases.TORCH),
    "npy": (cases.VITRAIL, cases.TF_DATA, cases.TORCH),
    "pictures": (cases.VITRAIL, cases.TF_DATA, cases.TORCH),
    "fit": ("vitrail-mapped", "vitrail-memory"),
    "rows": ("vitrail-mapped", "vitrail-memory"),
}
TRAINED = {"fit": "pictures", "rows": "rows"}
"""The file of each case that trains."""
SIZES = {"csv": 200_000, "npy": 60_000, "pictures": 20_000, "rows": 2_500_000}
"""From 2,000 pictures and more than 2,000,000 rows on there is a cache."""
SMOKE = {"csv": 400, "npy": 400, "pictures": 2_000, "rows": 400}
ROUNDS, EPOCHS = 3, 3
BATCH = {"rows": 1024}
_USUAL_BATCH = 128
GOAL = 0.9
"""How fast epochs from the cache are to be, where those from memory are 1."""
_CLOSE = 1e-4


@dataclass(frozen=True)
class Measured:
    """What one loader gave, as medians over its rounds."""

    case: str
    loader: str
    first: float
    """Seconds of the first pass, which loads."""
    later: float
    """Seconds of a later epoch."""
    peak: int
    """Bytes that were resident at most, mapped files and the libraries included."""
    grown: int
    """Bytes of private memory at most, above those before the file was opened."""
    failed: str = ""
    drift: int = 0
    """Bytes by which private memory at most differs among later epochs, where that was looked at."""


def measure(sizes: Mapping[str, int], *, rounds: int, only: Sequence[str] = tuple(CASES)) -> list[Measured]:
    """Run every loader of some cases."""
    with tempfile.TemporaryDirectory(prefix="vitrail-bench-") as temporary:
        programs = Path(temporary)
        files: dict[str, dict[str, Any]] = {}
        for kind in {TRAINED.get(case, case): None for case in only}:
            written = [str(FOLDER / "files"), json.dumps({kind: sizes[kind]})]
            files |= json.loads(child("data_files", written, contender=cases.VITRAIL, programs=programs))
        return [
            entry for case in only for entry in _case(case, files[TRAINED.get(case, case)], sizes, rounds, programs)
        ]


def _case(case: str, file: dict[str, Any], sizes: Mapping[str, int], rounds: int, programs: Path) -> list[Measured]:
    found: dict[str, list[dict[str, Any]]] = {loader: [] for loader in CASES[case]}
    failures: dict[str, str] = {}
    for number in range(rounds):
        for loader in turned(CASES[case], number):
            if loader in failures:
                continue
            try:
                told = _once(case, loader, file["path"], programs)
                if case not in TRAINED:
                    _check(told, file["total"], sizes[case])
            except ContenderError as failed:
                failures[loader] = str(failed)
            else:
                found[loader].append(told)
                print(f"  {case:9} {loader:15} {told['first']:9.3f} s, then {_median(told):9.4f} s", flush=True)
    return [_summed(case, loader, found[loader], failures.get(loader, "")) for loader in CASES[case]]


def _once(case: str, loader: str, path: str, programs: Path) -> dict[str, Any]:
    """One process; caches that are empty."""
    task = json.dumps(
        {"loader": loader, "kind": case, "path": path, "epochs": EPOCHS, "batch": BATCH.get(case, _USUAL_BATCH)}
    )
    contender = cases.VITRAIL if loader.startswith(cases.VITRAIL) else loader
    with tempfile.TemporaryDirectory(prefix="cache-", dir=FOLDER) as cache:
        os.environ["VITRAIL_PICTURES"] = os.environ["VITRAIL_TABLES"] = cache
        return json.loads(child("data_loaders", [task], contender=contender, programs=programs))


def _check(told: dict[str, Any], total: float, samples: int) -> None:
    """Whether every value was delivered, as far as its sum tells."""
    near = abs(told["total"] - total) <= _CLOSE * max(1.0, abs(total)) + _CLOSE * samples
    if told["samples"] != samples or not near:
        raise ContenderError(f"gave {told['samples']} samples and a sum of {told['total']}, not {samples} and {total}")


def _median(told: dict[str, Any]) -> float:
    return statistics.median(told["later"])


def _summed(case: str, loader: str, rounds: list[dict[str, Any]], failed: str) -> Measured:
    if not rounds:
        return Measured(case, loader, 0.0, 0.0, 0, 0, failed)
    first, later = (statistics.median(values) for values in ([told["first"] for told in rounds], map(_median, rounds)))
    peak, grown = (int(statistics.median(told[name] for told in rounds)) for name in ("peak", "grown"))
    laps = [told["laps"][1:] for told in rounds if told.get("laps")]
    drift = max((max(each) - min(each) for each in laps), default=0)
    return Measured(case, loader, first, later, peak, grown, failed, drift)


def ratio(measured: list[Measured], case: str = "fit") -> float:
    """How fast epochs from the cache are, where those from memory are 1; 0 where one of both failed."""
    later = {entry.loader: entry.later for entry in measured if entry.case == case and not entry.failed}
    mapped, memory = (later.get(loader, 0.0) for loader in CASES[case])
    return memory / mapped if mapped else 0.0


def table(measured: list[Measured], sizes: Mapping[str, int]) -> str:
    """What is printed: a line for each loader, and the goal."""
    lines = [f"{'case':16} {'loader':15} {'first pass':>12} {'epoch':>12} {'peak MB':>9} {'grown MB':>9}"]
    for entry in measured:
        name = f"{entry.case} {sizes[entry.case]}" if entry.case in sizes else entry.case
        if entry.failed:
            lines.append(f"{name:16} {entry.loader:15} failed: {entry.failed}")
            continue
        seconds = f"{entry.first:10.3f} s {entry.later:10.4f} s"
        lines.append(f"{name:16} {entry.loader:15} {seconds} {entry.peak / 1e6:9.0f} {entry.grown / 1e6:9.0f}")
    lines.append("")
    for case in TRAINED:
        if any(entry.case == case for entry in measured):
            found = ratio(measured, case)
            reached = "reached" if found >= GOAL else "missed"
            lines.append(f"{case}: epochs from the cache, memory = 1: {found:.2f} (goal {GOAL}: {reached})")
    lines += [
        f"{entry.case} {entry.loader}: private memory differs by {entry.drift / 1e6:.0f} MB among later epochs"
        for entry in measured
        if entry.case in TRAINED and not entry.failed
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="make bench-data", description="Measure loading and iterating.")
    for kind, size in SIZES.items():
        parser.add_argument(f"--{kind}", type=int, default=size, help=f"samples ({size})")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), help="cases")
    parser.add_argument("--smoke", action="store_true", help="one round at a tiny size: does everything run?")
    parser.add_argument("--output", type=Path, help="where to write what was found")
    asked = parser.parse_args()
    sizes = SMOKE if asked.smoke else {kind: getattr(asked, kind) for kind in SIZES}
    FOLDER.mkdir(parents=True, exist_ok=True)
    described = machine.describe()
    measured = measure(sizes, rounds=1 if asked.smoke else asked.rounds, only=asked.only)
    print(f"\n{table(measured, sizes)}")
    date = dt.datetime.now(tz=dt.UTC).date().isoformat()
    path = asked.output or FOLDER / f"loading-{date}.json"
    load = os.getloadavg()
    found = {
        "date": date,
        "machine": described,
        "load": load,
        "sizes": dict(sizes),
        "measured": [asdict(one) for one in measured],
    }
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(f"\nresults: {path}")
    return int(any(entry.failed for entry in measured))


if __name__ == "__main__":
    sys.exit(main())
