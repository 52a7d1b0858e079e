"""The two spiral arms."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vitrail.data import Dataset, load_dataset


def everything(data: Dataset) -> list[tuple[float, float, int]]:
    x, y = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    return [(*point, label) for point, label in zip(x.tolist(), y.tolist(), strict=True)]


def definition(points: int) -> list[tuple[float, float, int]]:
    """Point by point, as the Playground's source has it."""
    found = []
    n = points / 2
    for label, delta in ((1, 0.0), (0, math.pi)):
        for i in range(points // 2):
            r = i / n * 5
            t = 1.75 * i / n * 2 * math.pi + delta
            found.append((r * math.sin(t), r * math.cos(t), label))
    return found


def test_without_noise_the_points_are_the_definitions():
    got, expected = sorted(everything(load_dataset("spiral"))), sorted(definition(500))
    # the two arms meet in one point at the centre, whose order depends on the sign of a zero
    by_arm = [[p for p in part if p[2] == arm] for part in (got, expected) for arm in (0, 1)]
    assert [len(part) for part in by_arm] == [250] * 4
    for ours, theirs in zip(by_arm[:2], by_arm[2:], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_four_points_are_these():
    data = load_dataset("spiral", points=4, seed=1)
    assert (data.x_train.dtype, data.y_train.dtype) == (np.float32, np.int64)
    assert data.sample_shape == (2,)
    got = sorted((round(x1, 4), round(x2, 4), label) for x1, x2, label in everything(data))
    assert got == [(-1.7678, 1.7678, 1), (0.0, 0.0, 0), (0.0, 0.0, 1), (1.7678, -1.7678, 0)]


@given(
    points=st.integers(1, 60).map(lambda half: 2 * half),
    noise=st.floats(0, 2),
    seed=st.integers(0, 2**32 - 1),
    train_ratio=st.floats(0.5, 0.9),
)
def test_laws(points: int, noise: float, seed: int, train_ratio: float):
    options = {"points": points, "noise": noise, "seed": seed, "train_ratio": train_ratio}
    data = load_dataset("spiral", **options)
    assert everything(load_dataset("spiral", **options)) == everything(data)
    assert len(data.x_train) == math.floor(points * train_ratio)
    assert sorted(label for *_, label in everything(data)) == [0] * (points // 2) + [1] * (points // 2)
    assert np.abs(np.concatenate([data.x_train, data.x_test])).max() <= 5 + noise


def test_seeds_and_noise_change_the_points():
    plain, other, noisy = (
        everything(load_dataset("spiral", **options)) for options in ({}, {"seed": 1}, {"noise": 0.1})
    )
    assert plain != other
    assert sorted(plain) == sorted(other)
    assert [label for *_, label in plain] != [0] * 250 + [1] * 250
    assert not set(plain) & set(noisy)


def test_numbers_stay_the_same_between_versions():
    data = load_dataset("spiral", points=4, noise=0.5, seed=7)
    assert [(round(x1, 5), round(x2, 5), label) for x1, x2, label in everything(data)] == [
        (-1.76665, 1.33982, 1),
        (1.70618, -1.5443, 0),
        (-0.42369, 0.27992, 0),
        (0.47799, 0.0385, 1),
    ]
