"""The truth tables of OR, AND and XOR: four points each, all there is to learn and all there is to test."""

from __future__ import annotations

import numpy as np

from vitrail import locale
from vitrail.data.dataset import Dataset


def or_table() -> Dataset:
    """Load OR: true where at least one of two inputs is. A straight line separates its classes."""
    return _table("or", [0, 1, 1, 1])


def and_table() -> Dataset:
    """Load AND: true where both inputs are. A straight line separates its classes."""
    return _table("and", [0, 0, 0, 1])


def xor_table() -> Dataset:
    """Load XOR: true where the inputs differ. No straight line separates its classes."""
    return _table("xor_table", [0, 1, 1, 0])


def _table(name: str, truth: list[int]) -> Dataset:
    """x: (4, 2) float32, the pairs of 0 and 1 in counting order; y: (4,) int64. Training and test part are the same."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array(truth, np.int64)
    return Dataset(
        name=name,
        x_train=x,
        y_train=y,
        x_test=x,
        y_test=y,
        axes=("sample", "feature"),
        feature_names=("x1", "x2"),
        class_names=("false", "true"),
        task="classification",
        provenance=locale.text(f"data.{name}.provenance"),
        licence=locale.text("data.licence.computed"),
    )
