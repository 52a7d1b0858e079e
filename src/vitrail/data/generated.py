"""What the computed sets share: their options, the shuffling, the split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail import locale
from vitrail.data import options
from vitrail.data.dataset import Dataset
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.types import Array

_MAX_POINTS = 1_000_000


class Settings(NamedTuple):
    """What was asked for, checked."""

    points: int
    noise: float
    seed: int
    train_ratio: float

    @property
    def train(self) -> int:
        """How many points are for training."""
        return math.floor(self.points * self.train_ratio)

    def random(self) -> np.random.RandomState:
        """The one generator of NumPy whose numbers never change between versions, at its beginning."""
        return np.random.RandomState(self.seed)


def check(
    points: object, noise: object, seed: object, train_ratio: object, *, most_noise: float, even: bool = False
) -> Settings:
    """Check the options of a computed set.

    Args:
        points: how many in all.
        noise: from 0 to `most_noise`.
        seed: of everything random.
        train_ratio: the share of points to train on, rounded down to a whole number of points.
        most_noise: the largest noise.
        even: whether each of two classes gets half of the points.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = Settings(
        options.whole("points", points, low=2, high=_MAX_POINTS),
        options.number("noise", noise, low=0.0, high=most_noise),
        options.seed(seed),
        options.number("train_ratio", train_ratio, low=0.0, high=1.0),
    )
    if even and settings.points % 2:
        raise DataError("error.data.odd", points=settings.points)
    if not 0 < settings.train < settings.points:
        raise DataError("error.data.empty_part", points=settings.points, train_ratio=settings.train_ratio)
    return settings


def points_dataset(
    name: str, x: Array, y: Array, settings: Settings, random: np.random.RandomState, class_names: tuple[str, ...] = ()
) -> Dataset:
    """Shuffle points with what `random` gives next, and split them.

    Args:
        name: of the set.
        x: (points, features).
        y: (points,): classes, or values of a regression.
        settings: as asked for.
        random: where the points came from.
        class_names: empty for a regression.

    Returns:
        x as float32; y as int64 for classes, as float32 for a regression.
    """
    order = random.permutation(settings.points)
    x = x[order].astype(np.float32)
    y = y[order].astype(np.int64 if class_names else np.float32)
    return Dataset(
        name=name,
        x_train=x[: settings.train],
        y_train=y[: settings.train],
        x_test=x[settings.train :],
        y_test=y[settings.train :],
        axes=("sample", "feature"),
        feature_names=tuple(f"x{place + 1}" for place in range(x.shape[1])),
        class_names=class_names,
        task="classification" if class_names else "regression",
        provenance=provenance(name, **settings._asdict()),
        licence=locale.text("data.licence.computed"),
    )


def provenance(name: str, **settings: object) -> str:
    """Where a computed set comes from, and with which options.

    Examples:
        >>> provenance("sine_wave", points=5)
        'Computed by Vitrail: a sine wave of period 25, with normal noise (points=5)'
    """
    written = ", ".join(f"{option}={value}" for option, value in settings.items())
    return f"{locale.text(f'data.{name}.provenance')} ({written})"
