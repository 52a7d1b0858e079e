"""What a trace found, as frozen records of NumPy arrays. Knows neither Keras nor JAX."""

from __future__ import annotations

import difflib
import operator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex, runtime_checkable

from vitrail.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vitrail.types import Array


@runtime_checkable
class Named(Protocol):
    """Anything with a name, such as a Keras layer."""

    @property
    def name(self) -> str:
        """The name."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace:
    r"""One layer's part in a step: what it computed on the way forward, and what came back to it.

    $$z = \text{layer}(\text{inputs}) \qquad a = f(z) \qquad \delta = \frac{\partial L}{\partial z}
    \qquad \text{upstream} = \frac{\partial L}{\partial a}$$

    A layer without an activation function of its own has z = a = its output, and delta = upstream = dL/doutput. All
    arrays are read-only, their first axis is the batch.

    Attributes:
        name: the layer's name; in a nested model after that model's name (`"encoder/dense"`), and from the second call
            of a shared layer on with the call's number (`"dense@2"`).
        class_name: the layer's class, such as `"Dense"`.
        activation: name of the activation function f, or none where the layer has none of its own.
        inputs: (batch, ...), what the layer was given; a tuple of arrays where it takes several.
        z: (batch, ..., units), the pre-activation.
        a: (batch, ..., units), the activation, which is the layer's output.
        delta: shape of `z`, the derivative of the loss with respect to it.
        upstream: shape of `a`, the derivative of the loss with respect to it, over all the ways that lead on from here.
        gradients: the derivative of the loss with respect to each trainable variable, by the variable's name and in
            its shape. What regularisers add is part of it. A shared layer's calls all show the total.
        mask: of a `Dropout` layer, shape of `inputs`: what each of them was multiplied by, 0 or 1 / (1 - rate), and 1
            where the layer drops nothing. None of any other layer.
    """

    name: str
    class_name: str
    activation: str | None
    inputs: Array | tuple[Array, ...]
    z: Array
    a: Array
    delta: Array
    upstream: Array
    gradients: Mapping[str, Array]
    mask: Array | None = None

    def __post_init__(self) -> None:
        inputs = self.inputs
        self._set("inputs", tuple(map(_frozen, inputs)) if isinstance(inputs, tuple) else _frozen(inputs))
        for field in ("z", "a", "delta", "upstream"):
            self._set(field, _frozen(getattr(self, field)))
        if self.mask is not None:
            self._set("mask", _frozen(self.mask))
        self._set("gradients", MappingProxyType({name: _frozen(value) for name, value in self.gradients.items()}))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (self.name, self.class_name, self.activation, self.inputs, self.z, self.a, self.delta, self.upstream)
        return type(self), (*values, dict(self.gradients), self.mask)

    def __repr__(self) -> str:
        return _table([self])

    def _set(self, field: str, value: object) -> None:
        object.__setattr__(self, field, value)


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One step through a model and back: the loss, and each layer's part in the order in which the layers ran.

    A layer's part is looked up by its name, by its place (negative ones count from the end), or with the Keras layer
    itself; a layer that ran several times gives its first call.

    Attributes:
        loss: L, the scalar that training minimises.
        layers: every layer's part, in call order. Input layers compute nothing and have none.
        training: whether the layers ran as in training.
    """

    loss: float
    layers: tuple[LayerTrace, ...]
    training: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of `layers`, in their order."""
        return tuple(layer.name for layer in self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[LayerTrace]:
        return iter(self.layers)

    def __contains__(self, key: object) -> bool:
        return key in self.names

    def __getitem__(self, key: str | SupportsIndex | Named) -> LayerTrace:
        """The part of one layer.

        Args:
            key: name (`str`), place (`int`), or the Keras layer itself.

        Raises:
            ModelError: there is no such layer, or several nested models have one of this name.
        """
        if isinstance(key, str):
            return self._named(key)
        if isinstance(key, Named):
            return self._of_layer(key.name)
        try:
            place = operator.index(key)
        except TypeError:
            raise ModelError("error.trace.key", received=type(key).__name__) from None
        if not -len(self) <= place < len(self):
            raise ModelError("error.trace.place", place=place, count=len(self), last=len(self) - 1)
        return self.layers[place]

    def __repr__(self) -> str:
        count = f"{len(self)} layer" if len(self) == 1 else f"{len(self)} layers"
        return f"Trace: loss {self.loss:.6g}, {count}\n{_table(self.layers)}"

    def _named(self, name: str) -> LayerTrace:
        for layer in self.layers:
            if layer.name == name:
                return layer
        near = difflib.get_close_matches(name, self.names, n=1)
        if near:
            raise ModelError("error.trace.name_near", name=name, near=near[0])
        raise ModelError("error.trace.name", name=name, names=", ".join(self.names))

    def _of_layer(self, name: str) -> LayerTrace:
        parts = [layer for layer in self.layers if _own_name(layer.name) == name]
        if len({_without_call(part.name) for part in parts}) > 1:
            raise ModelError("error.trace.ambiguous", name=name, names=", ".join(part.name for part in parts))
        return parts[0] if parts else self._named(name)


def _without_call(name: str) -> str:
    return name.partition("@")[0]


def _own_name(name: str) -> str:
    return _without_call(name).rpartition("/")[2]


def _frozen(values: Array) -> Array:
    """A view of the same numbers that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


_HEADER = ("layer", "class", "activation", "shape", "z", "a", "delta")


def _table(layers: tuple[LayerTrace, ...] | list[LayerTrace]) -> str:
    """Layers as lines of text, with the shape of each output and the range of its numbers."""
    rows: list[tuple[str, ...]] = [_HEADER]
    for layer in layers:
        shape = "x".join(map(str, layer.a.shape))
        ranges = (_range(layer.z), _range(layer.a), _range(layer.delta))
        rows.append((layer.name, layer.class_name, layer.activation or "-", shape, *ranges))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _range(values: Array) -> str:
    return f"{float(values.min()):.3g} .. {float(values.max()):.3g}" if values.size else "-"
