"""Which changes of an experiment let its training go on with the weights that it has come to, and how.

A training that goes on so is not what its experiment alone gives: its state begins at a floor, the moment of the
change, and nothing leads back before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.training import _keras
from vitrail.training.state import Clock, State, Variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import jax
    import keras

    from vitrail.experiment import Experiment

_LIGHT = frozenset({
    *("activation", "recurrent_activation", "negative_slope", "alpha"),
    *("rate", "dropout", "recurrent_dropout", "stddev", "seed"),
    *("momentum", "epsilon"),
})  # fmt: skip
_LIGHT_ENDS = ("_regularizer", "_constraint")
"""Settings of a layer that say how it computes or is held back, not what weights it begins with."""

_LIGHT_DATA = {"options", "scale", "noise"}


def carries(before: Experiment, after: Experiment) -> bool:
    """Whether the weights of one experiment's training are a sensible start for the other's.

    They are where seed, data set, target and layers stay, whatever becomes of compile, fit, the amount of data, its
    noise, and what layers compute with the same weights.

    Examples:
        >>> from vitrail.experiment import FitSpec, reference
        >>> longer = reference().model_copy(update={"fit": FitSpec(epochs=9)})
        >>> carries(reference(), longer), carries(reference(), reference("fashion_mnist_mini"))
        (True, False)
    """
    return (before.seed, _source(before), _skeleton(before)) == (after.seed, _source(after), _skeleton(after))


def carried(before: keras.Model, state: State, after: keras.Model, fresh: State, *, rate: bool) -> State | None:
    """The first state of a training that takes over another one's weights; none where they do not fit.

    The optimizer's own memory comes along where its class and shapes stay.

    Args:
        before: the model whose variables `state` holds.
        state: the training that is taken over, wherever it stands in its epoch.
        after: the model of the new training.
        fresh: its first state without this.
        rate: whether the learning rate that was reached comes along, rather than the new experiment's.
    """
    known = _by_place(before, state.variables)
    wanted = _by_place(after, fresh.variables)
    trainable = {place for place, variable in _places(after) if variable.trainable}
    if trainable != {place for place, variable in _places(before) if variable.trainable}:
        return None
    if any(known[place].shape != wanted[place].shape for place in trainable):
        return None
    taken = {id(variable): _alike(known.get(place), wanted[place]) for place, variable in _places(after)}
    variables = fresh.variables._replace(
        trainable=tuple(taken[id(variable)] for variable in after.trainable_variables),
        non_trainable=tuple(
            taken.get(id(variable), value)
            for variable, value in zip(after.non_trainable_variables, fresh.variables.non_trainable, strict=True)
        ),
        optimizer=_memory(before, state.variables, after, fresh.variables, rate=rate),
    )
    clock = Clock(state.clock.epoch, 0, fresh.clock.batches_per_epoch)
    return State(variables, clock, state.generator, order=None, history=state.history)


def _source(experiment: Experiment) -> Mapping[str, Any]:
    return experiment.data.model_dump(exclude=_LIGHT_DATA)


def _skeleton(experiment: Experiment) -> list[Any]:
    """The layers without what changes no weight."""
    layers = [layer.model_dump() for layer in experiment.layers]
    return [
        {**layer, "config": {name: value for name, value in layer["config"].items() if not _is_light(name)}}
        for layer in layers
    ]


def _is_light(name: str) -> bool:
    return name in _LIGHT or name.endswith(_LIGHT_ENDS)


def _places(model: keras.Model) -> Iterator[tuple[tuple[str, int], keras.Variable]]:
    """Each variable of the layers by its layer's name and its place there: what two models have in common."""
    for layer in model.layers:
        for place, variable in enumerate(layer.variables):
            yield (layer.name, place), variable


def _by_place(model: keras.Model, variables: Variables) -> dict[tuple[str, int], jax.Array]:
    held = [
        *zip(model.trainable_variables, variables.trainable, strict=True),
        *zip(model.non_trainable_variables, variables.non_trainable, strict=True),
    ]
    values = {id(variable): value for variable, value in held}
    return {place: values[id(variable)] for place, variable in _places(model)}


def _alike(known: jax.Array | None, fresh: jax.Array) -> jax.Array:
    return known if known is not None and (known.shape, known.dtype) == (fresh.shape, fresh.dtype) else fresh


def _memory(
    before: keras.Model, held: Variables, after: keras.Model, fresh: Variables, *, rate: bool
) -> tuple[jax.Array, ...]:
    """What the new optimizer begins with."""

    def form(model: keras.Model, variables: Variables) -> object:
        names = [variable.name for variable in model.optimizer.variables]
        return type(model.optimizer), names, [value.shape for value in variables.optimizer]

    if form(before, held) != form(after, fresh):
        return fresh.optimizer
    place = None if rate else _keras.learning_rate_place(after)
    return tuple(
        new if index == place else old
        for index, (old, new) in enumerate(zip(held.optimizer, fresh.optimizer, strict=True))
    )
