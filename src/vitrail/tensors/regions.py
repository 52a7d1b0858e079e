"""The part of a tensor that an element of a result comes from: a box, with a range along each axis."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors.kinds import Shape


class Region(NamedTuple):
    """A box of elements: of a number, the number itself."""

    axes: tuple[range, ...]

    @property
    def size(self) -> int:
        """How many elements it holds."""
        return math.prod(map(len, self.axes))

    @property
    def slices(self) -> tuple[slice, ...]:
        """What takes it out of an array.

        Examples:
            >>> import numpy as np
            >>> np.arange(12).reshape(3, 4)[row((1, 2), axis=1, length=4).slices].tolist()
            [[4, 5, 6, 7]]
        """
        return tuple(slice(along.start, along.stop) for along in self.axes)

    def indices(self) -> Iterator[Shape]:
        """The index of each of its elements, the last axis fastest."""
        return itertools.product(*self.axes)


def one(index: Shape) -> Region:
    """A single element.

    Examples:
        >>> list(one((1, 2)).indices())
        [(1, 2)]
    """
    return Region(tuple(range(at, at + 1) for at in index))


def row(index: Shape, *, axis: int, length: int) -> Region:
    """All elements along one axis through an element of the tensor.

    Examples:
        >>> list(row((1, 2), axis=0, length=3).indices())
        [(0, 2), (1, 2), (2, 2)]
    """
    return Region(tuple(range(length) if number == axis else range(at, at + 1) for number, at in enumerate(index)))


def whole(shape: Shape) -> Region:
    """All elements of a tensor."""
    return Region(tuple(range(length) for length in shape))
