"""Every command with each text of ours in marks: what stands outside them was not translated."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vitrail import locale
from vitrail.cli import words
from vitrail.cli.command import commands, run
from vitrail.data import dataset_names, load_dataset
from vitrail.experiment import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
"""Two letters or more."""

KERAS = {"dense", "flatten", "mean", "absolute", "error", "float", "int", "uint", "vitrail", "python"}
"""Names of layers, metrics and dtypes, which are the same everywhere."""
CLICK = {
    *("OPTIONS", "COMMAND", "ARGS", "default", "INTEGER", "RANGE", "TEXT", "FILE"),
    *("PATH", "RUN", "IMAGE", "WHAT", "NAME", "SHELL", "PLACES", "EXPERIMENT", "OLD", "NEW", "VALUE", "x"),
}
"""The frame that click draws around a help page."""


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put marks around every text of the catalogue, and give the terminal room."""
    pseudo = {key: f"⟦{text}⟧" for key, text in locale.catalogue("en").items()}
    for module in (sys.modules["vitrail.locale.catalogue"], locale, words):
        monkeypatch.setattr(module, "catalogue", lambda _: pseudo)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("TERMINAL_WIDTH", "400")


def outside(shown: str) -> str:
    """What no mark encloses."""
    while MARKED.search(shown):
        shown = MARKED.sub(" ", shown)
    return shown


def names(*datasets: str) -> set[str]:
    """Words of names that sources gave: of sets, their features, their vocabulary, and of classes without a text."""
    found = [*dataset_names(), *catalogue.entries()]
    for name in datasets:
        data = load_dataset(name)
        found += [name, *data.feature_names, *data.vocabulary, *data.class_names]
    return {word for name in found for word in WORD.findall(name)}


def left_over(shown: str, *known: set[str]) -> set[str]:
    """Words outside of all marks that nobody named."""
    return {*WORD.findall(outside(shown))} - KERAS - set().union(*known)


def test_the_marks_find_what_is_not_translated():
    assert left_over("⟦loss⟧ 0.5 dense ⟦a ⟦b⟧ c⟧ untold") == {"untold"}


def test_help_pages(marked, capsys: pytest.CaptureFixture[str]):
    group = commands("en")
    found = {}
    for typed in ([], *([name] for name in group.commands)):
        assert run([*typed, "--help"]) == 0
        shown = re.sub(r"\.\.\.$", "⟧", capsys.readouterr().out, flags=re.MULTILINE)  # click cuts long texts
        options = {word for option in re.findall(r"--?[a-z-]+", shown) for word in WORD.findall(option)}
        choices = {word for choice in re.findall(r"\[[a-z|]+\]|\{[a-z|]+\}", shown) for word in WORD.findall(choice)}
        found[" ".join(typed)] = left_over(shown, CLICK, options, choices, {*group.commands})
    assert {name: words for name, words in found.items() if words} == {}


@pytest.fixture
def arguments(iris_run: Path, digits_run: Path, plane_run: Path, tmp_path: Path) -> Callable[[str], list[str]]:
    np.save(tmp_path / "a.npy", np.zeros((9, 9, 3)))
    places = {"IRIS": iris_run, "DIGITS": digits_run, "PLANE": plane_run, "PICTURE": tmp_path / "a.npy"}
    places["OUT"] = tmp_path / "out"
    return lambda typed: [str(places.get(word, word)) for word in typed.split()]


@pytest.mark.parametrize(
    ("typed", "sets", "code"),
    [
        ("fit iris_mlp --epochs 1 --out OUT", ["iris"], 0),
        ("fit --list", [], 0),
        ("evaluate IRIS", ["iris"], 0),
        ("evaluate PLANE", [], 0),
        ("predict IRIS --index 0", ["iris"], 0),
        ("predict DIGITS PICTURE", ["digits"], 0),
        ("predict PLANE --row 1;2", [], 0),
        ("summary reference", [], 0),
        ("trace IRIS", ["iris"], 0),
        ("data", [], 0),
        *(
            (f"data {name}", [name], 0)
            for name in ("iris", "tiny_reviews", "diabetes", "spiral", "wine", "fashion_mnist_mini")
        ),
        ("data mnist", [], 0),
        ("data iris --fetch", [], 0),
        ("data --where", [], 0),
        ("doctor", [], 1),
        ("clean", [], 0),
        ("clean --yes", [], 0),
        ("data penguins", [], 2),
        ("fit lost.toml", [], 2),
        ("predict IRIS", [], 2),
        ("summary lost", [], 2),
        ("nonsense", [], 2),
        ("fit --epochs 0", [], 2),
        ("clean everything", [], 2),
        ("trace", [], 2),
        ("code lost.py", [], 2),
        ("code lost.toml --model net", [], 2),
    ],
)
def test_no_text_escapes_translation(
    typed: str,
    sets: list[str],
    code: int,
    marked: None,
    private: Path,
    arguments: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    from vitrail.lab import page

    monkeypatch.setattr(page, "STATIC", private / "nowhere")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (private / "cache" / "vitrail" / "datasets").mkdir(parents=True)
    assert run(arguments(typed)) == code
    shown = "".join(capsys.readouterr())
    paths = {word for path in re.findall(r"/\S+", shown) for word in WORD.findall(path)}
    packages = {"jax", "keras", "numpy", "scikit", "learn", "cpu", "Dense", "Flatten", "MLP"}
    options = {word for option in re.findall(r"\w+ = \w+", shown) for word in WORD.findall(option)}
    assert left_over(shown, names(*sets), paths, packages, options) == set()


def test_every_command_is_run_here(marked):
    used = {"fit", "evaluate", "predict", "summary", "trace", "data", "describe", "doctor", "clean"}
    elsewhere = {"lab", "completion", "code"}
    """The lab's page has a run of its own; completion prints a shell's script, code a program or an experiment."""
    assert {*commands("en").commands} - used - elsewhere == set()
