"""Functions of one number, to be learnt from noisy points: `sine` and `piecewise`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import generated

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.data.dataset import Dataset
    from vitrail.types import Array

_MOST_NOISE = 10.0


def sine(*, points: int = 500, noise: float = 0.1, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Make points of y = sin x, with x drawn from [-pi, pi).

    Args:
        points: how many in all.
        noise: the standard deviation of what each y is moved by.
        seed: of x, the noise and the shuffling.
        train_ratio: the share of points to train on.

    Returns:
        x: (samples, feature) float32, one feature; y: (samples,) float32.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE)
    return _curve("sine", np.sin, math.pi, settings)


def piecewise(*, points: int = 500, noise: float = 0.1, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Make points of a function in three pieces, with a kink at -1 and a jump at 1; x is drawn from [-3, 3).

        y = x + 2 for x < -1,  x^2 for -1 <= x < 1,  1 - x for x >= 1

    The options and what is returned are those of `sine`.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE)
    return _curve("piecewise", _pieces, 3.0, settings)


def _pieces(x: Array) -> Array:
    return np.where(x < -1, x + 2, np.where(x < 1, x**2, 1 - x))


def _curve(name: str, function: Callable[[Array], Array], reach: float, settings: generated.Settings) -> Dataset:
    random = settings.random()
    x = random.uniform(-reach, reach, settings.points)
    y = function(x) + settings.noise * random.normal(size=settings.points)
    return generated.points_dataset(name, x[:, None], y, settings, random)
