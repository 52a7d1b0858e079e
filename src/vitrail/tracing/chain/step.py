"""The chain rule along a trace: one layer from what was recorded of it, or the whole network from the weights on."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.tracing.chain import loss_options, regularizers
from vitrail.tracing.chain.activations import ACTIVATIONS, OF_LAYERS, Activation, reference
from vitrail.tracing.chain.layers import LAYERS, Back, Given
from vitrail.tracing.chain.losses import LOSSES, reduce, targets
from vitrail.tracing.chain.optimizers import OPTIMIZERS, Hand, clip, decay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tracing.record import LayerTrace, OutputTrace, Trace, UpdateTrace
    from vitrail.types import Array

Parameters = "Mapping[int, Array]"
"""Values of the trainable variables, by their place in the model."""


def wide(values: Any) -> Array:  # noqa: ANN401 - array-like
    """Numbers in float64; integers stay, for they are places in a table."""
    array = np.asarray(values)
    return array if array.dtype.kind in "iub" else array.astype(np.float64)


def given(layer: LayerTrace, training: bool, parameters: Mapping[int, Array] | None = None) -> Given:  # noqa: FBT001
    """What a layer has besides its inputs; its trainable parameters from `parameters` where they are given."""
    values = {name: wide(value) for name, value in layer.parameters.items()}
    if parameters is not None:
        values |= {name: parameters[place] for name, place in layer.places.items()}
    settings = dict(layer.settings)
    if layer.class_name in OF_LAYERS:
        settings["function"] = OF_LAYERS[layer.class_name][0]
    if layer.class_name == "Flatten":
        settings["target_shape"] = (-1,)
    return Given(settings, values, None if layer.mask is None else wide(layer.mask), training)


def activation(layer: LayerTrace) -> tuple[Activation, Mapping[str, Any]]:
    """The activation function f of a layer, and its options."""
    found = reference(layer.settings.get("activation"))
    assert found is not None, "layers with another activation are opaque"
    return ACTIVATIONS[found[0]], found[1]


def kinks(layer: LayerTrace) -> tuple[float, ...]:
    """The z (or inputs, for a layer that is an activation) at which a layer's function has no derivative."""
    if layer.class_name in OF_LAYERS:
        name, options = OF_LAYERS[layer.class_name]
        return ACTIVATIONS[name].kinks(**{option: layer.settings[option] for option in options if option != "axis"})
    if layer.class_name == "PReLU":
        return (0.0,)
    function, options = activation(layer)
    return function.kinks(**options)


def bent(layer: LayerTrace, inputs: tuple[Array, ...], z: Array) -> Array:
    """The values that meet the kinks."""
    return inputs[0] if layer.class_name in {*OF_LAYERS, "PReLU"} else z


def forward(layer: LayerTrace, has: Given, inputs: tuple[Array, ...]) -> tuple[Array, Array]:
    """Z and a of a layer."""
    z = LAYERS[layer.class_name].forward(has, inputs)
    function, options = activation(layer)
    return z, function.forward(z, **options)


def delta_of(layer: LayerTrace, upstream: Array, z: Array) -> Array:
    """dL/dz from dL/da."""
    function, options = activation(layer)
    return function.backward(upstream, z, **options)


