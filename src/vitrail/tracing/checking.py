"""Three ways to one number: automatic differentiation, the chain rule by hand, and finite differences.

The chain rule is checked link by link, in float64: each layer's rule is given exactly what was recorded of it, so that
a difference belongs to this layer and to no other. Finite differences are taken on the whole network, from the
weights and the batch alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from vitrail.errors import CheckError
from vitrail.tracing import differences
from vitrail.tracing.chain import step
from vitrail.tracing.chain.step import wide

if TYPE_CHECKING:
    from vitrail.tracing.record import LayerTrace, OutputTrace, Trace, VariableTrace
    from vitrail.types import Array

RELATIVE = 2e-4
"""What float32 is allowed, of the largest value of an array."""
FLOOR = 1e-5
"""What it is allowed besides, of the largest value that enters a sum: terms may cancel."""
EXACT = 1e-5
"""What finite differences in float64 are allowed, of the largest value."""
NEAR = 1e-6
"""How near a kink a value may come in float32 before its derivative is left undecided."""

Reason = Literal["opaque", "left_out", "outside", "behind_opaque", "constraint"]
"""Why something was not checked: no rule for the layer or loss; not all was recorded; something that is no layer lies
between; an opaque layer lies between here and the loss; a constraint acts on the variable."""


@dataclass(frozen=True)
class Distance:
    """How far two arrays lie apart at most."""

    absolute: float = 0.0
    relative: float = 0.0
    """The absolute one over the largest magnitude."""

    def __or__(self, other: Distance) -> Distance:
        return Distance(max(self.absolute, other.absolute), max(self.relative, other.relative))


@dataclass(frozen=True)
class Kink:
    """A place without a derivative that values of this trace touch: what was computed there is a convention."""

    layer: str
    count: int
    """How many values."""
    what: Literal["activation", "loss", "finite_difference"]
    """A value on the kink of an activation, a prediction on one of a loss (or clipped), one between w - h and w + h."""


@dataclass(frozen=True)
class LayerCheck:
    """One layer's part in a check."""

    name: str
    chain: Distance | None
    """Automatic differentiation against the chain rule; none where it was not checked."""
    finite: Distance | None
    """Automatic differentiation against finite differences."""
    chain_finite: Distance | None
    """The chain rule against finite differences."""
    sampled: bool
    """Whether finite differences were taken of some parameters only."""
    unchecked: tuple[Reason, ...]


@dataclass(frozen=True)
class CheckReport:
    """What a check found. There is one only where everything that could be checked agreed.

    Attributes:
        layers: each layer's part, in the order of the trace.
        loss: L, and the losses with their derivatives.
        update: the optimizer's new values and slots; none where they were not checked.
        direction: the derivative of L in one random direction, automatic against finite; none where not taken.
        kinks: where values touch a place without a derivative.
        unchecked: what of the step as a whole was not checked, and why.
    """

    layers: tuple[LayerCheck, ...]
    loss: Distance
    update: Distance | None
    direction: Distance | None
    kinks: tuple[Kink, ...]
    unchecked: tuple[Reason, ...]

    def __getitem__(self, name: str) -> LayerCheck:
        return next(layer for layer in self.layers if layer.name == name)

    @property
    def complete(self) -> bool:
        """Whether nothing was left unchecked."""
        return not self.unchecked and not any(layer.unchecked for layer in self.layers)


def check(trace: Trace) -> CheckReport:
    """Compare a trace with the chain rule and with finite differences; see `Trace.check`."""
    return _Check(trace).report()


