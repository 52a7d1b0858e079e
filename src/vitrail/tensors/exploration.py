"""`explore`: a tensor to walk through, as pictures, series, numbers or films, one slice at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail import showing
from vitrail.errors import InputError
from vitrail.locale import language_of_environment
from vitrail.tensors import arrangement as arranging
from vitrail.tensors import domain, expressions, reading, statistics
from vitrail.tensors import slab as slabs
from vitrail.tensors.axes import AxisGuess
from vitrail.tensors.description import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.arrangement import Arrangement
    from vitrail.tensors.axes import AxisName
    from vitrail.tensors.description import Description
    from vitrail.tensors.domain import Domain
    from vitrail.tensors.slab import Slab
    from vitrail.tensors.statistics import AxisStatistics
    from vitrail.types import Array, Language


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a slice that somebody picked."""

    expression: str
    """The Python expression that gives it."""
    values: Array
    """It, with the axes in the tensor's order; none where a single value was picked."""
    description: Description


@dataclass(frozen=True)
class Exploration:
    """A tensor, and how it is shown at first. A notebook shows it as a widget.

    The array is looked at as it is, not copied: what is written into it afterwards is seen.
    """

    array: Array
    description: Description
    name: str
    """What expressions call it."""
    language: Language
    arrangement: Arrangement

    def slab(self, arrangement: Arrangement | None = None) -> Slab:
        """What an arrangement shows; none for the first one.

        Raises:
            InputError: the tensor has no such arrangement.

        Examples:
            >>> found = explore(np.arange(24).reshape(2, 3, 4))
            >>> slab = found.slab(found.arrangement.moved(0, 1))
            >>> slab.expression, slab.values.shape
            ('x[1, :, :]', (1, 4, 3, 1))
        """
        wanted = self.arrangement if arrangement is None else arrangement
        arranging.check(wanted, self.array.shape)
        whole = slabs.cut(self.array, wanted)
        numbers = slabs.cut(self.numbers, wanted)
        spans = slabs.spans(wanted, whole.shape)
        low, high = self._domain(wanted, numbers)
        facets, rows, columns, _ = (span.indices for span in spans)
        shape = tuple(n for n, role in zip(self.array.shape, wanted.roles, strict=True) if role in arranging.PLACES)
        empty = self.array.size == 0
        return slabs.Slab(
            wanted,
            values=whole[facets, rows, columns],
            spans=spans,
            low=low,
            high=high,
            marks=slabs.marks(numbers, low, high),
            shape=self.array.shape if empty else shape,
            expression=self.whole if empty else expressions.part(self.whole, wanted.index),
        )

    def statistics(self, axis: int) -> AxisStatistics:
        """Mean, deviation, smallest and largest value at each index of an axis; complex numbers by their sizes.

        Raises:
            InputError: there is no such axis.
        """
        return statistics.along(self.numbers, axis)

    def select(
        self, arrangement: Arrangement, facets: Sequence[int], rows: Sequence[int], columns: Sequence[int]
    ) -> Selection:
        """Pick a part of a slice.

        Args:
            arrangement: of the slice.
            facets: the first index, and the one after the last; of no meaning where no axis lies there.
            rows: the same of rows.
            columns: the same of columns.

        Raises:
            InputError: the tensor has no such arrangement, or the slice no such part.

        Examples:
            >>> found = explore(np.arange(24).reshape(4, 6))
            >>> found.select(found.arrangement, (0, 1), (2, 3), (1, 4)).expression
            'x[2, 1:4]'
        """
        arranging.check(arrangement, self.array.shape)
        index = list(arrangement.index)
        for role, ends in zip(arranging.PLACES, (facets, rows, columns), strict=False):
            axis = arrangement.axis(role)
            if axis is not None:
                index[axis] = self._between(axis, ends)
        values = np.asarray(self.array[tuple(index)])
        return Selection(expressions.part(self.whole, index), values, describe(values))

    @cached_property
    def numbers(self) -> Array:
        """What is drawn of the array: real numbers of the same shape."""
        return domain.real(self.array)

    @cached_property
    def whole(self) -> str:
        """The Python expression of the array."""
        return expressions.tensor(self.name, self.description.source, self.array)

    @cached_property
    def broken_at(self) -> tuple[int, ...] | None:
        """The place of the first value that is NaN or infinite; none where there is no such value."""
        if not (self.description.nan or self.description.infinite):
            return None
        return tuple(map(int, np.unravel_index(int(np.argmin(np.isfinite(self.array))), self.array.shape)))

    @cached_property
    def _whole_domain(self) -> Domain:
        return domain.whole(self.numbers)

    @cached_property
    def _robust_domain(self) -> Domain:
        return domain.robust(self.numbers)

    def _domain(self, wanted: Arrangement, numbers: Array) -> Domain:
        if wanted.scale == "robust":
            return self._robust_domain
        found = self._whole_domain if wanted.scale == "tensor" else domain.whole(numbers)
        return domain.light(found, self.numbers) if (wanted.drawing, wanted.scale) == ("image", "tensor") else found

    def _between(self, axis: int, ends: Sequence[int]) -> int | slice:
        """The indices of a part; a single one takes the axis away."""
        start, stop = ends
        if not 0 <= start < stop <= self.array.shape[axis]:
            raise InputError("error.explore.part", axis=axis, start=start, stop=stop, length=self.array.shape[axis])
        return start if stop == start + 1 else slice(start, stop)

    def __str__(self) -> str:
        return self.description.render(self.language)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What a notebook shows: see `vitrail.showing`."""
        return showing.bundle("exploration", self)


def explore(
    value: object,
    *,
    name: str = "x",
    axes: Sequence[AxisName | None] | None = None,
    language: Language | None = None,
) -> Exploration:
    """Walk through a tensor: in a notebook as a widget, in a program by slices.

    Args:
        value: whatever `vitrail.describe` takes for a tensor.
        name: what the expressions that can be copied call it.
        axes: what each axis runs over, where that is known; they are guessed when left out.
        language: of texts and numbers; none for that of the environment.

    Returns:
        The tensor with a first arrangement: pictures as pictures, series as series, tables as numbers.

    Raises:
        InputError: it is no tensor of numbers, or one of another rank than the axes; the text says why, and what to do.

    Examples:
        >>> found = explore(np.zeros((60, 28, 28), np.uint8))
        >>> found.arrangement.roles, found.arrangement.drawing
        (('facets', 'rows', 'columns'), 'image')
    """
    _, array, obstacle = reading.read(value)
    if array is None:
        assert obstacle is not None, "one of both"
        raise InputError(obstacle.key, **obstacle.arguments)
    described = describe(value)
    if axes is not None:
        described = _with_axes(described, axes)
    light = array.dtype.kind != "c" and (described.low is None or described.low >= 0)
    arrangement = arranging.first(described.axes, light=light)
    spoken = language_of_environment() if language is None else language
    return Exploration(array, described, name, spoken, arrangement)


def _with_axes(described: Description, names: Sequence[AxisName | None]) -> Description:
    """A description whose axes are known instead of guessed."""
    if len(names) != described.rank:
        raise InputError("error.explore.axes", received=len(names), rank=described.rank)
    axes = tuple(map(AxisGuess, names, described.shape))
    return replace(described, axes=axes, reason="tensor.why.known", layers=())
