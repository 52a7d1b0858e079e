"""`moons` and `blobs` of scikit-learn: points in the plane in two half circles, or in round clouds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import generated, options

if TYPE_CHECKING:
    from vitrail.data.dataset import Dataset

_MOST_CENTERS = 10


def moons(*, points: int = 500, noise: float = 0.1, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Make two interleaving half circles of radius 1.

    Args:
        points: how many in all; even.
        noise: the standard deviation of what each coordinate is moved by.
        seed: of the noise and the shuffling.
        train_ratio: the share of points to train on.

    Returns:
        x: (samples, feature) float32; y: (samples,) int64, 0 or 1.

    Raises:
        DataError: an option is out of its bounds.
    """
    from sklearn.datasets import make_moons

    settings = generated.check(points, noise, seed, train_ratio, most_noise=10.0, even=True)
    random = settings.random()
    x, y = make_moons(settings.points, shuffle=False, noise=settings.noise, random_state=random)
    return generated.points_dataset("moons", np.asarray(x), np.asarray(y), settings, random, ("upper", "lower"))


def blobs(
    *, points: int = 500, centers: int = 3, noise: float = 1.0, seed: int = 0, train_ratio: float = 0.5
) -> Dataset:
    """Make round normal clouds about centres drawn from [-10, 10] x [-10, 10].

    Args:
        points: how many in all, shared out evenly.
        centers: how many clouds, each a class of its own; 2 to 10.
        noise: the standard deviation of each cloud.
        seed: of the centres, the points and the shuffling.
        train_ratio: the share of points to train on.

    Returns:
        x: (samples, feature) float32; y: (samples,) int64, 0 to `centers - 1`.

    Raises:
        DataError: an option is out of its bounds.
    """
    from sklearn.datasets import make_blobs

    settings = generated.check(points, noise, seed, train_ratio, most_noise=10.0)
    centers = options.whole("centers", centers, low=2, high=_MOST_CENTERS)
    random = settings.random()
    x, y, *_ = make_blobs(settings.points, centers=centers, cluster_std=settings.noise, random_state=random)
    names = tuple("ABCDEFGHIJ"[:centers])
    return generated.points_dataset("blobs", np.asarray(x), np.asarray(y), settings, random, names)
