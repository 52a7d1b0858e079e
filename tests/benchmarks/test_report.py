"""The pages of figures and the numbers on them, from one small recorded result."""

import doctest
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from benchmarks.results import Occasion, Results, exponent
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cases, plots, report, runner, texts

HERE = Path(__file__).parent
SVG = "{http://www.w3.org/2000/svg}"
RECORDED = Results.read(HERE / "results.json")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page(language):
    assert report.page(RECORDED, language) == (HERE / f"page-{language}.md").read_text(encoding="utf-8")


def test_the_published_pages_are_those_of_the_newest_published_result():
    newest = report.latest()
    published = {language: report.ROOT / path for language, path in report.PAGES.items()}
    expected = {language: newest and report.page(Results.read(newest), language) for language in published}
    found = {
        language: path.read_text(encoding="utf-8") if path.is_file() else None for language, path in published.items()
    }
    assert found == expected


def test_publishing_writes_pages_and_the_plots_that_they_show(tmp_path):
    for folder in ("docs/en", "docs/fr"):
        (tmp_path / folder).mkdir(parents=True)
    report.publish(RECORDED, tmp_path)
    for path in report.PAGES.values():
        page = tmp_path / path
        shown = re.findall(r"!\[.*?\]\((.*?)\)", page.read_text(encoding="utf-8"))
        assert [link for link in shown if not (page.parent / link).is_file()] == []
        assert len(shown) == 3


def test_a_smoke_run_is_not_published(tmp_path):
    with pytest.raises(ValueError, match="smoke"):
        report.publish(replace(RECORDED, smoke=True), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_results_come_back_as_they_were_written(tmp_path):
    RECORDED.write(tmp_path / "again.json")
    assert Results.read(tmp_path / "again.json") == RECORDED


def newer(**changes):
    """The first case alone, measured later and twice as slow, from another commit."""
    case = RECORDED.cases[0]
    entries = [entry for entry in RECORDED.measurements if entry.case == case.name]
    measurements = tuple(replace(e, seconds=tuple(2 * s for s in e.seconds)) for e in entries)
    machine = RECORDED.machine | {"load": "0.3"}
    return replace(
        RECORDED,
        **{
            "date": "2026-12-31",
            "commit": "abc1234",
            "rounds": 7,
            "cut": False,
            "machine": machine,
            "cases": (case,),
            "measurements": measurements,
            "failures": (),
            "breakdown": {case.name: dict.fromkeys(("gather", "forward", "backward", "rest"), 1.0)},
            **changes,
        },
    )


def test_a_case_measured_again_takes_its_place_and_says_when(tmp_path):
    renewed = RECORDED.renewed(newer())
    case, other = RECORDED.cases[:2]
    for name in case.contenders:
        before, after = RECORDED.summary(case.name, name), renewed.summary(case.name, name)
        assert (after is None) == (before is None)
        assert after is None or after.median == 2 * before.median
        assert renewed.summary(other.name, name) == RECORDED.summary(other.name, name)
    assert renewed.cases == RECORDED.cases
    assert renewed.date == RECORDED.date
    assert renewed.breakdown[case.name]["gather"] == 1.0
    assert renewed.again == {case.name: Occasion("2026-12-31", "abc1234", "0.3", 7, cut=False)}
    renewed.write(tmp_path / "renewed.json")
    assert Results.read(tmp_path / "renewed.json") == renewed
    said = "Measured again on 2026-12-31, commit abc1234, in 7 rounds; load before: 0.30."
    page = report.page(renewed, "en")
    assert f"### {report.title_of(case, 'en')}\n\n{said}\n" in page
    assert page.count("Measured again") == 1
    assert "they say when" in page


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("pictures", {"data": "other"}),
        ("machine", {"machine": RECORDED.machine | {"cores": "96"}}),
        ("vitrail", {"environments": {"vitrail": RECORDED.environments["vitrail"] | {"jax": "9"}}}),
    ],
)
def test_what_does_not_compare_is_not_put_on_one_page(what, changes):
    with pytest.raises(ValueError, match=f"^{what}: expected as in the older result"):
        RECORDED.renewed(newer(**changes))


def test_another_format_is_refused(tmp_path):
    (tmp_path / "new.json").write_text(json.dumps({"format": 2}), encoding="utf-8")
    with pytest.raises(ValueError, match="expected format 1, got 2"):
        Results.read(tmp_path / "new.json")


def test_the_terminal_names_what_went_wrong():
    assert report.table(RECORDED).splitlines()[-3:] == [
        "seconds grow as samples to the power 0.875 (1: in proportion)",
        "losses differ from Keras': streamed-1024",
        "not measured: width-128 torch: no environment: No such file or directory",
    ]


@given(st.floats(0.2, 3.0), st.floats(1e-6, 1e3), st.lists(st.integers(1, 10**7), min_size=2, max_size=8, unique=True))
def test_the_exponent_of_a_power_is_found(power, factor, sizes):
    assert exponent([(float(n), factor * n**power) for n in sizes]) == pytest.approx(power, abs=1e-4)


def test_a_ratio_is_the_median_of_the_ratios_within_each_round():
    case = RECORDED.cases[0]
    only = [entry for entry in RECORDED.measurements if (entry.case, entry.round) == (case.name, 0)]
    rounds = [(1.0, 2.0), (2.0, 10.0), (4.0, 12.0)]
    measurements = tuple(
        replace(entry, round=number, seconds=(mine if entry.contender == cases.VITRAIL else theirs,))
        for number, (mine, theirs) in enumerate(rounds)
        for entry in only
    )
    assert replace(RECORDED, measurements=measurements).ratio(case, cases.KERAS_JAX) == 3.0


def test_every_goal_is_measured():
    measured = {(case.name, name) for case in cases.CASES for name in case.contenders}
    assert [goal for goal in cases.GOALS if goal not in measured] == []
    names = [case.name for case in cases.CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", texts.TEXTS.values(), ids=texts.TEXTS)
def test_a_text_takes_the_same_in_both_languages_and_keeps_french_spacing(entry):
    fields = {language: sorted(re.findall(r"\{\w+\}", entry[language])) for language in texts.LANGUAGES}
    assert fields["en"] == fields["fr"]
    assert re.findall(r"[^\u00a0\u202f\W][:;?!](?=\s)| [:;?!]", entry["fr"]) == []


def test_bars_are_as_long_as_their_values():
    page = ET.fromstring(plots.bars("a < b", [("group", [plots.Bar("x", 1.0, "1"), plots.Bar("y & z", 4.0, "4")])]))
    assert page.find(f"{SVG}title").text == "a < b"
    short, long = (float(rect.get("width")) for rect in page.iter(f"{SVG}rect"))
    assert long == pytest.approx(4 * short, rel=1e-3)


def test_a_power_is_a_straight_line():
    line = plots.Line("n", tuple((10.0**n, 10.0 ** (n - 2)) for n in range(4)))
    page = ET.fromstring(plots.lines("powers", [line], str))
    points = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in page.iter(f"{SVG}circle")]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points)]
    assert all(step == pytest.approx(steps[0], abs=0.2) for step in steps)


@pytest.mark.parametrize("module", [texts, runner])
def test_examples(module):
    done = doctest.testmod(module)
    assert (done.failed, done.attempted > 0) == (0, True)