def backward(layer: LayerTrace, has: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    """What comes back to a layer's inputs and parameters from dL/dz."""
    return LAYERS[layer.class_name].backward(has, inputs, delta)


def compared(output: OutputTrace, prediction: Array) -> tuple[float, Array]:
    """One output's loss, and dL/dprediction."""
    rule, options = LOSSES[output.loss], loss_options(output.loss, output.settings)
    y = targets(rule, output.target, prediction)
    weights = None if output.sample_weight is None else wide(output.sample_weight)
    value, share = reduce(rule.forward(y, prediction, **options), weights, output.settings["reduction"])
    return value, output.weight * rule.backward(share, y, prediction, **options)


def side(output: OutputTrace, prediction: Array) -> Array:
    """On which side of the loss' kinks (clipped probabilities, margins) every value lies."""
    rule = LOSSES[output.loss]
    if output.settings.get("from_logits"):
        return np.empty(0, bool)
    return rule.side(targets(rule, output.target, prediction), prediction)


def penalties(trace: Trace, parameters: Mapping[int, Array] | None = None) -> dict[int, tuple[float, Array]]:
    """What regularisers add to L for each variable they act on, by its place, and to its gradient."""
    found: dict[int, tuple[float, Array]] = {}
    for layer in trace.layers:
        for name, place in layer.places.items():
            rule = regularizers.named(layer.settings, name)
            if rule is not None and not layer.opaque:
                w = wide(layer.parameters[name]) if parameters is None else parameters[place]
                found[place] = rule[0].forward(w, **rule[1]), rule[0].backward(w, **rule[1])
    return found


def activity(trace: Trace, layer: LayerTrace, a: Array) -> tuple[float, Array] | None:
    """What a regulariser of the output adds to L and to dL/da.

    Keras' step counts the last call of a layer alone, when the layer is shared.
    """
    rule = None if layer.opaque else regularizers.named(layer.settings, "activity")
    if rule is None:
        return None
    shared = layer.name.partition("@")[0]
    last = next(each.name for each in reversed(trace.layers) if each.name.partition("@")[0] == shared)
    if layer.name != last:
        return None
    return rule[0].forward(a, **rule[1]) / len(a), rule[0].backward(a, **rule[1]) / len(a)


def updated(update: UpdateTrace) -> list[tuple[Array, Mapping[str, Array]]]:
    """What the optimizer's rule makes of each variable, and of its slots."""
    gradients = clip([wide(each.gradient) for each in update.variables], update.settings)
    results: list[tuple[Array, Mapping[str, Array]]] = []
    for variable, g in zip(update.variables, gradients, strict=True):
        w = wide(variable.before)
        w = decay(w, update.learning_rate, update.settings) if variable.decayed else w
        slots = {name: wide(value) for name, value in variable.slots_before.items()}
        hand = Hand(w, g, slots, update.settings, update.learning_rate, update.iteration + 1)
        hand = hand._replace(product=update.shared_before.get("u_product", 1.0))
        results.append(OPTIMIZERS[update.optimizer](hand))
    return results


class Passed(NamedTuple):
    """One layer on the way forward."""

    inputs: tuple[Array, ...]
    z: Array
    a: Array


class Network:
    """The whole step in float64, from the weights and the batch alone.

    An opaque layer gives what was recorded of it, whatever comes in: what lies behind it is still a function of the
    weights that follow.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.parameters: dict[int, Array] = {}
        for layer in trace.layers:
            self.parameters |= {place: wide(layer.parameters[name]) for name, place in layer.places.items()}

    def forward(self, parameters: Mapping[int, Array]) -> tuple[float, dict[str, Passed]]:
        """L, and each layer by its name."""
        passed: dict[str, Passed] = {}
        loss = sum(value for value, _ in penalties(self.trace, parameters).values())
        for layer in self.trace.layers:
            inputs = tuple(
                passed[source].a if source in passed else wide(value)
                for source, value in zip(layer.sources, layer.all_inputs, strict=True)
            )
            if layer.opaque:
                z, a = wide(layer.z), wide(layer.a)
            else:
                z, a = forward(layer, given(layer, self.trace.training, parameters), inputs)
            passed[layer.name] = Passed(inputs, z, a)
            added = activity(self.trace, layer, a)
            loss += 0.0 if added is None else added[0]
        for output in self.trace.outputs:
            loss += output.weight * compared(output, self.prediction(output, passed))[0]
        return loss, passed

    def gradients(self, parameters: Mapping[int, Array]) -> dict[int, Array]:
        """dL/dw of every trainable variable, by its place."""
        _, passed = self.forward(parameters)
        upstream: dict[str | None, Any] = defaultdict(float)
        gradients: dict[int, Any] = defaultdict(float)
        for place, (_, back) in penalties(self.trace, parameters).items():
            gradients[place] += back
        for output in self.trace.outputs:
            upstream[output.source] += compared(output, self.prediction(output, passed))[1]
        for layer in reversed(self.trace.layers):
            here, has = passed[layer.name], given(layer, self.trace.training, parameters)
            added = activity(self.trace, layer, here.a)
            above = np.broadcast_to(upstream[layer.name], here.a.shape) + (0.0 if added is None else added[1])
            if layer.opaque:
                back = Back(tuple(None if each is None else wide(each) for each in layer.input_gradients), {})
            else:
                back = backward(layer, has, here.inputs, delta_of(layer, above, here.z))
            for source, each in zip(layer.sources, back.inputs, strict=True):
                upstream[source] += 0.0 if each is None else each
            for name, place in layer.places.items():
                gradients[place] += back.parameters.get(name, 0.0)
        return dict(gradients)

    def prediction(self, output: OutputTrace, passed: Mapping[str, Passed]) -> Array:
        """What a loss is given; as it was recorded, where it comes from outside the layers."""
        source = output.source
        return passed[source].a if source is not None and source in passed else wide(output.prediction)
