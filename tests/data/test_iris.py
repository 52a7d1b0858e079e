"""The iris flowers."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_iris

from vitrail.data import load_dataset


def test_holds_every_flower_of_the_source_once():
    data = load_dataset("iris")
    source = load_iris()
    rows = sorted(zip(source.data.tolist(), source.target.tolist(), strict=True))
    x, y = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == rows
    assert (x.dtype, y.dtype) == (source.data.dtype, source.target.dtype)


def test_tests_on_every_fifth_flower_of_each_species():
    data = load_dataset("iris")
    source = load_iris().data
    expected = [source[50 * species + place].tolist() for place in range(4, 50, 5) for species in range(3)]
    assert data.x_test.tolist() == expected
    assert data.y_test.tolist() == [0, 1, 2] * 10
    assert data.y_train.tolist() == [0, 1, 2] * 40


def test_names():
    data = load_dataset("iris")
    assert data.axes == ("sample", "feature")
    assert data.feature_names == ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.task == "classification"
