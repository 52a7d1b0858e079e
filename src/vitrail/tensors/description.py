"""`describe`: what a value is as a tensor, in words that a learner and a practitioner can both use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.locale import language_of_environment, text
from vitrail.locale.numbers import file_size, integer, significant
from vitrail.tensors import axes, layers, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors.axes import AxisGuess
    from vitrail.tensors.layers import Taken
    from vitrail.tensors.reading import Obstacle
    from vitrail.types import Array, FloatArray, Language

_BLOCK = 2**20
"""Numbers that are measured at a time."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a value is as a tensor; of what is none, why, and what to do about it.

    `print` it, or `render` it in a language; a notebook shows it as text.
    """

    source: str
    """The library that it comes from; `list` and `number` are Python's own."""
    obstacle: Obstacle | None
    """Why it is no tensor of numbers; then nothing below says anything."""
    shape: tuple[int, ...] = ()
    dtype: str = ""
    bytes: int = 0
    axes: tuple[AxisGuess, ...] = ()
    """What each axis most likely is, the first one first."""
    reason: str = ""
    """Why: a key of the catalogue of texts."""
    low: float | None = None
    """The smallest value of those that are numbers; none where there are none, and of complex numbers."""
    high: float | None = None
    mean: float | None = None
    deviation: float | None = None
    """The standard deviation, as of a whole population."""
    nan: int = 0
    """Values that are no number."""
    infinite: int = 0
    layers: tuple[Taken, ...] = ()
    """The layers that could take it, the most usual ones first."""

    @property
    def rank(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many values there are."""
        return int(np.prod(self.shape, dtype=np.int64)) if self.obstacle is None else 0

    def render(self, language: Language) -> str:
        """The description in words, some lines long."""
        if self.obstacle is not None:
            return text(self.obstacle.key, language, **self.obstacle.arguments)
        say = _Words(language)
        lines = [
            say("head", rank=self.rank, shape=_written(self.shape), source=self.source),
            say("memory", dtype=self.dtype, size=integer(self.size, language), bytes=file_size(self.bytes, language)),
        ]
        if self.low is not None and self.high is not None:
            shown = {"low": self.low, "high": self.high, "mean": self.mean or 0.0, "deviation": self.deviation or 0.0}
            lines.append(say("values", **{name: significant(value, language) for name, value in shown.items()}))
        if self.nan or self.infinite:
            lines.append(say("broken", nan=integer(self.nan, language), infinite=integer(self.infinite, language)))
        if self.axes:
            named = [say.axis(axis) for axis in self.axes]
            lines.append(say("axes", axes=", ".join(named)))
        lines.append(text(self.reason, language))
        lines += [
            say("layer", layer=one.layer, x=one.expression, takes=_written(one.takes), gives=say.shape(one.gives))
            for one in self.layers
        ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render(language_of_environment())

    __repr__ = __str__


def describe(value: object) -> Description:
    """Describe a value of any kind as a tensor.

    Args:
        value: an array of NumPy, JAX, PyTorch or TensorFlow, a table or column of pandas or polars, a picture of Pillow,
            a nested list, a number. Nothing else is refused: what is no tensor of numbers is explained.

    Returns:
        Its rank, shape, dtype, size in bytes, range, NaN and infinite values, what its axes most likely are and why, and
        the Keras layers that could take it. Mean and deviation are computed in float64.

    Examples:
        >>> import numpy as np
        >>> found = describe(np.zeros((60, 28, 28), np.uint8))
        >>> found.rank, found.size, [axis.name for axis in found.axes], found.layers[0].layer
        (3, 47040, ['sample', 'height', 'width'], 'Flatten')
        >>> print(describe([[5.1, 3.5], [4.9]]).render("en"))
        Not a tensor: [1] has a length of 1 where the others have 2. Every row must be as long as the others: cut them, or fill the short ones up (0 or NaN).
    """  # noqa: E501 - a line of the example
    source, array, obstacle = reading.read(value)
    if array is None:
        return Description(source, obstacle)
    guess = axes.guess(array)
    numbers = _finite(array)
    low, high, mean, deviation = _statistics(numbers)
    whole = array.dtype.kind in "iu"
    return Description(
        source=source,
        obstacle=None,
        shape=array.shape,
        dtype=str(array.dtype),
        bytes=array.nbytes,
        axes=guess.axes,
        reason=guess.reason,
        low=low,
        high=high,
        mean=mean,
        deviation=deviation,
        nan=int(np.isnan(array).sum()) if array.dtype.kind in "fc" else 0,
        infinite=int(np.isinf(array).sum()) if array.dtype.kind in "fc" else 0,
        layers=layers.takers(guess.axes, whole=whole, least=0.0 if low is None else low),
    )


def _finite(array: Array) -> Array:
    return array[np.isfinite(array)] if array.dtype.kind in "fc" else array.reshape(-1)


def _statistics(numbers: Array) -> tuple[float | None, float | None, float | None, float | None]:
    """Smallest, largest, mean and deviation of finite numbers; none of none, and of complex ones."""
    if numbers.size == 0 or numbers.dtype.kind == "c":
        return None, None, None, None
    low, high = float(numbers.min()), float(numbers.max())
    scale = max(abs(low), abs(high)) or 1.0  # so that neither a sum nor a square leaves float64
    mean = sum(float(shares.sum()) for shares in _shares(numbers, scale)) / numbers.size
    squares = sum(float(((shares - mean) ** 2).sum()) for shares in _shares(numbers, scale))
    return low, high, mean * scale, math.sqrt(squares / numbers.size) * scale


def _shares(numbers: Array, scale: float) -> Iterator[FloatArray]:
    """All numbers in float64, divided by the largest, a block at a time: bytes take eight times their room so."""
    flat = numbers.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        yield flat[start : start + _BLOCK].astype(np.float64) / scale


def _written(shape: tuple[int, ...]) -> str:
    return str(tuple(shape))


class _Words:
    """What a description says, in one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def __call__(self, key: str, **arguments: str | int) -> str:
        return text(f"tensor.{key}", self._language, **arguments)

    def axis(self, axis: AxisGuess) -> str:
        name = self("axis_unknown") if axis.name is None else text(f"data.axis.{axis.name}", self._language)
        return f"{name} ({integer(axis.length, self._language)})"

    def shape(self, shape: tuple[int | str, ...]) -> str:
        units = self("units")
        return "(" + ", ".join(units if size == layers.UNITS else str(size) for size in shape) + ")"
