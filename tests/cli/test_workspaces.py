"""`vitrail lab`: which workspace it opens, and what it does with the saved ones."""

import re
from pathlib import Path

import pytest

from vitrail import places
from vitrail.cli import command
from vitrail.cli.command import run
from vitrail.experiment import reference
from vitrail.lab import keeping


@pytest.fixture
def opened(private, monkeypatch):
    """What the lab was opened with, instead of opening it."""
    found = []

    def serve(experiment, **options):
        found.append((experiment.data.name, options["home"], options["workspaces"]))

    monkeypatch.setattr("vitrail.lab.serve", serve, raising=False)
    return found


def save(*names):
    for name in names:
        folder = places.workspaces() / name
        folder.mkdir(parents=True)
        keeping.write(folder, keeping.Kept(reference(), None))


def lab(*typed, code=0):
    assert run(["lab", *typed, "--lang", "en"]) == code


def test_the_first_time_the_first_workspace_opens_and_then_the_last(opened):
    lab()
    save("iris")
    lab()
    lab("--workspace", "mine")
    assert [home for _, home, _ in opened] == ["main", "iris", "mine"]
    assert {root for *_, root in opened} == {places.workspaces()}


def test_an_experiment_opens_in_a_workspace_of_its_own(opened):
    save("iris-mlp")
    lab("iris_mlp")
    assert opened == [("iris", "iris-mlp-2", places.workspaces())]


def test_where_another_lab_is_open_a_new_workspace_opens(opened):
    save("main")
    lock = keeping.claim(places.workspaces() / "main")
    lab()
    lock.release()
    assert [home for _, home, _ in opened] == ["main-2"]


def test_workspaces_are_listed_renamed_and_deleted(private, capsys):
    lab("--list")
    assert capsys.readouterr().out == "No workspace has been saved yet.\n"
    save("main", "other")
    (places.workspaces() / "other" / keeping.FILE).write_text("damaged")
    lab("--rename", "main", "iris")
    lab("--list")
    renamed, *rows = capsys.readouterr().out.splitlines()
    assert renamed == "main is now called iris."
    patterns = [r"iris +\d{4}-\d\d-\d\d \d\d:\d\d +\d+ B +fashion_mnist", r"other .* damaged"]
    assert all(any(re.fullmatch(pattern, row) for row in rows) for pattern in patterns), rows
    lab("--delete", "other")
    assert capsys.readouterr().out == "other was deleted.\n"
    assert [path.name for path in places.workspaces().iterdir()] == ["iris"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--list", "--delete", "main"], "stand alone"),
        (["iris_mlp", "--workspace", "mine"], "stand alone"),
        (["--delete", "nowhere"], "no saved workspace called nowhere"),
        (["--workspace", "../up"], "../up cannot be the name of a workspace"),
    ],
)
def test_bad_use_is_said(private, opened, capsys, typed, said):
    lab(*typed, code=command.BAD_USE)
    assert said in capsys.readouterr().err
    assert opened == []


def test_folders_that_no_lab_may_have_are_left(private):
    (places.workspaces() / "Notes").mkdir(parents=True)
    lab("--list")
    assert Path(places.workspaces() / "Notes").is_dir()
