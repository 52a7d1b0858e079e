"""`vitrail code`, both ways."""

import pytest

from vitrail.cli.command import run
from vitrail.experiment import Experiment, reference


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(reference().to_code(), encoding="utf-8")
    return path


def test_a_program_becomes_an_experiment_and_a_program_again(program, tmp_path, capsys):
    assert run(["code", str(program), "--out", str(tmp_path / "a.toml")]) == 0
    assert Experiment.read(tmp_path / "a.toml") == reference()
    assert run(["code", str(tmp_path / "a.toml")]) == 0
    assert capsys.readouterr().out == reference().to_code()
    assert run(["code", str(program), "--model", "model"]) == 0
    assert capsys.readouterr().out == reference().to_toml()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["program.py", "--model", "other"], "no model other. Its models: model."),
        (["program.py", "--out", "program.py"], "exists already: expected a file"),
        (["program.py", "--out", "no/where.toml"], "cannot be written"),
        (["lost.py"], "lost.py cannot be read"),
        (["a.toml", "--model", "model"], "--model is for programs"),
        (["bad.py"], "Line 2: open is not defined"),
    ],
)
def test_bad_use_gives_one_line(program, typed, said, capsys, monkeypatch):
    monkeypatch.chdir(program.parent)
    (program.parent / "bad.py").write_text("import keras\nopen('a')\n")
    (program.parent / "a.toml").write_text(reference().to_toml())
    assert run(["code", *typed, "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err
