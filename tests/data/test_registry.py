"""Names and options of data sets."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import vitrail
from vitrail import locale
from vitrail.data import dataset_entry, dataset_names, fashion_mnist, load_dataset
from vitrail.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Language

ALL = "'vitrail data' lists all of them."
DOWNLOADED = ["fashion_mnist", "mnist", "cifar10", "california_housing"]
HERE = [name for name in dataset_names() if name not in DOWNLOADED]
PLAYGROUND = ["circle", "xor", "gauss", "spiral", "plane", "multi_gauss"]


def test_names():
    assert dataset_names() == (
        "fashion_mnist",
        "fashion_mnist_mini",
        "mnist",
        "cifar10",
        "california_housing",
        "iris",
        "digits",
        "wine",
        "breast_cancer",
        "diabetes",
        "flats",
        *("circle", "xor", "gauss", "spiral", "plane", "multi_gauss"),
        *("moons", "blobs"),
        *("or", "and", "xor_table"),
        *("sine", "piecewise"),
        "sine_wave",
        "temperatures",
        "tones",
        "tiny_reviews",
    )


def test_is_part_of_the_public_face():
    assert vitrail.load_dataset is load_dataset


@pytest.mark.parametrize("name", HERE)
def test_what_is_known_of_a_set_before_it_is_loaded_is_true(name: str):
    data, entry = load_dataset(name), dataset_entry(name)
    assert (data.name, data.task) == (name, entry.task)
    assert (len(data.x_train), len(data.x_test), data.sample_shape) == (entry.train, entry.test, entry.sample_shape)
    assert data.licence == locale.text(f"data.licence.{entry.licence}")
    assert data.provenance.startswith(locale.text(f"data.{name}.provenance"))
    assert entry.here
    assert (entry.origin == "download") == (name in DOWNLOADED)
    assert bool(data.class_names) == (data.task == "classification")
    assert len(data.class_names) == entry.classes


@pytest.mark.parametrize("name", HERE)
def test_the_same_name_gives_the_same_values(name: str):
    first, second = load_dataset(name), load_dataset(name)
    for part in ("x_train", "y_train", "x_test", "y_test"):
        assert np.array_equal(getattr(first, part), getattr(second, part))


@pytest.mark.parametrize("language", locale.LANGUAGES)
@pytest.mark.parametrize("name", dataset_names())
def test_every_set_has_its_texts(name: str, language: Language):
    keys = [f"data.{name}.title", f"data.{name}.provenance", f"data.licence.{dataset_entry(name).licence}"]
    assert [key for key in keys if not locale.text(key, language)] == []


@pytest.mark.parametrize("name", HERE)
def test_class_names_are_the_english_texts(name: str):
    texts = locale.catalogue("en")
    source = name.removesuffix("_mini")
    for place, class_name in enumerate(load_dataset(name).class_names):
        assert texts.get(f"data.{source}.class.{place}", class_name) == class_name


@pytest.mark.parametrize("name", DOWNLOADED)
def test_a_set_that_is_not_here_is_known_as_such(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path)
    assert not dataset_entry(name).here


@pytest.mark.parametrize("name", [name for name in HERE if "seed" in dataset_entry(name).options])
def test_options_of_computed_sets(name: str):
    options = dataset_entry(name).options
    data = load_dataset(name, **options)
    other = load_dataset(name, seed=5)
    assert np.array_equal(data.x_train, load_dataset(name).x_train)
    assert not np.array_equal(data.x_train, other.x_train)
    assert all(f"{option}={value}" in data.provenance for option, value in options.items() if option != "centers")


@pytest.mark.parametrize("name", PLAYGROUND)
def test_playground_sets_take_one_set_of_options(name: str):
    assert list(dataset_entry(name).options) == ["points", "noise", "seed", "train_ratio"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("irsi", f"There is no data set 'irsi'. Did you mean 'iris'? {ALL}"),
        ("Iris", f"There is no data set 'Iris'. Did you mean 'iris'? {ALL}"),
        ("fashion-mnist", f"There is no data set 'fashion-mnist'. Did you mean 'fashion_mnist'? {ALL}"),
        ("", f"There is no data set ''. {ALL}"),
        ("penguins", f"There is no data set 'penguins'. {ALL}"),
    ],
)
def test_unknown_names(name: str, text: str):
    with pytest.raises(DataError) as caught:
        load_dataset(name)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("iris", {"points": 3}, "The data set iris has no options: got points. Leave it out."),
        (
            "spiral",
            {"point": 3},
            "The data set spiral has no option point. Known: points, noise, seed, train_ratio.",
        ),
        ("spiral", {"points": 10.0}, "Option points: expected a whole number from 2 to 1000000, got 10.0."),
        ("spiral", {"points": True}, "Option points: expected a whole number from 2 to 1000000, got True."),
        ("spiral", {"points": 0}, "Option points: expected a whole number from 2 to 1000000, got 0."),
        ("spiral", {"points": 7}, "Option points: expected an even number, half of them for each class, got 7."),
        ("circle", {"points": 7}, "Option points: expected an even number, half of them for each class, got 7."),
        ("xor", {"noise": 0.6}, "Option noise: expected a number from 0 to 0.5, got 0.6."),
        ("blobs", {"centers": 11}, "Option centers: expected a whole number from 2 to 10, got 11."),
        (
            "sine_wave",
            {"points": 20, "steps": 19},
            (
                "A series of 20 points has too few windows of 19 steps: expected at least one for training and one for "
                "testing. Choose more points, fewer steps or a train_ratio nearer to 0.5."
            ),
        ),
        ("tiny_reviews", {"language": "de"}, "Option language: expected one of en, fr, got 'de'."),
        ("spiral", {"seed": -1}, "Option seed: expected a whole number from 0 to 4294967295, got -1."),
        ("spiral", {"noise": "a"}, "Option noise: expected a number from 0 to 1000, got 'a'."),
        ("spiral", {"noise": float("nan")}, "Option noise: expected a number from 0 to 1000, got nan."),
        ("spiral", {"train_ratio": 1.5}, "Option train_ratio: expected a number from 0 to 1, got 1.5."),
        (
            "spiral",
            {"points": 10, "train_ratio": 1},
            (
                "With points=10 and train_ratio=1 there is nothing to train on or nothing to test with: expected at "
                "least one point in each part. Choose more points or a train_ratio nearer to 0.5."
            ),
        ),
    ],
)
def test_wrong_options(name: str, options: dict[str, object], text: str):
    with pytest.raises(DataError) as caught:
        load_dataset(name, **options)
    assert str(caught.value) == text


def test_importing_brings_in_nothing_heavy():
    program = (
        "import sys, vitrail.data; "
        "print(sorted({'sklearn', 'pooch', 'requests', 'rich', 'keras', 'jax', 'scipy', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
