"""Messages about a tensor that is explored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.locale.numbers import element
from vitrail.tensors import arrangement as arranging
from vitrail.tensors import domain
from vitrail.wire import tensor_messages as wire
from vitrail.wire.tensors import Tensor, tensor

if TYPE_CHECKING:
    from vitrail.tensors import AxisStatistics, Exploration, Selection, Slab
    from vitrail.types import Array, Language

_DIGITS = {"f2": 5, "f4": 9, "f8": 17, "c8": 9, "c16": 17}
"""Significant digits that tell any two numbers apart."""
_MOST = float(np.finfo(np.float32).max)


def card(found: Exploration) -> wire.TensorCard:
    """What the tensor is, as a whole."""
    described = found.description
    return wire.TensorCard(
        expression=found.whole,
        source=described.source,
        dtype=described.dtype,
        bytes=described.bytes,
        size=described.size,
        axes=[wire.TensorAxis(axis.name, axis.length) for axis in described.axes],
        reason=described.reason,
        sized=found.array.dtype.kind == "c",
        low=described.low,
        high=described.high,
        mean=described.mean,
        deviation=described.deviation,
        nan=described.nan,
        infinite=described.infinite,
        broken_at=list(found.broken_at or ()),
    )


def slab(found: Slab, language: Language) -> wire.Slab:
    """What an arrangement shows; numbers also as the language writes them."""
    marks = found.marks
    written = found.arrangement.drawing == "numbers"
    return wire.Slab(
        arrangement=arrangement(found.arrangement),
        values=values(found.values),
        spans=[span(one) for one in found.spans],
        written=[element(value, language) for value in found.values.reshape(-1).tolist()] if written else [],
        low=found.low,
        high=found.high,
        nan=marks.nan,
        plus=marks.plus,
        minus=marks.minus,
        below=marks.below,
        above=marks.above,
        shape=list(found.shape),
        expression=found.expression,
    )


def values(array: Array) -> Tensor:
    """Real numbers to be drawn: bytes as they are, all others as float32, those beyond it at its end."""
    numbers = domain.real(array)
    if numbers.dtype == np.uint8:
        return Tensor(list(numbers.shape), "uint8", np.ascontiguousarray(numbers).tobytes())
    held = numbers.astype(np.float64)
    return tensor(np.where(np.isfinite(held), np.clip(held, -_MOST, _MOST), held))


def statistics(found: AxisStatistics) -> wire.AxisStatistics:
    """Statistics along an axis."""
    broken = found.broken.astype("<i4")
    return wire.AxisStatistics(
        span=span(found.span),
        mean=values(found.mean),
        deviation=values(found.deviation),
        low=values(found.low),
        high=values(found.high),
        broken=Tensor(list(broken.shape), "int32", broken.tobytes()),
        measured=found.measured,
        size=found.size,
    )


def picked(found: Selection, language: Language) -> wire.Picked:
    """A part that somebody picked; a single value with all its digits."""
    described, single = found.description, found.values.ndim == 0
    digits = _DIGITS.get(found.values.dtype.str[1:], 5)
    return wire.Picked(
        expression=found.expression,
        shape=list(described.shape),
        size=described.size,
        value=element(found.values.item(), language, digits) if single else None,
        low=described.low,
        high=described.high,
        mean=described.mean,
        deviation=described.deviation,
        nan=described.nan,
        infinite=described.infinite,
    )


def span(found: arranging.Span) -> wire.AxisSpan:
    """Which indices of an axis are shown."""
    return wire.AxisSpan(found.axis, found.start, found.step, found.count, found.length)


def arrangement(found: arranging.Arrangement) -> wire.Arrangement:
    """An arrangement, as it travels."""
    return wire.Arrangement(list(found.roles), list(found.at), found.drawing, found.scale, list(found.start))


def arrangement_in(asked: wire.Arrangement) -> arranging.Arrangement:
    """An arrangement that came from a page."""
    facet, row, column = asked.start
    return arranging.Arrangement(
        tuple(asked.roles), tuple(asked.at), asked.drawing, asked.scale, start=(facet, row, column)
    )
