"""Two years of hours at a weather station that was never built: a series with two rhythms, made by a seed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from vitrail import locale
from vitrail.data import generated, options, series, windows
from vitrail.data.series import Scale, Series

if TYPE_CHECKING:
    from vitrail.data.dataset import Dataset
    from vitrail.types import Array

NAMES = ("temperature", "pressure", "wind")
"""In °C, hPa and m/s."""

_DAY, _YEAR = 24, 8766
"""Hours."""
_MOST_DAYS = 3650


def load(
    *,
    days: int = 730,
    window: int = 24,
    horizon: int = 1,
    stride: int = 1,
    scaling: Scale = "standard",
    seed: int = 0,
    train_ratio: float = 0.8,
) -> Dataset:
    """Make the series and cut it into windows: the last day, to tell the temperature an hour later.

    Hours follow each other from the first of January. The temperature is a mean of 11 °C, the season, the time of day
    and the weather, which lasts for days; the pressure falls before it gets warmer than usual, the wind blows where
    pressure is low.

    Args:
        days: length of the series.
        window: hours that a sample has.
        horizon: hours from the last of a window to what is to be told.
        stride: hours from the start of one window to that of the next.
        scaling: as of a series of one's own.
        seed: of the weather.
        train_ratio: the share of hours before the cut.

    Returns:
        x: (samples, time, feature) float32, temperature, pressure and wind; y: (samples,) float32, in °C.

    Raises:
        DataError: an option is out of its bounds, or the series is too short for the windows.
    """
    options.choice("scaling", scaling, ("standard", "none"))
    days = options.whole("days", days, low=2, high=_MOST_DAYS)
    laid = windows.place(days * _DAY, window=window, horizon=horizon, stride=stride, train_ratio=train_ratio)
    settings = {"days": days, "window": window, "horizon": horizon, "stride": stride, "scaling": scaling}
    return series.dataset(
        "temperatures",
        Series(hours(days, options.seed(seed)), NAMES),
        laid,
        features=NAMES,
        target=NAMES[0],
        scaling=scaling,
        provenance=generated.provenance("temperatures", **settings, seed=seed, train_ratio=train_ratio),
        licence=locale.text("data.licence.computed"),
    )


def hours(days: int, seed: int) -> Array:
    """The series, (hours, 3) float64, rounded to tenths as stations do."""
    count = days * _DAY
    random = np.random.RandomState(seed)
    hour = np.arange(count)
    weather, front = (_lasting(random.normal(size=count), memory) for memory in (60.0, 40.0))
    season = -np.cos(2 * np.pi * (hour / _YEAR - 0.05))
    daily = -np.cos(2 * np.pi * (hour % _DAY - 2) / _DAY)
    temperature = 11 + 8 * season + (3 + season) * daily + 3 * weather
    pressure = 1015 + 8 * front - 2 * np.roll(weather, -6)
    wind = np.abs(3.5 - 1.5 * front + _lasting(random.normal(size=count), 6.0))
    return np.stack([temperature, pressure, wind], axis=1).round(1)


def _lasting(noise: Array, memory: float) -> Array:
    """Noise of deviation 1 that fades by e within so many hours: s_t = k s_(t-1) + sqrt(1 - k^2) e_t."""
    kept = float(np.exp(-1 / memory))
    share = np.sqrt(1 - kept**2)
    first, *rest = noise.tolist()
    return np.array(list(itertools.accumulate(rest, lambda state, new: kept * state + share * new, initial=first)))
