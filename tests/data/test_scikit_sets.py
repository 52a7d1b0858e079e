"""The sets inside scikit-learn: nothing lost, nothing twice, each class in both parts."""

import numpy as np
import pytest
from sklearn import datasets as source

from vitrail.data import load_dataset


@pytest.mark.parametrize("name", ["digits", "wine", "breast_cancer", "diabetes"])
def test_both_parts_together_are_the_source(name):
    data = load_dataset(name)
    theirs = getattr(source, f"load_{name}")()
    x = np.concatenate([data.x_train, data.x_test]).reshape(len(theirs.target), -1)
    y = np.concatenate([data.y_train, data.y_test])
    ours, expected = (np.column_stack([a, b]) for a, b in ((x, y), (theirs.data, theirs.target)))
    assert np.array_equal(ours[np.lexsort(ours.T)], expected[np.lexsort(expected.T)])
    assert (data.x_train.dtype, data.y_train.dtype) == (theirs.data.dtype, theirs.target.dtype)


@pytest.mark.parametrize("name", ["digits", "wine", "breast_cancer"])
def test_a_fifth_of_each_class_is_for_testing(name):
    data = load_dataset(name)
    counts = np.bincount(np.concatenate([data.y_train, data.y_test]))
    assert np.bincount(data.y_test).tolist() == (counts // 5).tolist()


def test_digits_are_pictures():
    data = load_dataset("digits")
    assert (data.axes, data.sample_shape) == (("sample", "height", "width"), (8, 8))
    assert (data.x_train.min(), data.x_train.max()) == (0, 16)


def test_features_have_their_names():
    assert load_dataset("wine").feature_names[:2] == ("alcohol", "malic_acid")
    assert load_dataset("diabetes").feature_names == ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
