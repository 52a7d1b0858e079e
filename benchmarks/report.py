"""Draws the page of figures, in both languages, and a short table for the terminal, from one result.

`python -m benchmarks.report` draws the pages of the newest published result again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import Results, exponent
from benchmarks.texts import LANGUAGES, contender, number, text, whole

from benchmarks import cases, plots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cases import Case
    from benchmarks.results import Occasion
    from benchmarks.texts import Language

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGES = {"en": Path("docs/en/benchmarks.md"), "fr": Path("docs/fr/mesures.md")}
PLOTS = Path("docs/images/benchmarks")
MEBIBYTE = 2**20


def table(results: Results) -> str:
    """Case by case the median, the ratio to Vitrail, and the goal; then what went wrong."""
    lines = [f"{'case':16} {'contender':24} {'s':>10} {'ratio':>8} {'goal':>6}"]
    for case in results.cases:
        for name in case.contenders:
            summary, ratio = results.summary(case.name, name), results.ratio(case, name)
            if summary and ratio:
                goal = cases.GOALS.get((case.name, name))
                lines.append(f"{case.name:16} {name:24} {summary.median:10.4f} {ratio:8.2f} {goal or '':>6}")
    samples = _points(results, cases.VITRAIL, "samples-")
    if len(samples) > 1:
        lines.append(f"seconds grow as samples to the power {exponent(samples):.3f} (1: in proportion)")
    unequal = results.unequal()
    lines.append(
        f"losses differ from Keras': {', '.join(unequal)}" if unequal else "losses equal Keras' to the last digit"
    )
    lines += [f"not measured: {failure.case} {failure.contender}: {failure.reason}" for failure in results.failures]
    return "\n".join(lines)


def publish(results: Results, root: Path = ROOT) -> None:
    """Write both pages and their plots.

    Raises:
        ValueError: the result is of a smoke run, whose figures mean nothing.
    """
    if results.smoke:
        raise ValueError("expected a full result, got one of a smoke run: run `make bench`")
    (root / PLOTS).mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        (root / PAGES[language]).write_text(page(results, language), encoding="utf-8")
        for name, drawn in pictures(results, language).items():
            (root / PLOTS / f"{name}-{language}.svg").write_text(drawn, encoding="utf-8")


def latest() -> Path | None:
    """The newest published result."""
    return max(RESULTS.glob("*.json"), default=None)


def page(results: Results, language: Language) -> str:
    """The page in one language, Markdown."""
    sections = [
        [text("title", language)],
        _about(results, language),
        _goals(results, language),
        _cases(results, language),
        _growth(results, language),
        _memory(results, language),
        _breakdown(results, language),
        _missing(results, language),
        [text("again", language), text("again.about", language)],
    ]
    return "\n\n".join(paragraph for section in sections for paragraph in section) + "\n"


def pictures(results: Results, language: Language) -> dict[str, str]:
    """The plots by name, SVG; those without figures are left out."""
    drawn: dict[str, str] = {}
    groups = [(title_of(case, language), bars) for case in results.cases if (bars := _bars(results, case, language))]
    if groups:
        drawn["ratios"] = plots.bars(text("plot.ratios", language), groups)
    for name, prefix in (("samples", "samples-"), ("widths", "width-")):
        found = [(title, _points(results, title, prefix)) for title in cases.EVERYBODY]
        lines = [plots.Line(contender(who, language), points) for who, points in found if len(points) > 1]
        if lines:
            drawn[name] = plots.lines(text(f"plot.{name}", language), lines, lambda value: _tick(value, language))
    return drawn


def title_of(case: Case, language: Language) -> str:
    """What a case is called."""
    return text(
        case.kind,
        language,
        width=whole(case.width, language),
        samples=whole(case.samples, language),
        batch=case.batch,
        size=_mebibytes(_file_size(case), language),
    )


def _about(results: Results, language: Language) -> list[str]:
    machine = results.machine | {"load": number(float(results.machine["load"]), language, digits=2)}
    machine["commit"] = results.commit
    facts = [(text(f"machine.{key}", language), value) for key, value in machine.items() if value]
    for side, packages in results.environments.items():
        listed = ", ".join(f"{package} {version}" for package, version in packages.items())
        facts.append((text(f"environment.{side}", language), listed))
    paragraphs = [
        text("drawn", language, file=f"benchmarks/results/{results.date}.json"),
        text("how", language, rounds=results.rounds, data=results.data),
    ]
    if results.data != "fashion_mnist":
        paragraphs.append(text("repeated", language, data=results.data))
    if results.cut:
        paragraphs.append(text("cut", language))
    if results.again:
        paragraphs.append(text("renewed", language))
    rows = "\n".join(f"| {fact} | {value} |" for fact, value in facts)
    return [*paragraphs, text("machine", language), f"| | |\n|---|---|\n{rows}"]


def _goals(results: Results, language: Language) -> list[str]:
    rows: list[str] = []
    for case in results.cases:
        for name in case.contenders:
            goal, ratio = cases.GOALS.get((case.name, name)), results.ratio(case, name)
            if goal and ratio:
                reached = text("yes" if ratio >= goal else "no", language)
                cells = (number(goal, language, digits=2), number(ratio, language), reached)
                rows.append(f"| {title_of(case, language)} | {contender(name, language)} | {' | '.join(cells)} |")
    losses = results.unequal()
    said = text("losses.unequal", language, cases=", ".join(losses)) if losses else text("losses.equal", language)
    head = f"{text('goals.head', language)}\n|---|---|---|---|---|"
    return [text("goals", language), text("goals.about", language), "\n".join([head, *rows]), said]


def _cases(results: Results, language: Language) -> list[str]:
    paragraphs = [text("cases", language), _image("ratios", language)]
    for case in results.cases:
        rows = [row for name in case.contenders if (row := _row(results, case, name, language))]
        if not rows:
            continue
        paragraphs.append(f"### {title_of(case, language)}")
        if case.name in results.again:
            paragraphs.append(_occasion(results.again[case.name], language))
        if case.kind == "cold":
            paragraphs.append(text("cold.about", language))
        head = f"{text('cases.head', language)}\n|---|---|---|---|---|---|---|"
        paragraphs.append("\n".join([head, *rows]))
    return paragraphs


def _occasion(again: Occasion, language: Language) -> str:
    """When a case was measured that was not measured with the others."""
    load = number(float(again.load), language, digits=2)
    said = text("renewed.case", language, date=again.date, commit=again.commit or "?", load=load, rounds=again.rounds)
    return f"{said} {text('cut', language)}" if again.cut else said


def _row(results: Results, case: Case, name: str, language: Language) -> str | None:
    summary, ratio = results.summary(case.name, name), results.ratio(case, name)
    if summary is None:
        return None
    low, high = number(summary.low, language), number(summary.high, language)
    cells = (
        contender(name, language),
        number(summary.median, language),
        f"{low} \u2013 {high}",
        number(ratio, language) if ratio else "",
        number(summary.first, language),
        _mebibytes(summary.peak, language),
        f"{summary.loss:.6f}".replace(".", "." if language == "en" else ","),
    )
    return f"| {' | '.join(cells)} |"


def _growth(results: Results, language: Language) -> list[str]:
    paragraphs: list[str] = []
    found = [(name, _points(results, name, "samples-")) for name in cases.PAIR]
    measured = [(name, points) for name, points in found if len(points) > 1]
    if measured:
        paragraphs += [text("linear", language), _image("samples", language)]
    for name, points in measured:
        paragraphs.append(
            text(
                "linear.about",
                language,
                exponent=number(exponent(points), language),
                contender=contender(name, language),
                low=whole(round(points[0][0]), language),
                high=whole(round(points[-1][0]), language),
                last=number(exponent(points[-2:]), language),
            )
        )
    if len(_points(results, cases.VITRAIL, "width-")) > 1:
        paragraphs += [text("widths", language), _image("widths", language)]
    return paragraphs


def _memory(results: Results, language: Language) -> list[str]:
    streamed = sorted((case for case in results.cases if case.kind == "streamed"), key=lambda case: case.samples)
    paragraphs: list[str] = []
    for name in cases.PAIR:
        found = [(_file_size(case), summary) for case in streamed if (summary := results.summary(case.name, name))]
        if len(found) < 2:  # noqa: PLR2004 - a slope needs two
            continue
        (small_file, small), (large_file, large) = found[0], found[-1]
        paragraphs.append(
            text(
                "memory.about",
                language,
                contender=contender(name, language),
                small=_mebibytes(small.grown, language),
                small_file=_mebibytes(small_file, language),
                large=_mebibytes(large.grown, language),
                large_file=_mebibytes(large_file, language),
                slope=number((large.grown - small.grown) / (large_file - small_file), language, digits=2),
                limit=_mebibytes(cases.MEMORY_LIMIT, language),
                kept=text("memory.within" if large.grown <= cases.MEMORY_LIMIT else "memory.over", language),
            )
        )
    return [text("memory", language), *paragraphs] if paragraphs else []


def _breakdown(results: Results, language: Language) -> list[str]:
    if not results.breakdown:
        return []
    steps = {case: results.breakdown[case.name] for case in results.cases if case.name in results.breakdown}
    colds = [steps.pop(case) for case in results.cases if case.kind == "cold" and case in steps]
    paragraphs = [text("breakdown", language)]
    if steps:
        rows = [
            f"| {title_of(case, language)} | {' | '.join(number(value, language) for value in parts.values())} |"
            for case, parts in steps.items()
        ]
        head = f"{text('breakdown.head', language)}\n|---|---|---|---|---|"
        paragraphs += [text("breakdown.about", language), "\n".join([head, *rows])]
    for parts in colds:
        rows = [f"| {text(f'cold.{part}', language)} | {number(value, language)} |" for part, value in parts.items()]
        head = f"{text('cold.head', language)}\n|---|---|"
        paragraphs += [text("cold.parts", language), "\n".join([head, *rows])]
    return paragraphs


def _missing(results: Results, language: Language) -> list[str]:
    failed = [
        text(
            "missing.entry",
            language,
            case=failure.case,
            contender=contender(failure.contender, language),
            reason=failure.reason,
        )
        for failure in results.failures
    ]
    return [text("missing", language), text("missing.always", language), *(["\n".join(failed)] if failed else [])]


def _bars(results: Results, case: Case, language: Language) -> Sequence[plots.Bar]:
    """Bars of the cases with pictures in which everybody takes part."""
    if not case.name.startswith("batch-"):
        return ()
    ratios = [(name, results.ratio(case, name)) for name in case.contenders]
    return [plots.Bar(contender(name, language), ratio, number(ratio, language)) for name, ratio in ratios if ratio]


def _points(results: Results, name: str, prefix: str) -> tuple[tuple[float, float], ...]:
    """(samples or width, seconds per epoch) of one contender in the cases whose name begins so, by size."""
    chosen = [case for case in results.cases if case.name.startswith(prefix)]
    found = [(case, results.summary(case.name, name)) for case in chosen]
    sizes = ((case.samples if prefix == "samples-" else case.width, summary) for case, summary in found if summary)
    return tuple(sorted((float(size), summary.median) for size, summary in sizes))


def _file_size(case: Case) -> int:
    """Bytes of the pictures on the disk."""
    return case.samples * cases.PICTURE_BYTES


def _mebibytes(count: int, language: Language) -> str:
    return whole(round(count / MEBIBYTE), language)


def _tick(value: float, language: Language) -> str:
    return whole(round(value), language) if value >= 1 else number(value, language, digits=1)


def _image(name: str, language: Language) -> str:
    return f"![{text(f'plot.{name}', language)}](../images/benchmarks/{name}-{language}.svg)"


if __name__ == "__main__":
    newest = latest()
    if newest is None:
        raise SystemExit("no result in benchmarks/results: run `make bench`")
    publish(Results.read(newest))
