"""Fisher's iris flowers, from scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from vitrail import locale
from vitrail.data.dataset import Dataset

_CLASSES = 3
_TEST_EVERY = 5
"""Every fifth flower of each species is for testing: 10 of 50."""


def load() -> Dataset:
    """Load 120 + 30 flowers: four lengths in centimetres, and which of three species it is.

    The source lists the species one after the other. Here they take turns, so that every batch holds all three, and the
    fifth, tenth, ... flower of each species is kept for testing.

    Returns:
        x: (samples, feature) float64; y: (samples,) of the source's integer dtype, 0 to 2; 40 + 10 of each species.
    """
    from sklearn.datasets import load_iris

    source: Any = load_iris()
    rows = np.arange(len(source.target)).reshape(_CLASSES, -1)
    place = np.arange(rows.shape[1])
    test = place % _TEST_EVERY == _TEST_EVERY - 1
    train_rows, test_rows = rows[:, ~test].T.ravel(), rows[:, test].T.ravel()
    return Dataset(
        name="iris",
        x_train=source.data[train_rows],
        y_train=source.target[train_rows],
        x_test=source.data[test_rows],
        y_test=source.target[test_rows],
        axes=("sample", "feature"),
        feature_names=tuple(str(name) for name in source.feature_names),
        class_names=tuple(str(name) for name in source.target_names),
        task="classification",
        provenance=locale.text("data.iris.provenance"),
        licence=locale.text("data.licence.uci"),
    )
