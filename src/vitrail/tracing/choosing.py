"""Leaves units out of a record, so that a large layer takes little memory."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vitrail.tracing.record import LayerTrace, Trace, VariableTrace
    from vitrail.types import Array


@dataclass(frozen=True)
class Chosen:
    """Which units on the last axis of an array were kept.

    Attributes:
        units: their numbers, ascending.
        of: how many there are.
    """

    units: tuple[int, ...]
    of: int

    def number(self, place: int) -> int:
        """The number, among all values, of the one that is kept at a place.

        Examples:
            >>> Chosen((1, 4), of=5).number(3)  # two rows of five values, of which two each were kept
            9
        """
        row, column = divmod(place, len(self.units))
        return row * self.of + self.units[column]

    def place(self, number: int) -> int | None:
        """The place at which a value is kept; none where it was left out.

        Examples:
            >>> Chosen((1, 4), of=5).place(9), Chosen((1, 4), of=5).place(8)
            (3, None)
        """
        row, unit = divmod(number, self.of)
        return row * len(self.units) + self.units.index(unit) if unit in self.units else None

    def cut(self, values: Array) -> Array:
        """A copy of what is kept of an array."""
        return np.take(values, self.units, axis=-1)


def choose(trace: Trace, units: Mapping[str, Sequence[int]]) -> Trace:
    """Keep some units of some layers only; of a dense layer their weights alone.

    Args:
        trace: the whole step.
        units: what to keep, by the names of the layers' calls without a number.

    Raises:
        InputError: no unit is chosen of a layer, or one that it does not have.
    """
    layers = tuple(_layer(layer, units.get(layer.name.partition("@")[0])) for layer in trace.layers)
    if trace.update is None:
        return dataclasses.replace(trace, layers=layers)
    variables = tuple(_variable(each, place, layers) for place, each in enumerate(trace.update.variables))
    update = dataclasses.replace(trace.update, variables=variables)
    return dataclasses.replace(trace, layers=layers, update=update)


def _layer(layer: LayerTrace, units: Sequence[int] | None) -> LayerTrace:
    if units is None:
        return layer
    chosen = Chosen(tuple(sorted({int(unit) for unit in units})), layer.width)
    if not chosen.units:
        raise InputError("error.trace.no_units", layer=layer.name)
    for unit in chosen.units:
        if not 0 <= unit < layer.width:
            raise InputError("error.trace.unit", unit=unit, layer=layer.name, count=layer.width, last=layer.width - 1)
    if len(chosen.units) == layer.width:
        return layer
    z = chosen.cut(layer.z)
    return dataclasses.replace(
        layer,
        z=z,
        a=z if layer.a is layer.z else chosen.cut(layer.a),
        delta=chosen.cut(layer.delta),
        upstream=chosen.cut(layer.upstream),
        gradients={name: chosen.cut(each) if _is_cut(layer) else each for name, each in layer.gradients.items()},
        parameters={name: chosen.cut(each) if _is_cut(layer) else each for name, each in layer.parameters.items()},
        chosen=chosen,
    )


def _is_cut(layer: LayerTrace) -> bool:
    """Whether each unit of a layer has weights of its own, on the last axis of every variable."""
    return layer.class_name == "Dense" and not layer.opaque


def _variable(variable: VariableTrace, place: int, layers: Sequence[LayerTrace]) -> VariableTrace:
    """What is kept of a variable: all of it where any layer that was kept whole uses it."""
    owners = {layer.chosen if _is_cut(layer) else None for layer in layers if place in layer.places.values()}
    chosen = owners.pop() if len(owners) == 1 else None
    if chosen is None:
        return variable
    return dataclasses.replace(
        variable,
        before=chosen.cut(variable.before),
        gradient=chosen.cut(variable.gradient),
        slots_before={name: chosen.cut(each) for name, each in variable.slots_before.items()},
        slots_after={name: chosen.cut(each) for name, each in variable.slots_after.items()},
        after=chosen.cut(variable.after),
        chosen=chosen,
    )
