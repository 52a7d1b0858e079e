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
    from collections.abc import Iterable

    from vitrail.types import Array, Axis

_TEST_EVERY = 5
_ORDER_SEED = 0


def digits() -> Dataset:
    """Load 1,442 + 355 handwritten digits.

    Returns:
        x: (samples, height, width) float64, 8 x 8 pixels from 0, background, to 16; y: (samples,), 0 to 9.
    """
    from sklearn.datasets import load_digits

    source: Any = load_digits()
    names = tuple(str(name) for name in source.target_names)
    return _dataset("digits", source.images, source.target, axes=("sample", "height", "width"), class_names=names)


def wine() -> Dataset:
    """Load 144 + 34 wines: 13 measurements each, and which of three cultivars they come from.

    Returns:
        x: (samples, feature) float64; y: (samples,), 0 to 2.
    """
    from sklearn.datasets import load_wine

    source: Any = load_wine()
    names = ("cultivar 1", "cultivar 2", "cultivar 3")
    return _dataset("wine", source.data, source.target, features=source.feature_names, class_names=names)


def breast_cancer() -> Dataset:
    """Load 456 + 113 tumours: 30 measurements of cell nuclei each, and whether they were malignant.

    Returns:
        x: (samples, feature) float64; y: (samples,), 0 for malignant, 1 for benign.
    """
    from sklearn.datasets import load_breast_cancer

    source: Any = load_breast_cancer()
    names = ("malignant", "benign")
    return _dataset("breast_cancer", source.data, source.target, features=source.feature_names, class_names=names)


def diabetes() -> Dataset:
    """Load 354 + 88 patients: ten standardised measurements each, and how far their diabetes went in a year.

    Returns:
        x: (samples, feature) float64, each feature with mean 0 and sum of squares 1 over all patients; y: (samples,)
        float64, from 25 to 346.
    """
    from sklearn.datasets import load_diabetes

    source: Any = load_diabetes()
    return _dataset("diabetes", source.data, source.target, features=source.feature_names, licence="scikit_learn")


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


def _dataset(
    name: str,
    x: Array,
    y: Array,
    *,
    axes: tuple[Axis, ...] = ("sample", "feature"),
    features: Iterable[object] = (),
    class_names: tuple[str, ...] = (),
    licence: str = "uci",
) -> Dataset:
    """What scikit-learn gives, split."""
    train, test = split(y if class_names else np.zeros(len(y), int))
    return Dataset(
        name=name,
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        axes=axes,
        feature_names=tuple(str(feature) for feature in features),
        class_names=class_names,
        task="classification" if class_names else "regression",
        provenance=locale.text(f"data.{name}.provenance"),
        licence=locale.text(f"data.licence.{licence}"),
    )
