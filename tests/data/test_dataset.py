"""The value that every data set becomes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from vitrail.data import Dataset
from vitrail.errors import DataError, InputError, ShapeError

GOOD: dict[str, Any] = {
    "name": "points",
    "x_train": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    "y_train": np.array([0, 1, 1]),
    "x_test": np.array([[7.0, 8.0]]),
    "y_test": np.array([0]),
    "axes": ("sample", "feature"),
    "feature_names": ("a", "b"),
    "class_names": ("no", "yes"),
    "task": "classification",
    "provenance": "made up",
    "licence": "none",
}


def test_shows_what_it_holds_and_no_array():
    assert repr(Dataset(**GOOD)) == (
        "Dataset 'points': 3 training + 1 test samples of shape (2,) float64 (feature), classification in 2 classes"
    )


def test_shows_a_regression_on_single_numbers():
    line = Dataset(
        **{
            **GOOD,
            "x_train": np.zeros(3, np.float32),
            "x_test": np.zeros(1, np.float32),
            "axes": ("sample",),
            "feature_names": (),
            "class_names": (),
            "task": "regression",
        }
    )
    assert repr(line) == (
        "Dataset 'points': 3 training + 1 test samples of shape () float32 (single numbers), regression"
    )


def test_fields_and_arrays_cannot_be_changed():
    data = Dataset(**GOOD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"  # pyright: ignore[reportAttributeAccessIssue]
    for array in (data.x_train, data.y_train, data.x_test, data.y_test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_givers_arrays_stay_writable_and_apart():
    x = np.array(GOOD["x_train"])
    data = Dataset(**{**GOOD, "x_train": x})
    x[:] = 0
    assert data.x_train.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_read_only_arrays_are_not_copied():
    x = np.array(GOOD["x_train"])
    x.setflags(write=False)
    assert Dataset(**{**GOOD, "x_train": x}).x_train is x


def test_is_equal_to_itself_alone():
    first, second = Dataset(**GOOD), Dataset(**GOOD)
    assert first == first  # noqa: PLR0124 - what is tested
    assert first != second
    assert len({first, second}) == 2


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (
            {"y_train": np.array([0, 1])},
            ShapeError,
            "x_train holds 3 samples and y_train 2: expected as many targets as inputs. Check how both were sliced.",
        ),
        (
            {"y_test": np.array([2])},
            DataError,
            (
                "y_test holds the label 2 at index (0,): expected whole numbers from 0 to 1. Check the labels, or give "
                "the last layer more units."
            ),
        ),
        (
            {"x_test": np.array([[1.0, np.nan]])},
            DataError,
            "x_test holds nan at index (0, 1): expected finite numbers. Remove or replace such values.",
        ),
        (
            {"x_test": np.zeros((1, 3))},
            ShapeError,
            "x_test holds samples of shape (3,): expected (2,). Check the data, or build the model for this shape.",
        ),
        (
            {"axes": ("sample", "height", "width")},
            ShapeError,
            (
                "The axes (sample, height, width) do not fit an array of shape (3, 2): expected one name per axis, the "
                "first of them sample."
            ),
        ),
        (
            {"axes": ("feature", "sample")},
            ShapeError,
            (
                "The axes (feature, sample) do not fit an array of shape (3, 2): expected one name per axis, the first "
                "of them sample."
            ),
        ),
        (
            {"feature_names": ("a",)},
            ShapeError,
            "There are 1 feature names for 2 features: expected one each.",
        ),
    ],
)
def test_refuses_parts_that_do_not_fit(change: dict[str, Any], kind: type[InputError], text: str):
    with pytest.raises(kind) as caught:
        Dataset(**{**GOOD, **change})
    assert str(caught.value) == text
