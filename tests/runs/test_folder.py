"""The run folder: whole or not there."""

import json

import numpy as np
import pytest

from vitrail import runs
from vitrail.errors import ModelError, RunError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import ObjectSpec
from vitrail.training import Session


@pytest.fixture(scope="module")
def experiment():
    return Experiment(
        data=DataSpec(name="iris"),
        layers=(ObjectSpec(class_name="Dense", config={"units": 3, "activation": "softmax"}),),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
        fit=FitSpec(epochs=1),
    )


@pytest.fixture(scope="module")
def run(experiment):
    session = Session.open(experiment)
    session.advance(epochs=1)
    return session.run()


def test_what_is_saved_comes_back(run, experiment, tmp_path):
    saved = runs.open_run(runs.save(run, experiment, tmp_path / "kept"))
    assert saved.experiment == experiment
    assert saved.history == run.history
    model = saved.model()
    for ours, theirs in zip(model.get_weights(), run.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(model.optimizer.variables, run.model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(ours.value), np.asarray(theirs.value))


def test_without_a_name_each_run_has_a_folder_of_its_own(run, experiment):
    folders = {runs.save(run, experiment) for _ in range(3)}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {runs.runs_folder()}
    assert all(folder.name.split("-")[2] == "iris" for folder in folders)


def test_a_write_that_fails_leaves_nothing(run, experiment, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run.model, "save", full)
    with pytest.raises(RunError, match=r"No space left on device\. Nothing was kept"):
        runs.save(run, experiment, tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_not_touched(run, experiment, tmp_path):
    with pytest.raises(RunError, match="exists already"):
        runs.save(run, experiment, tmp_path)
    assert list(tmp_path.iterdir()) == []


def spoiled(folder, name, content):
    (folder / name).write_text(content)
    return folder


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.json", "{", "no complete run folder"),
        ("history.json", "", "no complete run folder"),
        ("experiment.toml", "format = 1", "no complete run folder"),
        ("run.json", json.dumps({"format": 2}), "has format 2; this version of Vitrail reads format 1"),
        ("run.json", "[]", "no complete run folder"),
    ],
)
def test_a_damaged_or_later_folder_is_named(run, experiment, tmp_path, name, content, said):
    folder = spoiled(runs.save(run, experiment, tmp_path / "kept"), name, content)
    with pytest.raises(RunError, match=said):
        runs.open_run(folder)


def test_a_folder_without_its_model(run, experiment, tmp_path):
    folder = runs.save(run, experiment, tmp_path / "kept")
    (folder / "model.keras").unlink()
    with pytest.raises(ModelError, match=r"no file .*model\.keras"):
        runs.open_run(folder).model()
