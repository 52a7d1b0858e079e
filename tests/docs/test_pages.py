"""The pages of the documentation: their links lead somewhere, and the commands and data sets that they name exist."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import click
import pytest

from vitrail.cli.command import commands
from vitrail.data import registry

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MAPS = [DOCS / "en" / "course.md", DOCS / "fr" / "cours.md"]
GUIDES = [DOCS / "en" / "how-to-resume.md", DOCS / "fr" / "mode-emploi-reprise.md"]
PLACEHOLDERS = {"RUN", "DOSSIER", "FILE", "FICHIER", "FOLDER", "NAME", "NOM"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DASH = "-"


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where a page leads to in this clone."""
    targets = re.findall(r"\]\(([^()\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(page)))
    return sorted({target for target in targets if not re.match(r"[a-z]+:", target)})


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def typed(page: Path) -> list[str]:
    """The command lines that a page names in its text."""
    return sorted(set(re.findall(r"`vitrail( [^`]*)?`", prose(page))))


def rows(page: Path) -> list[list[str]]:
    """The rows of all tables of a page, without their heads."""
    lines = [line for line in prose(page).splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    rules = {place for place, cells in enumerate(lines) if set(cells) <= {"|", DASH}}
    return [cells for place, cells in enumerate(table) if place not in rules and place + 1 not in rules]


PAGES = sorted([ROOT / "README.md", ROOT / "README.fr.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def wrong(line: str) -> str | None:
    """What does not exist of a command line that a page names."""
    words = shlex.split(line)
    known = commands("en").commands
    if not words:
        return None
    if words[0] not in known:
        return f"no command {words[0]}"
    parameters = known[words[0]].params
    options = {name for parameter in parameters if isinstance(parameter, click.Option) for name in parameter.opts}
    given = {word for word in words if word.startswith("--")}
    if not given <= options:
        return f"no option {min(given - options)} of {words[0]}"
    values = {word for before, word in pairwise(words) if before in given}
    names = set(words[1:]) - given - values - PLACEHOLDERS
    return f"nothing named {min(names - exists(words[0]))}" if names - exists(words[0]) else None


def exists(command: str) -> set[str]:
    """The names that a command knows."""
    if command in {"data", "describe"}:
        return set(registry._SETS)
    if command in {"fit", "lab", "summary"}:
        from vitrail.experiment import catalogue

        return set(catalogue.entries())
    return set()


@pytest.mark.parametrize("page", [*MAPS, *GUIDES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_named_command_exists(page):
    assert {line: reason for line in typed(page) if (reason := wrong(line))} == {}


def test_both_maps_have_the_same_rows():
    english, french = (rows(page) for page in MAPS)
    assert len(english) == len(french)
    for left, right in zip(english, french, strict=True):
        assert [cell == DASH for cell in left[1:]] == [cell == DASH for cell in right[1:]]
        assert _without_words(left[1]) == _without_words(right[1])


def _without_words(cell: str) -> str:
    """A cell of commands, whatever its language calls the things to fill in."""
    return re.sub("|".join(PLACEHOLDERS), "_", cell)


def test_every_row_of_the_map_has_a_subject_a_command_a_screen_and_a_notebook():
    for page in MAPS:
        assert {len(cells) for cells in rows(page)} == {4}
        assert [cells for cells in rows(page) if "" in cells] == []
