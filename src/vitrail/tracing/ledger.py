"""A step as a sequence that one can walk: forward, loss, backward, gradients, updates, and the loss again.

Nothing is stored: an entry is read out of the trace when it is looked at.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, SupportsIndex, get_args, overload

import numpy as np

from vitrail.errors import InputError, ModelError
from vitrail.tracing.choosing import Chosen
from vitrail.tracing.guessing import Mistake, judge

if TYPE_CHECKING:
    from vitrail.tracing.explaining.expression import Equation
    from vitrail.tracing.guessing import Verdict
    from vitrail.tracing.record import LayerTrace, Trace, VariableTrace
    from vitrail.types import Array

Grain = Literal["operation", "unit", "layer", "example", "batch"]
"""How much one entry holds: a number, a unit of one example, a layer of all examples, an example, all of them."""
GRAINS: tuple[Grain, ...] = get_args(Grain)

Phase = Literal["forward", "loss", "backward", "gradient", "update", "loss_after"]


class _Segment(NamedTuple):
    """Entries of one kind that follow each other: for each sample, for each unit, for each part."""

    phase: Phase
    name: str
    """Of the layer, the output or the variable; empty for the whole network."""
    samples: int
    """1 where an entry holds all samples."""
    units: int
    parts: tuple[str, ...]
    start: int

    @property
    def indices(self) -> range:
        return range(self.start, self.start + self.samples * self.units * len(self.parts))


@dataclass(frozen=True)
class Entry:
    """One step of the walk.

    Attributes:
        index: its place in the ledger.
        phase: what part of the step it belongs to.
        name: the layer, output or variable that it is about; empty for the whole network.
        what: the number: `"z"`, `"a"`, `"delta"`, `"upstream"`, `"loss"`, `"sample_loss"`, `"gradient"`, `"update"`.
        sample: the sample; none where it is about all of them.
        unit: the unit, or of a variable the parameter (or column); none where it is about all of them.
    """

    ledger: Ledger
    index: int
    phase: Phase
    name: str
    what: str
    sample: int | None
    unit: int | None

    @cached_property
    def output(self) -> Array:
        """What it gives; a single number has no axes."""
        return self.ledger.output(self)

    @cached_property
    def uses(self) -> tuple[int, ...]:
        """The places of the entries whose outputs it takes."""
        return self.ledger.uses(self)

    @cached_property
    def inputs(self) -> tuple[Array, ...]:
        """The outputs of the entries that it uses; of the first layers nothing, for they take the batch."""
        return tuple(self.ledger[index].output for index in self.uses)

    @cached_property
    def equation(self) -> Equation | None:
        """The formula, where it is about a single number that one explains."""
        return self.ledger.equation(self)

    def guess(self, typed: str) -> Verdict:
        """Judge a number that somebody worked out before seeing this one.

        Args:
            typed: a number with a comma or a point, or a fraction.

        Raises:
            InputError: it is no number, or this entry is not a single number.
        """
        if self.output.ndim:
            raise InputError("error.trace.guess_many", what=self.what, name=self.name)
        return judge(typed, float(self.output), self.ledger.mistakes(self))


class Ledger(Sequence[Entry]):
    """The entries of a trace at one grain, in the order of the computation; see `Trace.ledger`."""

    def __init__(self, trace: Trace, grain: Grain) -> None:
        if grain not in GRAINS:
            raise InputError("error.trace.grain", grain=grain, grains=", ".join(GRAINS))
        self.trace = trace
        self.grain: Grain = grain
        self._segments: list[_Segment] = []
        self._forward()
        for output in trace.outputs if grain in {"operation", "unit"} else ():
            if output.source in trace:
                self._add("loss", output.name, ("sample_loss",), samples=len(output.target))
        self._add("loss", "", ("loss",))
        self._backward()
        self._variables()
        if trace.loss_after is not None:
            self._add("loss_after", "", ("loss",))

    def _add(self, phase: Phase, name: str, parts: tuple[str, ...], samples: int = 1, units: int = 1) -> None:
        start = self._segments[-1].indices.stop if self._segments else 0
        self._segments.append(_Segment(phase, name, samples, units, parts, start))

    def _forward(self) -> None:
        if self.grain in {"example", "batch"}:
            self._add("forward", "", ("a",), samples=self._count if self.grain == "example" else 1)
            return
        for layer in self.trace.layers:
            parts = ("z", "a") if self.grain == "operation" and layer.activation is not None else ("a",)
            self._add("forward", layer.name, parts, *self._shape(layer))

    def _backward(self) -> None:
        if self.grain in {"example", "batch"}:
            self._add("backward", "", ("delta",), samples=self._count if self.grain == "example" else 1)
            return
        for layer in reversed(self.trace.layers):
            parts = ("upstream", "delta") if self.grain == "operation" and layer.activation is not None else ("delta",)
            self._add("backward", layer.name, parts, *self._shape(layer))

    def _variables(self) -> None:
        variables = () if self.trace.update is None else self.trace.update.variables
        phases: tuple[tuple[Phase, str], ...] = (("gradient", "gradient"), ("update", "update"))
        for phase, part in phases:
            if self.grain == "batch":
                self._add(phase, "", (part,))
                continue
            for variable in variables:
                columns = variable.before.shape[-1] if variable.before.ndim else 1
                units = {"operation": variable.before.size, "unit": columns}.get(self.grain, 1)
                self._add(phase, variable.name, (part,), units=units)

    @property
    def _count(self) -> int:
        return len(self.trace.layers[0].a)

    def _shape(self, layer: LayerTrace) -> tuple[int, int]:
        return (1, 1) if self.grain == "layer" else (len(layer.a), layer.a[0].size)

    def __len__(self) -> int:
        return self._segments[-1].indices.stop

    @overload
    def __getitem__(self, index: SupportsIndex) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Entry | list[Entry]:
        """One entry by its place; negative places count from the end."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = operator.index(index)
        place += len(self) if place < 0 else 0
        if not 0 <= place < len(self):
            raise IndexError(place)
        segment = next(each for each in self._segments if place in each.indices)
        rest, part = divmod(place - segment.start, len(segment.parts))
        sample, unit = divmod(rest, segment.units)
        return Entry(
            self,
            place,
            segment.phase,
            segment.name,
            segment.parts[part],
            sample if self._by_sample(segment) else None,
            self._numbered(segment).number(unit) if self._by_unit(segment) else None,
        )

    def _by_sample(self, segment: _Segment) -> bool:
        single = self.grain in {"operation", "unit", "example"}
        return single and (segment.phase in {"forward", "backward"} or segment.parts == ("sample_loss",))

    def _by_unit(self, segment: _Segment) -> bool:
        single = self.grain in {"operation", "unit"}
        return single and segment.phase in {"forward", "backward", "gradient", "update"}

    def find(self, phase: Phase, name: str = "", *, what: str | None = None, sample: int = 0, unit: int = 0) -> Entry:
        """The entry of one number, for whoever knows what they look for.

        Raises:
            ModelError: this ledger has none.
        """
        for segment in self._segments:
            part = segment.parts[-1] if what is None else what
            known = segment.phase == phase and segment.name == name and part in segment.parts
            if not known:
                continue
            kept = self._numbered(segment).place(unit) if self._by_unit(segment) else unit
            if kept is not None and sample < segment.samples and kept < segment.units:
                place = (sample * segment.units + kept) * len(segment.parts) + segment.parts.index(part)
                return self[segment.start + place]
        raise ModelError("error.trace.entry", phase=phase, name=name)

    def _numbered(self, segment: _Segment) -> Chosen:
        """How the units of a segment are numbered: as they were before some were left out."""
        if segment.phase in {"forward", "backward"}:
            chosen = self.trace[segment.name].chosen
        else:
            chosen = self._variable(segment.name).chosen
        return chosen or Chosen(tuple(range(segment.units)), segment.units)

    def of_unit(self, layer: str, *, unit: int, sample: int = 0) -> Entry:
        """Where a unit of a layer comes into the walk; the first entry at a grain that tells no layers apart."""
        match self.grain:
            case "example" | "batch":
                return self[0]
            case "layer":
                return self.find("forward", layer)
            case "operation" | "unit":
                opened = self.grain == "operation" and self.trace[layer].activation is not None
                return self.find("forward", layer, what="z" if opened else "a", sample=sample, unit=unit)

    # What an entry holds ---------------------------------------------------------------------------------------------

    def output(self, entry: Entry) -> Array:
        """What an entry gives."""
        trace = self.trace
        match entry.phase:
            case "loss_after":
                return np.asarray(trace.loss_after)
            case "loss":
                return np.asarray(trace.loss if entry.what == "loss" else self._sample_loss(entry))
            case "gradient" | "update":
                return self._parameter(entry)
            case "forward" | "backward":
                layer = trace[entry.name] if entry.name else trace[-1 if entry.phase == "forward" else 0]
                unit = None if entry.unit is None else layer.place(entry.unit)
                return _part(getattr(layer, entry.what), entry.sample, unit)

    def _sample_loss(self, entry: Entry) -> float:
        equation = self.equation(entry)
        return float("nan") if equation is None else equation.value

    def _parameter(self, entry: Entry) -> Array:
        update = self.trace.update
        assert update is not None, "without an update there are no such entries"
        name = "gradient" if entry.phase == "gradient" else "after"
        chosen = [getattr(each, name) for each in update.variables if entry.name in {"", each.name}]
        if not entry.name:
            return np.concatenate([np.ravel(each) for each in chosen]) if chosen else np.empty(0)
        if entry.unit is None:
            return chosen[0]
        place = self._place(entry)
        if self.grain == "operation":
            return np.asarray(chosen[0].reshape(-1)[place])
        return np.asarray(chosen[0][..., place]) if chosen[0].ndim else chosen[0]

    def _variable(self, name: str) -> VariableTrace:
        assert self.trace.update is not None, "without an update there are no such entries"
        return next(each for each in self.trace.update.variables if each.name == name)

    def _place(self, entry: Entry) -> int:
        """Where the parameter (or column) of an entry stands among those that were kept."""
        chosen, number = self._variable(entry.name).chosen, entry.unit or 0
        place = number if chosen is None else chosen.place(number)
        assert place is not None, "what was left out has no entry"
        return place

    # What an entry uses ----------------------------------------------------------------------------------------------

    def uses(self, entry: Entry) -> tuple[int, ...]:  # noqa: PLR0911 - one for each phase
        """The places of the entries whose outputs an entry takes."""
        match entry.phase:
            case "forward":
                if entry.what == "a" and self.grain == "operation" and self.trace[entry.name].activation is not None:
                    return self._own(entry, "z")
                return self._samples("forward", self.trace[entry.name].sources if entry.name else (), entry.sample, "a")
            case "loss":
                if entry.what == "sample_loss":
                    output = next(each for each in self.trace.outputs if each.name == entry.name)
                    return self._samples("forward", (output.source,), entry.sample, "a")
                losses = [segment for segment in self._segments if segment.parts == ("sample_loss",)]
                sources = ("",) if self.grain in {"example", "batch"} else tuple(o.source for o in self.trace.outputs)
                before = [index for segment in losses for index in segment.indices]
                return tuple(before) or self._samples("forward", sources, None, "a")
            case "backward":
                if (
                    entry.what == "delta"
                    and self.grain == "operation"
                    and self.trace[entry.name].activation is not None
                ):
                    return (*self._own(entry, "upstream"), *self._own(entry, "z", "forward"))
                return self._behind(entry)
            case "gradient":
                return self._of_gradient(entry)
            case "update":
                return (entry.index - sum(len(each.indices) for each in self._segments if each.phase == "update"),)
            case "loss_after":
                return tuple(index for each in self._segments if each.phase == "update" for index in each.indices)

    def _own(self, entry: Entry, what: str, phase: Phase | None = None) -> tuple[int, ...]:
        """The same unit's entry of another part."""
        same = self.find(phase or entry.phase, entry.name, what=what, sample=entry.sample or 0, unit=entry.unit or 0)
        return (same.index,)

    def _samples(self, phase: Phase, names: Sequence[str | None], sample: int | None, what: str) -> tuple[int, ...]:
        """The entries of whole layers, for one sample or for all."""
        found: list[int] = []
        for segment in self._segments:
            if segment.phase != phase or segment.name not in names:
                continue
            for index in segment.indices:
                rest, part = divmod(index - segment.start, len(segment.parts))
                right = sample is None or segment.samples == 1 or rest // segment.units == sample
                if right and segment.parts[part] == what:
                    found.append(index)
        return tuple(found)

    def _behind(self, entry: Entry) -> tuple[int, ...]:
        """The entries of the layers that use this layer's output; of an output layer its loss."""
        if not entry.name:
            return (self.find("loss").index,)
        users = [user.name for user in self.trace.layers if entry.name in user.sources]
        back = self._samples("backward", users, entry.sample, "delta")
        is_output = any(output.source == entry.name for output in self.trace.outputs)
        return (*((self.find("loss").index,) if is_output else ()), *back)

    def _of_gradient(self, entry: Entry) -> tuple[int, ...]:
        """The deltas of the layers that use a variable, and what came into them."""
        if not entry.name:
            return tuple(index for each in self._segments if each.phase == "backward" for index in each.indices)
        owners = self._owners(entry.name)
        if self.grain == "example":
            return tuple(index for each in self._segments if each.phase == "backward" for index in each.indices)
        sources = [source for layer in owners for source in layer.sources]
        deltas = self._samples("backward", [layer.name for layer in owners], None, "delta")
        return (*self._samples("forward", sources, None, "a"), *deltas)

    def _owners(self, variable: str) -> list[LayerTrace]:
        assert self.trace.update is not None, "without an update there are no such entries"
        place = next(place for place, each in enumerate(self.trace.update.variables) if each.name == variable)
        return [layer for layer in self.trace.layers if place in layer.places.values()]

    # How an entry is explained ---------------------------------------------------------------------------------------

    def equation(self, entry: Entry) -> Equation | None:
        """The formula of an entry."""
        sample, unit = entry.sample or 0, entry.unit or 0
        match entry.phase:
            case "forward" | "backward" if entry.name and self.grain in {"operation", "unit"}:
                keys = {"delta": ("delta", "output_delta"), "upstream": ("upstream", "loss_slope")}
                return self._explained(entry.name, unit, sample, None, keys.get(entry.what, (entry.what,)))
            case "loss" if entry.what == "sample_loss":
                source = next(each.source for each in self.trace.outputs if each.name == entry.name)
                return self._explained(source or "", 0, sample, None, ("sample_loss",))
            case "gradient" | "update" if entry.name and self.grain == "operation":
                return self._of_parameter(entry)
            case _:
                return None

    def _of_parameter(self, entry: Entry) -> Equation | None:
        assert self.trace.update is not None, "without an update there are no such entries"
        layer = self._owners(entry.name)[0]
        place = next(place for place, each in enumerate(self.trace.update.variables) if each.name == entry.name)
        name = next(name for name, own in layer.places.items() if own == place)
        if layer.class_name != "Dense" or layer.opaque or name not in {"kernel", "bias"}:
            return None
        row, column = divmod(entry.unit or 0, layer.width)
        if name == "bias":
            return None if entry.phase == "update" else self._explained(layer.name, column, 0, None, ("bias_gradient",))
        key = "weight_gradient" if entry.phase == "gradient" else "update"
        return self._explained(layer.name, column, 0, row, (key,))

    def _explained(
        self, layer: str, unit: int, sample: int, followed: int | None, keys: tuple[str, ...]
    ) -> Equation | None:
        explanation = self.trace.explain(layer, unit=unit, sample=sample, input=followed)
        return next((equation for equation in explanation.equations if equation.key in keys), None)

    def mistakes(self, entry: Entry) -> dict[Mistake, list[float]]:
        """The numbers that the usual mistakes would give instead of an entry's."""
        value, found = float(entry.output), dict[Mistake, list[float]]()
        if value:
            found["sign"] = [-value]
        if entry.phase in {"forward", "backward"} and entry.name:
            found |= self._of_unit(entry, self.trace[entry.name])
        if entry.phase in {"backward", "gradient"} and self.trace.batch > 1:
            found["batch_mean"] = [value * self.trace.batch, value / self.trace.batch]
        if entry.phase in {"gradient", "update"}:
            siblings = self._parameter(Entry(self, entry.index, entry.phase, entry.name, entry.what, None, None))
            found["index"] = [each for each in map(float, siblings.reshape(-1)) if each != value]
        if entry.phase == "update" and self.grain == "operation":
            before = float(self._before(entry))
            found["sign"] = [-value, 2 * before - value]
        return found

    def _of_unit(self, entry: Entry, layer: LayerTrace) -> dict[Mistake, list[float]]:
        value, found = float(entry.output), dict[Mistake, list[float]]()

        def same(values: Array) -> float:
            return float(_part(values, entry.sample, layer.place(entry.unit or 0)))

        if entry.what == "delta" and layer.activation is not None:
            found["derivative"] = [same(layer.upstream)]
        if entry.what == "a" and layer.activation is not None:
            found["activation"] = [same(layer.z)]
        if entry.what in {"z", "a"} and "bias" in layer.parameters and layer.class_name == "Dense":
            bias = float(layer.parameters["bias"][layer.place(entry.unit or 0) % layer.z.shape[-1]])
            found["bias"] = [same(layer.z) - bias] if entry.what == "z" and bias else []
        values = getattr(layer, entry.what)[entry.sample or 0].reshape(-1)
        found["index"] = [each for each in map(float, values) if each != value]
        return found

    def _before(self, entry: Entry) -> Array:
        return self._variable(entry.name).before.reshape(-1)[self._place(entry)]


def _part(values: Array, sample: int | None, unit: int | None) -> Array:
    """One sample of an array, and one unit of it, where they are asked for."""
    if sample is None:
        return values
    return values[sample] if unit is None else np.asarray(values[sample].reshape(-1)[unit])
