"""One value of a convolution, a pooling or an embedding as a formula.

How a window lies, and what padding adds around, follows Dumoulin and Visin, "A guide to convolution arithmetic for deep
learning" (2016); where `"same"` padding is odd, the larger part comes last, as in Keras. Channels stand last.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.tracing.explaining.expression import (
    Expression,
    Extreme,
    Number,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
    largest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vitrail.tracing.record import LayerTrace
    from vitrail.types import Array

CONVOLUTIONS = {"Conv1D", "Conv2D", "Conv3D"}
POOLINGS = {f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3)}
GLOBAL_POOLINGS = {f"Global{name}" for name in POOLINGS}
_LETTERS = "ijk"
_LISTED = 9
"""Numbers of which the largest is taken that are listed one by one."""


class _Window(NamedTuple):
    """Where one output value looks: along each axis, the places of the input by the offset in the window."""

    starts: tuple[int, ...]
    steps: tuple[int, ...]
    offsets: Array
    """(places, axes), those that lie in the input."""
    places: Array
    """(places, axes), where they lie there."""


def is_convolution(layer: LayerTrace) -> bool:
    """Whether a layer's values are sums over windows that are written here."""
    settings = layer.settings
    return (
        layer.class_name in CONVOLUTIONS
        and settings.get("data_format") == "channels_last"
        and settings.get("groups") == 1
        and layer.chosen is None
        and "kernel" in layer.parameters
    )


def convolved(layer: LayerTrace, sample: int, unit: int) -> Expression:
    """z: the sum of w x over the window and the input's channels, and b; zeros that padding adds are left out."""
    kernel, values = layer.parameters["kernel"], layer.all_inputs[0][sample]
    *at, channel = np.unravel_index(unit, layer.z.shape[1:])
    settings = layer.settings
    window = _window(at, values.shape[:-1], kernel.shape[:-2], _each(settings["dilation_rate"], len(at)), settings)
    weights = kernel[(*window.offsets.T, slice(None), int(channel))].reshape(-1)
    xs = values[tuple(window.places.T)].reshape(-1)
    inputs = values.shape[-1]

    def term(flat: int) -> Expression:
        place, c = divmod(flat, inputs)
        offset, where = (",".join(map(str, each[place])) for each in (window.offsets, window.places))
        return Product(
            (Symbol("w", float(weights[flat]), f"{offset},{c},{channel}"), Symbol("x", float(xs[flat]), f"{where},{c}"))
        )

    letters = _LETTERS[: len(at)]
    along = ",".join(map(_along, letters, window.starts, window.steps))
    general = Product((Symbol("w", 0.0, f"{','.join(letters)},c,{channel}"), Symbol("x", 0.0, f"{along},c")))
    shown = largest(weights, xs)
    total = Series(",".join((*letters, "c")), general, tuple(map(term, shown.places)), shown.rest, shown.rest_count)
    bias = layer.parameters.get("bias")
    return total if bias is None else Sum((total, Symbol("b", float(bias[channel]), str(channel))))


def output(layer: LayerTrace, sample: int, unit: int) -> Expression | None:
    """The output of a pooling or an embedding; none where it is another layer, or a window too large to be listed."""
    name, settings = layer.class_name, layer.settings
    if name == "Embedding" and "embeddings" in layer.parameters and layer.chosen is None:
        place, column = divmod(unit, layer.a.shape[-1])
        row = int(layer.all_inputs[0][sample].reshape(-1)[place])
        return Symbol("E", float(layer.parameters["embeddings"][row, column]), f"{row},{column}")
    if settings.get("data_format") != "channels_last" or layer.chosen is not None:
        return None
    values, recorded = layer.all_inputs[0][sample], layer.a[sample].reshape(-1)[unit]
    *at, channel = np.unravel_index(unit, layer.a.shape[1:])
    if name in GLOBAL_POOLINGS:
        places = np.array(list(np.ndindex(values.shape[:-1])))
    elif name in POOLINGS:
        rank = len(at)
        places = _window(at, values.shape[:-1], _each(settings["pool_size"], rank), (1,) * rank, settings).places
    else:
        return None
    found = values[(*places.T, int(channel))]
    xs = tuple(
        Symbol("x", float(x), f"{','.join(map(str, place))},{channel}") for x, place in zip(found, places, strict=True)
    )
    if "Max" in name:
        return Extreme("max", xs) if len(xs) <= _LISTED else None
    ones = np.ones(len(found))
    shown = largest(ones, found)
    along = ",".join((*_LETTERS[: places.shape[1]], str(channel)))
    total = Series(
        ",".join(_LETTERS[: places.shape[1]]), Symbol("x", 0.0, along), tuple(xs[i] for i in shown.places),
        shown.rest, shown.rest_count,
    )  # fmt: skip
    mean = Product((Quotient(Number(1), Number(len(found))), total))
    # A mask, which is not recorded, may have left steps out.
    return mean if np.isclose(mean.value, recorded, rtol=1e-3, atol=1e-4 * np.abs(found).max()) else None


def _window(
    at: Sequence[Any],
    sizes: tuple[int, ...],
    window: tuple[int, ...],
    dilation: tuple[int, ...],
    settings: Mapping[str, Any],
) -> _Window:
    """Where the value at a place of the output looks."""
    rank = len(at)
    strides = _each(settings["strides"], rank)
    before = [_before(settings["padding"], *each) for each in zip(sizes, window, strides, dilation, strict=True)]
    starts = tuple(int(place) * stride - pad for place, stride, pad in zip(at, strides, before, strict=True))
    offsets = np.array(list(np.ndindex(*window)))
    places = np.array(starts) + offsets * np.array(dilation)
    inside = ((places >= 0) & (places < np.array(sizes))).all(axis=1)
    return _Window(starts, dilation, offsets[inside], places[inside])


def _before(padding: str, size: int, window: int, stride: int, dilation: int) -> int:
    """Zeros in front of an axis."""
    reach = (window - 1) * dilation
    if padding == "causal":
        return reach
    if padding == "valid":
        return 0
    return max((math.ceil(size / stride) - 1) * stride + reach + 1 - size, 0) // 2


def _each(setting: Any, rank: int) -> tuple[int, ...]:  # noqa: ANN401 - a number, or one for each axis
    return tuple(np.broadcast_to(np.atleast_1d(setting), (rank,)).tolist())


def _along(letter: str, start: int, step: int) -> str:
    """The place along one axis, in symbols.

    Examples:
        >>> _along("i", 4, 1), _along("i", 3, 2), _along("j", 0, 1)
        ('4+i', '3+2i', 'j')
    """
    moved = letter if step == 1 else f"{step}{letter}"
    return f"{start}+{moved}".replace("-", "−") if start else moved