class _Check:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.cut = any(layer.chosen is not None for layer in trace.layers)
        self.whole = trace.samples is None and not trace.left_out and not self.cut
        sources = [source for layer in trace.layers for source in layer.sources]
        self.linked = self.whole and None not in (*sources, *(output.source for output in trace.outputs))
        self.chain: defaultdict[str, Distance] = defaultdict(Distance)
        self.finite: dict[str, Distance] = {}
        self.chain_finite: dict[str, Distance] = {}
        self.sampled: set[str] = set()
        self.unchecked: defaultdict[str, set[Reason]] = defaultdict(set)
        self.kinks: list[Kink] = []
        self.parameters: defaultdict[int, Any] = defaultdict(float)
        self.scales: defaultdict[int, float] = defaultdict(float)

    def report(self) -> CheckReport:
        loss = self.losses()
        for layer in reversed(self.trace.layers):
            self.layer(layer)
        if self.linked:
            self.links()
        if self.whole:
            self.gradients()
        loss |= self.total()
        update = self.update()
        direction = self.differences()
        return CheckReport(
            layers=tuple(
                LayerCheck(
                    layer.name,
                    None if layer.opaque else self.chain[layer.name],
                    self.finite.get(layer.name),
                    self.chain_finite.get(layer.name),
                    layer.name in self.sampled,
                    tuple(sorted(self.unchecked[layer.name])),
                )
                for layer in self.trace.layers
            ),
            loss=loss,
            update=update,
            direction=direction,
            kinks=tuple(self.kinks),
            unchecked=tuple(sorted(self.unchecked[""])),
        )

    def losses(self) -> Distance:
        """Each output's loss and its derivative."""
        found = Distance()
        for output in self.trace.outputs:
            if output.opaque:
                self.unchecked[""].add("opaque")
                continue
            prediction = wide(output.prediction)
            value, gradient = step.compared(output, prediction)
            near = self._near_loss(output, prediction)
            if near.any():
                self.kinks.append(Kink(output.source or output.name, int(near.sum()), "loss"))
            where, scale = output.source or output.name, abs(value)
            found |= self.compare(where, "loss", output.value, value, floor=1.0 if near.any() else scale)
            found |= self.compare(
                where, "dL/dprediction", np.where(near, gradient, output.gradient), gradient, _largest(gradient)
            )
        return found

    def total(self) -> Distance:
        """L: the losses, and what regularisers add."""
        if not self.whole or any(part.opaque for part in (*self.trace.outputs, *self.trace.layers)):
            return Distance()  # what an opaque layer adds is not known
        total = sum(output.weight * step.compared(output, wide(output.prediction))[0] for output in self.trace.outputs)
        total += sum(value for value, _ in step.penalties(self.trace).values())
        for layer in self.trace.layers:
            added = step.activity(self.trace, layer, wide(layer.a))
            total += 0.0 if added is None else added[0]
        return self.compare("loss", "L", self.trace.loss, total, abs(total))

    def _near_loss(self, output: OutputTrace, prediction: Array) -> Array:
        """The predictions so near a kink of the loss that float32 may stand on its other side."""
        shift = NEAR * np.maximum(1, np.abs(prediction))
        ways = [step.side(output, prediction + sign * shift) for sign in (1, -1)]
        near = ways[0] != ways[1]
        return np.broadcast_to(near if near.size else False, prediction.shape)

    def layer(self, layer: LayerTrace) -> None:
        """One layer's rule, from what was recorded of the layer."""
        if layer.opaque:
            self.unchecked[layer.name].add("opaque")
            return
        if layer.chosen is not None:
            self.unchecked[layer.name].add("left_out")
            return  # what comes back to its inputs is a sum over all units
        if self.trace.samples is not None:
            self.unchecked[layer.name].add("left_out")
            if layer.class_name == "BatchNormalization" and self.trace.training:
                return  # its mean is that of samples which were not recorded
        self._forward_and_back(layer)

    def _forward_and_back(self, layer: LayerTrace) -> None:
        name, has = layer.name, step.given(layer, self.trace.training)
        inputs, z, delta = tuple(map(wide, layer.all_inputs)), wide(layer.z), wide(layer.delta)
        reach = max([1e-30, *(float(np.abs(each).max(initial=0)) for each in (*inputs, *has.parameters.values()))])
        forward, a = step.forward(layer, has, inputs)
        self.compare(name, "z", z, forward, reach)
        if layer.activation is None:
            self.compare(name, "a", layer.a, a, reach)
        else:
            function, options = step.activation(layer)
            self.compare(name, "a", layer.a, function.forward(z, **options), 1.0)
        upstream = wide(layer.upstream)
        near, values = np.zeros(z.shape, bool), step.bent(layer, inputs, z)
        for kink in step.kinks(layer):
            near |= np.abs(values - kink) <= NEAR * max(1.0, abs(kink))
        if near.any():
            self.kinks.append(Kink(name, int(near.sum()), "activation"))
        expected = step.delta_of(layer, upstream, z)
        self.compare(name, "delta", np.where(near, expected, delta), expected, _largest(upstream))
        back = step.backward(layer, has, inputs, delta)
        for recorded, found in zip(layer.input_gradients, back.inputs, strict=True):
            if recorded is not None and found is not None:
                same = near.shape == found.shape
                kept = np.where(near, found, recorded) if same else recorded
                self.compare(name, "dL/dinput", kept, found, self._back_scale(layer, has, delta))
        for parameter, found in back.parameters.items():
            if parameter in layer.places:
                place = layer.places[parameter]
                self.parameters[place] += found
                self.scales[place] += float(np.abs(delta).sum()) * max(1.0, self._reach(inputs))

    @staticmethod
    def _back_scale(layer: LayerTrace, has: step.Given, delta: Array) -> float:
        """The size of the terms that cancel in what comes back through a mean and a variance."""
        largest = _largest(delta)
        if layer.class_name in {"BatchNormalization", "LayerNormalization"}:
            gamma = _largest(has.parameters["gamma"]) if "gamma" in has.parameters else 1.0
            return largest * gamma / np.sqrt(has.settings["epsilon"])
        return largest

    @staticmethod
    def _reach(inputs: tuple[Array, ...]) -> float:
        return max(float(np.abs(each).max(initial=0)) for each in inputs)

    def links(self) -> None:
        """What comes back to a layer is the sum of what its successors give back."""
        sums: defaultdict[str | None, Any] = defaultdict(float)
        scales: defaultdict[str | None, float] = defaultdict(float)
        for output in self.trace.outputs:
            sums[output.source] += wide(output.gradient)
            scales[output.source] += _largest(output.gradient)
        for layer in self.trace.layers:
            for source, gradient in zip(layer.sources, layer.input_gradients, strict=True):
                if gradient is not None:
                    sums[source] += wide(gradient)
                    scales[source] += _largest(gradient)
        for layer in self.trace.layers:
            added = step.activity(self.trace, layer, wide(layer.a))
            expected = sums[layer.name] + (0.0 if added is None else added[1])
            expected = np.broadcast_to(expected, layer.a.shape)
            self.compare(layer.name, "dL/da", layer.upstream, expected, scales[layer.name])

    def gradients(self) -> None:
        """dL/dw of each variable: the sum over the calls of its layer, and what its regulariser adds."""
        penalties = step.penalties(self.trace)
        owners = _owners(self.trace)
        opaque = {layer.name for layer in self.trace.layers if layer.opaque}
        for place, names in owners.items():
            if opaque.intersection(names):
                continue
            expected = self.parameters[place] + (penalties[place][1] if place in penalties else 0.0)
            variable = self._variables[place]
            self.compare(names[0], variable.name, variable.gradient, expected, self.scales[place])

    @property
    def _variables(self) -> tuple[VariableTrace, ...]:
        return () if self.trace.update is None else self.trace.update.variables

    def update(self) -> Distance | None:
        """What the optimizer made of each gradient."""
        update = self.trace.update
        if update is None or update.opaque:
            self.unchecked[""].add("opaque")
            return None
        if self.cut and any(update.settings.get(name) for name in ("clipnorm", "global_clipnorm")):
            self.unchecked[""].add("left_out")  # a norm is that of the whole gradient
            return None
        owners, found = _owners(self.trace), Distance()
        for place, (variable, (after, slots)) in enumerate(zip(update.variables, step.updated(update), strict=True)):
            name = owners[place][0] if place in owners else variable.name
            for slot, value in slots.items():
                floor = _largest(variable.slots_before[slot]) + 1e-6 * _largest(value)
                found |= self.compare(name, f"{variable.name} {slot}", variable.slots_after[slot], value, floor)
            if variable.constraint is not None:
                self.unchecked[""].add("constraint")
                continue
            moved, rounding = after - wide(variable.before), 1e-2 * _largest(variable.before)
            self.compare(name, f"{variable.name} after", variable.update, self._decided(variable, moved), rounding)
            found |= _distance(variable.after, after)
        return found

    def _decided(self, variable: VariableTrace, moved: Array) -> Array:
        """The update; as recorded where Lion takes the sign of a number that is 0 but for rounding."""
        update = self.trace.update
        assert update is not None
        if update.optimizer != "Lion":
            return moved
        beta = update.settings["beta_1"]
        before, new = beta * wide(variable.slots_before["momentums"]), (1 - beta) * wide(variable.gradient)
        return np.where(np.abs(before + new) <= NEAR * (np.abs(before) + np.abs(new)), variable.update, moved)

    def differences(self) -> Distance | None:
        """Finite differences of every variable that leads to the loss through known rules only."""
        if not self.linked or any(output.opaque for output in self.trace.outputs):
            self.unchecked[""].add("outside" if self.whole else "left_out")
            return None
        network, blocked = step.Network(self.trace), _blocked(self.trace)
        exact = network.gradients(network.parameters)
        free: list[int] = []
        for place, names in _owners(self.trace).items():
            if blocked.intersection(names):
                for name in names:
                    self.unchecked[name].add("behind_opaque")
                continue
            free.append(place)
            self._difference(network, place, names[0], exact[place])
        if not free:
            return None
        slope, direction = differences.in_a_direction(network, free)
        if np.isnan(slope):
            return None
        along = sum(float((exact[place] * direction[place]).sum()) for place in free)
        automatic = sum(float((wide(self._variables[place].gradient) * direction[place]).sum()) for place in free)
        scale = np.sqrt(sum(float((exact[place] ** 2).sum()) for place in free))
        self.compare("loss", "finite difference", slope, along, float(scale), EXACT)
        return _distance(automatic, slope)

    def _difference(self, network: step.Network, place: int, name: str, exact: Array) -> None:
        found = differences.of_variable(network, place)
        decided = ~np.isnan(found.values)
        self.kinks += [Kink(each, int((~decided).sum()), "finite_difference") for each in found.crossed]
        indices, values = found.indices[decided], found.values[decided]
        largest = _largest(exact) + 1e-3 * abs(self.trace.loss)
        variable = self._variables[place]
        distance = self.compare(
            name, f"{variable.name} finite difference", values, exact.flat[indices], largest, relative=EXACT
        )
        self.chain_finite[name] = self.chain_finite.get(name, Distance()) | distance
        automatic = _distance(variable.gradient.flat[indices], values, _largest(exact))
        self.finite[name] = self.finite.get(name, Distance()) | automatic
        if found.sampled:
            self.sampled.add(name)

    def compare(
        self,
        name: str,
        what: str,
        found: Any,  # noqa: ANN401
        expected: Any,  # noqa: ANN401
        floor: float = 0.0,
        relative: float = RELATIVE,
    ) -> Distance:
        """The distance of two arrays; an error where it is more than rounding."""
        distance = _distance(found, expected)
        allowed = relative * _largest(expected) + (FLOOR if relative == RELATIVE else relative) * floor
        if not distance.absolute <= allowed:  # NaN is no agreement either
            raise CheckError(
                "error.trace.mismatch",
                layer=name,
                what=what,
                absolute=distance.absolute,
                relative=distance.relative,
                allowed=float(allowed),
            )
        if relative == RELATIVE and not what.endswith(" after"):  # which is rounded as the variable is
            self.chain[name] |= distance
        return distance


def _distance(found: Any, expected: Any, largest: float | None = None) -> Distance:  # noqa: ANN401
    found, expected = wide(found), wide(expected)
    absolute = float(np.abs(found - expected).max(initial=0))
    largest = _largest(expected) if largest is None else largest
    return Distance(absolute, absolute / largest if largest > 0 else 0.0)


def _largest(values: Any) -> float:  # noqa: ANN401
    """The largest magnitude of an array; 0 of an empty one."""
    return float(np.abs(wide(values)).max(initial=0))


def _owners(trace: Trace) -> dict[int, list[str]]:
    """The layers that use each trainable variable, by its place."""
    found: dict[int, list[str]] = {}
    for layer in trace.layers:
        for place in layer.places.values():
            found.setdefault(place, []).append(layer.name)
    return found


def _blocked(trace: Trace) -> set[str]:
    """The opaque layers and all that lead into one."""
    found: set[str] = set()
    for layer in reversed(trace.layers):
        if layer.opaque or layer.name in found:
            found |= {layer.name, *(source for source in layer.sources if source)}
    return found
