"""The share of samples whose nearest other one is of the same class, held against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from vitrail import load_dataset
from vitrail.evaluation import class_scores, confusion, separation


@pytest.mark.parametrize("name", ["iris", "wine"])
def test_it_is_the_accuracy_of_the_nearest_neighbour_with_each_sample_left_out(name):
    data = load_dataset(name)
    judged = cross_val_score(KNeighborsClassifier(1), data.x_train, data.y_train, cv=LeaveOneOut())
    assert separation(data.x_train, data.y_train) == pytest.approx(judged.mean())


def test_it_knows_nothing_of_one_sample_or_of_what_is_not_finite():
    assert math.isnan(separation(np.ones((1, 2)), np.array([0])))
    assert math.isnan(separation(np.array([[0.0], [np.nan], [1.0]]), np.array([0, 0, 1])))


def test_it_stays_when_everything_is_moved_or_stretched():
    data = load_dataset("iris")
    assert separation(3.0 * data.x_test + 1000.0, data.y_test) == separation(data.x_test, data.y_test)


def test_class_scores_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    labels, outputs = random.integers(0, 5, 200), random.random((200, 5))
    scores = class_scores(confusion(labels, outputs))
    expected = precision_recall_fscore_support(labels, outputs.argmax(axis=1))[:3]
    np.testing.assert_allclose([(row.precision, row.recall, row.f1) for row in scores], np.transpose(expected))
