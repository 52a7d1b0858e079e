"""Programs as people write them: what is read equals what Keras was asked for when they ran."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest
import recorder

from vitrail.data import load_dataset
from vitrail.experiment import Experiment

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """What Keras was asked for, by program; all of them run in one process that trains nothing."""
    out = tmp_path_factory.mktemp("recorded") / "records.json"
    command = [sys.executable, recorder.__file__, str(PROGRAMS[0].parent), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


def dataset_of(experiment):
    """The data set, or its tiny stand-in with ten classes."""
    if experiment.data.name not in recorder.SHAPES:
        return load_dataset(experiment.data.name, **dict(experiment.data.options))
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test"), recorder.tiny(experiment.data.name), strict=True))
    return SimpleNamespace(**arrays, sample_shape=arrays["x_train"].shape[1:], class_names=tuple(range(10)))


def asked_for(experiment):
    """What the experiment would ask Keras for, in the recorder's words."""
    dataset = dataset_of(experiment)
    arrays = experiment.prepare(dataset)
    x_train, x_test = (x / arrays.scale if arrays.scale != 1 else x for x in (arrays.x_train, arrays.x_test))
    fit = experiment.fit
    model = experiment.to_keras(dataset)
    record = recorder.fit_record(
        x_train,
        arrays.y_train,
        batch_size=fit.batch_size,
        epochs=fit.epochs,
        validation_data=(x_test, arrays.y_test) if fit.validation == "test" else None,
        validation_split=fit.validation_split,
        callbacks=experiment.to_callbacks(),
        shuffle=fit.shuffle,
        class_weight=dict(fit.class_weight),
    )
    return json.loads(json.dumps(recorder.model_record(model, x_train.shape[1:]) | {"fit": record}))


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_what_is_read_is_what_keras_was_asked_for(path, recorded, monkeypatch):
    recorder.quick_weights(monkeypatch.setattr)
    experiment = Experiment.from_code(path.read_text(encoding="utf-8"))
    keras.backend.clear_session()
    assert [asked_for(experiment)] == recorded[path.stem]


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_what_is_read_can_be_printed_and_read_again(path):
    experiment = Experiment.from_code(path.read_text(encoding="utf-8"))
    assert Experiment.from_code(experiment.to_code()) == experiment
    assert Experiment.from_toml(experiment.to_toml()) == experiment


def test_nearly_all_programs_differ_in_what_they_describe():
    read = [Experiment.from_code(path.read_text(encoding="utf-8")).to_toml() for path in PROGRAMS]
    assert len(PROGRAMS) >= 30
    assert len(set(read)) == len(read)
