"""A noisy sine wave in windows: what came, to tell what comes next."""

from __future__ import annotations

import math

import numpy as np

from vitrail import locale
from vitrail.data import generated, options
from vitrail.data.dataset import Dataset
from vitrail.errors import DataError

_PERIOD = 25
_MOST_STEPS = 1000


def load(
    *, points: int = 1000, steps: int = 20, noise: float = 0.05, seed: int = 0, train_ratio: float = 0.8
) -> Dataset:
    """Make a series and cut it into overlapping windows, each with the value that follows it as its target.

    The series is s_t = sin(2 pi t / 25) plus normal noise, t = 0 .. points - 1. Window i holds s_i .. s_{i + steps - 1}
    and has the target s_{i + steps}. Windows stay in the order of time: the first are for training, the last for
    testing.

    Args:
        points: length of the series.
        steps: length of a window.
        noise: the standard deviation of the noise.
        seed: of the noise.
        train_ratio: the share of windows to train on.

    Returns:
        x: (samples, time, feature) float32, one feature; y: (samples,) float32.

    Raises:
        DataError: an option is out of its bounds, or the windows are too long for the series.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=10.0)
    steps = options.whole("steps", steps, low=1, high=_MOST_STEPS)
    windows = settings.points - steps
    train = math.floor(windows * settings.train_ratio)
    if not 0 < train < windows:
        raise DataError("error.data.windows", points=settings.points, steps=steps)
    series = np.sin(2.0 * math.pi * np.arange(settings.points) / _PERIOD)
    series += settings.noise * settings.random().normal(size=settings.points)
    x = np.lib.stride_tricks.sliding_window_view(series.astype(np.float32), steps)[:-1, :, None]
    y = series[steps:].astype(np.float32)
    return Dataset(
        name="sine_wave",
        x_train=np.ascontiguousarray(x[:train]),
        y_train=y[:train],
        x_test=np.ascontiguousarray(x[train:]),
        y_test=y[train:],
        axes=("sample", "time", "feature"),
        feature_names=("s",),
        class_names=(),
        task="regression",
        provenance=generated.provenance("sine_wave", **settings._asdict(), steps=steps),
        licence=locale.text("data.licence.computed"),
    )
