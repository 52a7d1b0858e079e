"""Names and options of data sets."""

from __future__ import annotations

import subprocess
import sys

import pytest

import vitrail
from vitrail.data import dataset_names, load_dataset
from vitrail.errors import DataError

KNOWN = "Known: fashion_mnist, fashion_mnist_mini, iris, spiral."


def test_names():
    assert dataset_names() == ("fashion_mnist", "fashion_mnist_mini", "iris", "spiral")


def test_is_part_of_the_public_face():
    assert vitrail.load_dataset is load_dataset


@pytest.mark.parametrize("name", ["fashion_mnist_mini", "iris", "spiral"])
def test_each_data_set_bears_its_name_and_says_where_it_comes_from(name: str):
    data = load_dataset(name)
    assert data.name == name
    assert len(data.provenance) > 20
    assert len(data.licence) > 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("irsi", f"There is no data set 'irsi'. Did you mean 'iris'? {KNOWN}"),
        ("Iris", f"There is no data set 'Iris'. Did you mean 'iris'? {KNOWN}"),
        ("fashion-mnist", f"There is no data set 'fashion-mnist'. Did you mean 'fashion_mnist'? {KNOWN}"),
        ("", f"There is no data set ''. {KNOWN}"),
        ("penguins", f"There is no data set 'penguins'. {KNOWN}"),
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
        ("spiral", {"points": 7}, "Option points: expected an even number, half of them for each arm, got 7."),
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
        "print(sorted({'sklearn', 'pooch', 'requests', 'rich', 'keras', 'jax', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
