"""Where the windows of a series lie: each is learnt from or tested with, none reaches over the cut between both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from vitrail import locale
from vitrail.data import options, splits
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.types import Array, Language

MOST = 100_000
"""Rows of a window, and rows from one to the next."""


class Spans(NamedTuple):
    """Where the windows of one part lie, (windows,) int64 each."""

    start: Array
    """The first row of each."""
    end: Array
    """One after its last row."""
    target: Array
    """The row that is to be told."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows over the rows of a series.

    Window i of a part holds the rows from its start s to s + window - 1, and its target is the row
    s + window - 1 + horizon; the next one starts `stride` rows later.

    Args:
        rows: of the series.
        window: rows that a model gets.
        horizon: rows from the last of a window to its target.
        stride: rows from the start of one window to that of the next.
        cut: the first row that is not learnt from. Windows for training end, target and all, before it; those for
            testing begin at it.
        irregular: steps of time that differ from the usual one.

    Examples:
        >>> windows = place(20, window=4, horizon=2, stride=3, train_ratio=0.5)
        >>> windows.spans("train").start.tolist(), windows.spans("test").start.tolist()
        ([0, 3], [10, 13])
        >>> windows.spans("train").target.tolist(), windows.spans("test").target.tolist()
        ([5, 8], [15, 18])
    """

    rows: int
    window: int
    horizon: int
    stride: int
    cut: int
    irregular: int = 0

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from, and what was done to it."""
        return locale.text("data.series.provenance", language, name=name, irregular=self.irregular)

    def spans(self, part: Literal["train", "test"]) -> Spans:
        """Where the windows of one part lie, in the order of its samples."""
        first, end = (0, self.cut) if part == "train" else (self.cut, self.rows)
        start = np.arange(first, end - self.window - self.horizon + 1, self.stride)
        return Spans(start, start + self.window, start + self.window - 1 + self.horizon)


def place(
    rows: int, *, window: int, horizon: int = 1, stride: int = 1, train_ratio: float = 0.8, irregular: int = 0
) -> Windows:
    """Lay windows over a series and cut it once in time.

    Raises:
        DataError: an option is out of its bounds, or a part is too short for one window.
    """
    window, horizon, stride = (
        options.whole(name, value, low=1, high=MOST)
        for name, value in (("window", window), ("horizon", horizon), ("stride", stride))
    )
    windows = Windows(rows, window, horizon, stride, splits.learnt(rows, train_ratio), irregular)
    if not all(len(windows.spans(part).start) for part in ("train", "test")):
        raise DataError("error.data.series_short", rows=rows, cut=windows.cut, window=window, horizon=horizon)
    return windows


def cut_out(values: Array, windows: Windows, part: Literal["train", "test"]) -> Array:
    """The windows of one part, (windows, time, feature): a view of the series, read-only.

    Args:
        values: of the series, (time, feature).
        windows: where they lie.
        part: which of them.
    """
    start = windows.spans(part).start
    every = np.lib.stride_tricks.sliding_window_view(values, windows.window, axis=0)
    return np.moveaxis(every, -1, 1)[start[0] : start[-1] + 1 : windows.stride]
