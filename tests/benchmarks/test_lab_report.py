"""The figures of the lab, their goals, and the pages that are drawn from them."""

from dataclasses import replace

import pytest
from benchmarks.lab_report import PAGES, ROOT, LabResults, Painted, latest, page, publish, rows, table

from benchmarks import texts

PAINTED = Painted(states=31.5, bytes=20_480.0, rate=80.0, slowest_rate=120.0, interaction=0.0, slowest_interaction=48.0)
RESULTS = LabResults(
    date="2026-01-02",
    machine={"processor": "one", "cores": "2", "memory": "8", "system": "Linux", "python": "3.11", "load": "0.10"},
    painted={"playground": PAINTED, "reference": replace(PAINTED, states=9.0), "eight": PAINTED},
    edits={
        "units_first": 100.0,
        "units_first_trained": 900.0,
        "units_again": 90.0,
        "units_again_trained": 20.0,
        "activation": 110.0,
        "activation_trained": 500.0,
    },
    paint=200.0,
    drawn=300.0,
    memory={"one": {"server": 5e7, "workers": 9e8}, "eight": {"server": 6e7, "workers": 1e9}},
)


def test_a_goal_that_is_missed_is_said():
    assert [row.key for row in rows(RESULTS) if not row.reached] == ["states.reference"]
    missed = [line.split() for line in table(RESULTS).splitlines() if line.endswith("missed")]
    assert missed == [["states.reference", "9.0", ">=", "10", "missed"]]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_has_every_figure(language):
    written = page(RESULTS, language)
    for row in rows(RESULTS):
        assert f"| {texts.text(f'lab.{row.key}', language)} |" in written
    assert texts.text("lab.under_16", language) in written


def test_results_come_back_as_they_were_written(tmp_path):
    RESULTS.write(tmp_path / "again.json")
    assert LabResults.read(tmp_path / "again.json") == RESULTS


def test_publishing_keeps_the_figures_and_writes_both_pages(tmp_path):
    for path in PAGES.values():
        (tmp_path / path).parent.mkdir(parents=True)
    publish(RESULTS, tmp_path)
    found = {language: (tmp_path / path).read_text(encoding="utf-8") for language, path in PAGES.items()}
    assert found == {language: page(RESULTS, language) for language in PAGES}
    (kept,) = tmp_path.rglob("*.json")
    assert LabResults.read(kept) == RESULTS


def test_the_published_pages_are_those_of_the_newest_published_result():
    newest = latest()
    expected = {language: newest and page(LabResults.read(newest), language) for language in PAGES}
    files = {language: ROOT / path for language, path in PAGES.items()}
    found = {language: file.read_text(encoding="utf-8") if file.is_file() else None for language, file in files.items()}
    assert found == expected
