"""A training on the command line that is stopped, by a person, a full disk or a NaN, and goes on."""

import errno
import json
import os
import re
import shutil
import signal

import keras
import numpy as np
import pytest

from vitrail.cli.command import run
from vitrail.training import Session

SPIRAL = """
format = 1
seed = 3
[data]
name = "spiral"
options = { points = 120 }
[[layers]]
class_name = "Dense"
config = { units = 4, activation = "relu" }
[[layers]]
class_name = "Dropout"
config = { rate = 0.2 }
[[layers]]
class_name = "Dense"
config = { units = 2, activation = "softmax" }
[compile]
optimizer = { class_name = "Adam", config = { learning_rate = 0.01 } }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 4
batch_size = 7
"""


@pytest.fixture
def spiral(tmp_path):
    path = tmp_path / "spiral.toml"
    path.write_text(SPIRAL)
    return path


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The folder of a run that went straight to its end."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "spiral.toml").write_text(SPIRAL)
    assert run(["fit", str(folder / "spiral.toml"), "--out", str(folder / "kept")]) == 0
    return folder / "kept"


def same_run(one, other):
    """Whether two run folders hold the same history, weights and optimizer, bit for bit."""
    models = [keras.models.load_model(folder / "model.keras") for folder in (one, other)]
    states = [[*model.get_weights(), *(np.asarray(each) for each in model.optimizer.variables)] for model in models]
    return (one / "history.json").read_text() == (other / "history.json").read_text() and all(
        np.array_equal(ours, theirs) for ours, theirs in zip(*states, strict=True)
    )


def at_update(monkeypatch, updates, act):
    """Do something once, when a training has come to some number of updates."""
    advance = Session.advance

    def advancing(self, **options):
        advance(self, **options)
        if self.clock.updates == updates:
            act()

    monkeypatch.setattr(Session, "advance", advancing)


def test_ctrl_c_keeps_what_was_trained_and_says_how_to_go_on(spiral, uninterrupted, tmp_path, monkeypatch, capsys):
    at_update(monkeypatch, 14, lambda: signal.raise_signal(signal.SIGINT))
    out = tmp_path / "kept"
    assert run(["fit", str(spiral), "--out", str(out), "--lang", "en"]) == 130
    shown = capsys.readouterr()
    assert "Stopped in epoch 2 after batch 5. All that was trained is kept." in shown.out
    assert f"vitrail fit --resume {out}.unfinished" in shown.out
    assert shown.err == ""
    assert not out.exists()
    assert run(["fit", "--resume", f"{out}.unfinished", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Going on at epoch 2, batch 6." in shown
    assert re.findall(r"^ +(\d)(?: +[0-9.]+){5}$", shown, re.MULTILINE) == ["1", "2", "3", "4"]
    assert same_run(out, uninterrupted)
    assert not (tmp_path / "kept.unfinished").exists()


def test_a_run_is_resumed_by_its_own_name_too_and_only_once(spiral, uninterrupted, tmp_path, monkeypatch, capsys):
    at_update(monkeypatch, 9, lambda: signal.raise_signal(signal.SIGINT))
    out = str(tmp_path / "kept")
    assert run(["fit", str(spiral), "--out", out]) == 130
    assert run(["fit", str(spiral), "--out", out, "--lang", "en"]) == 2
    assert "holds a run that is not finished" in capsys.readouterr().err
    monkeypatch.undo()
    assert run(["fit", "--resume", out]) == 0
    assert same_run(tmp_path / "kept", uninterrupted)
    assert run(["fit", "--resume", out, "--lang", "en"]) == 2
    assert "is finished: there is nothing to go on with" in capsys.readouterr().err


def test_a_run_is_trained_by_one_process_at_a_time(spiral, uninterrupted, tmp_path, monkeypatch, capsys):
    seen = []

    def again():
        seen.append((run(["fit", "--resume", str(tmp_path / "kept"), "--lang", "en"]), capsys.readouterr().err))

    at_update(monkeypatch, 14, again)
    assert run(["fit", str(spiral), "--out", str(tmp_path / "kept")]) == 0
    ((code, said),) = seen
    assert code == 2
    assert f"{tmp_path / 'kept.unfinished'} is being trained already" in said
    assert same_run(tmp_path / "kept", uninterrupted)
    assert not (tmp_path / "kept.unfinished").exists()


def test_a_second_ctrl_c_does_not_wait_and_loses_no_checkpoint(spiral, tmp_path, monkeypatch, capsys):
    def twice():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    at_update(monkeypatch, 14, twice)
    assert run(["fit", str(spiral), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 130
    assert "vitrail fit --resume" in capsys.readouterr().out
    assert Session.restore(tmp_path / "kept.unfinished").clock.updates <= 14


def test_a_full_disk_stops_with_one_line_and_goes_on(spiral, uninterrupted, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    at_update(monkeypatch, 30, lambda: monkeypatch.setattr(os, "fsync", fail))
    assert run(["fit", str(spiral), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert "No space left on device. The last good one is kept" in shown.err
    assert "vitrail fit --resume" in shown.out
    monkeypatch.undo()
    assert run(["fit", "--resume", str(tmp_path / "kept")]) == 0
    assert same_run(tmp_path / "kept", uninterrupted)


def test_a_damaged_checkpoint_is_passed_over_with_a_word(spiral, uninterrupted, tmp_path, monkeypatch, capsys):
    at_update(monkeypatch, 14, lambda: signal.raise_signal(signal.SIGINT))
    run(["fit", str(spiral), "--out", str(tmp_path / "kept")])
    monkeypatch.undo()
    newest = max((tmp_path / "kept.unfinished").iterdir())
    newest.write_bytes(newest.read_bytes()[:-100])
    capsys.readouterr()
    assert run(["fit", "--resume", str(tmp_path / "kept"), "--lang", "en"]) == 0
    assert f"{newest} is damaged: the one before it is used." in capsys.readouterr().out
    assert same_run(tmp_path / "kept", uninterrupted)


def test_a_nan_stops_and_is_placed_or_is_let_through(tmp_path, capsys):
    path = tmp_path / "steep.toml"
    path.write_text(SPIRAL.replace("learning_rate = 0.01", "learning_rate = 1e38"))
    assert run(["fit", str(path), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("vitrail: Epoch 1, batch ")
    assert "Training stopped before that batch" in shown.err
    assert run(["fit", "--resume", str(tmp_path / "kept"), "--on-nan", "continue"]) == 0
    history = json.loads((tmp_path / "kept" / "history.json").read_text())
    assert np.isnan(history["loss"][-1])


@pytest.mark.parametrize("more", [["spiral.toml"], ["--epochs", "9"], ["--seed", "1"], ["--out", "x"]])
def test_a_resumed_run_takes_nothing_else(tmp_path, capsys, more):
    assert run(["fit", "--resume", str(tmp_path), *more, "--lang", "en"]) == 2
    assert "--resume takes the experiment" in capsys.readouterr().err


def test_nothing_to_resume_is_said(tmp_path, uninterrupted, capsys):
    assert run(["fit", "--resume", str(tmp_path / "lost"), "--lang", "en"]) == 2
    assert "There are no checkpoints in" in capsys.readouterr().err
    folder = tmp_path / "kept"
    shutil.copytree(uninterrupted, folder)
    (tmp_path / "kept.unfinished").mkdir()  # killed between its last two breaths
    assert run(["fit", "--resume", str(folder), "--lang", "en"]) == 2
    assert not (tmp_path / "kept.unfinished").exists()
