"""What was fitted on texts, sounds and series is kept with a run, and raw samples predict without their data set."""

import csv
import json
import wave

import numpy as np
import pytest

from vitrail.cli.command import run
from vitrail.data import load_dataset, wav
from vitrail.data.sample_form import SampleForm
from vitrail.errors import DataError, ShapeError
from vitrail.experiment import Experiment
from vitrail.locale.numbers import significant
from vitrail.runs import open_run

HEAD = """
format = 1
seed = 3

[compile]
optimizer = "adam"
loss = "{loss}"

[fit]
epochs = 1

[data]
name = "{name}"

[data.options]
{options}
"""
FLAT = """
[[layers]]
class_name = "Flatten"

[[layers]]
class_name = "Dense"
config = {{units = {units}, activation = "{activation}"}}
"""
WORDS = """
[[layers]]
class_name = "Embedding"
config = {{input_dim = {words}, output_dim = 4}}
"""
CLASSES = {"loss": "sparse_categorical_crossentropy", "activation": "softmax"}
NUMBERS = {"loss": "mean_squared_error", "activation": "linear", "units": 1}


def trained(folder, name, options, before="", **settings):
    """The run folder of a short training, of whose data nothing is left."""
    path = folder / "experiment.toml"
    path.write_text(HEAD.format(name=name, options=options, **settings) + before + FLAT.format(**settings))
    assert run(["fit", str(path), "--out", str(folder / "run"), "--lang", "en"]) == 0
    data = Experiment.read(path).data
    return folder / "run", load_dataset(data.name, **dict(data.options))


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    path = folder / "reviews.csv"
    lines = [("a good film", "yes"), ("a bad film", "no"), ("truly good", "yes"), ("so bad", "no")] * 5
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "liked"), *lines])
    options = 'text = "text"\nlabel = "liked"\nlength = 3'
    kept, dataset = trained(folder, path, options, WORDS.format(words=10), units=2, **CLASSES)
    path.unlink()
    return kept, dataset


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("sounds"), "tones", 'form = "spectrogram"', units=3, **CLASSES)


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    path = folder / "waves.csv"
    with path.open("w", newline="") as file:
        rows = [(f"{place / 9:.6f}", f"{np.sin(place / 5):.6f}") for place in range(120)]
        csv.writer(file).writerows([("slow", "fast"), *rows])
    kept, dataset = trained(folder, path, "window = 6", **NUMBERS)
    return kept, dataset, path


def expected(kept, x):
    return open_run(kept).model().predict(x, verbose=0)


def printed(capsys, kept, *words):
    status = run(["predict", str(kept), *words, "--lang", "en"])
    out, err = capsys.readouterr()
    return status, out + err


def test_a_text_predicts_by_the_vocabulary_of_the_training_part(texts, capsys):
    kept, dataset = texts
    x = dataset.fitted.apply(["a truly strange film"])
    said = open_run(kept).predict("a truly strange film")
    np.testing.assert_array_equal(said.outputs, expected(kept, x))
    assert said.class_names == dataset.class_names
    assert said.values == (dataset.class_names[int(said.outputs[0].argmax())],)
    status, shown = printed(capsys, kept, "--text", "a truly strange film")
    assert status == 0
    assert all(name in shown for name in dataset.class_names)


def test_a_sound_predicts_in_the_form_of_the_training_part(sounds, tmp_path, capsys):
    kept, dataset = sounds
    path = tmp_path / "tone.wav"
    tone = np.sin(2 * np.pi * 440 * np.arange(4000) / 16000)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((tone * 32767 * 0.5).astype("<i2").tobytes())
    x = dataset.fitted.apply([wav.read(path)])
    assert x.shape[1:] == dataset.sample_shape
    np.testing.assert_array_equal(open_run(kept).predict(path).outputs, expected(kept, x))
    status, shown = printed(capsys, kept, str(path))
    assert (status, "square" in shown) == (0, True)


def test_a_series_goes_on_from_its_last_window(series, capsys):
    kept, dataset, path = series
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    x = dataset.fitted.apply(rows[-6:])[None]
    value = expected(kept, x)[0, 0]
    assert open_run(kept).predict(rows[-6:]).values == (pytest.approx(float(value)),)
    status, shown = printed(capsys, kept, "--rows", str(path))
    assert (status, significant(float(value), "en") in shown) == (0, True)


def test_what_does_not_fit_is_named(texts, series, tmp_path, capsys, iris_run):
    for kept, words, said in (
        (iris_run, ("--text", "good"), "did not learn from a table of texts"),
        (texts[0], (str(tmp_path / "some.wav"),), "did not learn from sounds"),
        (series[0], ("--rows", str(short(tmp_path))), "goes on from the last 6"),
    ):
        status, shown = printed(capsys, kept, *words)
        assert (status, said in " ".join(shown.split())) == (2, True), shown
    form = series[1].form
    with pytest.raises(ShapeError):
        form.apply(np.zeros((5, 2)))
    with pytest.raises(DataError):
        load_dataset("tones").form.apply([3])


def short(folder):
    path = folder / "short.csv"
    path.write_text("slow,fast\n1.5,2.5\n3.5,4.5\n")
    return path


@pytest.mark.parametrize("damage", [{"format": 2}, {"fitted": 3}, {"shape": "x"}, {"more": 1}, {"class_names": [1]}])
def test_a_damaged_form_is_refused(texts, damage):
    kept = json.loads(texts[1].form.to_json()) | damage
    with pytest.raises(DataError):
        SampleForm.from_json(json.dumps(kept))
