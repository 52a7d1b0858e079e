"""What was measured of the lab, and the page of figures in both languages.

`python -m benchmarks.lab_report` draws the pages of the newest published result again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.texts import LANGUAGES, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.texts import Language

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "lab"
PAGES = {"en": Path("docs/en/lab-speed.md"), "fr": Path("docs/fr/laboratoire-vitesse.md")}
KIBIBYTE, MEBIBYTE = 2**10, 2**20


@dataclass(frozen=True)
class Painted:
    """One network in training, as its page showed it."""

    states: float
    """Distinct states of the training painted each second."""
    bytes: float
    """Of one frame, on average."""
    rate: float
    """Milliseconds from typing a learning rate to the picture of a state that has it: the median."""
    slowest_rate: float
    interaction: float
    """Milliseconds from a press or its release to the picture of what it did, the median; 0 below 16."""
    slowest_interaction: float


@dataclass(frozen=True)
class LabResults:
    """One run of the benchmark."""

    date: str
    machine: dict[str, str]
    painted: dict[str, Painted]
    """`playground`, `reference`, and `eight` workspaces at once."""
    edits: dict[str, float]
    """Milliseconds until a changed network is seen."""
    paint: float
    drawn: float
    memory: dict[str, dict[str, float]]
    """Bytes of the server and of its workers, with `one` workspace and with `eight`."""

    def write(self, path: Path) -> None:
        """Write the JSON form."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> LabResults:
        """Read the JSON form."""
        values = json.loads(path.read_text(encoding="utf-8"))
        painted = {name: Painted(**entry) for name, entry in values["painted"].items()}
        return cls(**values | {"painted": painted})


class Row(NamedTuple):
    """One figure, and what it should be: no more than the goal, or with `least` no less."""

    key: str
    value: float
    goal: float | None = None
    least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the goal is met."""
        return self.goal is None or (self.value >= self.goal if self.least else self.value <= self.goal)


def rows(results: LabResults) -> Iterator[Row]:
    """Every figure of the page in its order."""
    painted, edits = results.painted, results.edits
    yield Row("states.playground", painted["playground"].states, 30, least=True)
    yield Row("states.reference", painted["reference"].states, 10, least=True)
    yield Row("states.eight", painted["eight"].states)
    yield Row("rate.playground", painted["playground"].rate, 300)
    yield Row("rate.reference", painted["reference"].rate, 300)
    yield Row("rate.eight", painted["eight"].rate)
    yield Row("activation", edits["activation"], 300)
    yield Row("units.again", edits["units_again"], 300)
    yield Row("units.first", edits["units_first"] + edits["units_first_trained"], 1500)
    yield Row("interaction.playground", painted["playground"].interaction, 50)
    yield Row("interaction.reference", painted["reference"].interaction, 50)
    yield Row("slowest_interaction.playground", painted["playground"].slowest_interaction, 50)
    yield Row("slowest_interaction.reference", painted["reference"].slowest_interaction, 50)
    yield Row("paint", results.paint, 1000)
    yield Row("drawn", results.drawn, 1000)
    yield Row("bytes.playground", painted["playground"].bytes / KIBIBYTE)
    yield Row("bytes.reference", painted["reference"].bytes / KIBIBYTE)
    for count, shares in results.memory.items():
        for who, size in shares.items():
            yield Row(f"memory.{count}.{who}", size / MEBIBYTE)


def table(results: LabResults) -> str:
    """Every figure beside its goal, for the terminal."""
    lines = [f"{'figure':24} {'measured':>10} {'goal':>8}"]
    for row in rows(results):
        goal = "" if row.goal is None else f"{'>=' if row.least else '<='} {row.goal:g}"
        lines.append(f"{row.key:24} {row.value:10.1f} {goal:>8} {'' if row.reached else 'missed'}".rstrip())
    return "\n".join(lines)


def page(results: LabResults, language: Language) -> str:
    """The page in one language, Markdown."""
    facts = "\n".join(
        f"| {text(f'machine.{key}', language)} | {value} |" for key, value in results.machine.items() if value
    )
    figures = "\n".join(_line(row, language) for row in rows(results))
    return "\n\n".join(
        [
            text("lab.title", language),
            text("lab.source", language, file=f"benchmarks/results/lab/{results.date}.json"),
            text("lab.how", language),
            f"{text('lab.head', language)}\n|---|---|---|---|\n{figures}",
            text("machine", language),
            f"| | |\n|---|---|\n{facts}\n",
        ]
    )


def _line(row: Row, language: Language) -> str:
    goal = reached = ""
    if row.goal is not None:
        goal = text("lab.least" if row.least else "lab.most", language, goal=f"{row.goal:g}")
        reached = text("yes" if row.reached else "no", language)
    value = text("lab.under_16", language) if "interaction" in row.key and not row.value else None
    written = value or number(row.value, language, digits=2)
    return f"| {text(f'lab.{row.key}', language)} | {written} | {goal} | {reached} |"


def publish(results: LabResults, root: Path = ROOT) -> None:
    """Keep the figures, and write both pages."""
    results.write(root / RESULTS.relative_to(ROOT) / f"{results.date}.json")
    for language in LANGUAGES:
        (root / PAGES[language]).write_text(page(results, language), encoding="utf-8")


def latest() -> Path | None:
    """The newest published result."""
    return max(RESULTS.glob("*.json"), default=None)


if __name__ == "__main__":
    newest = latest()
    if newest is None:
        raise SystemExit("no result in benchmarks/results/lab: run `make bench-lab BENCH_ARGS=--publish`")
    publish(LabResults.read(newest))
