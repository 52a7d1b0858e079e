"""What a benchmark measured: one value with one JSON form, and the numbers that are read off it."""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FORMAT = 1


@dataclass(frozen=True)
class Measurement:
    """One contender in one case and one round."""

    case: str
    contender: str
    round: int
    seconds: tuple[float, ...]
    """Of each measured epoch; of the whole process for a cold start."""
    first: float
    """Seconds of the first epoch, compilation included."""
    loss: float
    peak: int
    """Most bytes that the process took."""
    grown: int
    """Most bytes that training added; measured for the streamed cases only."""


@dataclass(frozen=True)
class Failure:
    """A contender that did not get to the end, or with an empty name a case that this machine cannot hold."""

    case: str
    contender: str
    reason: str


@dataclass(frozen=True)
class Occasion:
    """When, and of which program, some cases were measured."""

    date: str
    commit: str
    """Of the clone that was measured; empty where none was known."""
    load: str
    """Of the machine before."""
    rounds: int
    cut: bool
    """Whether time was up before all rounds were done."""


class Summary(NamedTuple):
    """All rounds of one contender in one case."""

    median: float
    low: float
    high: float
    first: float
    """Median of the first epoch's seconds."""
    loss: float
    peak: int
    grown: int


@dataclass(frozen=True)
class Results:
    """One run of the benchmark."""

    date: str
    data: str
    """The set that the pictures come from."""
    smoke: bool
    """Whether the cases were only tried at a tiny size: nothing to be published."""
    rounds: int
    cut: bool
    """Whether time was up before all rounds were done."""
    machine: dict[str, str]
    environments: dict[str, dict[str, str]]
    """The packages of Vitrail's environment and of the peers'."""
    cases: tuple[cases.Case, ...]
    measurements: tuple[Measurement, ...]
    failures: tuple[Failure, ...]
    breakdown: dict[str, dict[str, float]]
    """By case: what a step is made of, and its microseconds; of a cold start what it is made of, and its seconds."""
    commit: str = ""
    """Of the clone that was measured."""
    again: dict[str, Occasion] = field(default_factory=dict[str, Occasion])
    """Cases that were measured after the others, in their place, and when."""
    format: int = FORMAT

    def write(self, path: Path) -> None:
        """Write the JSON form."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read the JSON form.

        Raises:
            ValueError: the file has another format.
        """
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.get("format") != FORMAT:
            raise ValueError(f"{path}: expected format {FORMAT}, got {values.get('format')}")
        named = values | {
            "cases": tuple(cases.Case(**case | {"contenders": tuple(case["contenders"])}) for case in values["cases"]),
            "measurements": tuple(
                Measurement(**entry | {"seconds": tuple(entry["seconds"])}) for entry in values["measurements"]
            ),
            "failures": tuple(Failure(**failure) for failure in values["failures"]),
            "again": {case: Occasion(**occasion) for case, occasion in values.get("again", {}).items()},
        }
        return cls(**named)

    def renewed(self, newer: Results) -> Results:
        """The same, with the cases of a newer run of the benchmark in place of these.

        Raises:
            ValueError: the two do not compare: other pictures, another machine, or other packages beside Vitrail.
        """
        alike = [
            ("pictures", self.data, newer.data),
            ("machine", _without(self.machine, "load"), _without(newer.machine, "load")),
        ]
        for side, packages in newer.environments.items():  # a few cases may know a few peers
            alike.append((side, _without(self.environments.get(side, {}), "vitrail"), _without(packages, "vitrail")))
        for what, old, new in alike:
            if old != new:
                raise ValueError(f"{what}: expected as in the older result, {old}, got {new}: measure all cases")
        names = {case.name for case in newer.cases} | {failure.case for failure in newer.failures}
        occasion = Occasion(newer.date, newer.commit, newer.machine["load"], newer.rounds, newer.cut)
        cases_now = {case.name: case for case in (*self.cases, *newer.cases)}
        return replace(
            self,
            cases=tuple(cases_now.values()),
            measurements=(*(m for m in self.measurements if m.case not in names), *newer.measurements),
            failures=(*(f for f in self.failures if f.case not in names), *newer.failures),
            breakdown={name: parts for name, parts in self.breakdown.items() if name not in names} | newer.breakdown,
            again=self.again | dict.fromkeys(sorted(names), occasion),
        )

    def summary(self, case: str, contender: str) -> Summary | None:
        """One contender in one case; none where it was not measured."""
        entries = [entry for entry in self.measurements if (entry.case, entry.contender) == (case, contender)]
        if not entries:
            return None
        rounds = [statistics.median(entry.seconds) for entry in entries]
        return Summary(
            statistics.median(rounds),
            min(rounds),
            max(rounds),
            statistics.median(entry.first for entry in entries),
            entries[-1].loss,
            max(entry.peak for entry in entries),
            max(entry.grown for entry in entries),
        )

    def ratio(self, case: cases.Case, contender: str) -> float | None:
        """How many times as long as Vitrail a contender takes: compared in each round, the median over the rounds."""
        mine, theirs = (self._by_round(case.name, name) for name in (cases.reference(case), contender))
        ratios = [theirs[number] / mine[number] for number in mine.keys() & theirs.keys()]
        return statistics.median(ratios) if ratios else None

    def unequal(self) -> tuple[str, ...]:
        """Cases in which Vitrail's loss is not Keras' to the last digit, in one of the rounds."""
        names = dict.fromkeys(entry.case for entry in self.measurements)
        return tuple(
            name
            for name in names
            if len({e.loss for e in self.measurements if e.case == name and e.contender in cases.ORDINARY}) > 1
        )

    def sound(self) -> bool:
        """Whether every contender got to the end and Vitrail computed what Keras computes."""
        return not self.unequal() and not any(failure.contender for failure in self.failures)

    def _by_round(self, case: str, contender: str) -> dict[int, float]:
        return {
            entry.round: statistics.median(entry.seconds)
            for entry in self.measurements
            if (entry.case, entry.contender) == (case, contender)
        }


def _without(facts: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in facts.items() if key != name}


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope b of log y = a + b log x by least squares: 1 where cost grows in proportion.

    Args:
        points: (x, y), at least two, positive.
    """
    x, y = ([math.log(point[axis]) for point in points] for axis in (0, 1))
    return statistics.linear_regression(x, y).slope
