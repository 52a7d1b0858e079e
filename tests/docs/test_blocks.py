"""The blocks of code of the tutorials and guides, run in the order of each page, as a reader types them.

A block of text is what the block of Python before it prints.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.short import short

from vitrail.cli.command import run

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = [
    "en/first-hour.md",
    "en/how-to-csv.md",
    "en/how-to-callbacks.md",
    "en/how-to-resume.md",
    "en/tensors.md",
    "fr/premiere-heure.md",
    "fr/mode-emploi-csv.md",
    "fr/mode-emploi-callbacks.md",
    "fr/mode-emploi-reprise.md",
    "fr/tenseurs.md",
]


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The data sets of the experiments that the lab was opened on; it is not started."""
    names: list[str] = []
    monkeypatch.setattr("vitrail.lab.serve", lambda experiment, **_: names.append(experiment.data.name))
    return names


QUICK = [*(page for page in PAGES if page.startswith("en/")), "fr/premiere-heure.md", "fr/tenseurs.md"]


@pytest.mark.parametrize("page", short(PAGES, QUICK))
def test_a_page_runs_from_its_first_block_to_its_last(page, opened, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": "__main__"}
    for found in FENCE.finditer(text):
        language, code = found.groups()
        if language == "python":
            before = "\n" * text.count("\n", 0, found.start(2))  # a traceback names the line of the page
            capsys.readouterr()
            exec(compile(before + code, page, "exec"), names)
        elif language == "text":
            assert re.sub("[\u00a0\u202f]", " ", capsys.readouterr().out) == code
        else:
            assert language == "sh"
            for line in code.splitlines():
                program, *arguments = shlex.split(line)
                assert program == "vitrail"
                assert run(arguments) == 0
    assert opened == ["fashion_mnist_mini"] * text.count("\nvitrail lab ")
