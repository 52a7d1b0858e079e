"""Which Keras layers could take a tensor, what has to be done before, and which shape each would give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vitrail.tensors.axes import AxisGuess

UNITS = "units"
"""Stands in a shape for how many units, filters or numbers a layer is asked for."""


class Taken(NamedTuple):
    """One layer that could take a tensor."""

    layer: str
    """Its class in `keras.layers`."""
    expression: str
    """What it takes, of a tensor called `x`."""
    takes: tuple[int, ...]
    """The shape of that."""
    gives: tuple[int | str, ...]
    """The shape of what comes out."""


def takers(axes: Sequence[AxisGuess], *, whole: bool, least: float) -> tuple[Taken, ...]:
    """The layers that could take a tensor with such axes, the most usual ones first.

    Args:
        axes: what they most likely are.
        whole: whether all values are whole numbers.
        least: the smallest value.

    Examples:
        >>> from vitrail.tensors.axes import AxisGuess
        >>> picture = [AxisGuess("sample", 60), AxisGuess("height", 28), AxisGuess("width", 28)]
        >>> for taken in takers(picture, whole=False, least=0.0):
        ...     print(taken.layer, taken.expression, taken.takes, taken.gives)
        Flatten x (60, 28, 28) (60, 784)
        Dense x.reshape(len(x), -1) (60, 784) (60, 'units')
        Conv2D x[..., None] (60, 28, 28, 1) (60, 28, 28, 'units')
    """
    names = tuple(axis.name for axis in axes)
    shape = tuple(axis.length for axis in axes)
    if not shape or None in names or 0 in shape:
        return ()
    if names[0] != "sample":  # a single picture: a batch of one
        return tuple(_of_batch(("sample", *names), (1, *shape), "x[None]", whole=False))
    return tuple(_of_batch(names, shape, "x", whole=whole and least >= 0))


def _of_batch(names: tuple[str | None, ...], shape: tuple[int, ...], x: str, *, whole: bool) -> Iterator[Taken]:
    count, inner = shape[0], shape[1:]
    if not inner:
        yield Taken("Dense", f"{x}[:, None]", (count, 1), (count, UNITS))
    elif len(inner) == 1:
        yield Taken("Dense", x, shape, (count, UNITS))
    else:
        flat = (count, math.prod(inner))
        yield Taken("Flatten", x, shape, flat)
        yield Taken("Dense", f"{x}.reshape(len({x}), -1)", flat, (count, UNITS))
    if whole and len(inner) == 1:
        yield Taken("Embedding", x, shape, (*shape, UNITS))
    yield from _of_kind(names[1:], shape, x)


def _of_kind(kind: tuple[str | None, ...], shape: tuple[int, ...], x: str) -> Iterator[Taken]:
    """The layers for series, pictures and films; convolutions keep the sides, as with `padding="same"`."""
    match kind:
        case ("time", "feature"):
            yield Taken("LSTM", x, shape, (shape[0], UNITS))
            yield Taken("Conv1D", x, shape, (*shape[:-1], UNITS))
        case ("height", "width"):
            yield Taken("Conv2D", f"{x}[..., None]", (*shape, 1), (*shape, UNITS))
        case ("height", "width", "channel"):
            yield Taken("Conv2D", x, shape, (*shape[:-1], UNITS))
        case ("channel", "height", "width"):
            last = (shape[0], *shape[2:], shape[1])
            yield Taken("Conv2D", f"{x}.transpose(0, 2, 3, 1)", last, (*last[:-1], UNITS))
        case ("frame", "height", "width"):
            yield Taken("Conv3D", f"{x}[..., None]", (*shape, 1), (*shape, UNITS))
        case ("frame", "height", "width", "channel"):
            yield Taken("Conv3D", x, shape, (*shape[:-1], UNITS))
        case _:
            pass
