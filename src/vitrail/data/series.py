"""One table of numbers over time, cut into windows: what came, to tell what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail import locale
from vitrail.data import npy, options, windows
from vitrail.data.arrays import check_array
from vitrail.data.dataset import Dataset
from vitrail.data.scaling import Scaling
from vitrail.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.tables.frame import Column, Frame
    from vitrail.types import Array

MOST_VALUES = 250_000_000
"""Numbers in all windows together: 1 GB once they are copied for a training."""

Scale = Literal["standard", "none"]


class Series(NamedTuple):
    """Numbers over time."""

    values: Array
    """(time, feature) float64, all finite."""
    names: tuple[str, ...]
    """Of the features."""
    irregular: int = 0
    """Steps of time that differ from the usual one."""


def load(
    path: Path,
    *,
    window: int,
    horizon: int = 1,
    stride: int = 1,
    features: Sequence[str] = (),
    target: str = "",
    time: str = "",
    scaling: Scale = "standard",
    train_ratio: float = 0.8,
) -> Dataset:
    """Load a series from a table, a row for each time, or from an array (time, feature), and cut it into windows.

    Args:
        path: of a table or a `.npy` file.
        window: rows that a sample has.
        horizon: rows from the last of a window to what is to be told: 1 for the next.
        stride: rows from the start of one window to that of the next.
        features: the columns that a sample has; all that hold numbers when left out. Columns of an array are called
            `"x1"`, `"x2"` and so on.
        target: the column whose value is to be told; the last one with numbers when left out. It stays in its unit.
        time: the column of times, which must increase; the first one that holds times when left out. Where there is
            none, rows are taken as they lie.
        scaling: `"standard"` brings each feature to mean 0 and deviation 1 over the rows learnt from.
        train_ratio: the share of rows before the cut.

    Returns:
        x: (samples, time, feature) float32; y: (samples,) float32. `source` says where each window lies, `fitted` holds
        the scaling.

    Raises:
        DataError: the file is no such table or array, a column is unknown or has an empty cell, times do not increase,
            the series is too short for the windows, or an option is wrong.
        ShapeError: the array is no series.
    """
    options.choice("scaling", scaling, get_args(Scale))
    series = _of_array(path) if path.suffix.lower() == ".npy" else _of_table(path, time, (*features, target))
    laid = windows.place(
        len(series.values),
        window=window,
        horizon=horizon,
        stride=stride,
        train_ratio=train_ratio,
        irregular=series.irregular,
    )
    return dataset(
        path.name,
        series,
        laid,
        features=options.names("features", features),
        target=target,
        scaling=scaling,
        provenance=laid.render(path.name),
        licence=locale.text("data.licence.own"),
    )


def dataset(
    name: str,
    series: Series,
    laid: windows.Windows,
    *,
    features: tuple[str, ...],
    target: str,
    scaling: Scale,
    provenance: str,
    licence: str,
) -> Dataset:
    """Windows of a series, scaled as the rows before the cut are spread; arguments and errors as those of `load`."""
    chosen = [_place(series, feature, name) for feature in features or series.names]
    names = tuple(series.names[place] for place in chosen)
    wanted = _place(series, target or series.names[-1], name)
    values = series.values[:, chosen]
    if laid.rows * laid.window * len(chosen) // laid.stride > MOST_VALUES:
        raise DataError("error.data.series_large", window=laid.window, stride=laid.stride, most=MOST_VALUES)
    fitted = Scaling.fit(values[: laid.cut], names) if scaling == "standard" else Scaling.none(names)
    values = npy.native(fitted.apply(values))
    told = series.values[:, wanted].astype(np.float32)
    return Dataset(
        name=name,
        x_train=windows.cut_out(values, laid, "train"),
        y_train=told[laid.spans("train").target],
        x_test=windows.cut_out(values, laid, "test"),
        y_test=told[laid.spans("test").target],
        axes=("sample", "time", "feature"),
        feature_names=names,
        class_names=(),
        task="regression",
        provenance=provenance,
        licence=licence,
        source=laid,
        fitted=fitted,
    )


def _place(series: Series, column: str, name: str) -> int:
    if column not in series.names:
        known = ", ".join(series.names)[:200]
        raise DataError("error.data.series_column", file=name, column=column[:60], known=known)
    return series.names.index(column)


def _of_array(path: Path) -> Series:
    values = check_array(npy.read(path), what=str(path))
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2:  # noqa: PLR2004 - time, feature
        raise ShapeError("error.data.series_shape", file=str(path), shape=str(values.shape))
    return Series(values.astype(np.float64), tuple(f"x{place + 1}" for place in range(values.shape[1])))


def _of_table(path: Path, time: str, asked: tuple[str, ...]) -> Series:
    from vitrail.data.tables import kinds, reading

    frame = kinds.typed(reading.read(path), path.name)
    unknown = next((name for name in (time, *asked) if name and name not in frame.names), None)
    if unknown is not None:
        known = ", ".join(frame.names)[:200]
        raise DataError("error.data.series_column", file=path.name, column=unknown[:60], known=known)
    clock = frame[time] if time else next((column for column in frame.columns if column.kind == "time"), None)
    numbers = [column for column in frame.columns if column.kind == "number" and column is not clock]
    if not numbers:
        raise DataError("error.data.series_column", file=path.name, column="-", known=", ".join(frame.names)[:200])
    for column in (*numbers, *([clock] if clock else [])):
        _check_filled(column, frame, path.name)
    irregular = _check_clock(clock, frame, path.name) if clock else 0
    values = np.stack([column.values for column in numbers], axis=1)
    return Series(values, tuple(column.name for column in numbers), irregular)


def _check_filled(column: Column, frame: Frame, file: str) -> None:
    if column.missing.any():
        line = int(frame.lines[np.argmax(column.missing)])
        raise DataError("error.data.series_empty", file=file, line=line, column=column.name)


def _check_clock(clock: Column, frame: Frame, file: str) -> int:
    """Refuse times that do not increase, and count the steps that are not the usual one."""
    if clock.kind not in {"time", "number"}:
        raise DataError("error.data.series_time", file=file, column=clock.name)
    steps = np.diff(clock.values)
    backwards = steps <= np.zeros((), steps.dtype)
    if backwards.any():
        line = int(frame.lines[1:][np.argmax(backwards)])
        raise DataError("error.data.series_order", file=file, line=line, column=clock.name)
    found, counts = np.unique(steps, return_counts=True)
    return int(np.sum(steps != found[np.argmax(counts)]))
