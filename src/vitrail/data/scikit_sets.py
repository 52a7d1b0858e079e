"""Four sets that ship inside scikit-learn: digits, wine, breast cancer and diabetes, each split by one rule.

Of each class every fifth sample, in the order of the source, is for testing; of a regression every fifth sample. Both
parts are then put into one fixed random order, since some sources list one class after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail import locale
from vitrail.data.dataset import Dataset

if TYPE_CHECKING:
    from vitrail.types import Array

_TEST_EVERY = 5
_ORDER_SEED = 0


def digits() -> Dataset:
    """Load 1,442 + 355 handwritten digits.

    Returns:
        x: (samples, height, width) float64, 8 x 8 pixels from 0, background, to 16; y: (samples,), 0 to 9.
    """
    from sklearn.datasets import load_digits

    source: Any = load_digits()
    train, test = split(source.target)
    return Dataset(
        name="digits",
        x_train=source.images[train],
        y_train=source.target[train],
        x_test=source.images[test],
        y_test=source.target[test],
        axes=("sample", "height", "width"),
        feature_names=(),
        class_names=tuple(str(name) for name in source.target_names),
        task="classification",
        provenance=locale.text("data.digits.provenance"),
        licence=locale.text("data.licence.uci"),
    )


def wine() -> Dataset:
    """Load 144 + 34 wines: 13 measurements each, and which of three cultivars they come from.

    Returns:
        x: (samples, feature) float64; y: (samples,), 0 to 2.
    """
    from sklearn.datasets import load_wine

    return _classes("wine", load_wine(), ("cultivar 1", "cultivar 2", "cultivar 3"))


def breast_cancer() -> Dataset:
    """Load 456 + 113 tumours: 30 measurements of cell nuclei each, and whether they were malignant.

    Returns:
        x: (samples, feature) float64; y: (samples,), 0 for malignant, 1 for benign.
    """
    from sklearn.datasets import load_breast_cancer

    return _classes("breast_cancer", load_breast_cancer(), ("malignant", "benign"))


def diabetes() -> Dataset:
    """Load 354 + 88 patients: ten standardised measurements each, and how far their diabetes went in a year.

    Returns:
        x: (samples, feature) float64, each feature with mean 0 and sum of squares 1 over all patients; y: (samples,)
        float64, from 25 to 346.
    """
    from sklearn.datasets import load_diabetes

    source: Any = load_diabetes()
    train, test = split(np.zeros(len(source.target), int))
    return Dataset(
        name="diabetes",
        x_train=source.data[train],
        y_train=source.target[train],
        x_test=source.data[test],
        y_test=source.target[test],
        axes=("sample", "feature"),
        feature_names=tuple(str(name) for name in source.feature_names),
        class_names=(),
        task="regression",
        provenance=locale.text("data.diabetes.provenance"),
        licence=locale.text("data.licence.scikit_learn"),
    )


def split(groups: Array) -> tuple[Array, Array]:
    """The rows for training and for testing: of each group every fifth is for testing, each part in a fixed order.

    Examples:
        >>> train, test = split(np.array([0] * 10 + [1] * 5))
        >>> sorted(test.tolist()), len(train)
        ([4, 9, 14], 12)
    """
    place = np.zeros(len(groups), int)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        place[rows] = np.arange(len(rows))
    test = place % _TEST_EVERY == _TEST_EVERY - 1
    random = np.random.RandomState(_ORDER_SEED)
    return random.permutation(np.flatnonzero(~test)), random.permutation(np.flatnonzero(test))


def _classes(name: str, source: Any, class_names: tuple[str, ...]) -> Dataset:  # noqa: ANN401 - scikit-learn's Bunch
    """A table of scikit-learn with one class per row."""
    train, test = split(source.target)
    return Dataset(
        name=name,
        x_train=source.data[train],
        y_train=source.target[train],
        x_test=source.data[test],
        y_test=source.target[test],
        axes=("sample", "feature"),
        feature_names=tuple(str(feature) for feature in source.feature_names),
        class_names=class_names,
        task="classification",
        provenance=locale.text(f"data.{name}.provenance"),
        licence=locale.text("data.licence.uci"),
    )
