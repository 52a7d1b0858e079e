"""Runs every contender once a round, each in its own process, the order turned by one from round to round.

`python -m benchmarks.runner` writes `benchmarks/results/DATE.json` and the pages drawn from it. Beside `--only CASE`,
`--renew` puts the cases in place of theirs in the newest of these files, which says so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.results import Failure, Measurement, Results

from benchmarks import cases, machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cases import Case

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".bench"
FOLDER = PEERS / "data"
RESULTS = ROOT / "benchmarks" / "results"

ROUNDS = 5
BUDGET = 1500.0
"""Seconds after which no round begins."""
QUIET = 0.5
"""The load of a machine that does nothing else."""
PATIENCE = 300.0
"""Seconds that one contender may take."""

BACKENDS = {
    cases.TENSORFLOW: "tensorflow",
    cases.TUNED: "tensorflow",
    cases.TF_DATA: "tensorflow",
    cases.KERAS_TORCH: "torch",
}
STRAY = ("JAX_COMPILATION_CACHE_DIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONPATH")
"""Variables that would help or hinder one contender alone."""


class ContenderError(Exception):
    """A child process did not get to the end."""


def python_of(contender: str) -> Path:
    """The interpreter whose environment has a contender."""
    return Path(sys.executable) if contender in cases.ORDINARY else PEERS / "bin" / "python"


def environment(contender: str, programs: Path) -> dict[str, str]:
    """What a contender's process is told: its backend, no settings of the person's, where programs are kept."""
    kept = {name: value for name, value in os.environ.items() if name not in STRAY}
    return kept | {
        "KERAS_BACKEND": BACKENDS.get(contender, "jax"),
        "KERAS_HOME": str(FOLDER / "keras"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "VITRAIL_COMPILATION_CACHE": str(programs) if contender == cases.WARM else "off",
        **({"PYTHONPATH": str(ROOT / "src")} if contender in cases.ORDINARY else {}),
    }


def child(module: str, arguments: Sequence[str], *, contender: str, programs: Path) -> str:
    """The last line that one of our modules prints in a contender's environment.

    Raises:
        ContenderError: it could not be started, ended with an error, or took too long.
    """
    command = [str(python_of(contender)), "-m", f"benchmarks.{module}", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(contender, programs),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise ContenderError(said[-1] if said else f"ended with {error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise ContenderError(f"took more than {PATIENCE:.0f} s") from error
    except OSError as error:
        raise ContenderError(f"no environment: {error.strerror}") from error
    return done.stdout.strip().splitlines()[-1]


def measure(contender: str, case: Case, *, programs: Path) -> dict[str, Any]:
    """Let one contender do one case.

    Raises:
        ContenderError: it did not get to the end.
    """
    task = {"contender": contender, "case": asdict(case), "folder": str(FOLDER), "started": time.time()}
    return json.loads(child("contenders", [json.dumps(task)], contender=contender, programs=programs))


def prepare(*, programs: Path) -> str:
    """Write the data that contenders read, and name its source."""
    return child("data", [str(FOLDER)], contender=cases.VITRAIL, programs=programs)


def turned(contenders: Sequence[str], number: int) -> tuple[str, ...]:
    """The order of one round: nobody always follows the same one, or always comes first.

    Examples:
        >>> turned(("a", "b", "c"), 1)
        ('b', 'c', 'a')
    """
    place = number % len(contenders)
    return (*contenders[place:], *contenders[:place])


class Benchmark:
    """The rounds of some cases, and what they gave so far."""

    def __init__(self, chosen: Sequence[Case], *, programs: Path) -> None:
        self.chosen, self.programs = tuple(case for case in chosen if cases.fits(case)), programs
        self.measurements: list[Measurement] = []
        self.failures = [
            Failure(case.name, "", "this machine has too little memory") for case in chosen if not cases.fits(case)
        ]
        self.environments: dict[str, dict[str, str]] = {}
        self.rounds = 0

    def run(self, *, rounds: int, budget: float) -> None:
        """Run rounds until all are done or time is up; a round that began is finished."""
        began = time.monotonic()
        while self.rounds < rounds and (not self.rounds or time.monotonic() - began < budget):
            for case in self.chosen:
                for contender in turned(case.contenders, self.rounds):
                    self.once(case, contender)
            self.rounds += 1
            print(f"round {self.rounds} of {rounds} done after {time.monotonic() - began:.0f} s", flush=True)

    def once(self, case: Case, contender: str) -> None:
        """Measure one contender; one that failed is not tried again."""
        if any((failure.case, failure.contender) == (case.name, contender) for failure in self.failures):
            return
        try:
            if contender == cases.WARM and not self.rounds:
                measure(contender, case, programs=self.programs)  # keeps the programs that it compiles
            told = measure(contender, case, programs=self.programs)
        except ContenderError as failed:
            self.failures.append(Failure(case.name, contender, str(failed)))
            print(f"  {case.name:16} {contender:22} failed: {failed}", flush=True)
            return
        side = "vitrail" if contender in cases.ORDINARY else "peers"
        self.environments[side] = self.environments.get(side, {}) | told.pop("versions")
        told["seconds"] = tuple(told["seconds"])
        measurement = Measurement(case=case.name, contender=contender, round=self.rounds, **told)
        self.measurements.append(measurement)
        seconds = statistics.median(measurement.seconds)
        print(f"  {case.name:16} {contender:22} {seconds:9.4f} s   loss {measurement.loss:.6f}", flush=True)

    def break_down(self) -> dict[str, dict[str, float]]:
        """What a step of Vitrail, or its cold start, is made of, in the cases that have a goal."""
        parts: dict[str, dict[str, float]] = {}
        for case in filter(_has_goal, self.chosen):
            task = json.dumps({"case": asdict(case), "folder": str(FOLDER), "started": time.time()})
            contender = cases.reference(case)
            try:
                parts[case.name] = json.loads(child("breakdown", [task], contender=contender, programs=self.programs))
            except ContenderError as failed:
                self.failures.append(Failure(case.name, "breakdown", str(failed)))
        return parts


def _has_goal(case: Case) -> bool:
    return any(name == case.name for name, _ in cases.GOALS)


def benchmark(
    chosen: Sequence[Case], *, rounds: int, budget: float, smoke: bool = False, broken_down: bool = True
) -> Results:
    """Run some cases and gather what they gave.

    Args:
        chosen: the cases.
        rounds: how often.
        budget: seconds after which no round begins.
        smoke: whether the cases are tiny.
        broken_down: whether to find out, too, what Vitrail's steps are made of.
    """
    described = machine.describe()
    if float(described["load"]) > QUIET:
        print(f"this machine is busy (load {described['load']}): only a quiet one gives figures to trust", flush=True)
    with tempfile.TemporaryDirectory(prefix="vitrail-programs-") as programs:
        source = prepare(programs=Path(programs))
        bench = Benchmark(chosen, programs=Path(programs))
        bench.run(rounds=rounds, budget=budget)
        breakdown = bench.break_down() if broken_down else {}
    return Results(
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        data=source,
        smoke=smoke,
        rounds=bench.rounds,
        cut=bench.rounds < rounds,
        machine=described,
        environments=bench.environments,
        cases=bench.chosen,
        measurements=tuple(bench.measurements),
        failures=tuple(bench.failures),
        breakdown=breakdown,
        commit=_commit(),
    )


def _commit() -> str:
    """What of this clone is measured; empty outside of a clone."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def main() -> int:
    """Measure, write the results, draw the pages from them."""
    from benchmarks import report

    parser = argparse.ArgumentParser(prog="make bench", description="Measure Vitrail beside its peers.")
    parser.add_argument("--only", action="append", metavar="CASE", help="cases whose name begins so; may be repeated")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds after which no round begins")
    parser.add_argument("--smoke", action="store_true", help="one round at a tiny size: does everything run?")
    parser.add_argument(
        "--renew",
        action="store_true",
        help="put the cases in place of theirs in the newest result and pages",
    )
    parser.add_argument("--output", type=Path, help="where to write the results, in place of benchmarks/results")
    chosen = parser.parse_args()

    wanted = [case for case in cases.CASES if not chosen.only or case.name.startswith(tuple(chosen.only))]
    if not wanted:
        parser.error(f"--only: expected one of {', '.join(case.name for case in cases.CASES)}")
    if chosen.renew and (chosen.smoke or chosen.output or not chosen.only):
        parser.error("--renew: expected --only beside it, and neither --smoke nor --output")
    newest = report.latest() if chosen.renew else None
    if chosen.renew and newest is None:
        parser.error("--renew: expected a result in benchmarks/results: run `make bench`")
    sized = [cases.smoke(case) for case in wanted] if chosen.smoke else wanted
    rounds = 1 if chosen.smoke else chosen.rounds
    results = benchmark(sized, rounds=rounds, budget=chosen.budget, smoke=chosen.smoke)
    print(f"\n{report.table(results)}")
    whole = not (chosen.smoke or chosen.only)
    path = newest or chosen.output or (RESULTS if whole else FOLDER) / f"{results.date}.json"
    published = Results.read(newest).renewed(results) if newest else results
    published.write(path)
    print(f"\nresults: {path}")
    if whole or newest:
        report.publish(published)
    return 0 if results.sound() else 1


if __name__ == "__main__":
    sys.exit(main())
