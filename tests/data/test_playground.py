"""The sets of TensorFlow Playground against its definitions, written out point by point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.data import load_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.data import Dataset
    from vitrail.types import Array

HILLS = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]


def whole(data: Dataset) -> tuple[Array, Array]:
    return np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])


def plane(x: float, y: float) -> float:
    return (x + y) / 10


def hills(x: float, y: float) -> float:
    label = 0.0
    for cx, cy, sign in HILLS:
        new = sign * min(1.0, max(0.0, 1 - math.hypot(x - cx, y - cy) / 2))
        if abs(new) > abs(label):
            label = new
    return label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("circle", lambda x, y: int(math.hypot(x, y) < 2.5)),
        ("xor", lambda x, y: int(x * y >= 0)),
        ("plane", plane),
        ("multi_gauss", hills),
    ],
)
def test_without_noise_a_label_follows_from_the_point(name: str, label: Callable[[float, float], float]):
    x, y = whole(load_dataset(name, seed=4))
    np.testing.assert_allclose(y, [label(*point) for point in x.tolist()], atol=1e-6)


def test_circle_has_a_disc_and_a_ring():
    x, y = whole(load_dataset("circle", points=2000))
    radius = np.hypot(*x.T)
    assert np.bincount(y).tolist() == [1000, 1000]
    assert radius[y == 1].max() < 2.5
    assert (radius[y == 0].min() >= 3.5 - 1e-6, radius[y == 0].max() < 5) == (True, True)


def test_xor_keeps_a_gap_at_both_axes():
    x, _ = whole(load_dataset("xor", points=2000))
    assert np.abs(x).min() >= 0.3 - 1e-6
    assert np.abs(x).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0), (0.25, 2.25)])
def test_gauss_has_two_clouds_of_the_defined_variance(noise: float, variance: float):
    x, y = whole(load_dataset("gauss", points=40_000, noise=noise))
    for label, centre in ((0, -2), (1, 2)):
        cloud = x[y == label]
        assert len(cloud) == 20_000
        np.testing.assert_allclose(cloud.mean(axis=0), [centre, centre], atol=0.06)
        np.testing.assert_allclose(cloud.var(axis=0), [variance, variance], rtol=0.05)


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "multi_gauss"])
def test_noise_moves_labels_and_leaves_points(name: str):
    (x, y), (noisy_x, noisy_y) = (whole(load_dataset(name, noise=noise)) for noise in (0.0, 0.5))
    assert np.array_equal(x, noisy_x)
    assert not np.array_equal(y, noisy_y)


@given(
    name=st.sampled_from(["circle", "xor", "gauss", "plane", "multi_gauss"]),
    points=st.integers(2, 60).map(lambda half: 2 * half),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
    train_ratio=st.floats(0.3, 0.7),
)
def test_laws(name: str, points: int, noise: float, seed: int, train_ratio: float):
    options = {"points": points, "noise": noise, "seed": seed, "train_ratio": train_ratio}
    data = load_dataset(name, **options)
    x, y = whole(data)
    assert (x.shape, len(data.x_train)) == ((points, 2), math.floor(points * train_ratio))
    assert (x.dtype, y.dtype) == (np.float32, np.int64 if data.class_names else np.float32)
    again = whole(load_dataset(name, **options))
    assert np.array_equal(again[0], x)
    assert np.array_equal(again[1], y)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("circle", [(-0.03, -4.16, 0), (2.01, 4.12, 0)]),
        ("xor", [(5.08, 0.68, 1), (0.31, -4.58, 0)]),
    ],
)
def test_numbers_stay_the_same_between_versions(name: str, expected: list[tuple[float, float, int]]):
    data = load_dataset(name, points=4, seed=7)
    got = [(round(x1, 2), round(x2, 2), y) for (x1, x2), y in zip(data.x_train.tolist(), data.y_train, strict=True)]
    assert got == expected
