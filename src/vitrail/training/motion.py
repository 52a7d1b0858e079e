"""What moves the state of an experiment in training: pure functions, one state in and another one out."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vitrail.errors import InputError
from vitrail.training import _keras, randomness
from vitrail.training.state import EpochRecord, Stop, Weights
from vitrail.training.timeline import LearningRateSet, WeightEdited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    import keras

    from vitrail.training.callbacks import Callbacks
    from vitrail.training.feed import Feed
    from vitrail.training.program import Program
    from vitrail.training.state import State, Variables
    from vitrail.training.stream import Stream
    from vitrail.training.timeline import Event
    from vitrail.types import Array


class Motion(NamedTuple):
    """All that an experiment's states move by. It holds no state of its own that anything depends on."""

    model: keras.Model
    """Whose variables the states are the values of; it is only asked for their names and places."""
    program: Program
    training: Feed | Stream
    test: Feed | Stream | None
    """What each epoch is validated on."""
    shuffle: bool
    fresh: tuple[jax.Array, ...]
    """The metrics' running sums before an epoch."""
    callbacks: Callbacks

    def forward(self, state: State, batches: int) -> State:
        """Train some batches, at most to the end of the epoch, which is validated and recorded."""
        return self.finish(self.train(state, batches))

    def train(self, state: State, batches: int) -> State:
        """Train some batches; an epoch that ends is still to be finished."""
        began = time.perf_counter()
        start = self.begun(state)
        after = self._batches(start, batches)
        if self.callbacks.guarded and self._is_lost(after):
            after = self._batches(start, 1)
            while not self._is_lost(after):
                after = self._batches(after, 1)
            after = dataclasses.replace(after, stopped=Stop("nan", start.clock.epoch + 1))
        return dataclasses.replace(after, seconds=state.seconds + time.perf_counter() - began)

    def finish(self, state: State) -> State:
        """Validate and record the epoch that a state has just ended; other states stay as they are."""
        if state.clock.batch and not state.stopped:
            return state
        began = time.perf_counter()
        logs = self.program.results.of(state.variables)
        variables = state.variables
        if self.test is not None:
            fresh = variables._replace(metrics=self.fresh)
            variables = self.program.test(fresh, self.test, 0, self.program.batches(self.test))
            logs |= {f"val_{name}": value for name, value in self.program.results.of(variables).items()}
        seconds = state.seconds + time.perf_counter() - began
        ended = dataclasses.replace(state, variables=variables, order=None, seconds=0.0)
        return self._called_back(ended, logs, seconds)

    def change(self, state: State, event: Event) -> State:
        """Let an event happen.

        Raises:
            InputError: it names something that the model does not have, or a value that no weight can take.
        """
        match event:
            case LearningRateSet(value=value):
                place = self._learning_rate_place()
                if not 0 <= value < math.inf:
                    raise InputError("error.session.rate", got=repr(value))
                variables = _with_rate(state.variables, place, value)
            case WeightEdited():
                variables = self._edit(state.variables, event)
        return dataclasses.replace(state, variables=variables, events=(*state.events, event))

    def learning_rate(self, state: State) -> float | None:
        """The learning rate of the next update; none where a schedule gives it."""
        place = _keras.learning_rate_place(self.model)
        return None if place is None else float(state.variables.optimizer[place])

    def weight(self, state: State, layer: str, variable: str, index: tuple[int, ...]) -> float:
        """One weight of a layer.

        Raises:
            InputError: there is no such weight.
        """
        group, place = self._place_of(layer, variable, index)
        return float(getattr(state.variables, group)[place][index])

    def kernel(self, state: State, layer: str) -> tuple[Array, Array | None]:
        """The weights (inputs, units) and the bias (units,) of a dense layer; no bias where it has none."""
        dense: Any = self.model.get_layer(layer)
        kernel, bias = (None if each is None else self._value(state, each) for each in (dense.kernel, dense.bias))
        assert kernel is not None, "a dense layer that is built has weights"
        return kernel, bias

    def weights(self, state: State, layer: str) -> dict[str, Array]:
        """All weights of a layer by their names; where several have one name, by what tells their paths apart."""
        found = self.model.get_layer(layer)
        return dict(zip(_keras.weight_names(found), (self._value(state, each) for each in found.weights), strict=True))

    def _value(self, state: State, variable: keras.Variable) -> Array:
        group, place = _keras.place_of(self.model, variable)
        return np.asarray(getattr(state.variables, group)[place])

    def replay(self, start: State, events: Sequence[Event], updates: int) -> State:
        """Go on from a state as it once went on: the events at their moments, to a number of updates."""
        state = start
        for event in events[len(start.events) :]:
            state = self.change(self._run(state, event.updates), event)
        return self._run(state, updates)

    def batch(self, state: State) -> tuple[Any, ...]:
        """The batch that a state of an epoch under way trains on next, as Keras' step takes it."""
        first = state.clock.batch * self.program.batch_size
        size = min(self.program.batch_size, self.training.samples - first)
        if state.order is None:
            return self.training.slice(first, size)
        return self.training.gather(jnp.asarray(state.order[first : first + size]))

    def begun(self, state: State) -> State:
        """The state with the order of its epoch drawn."""
        return state if state.clock.batch else self._begin_epoch(state)

    def _run(self, state: State, updates: int) -> State:
        while state.clock.updates < updates and not state.stopped:
            state = self.forward(state, min(updates - state.clock.updates, state.clock.batches_left))
        return state

    def _batches(self, state: State, batches: int) -> State:
        start = state.clock.batch
        variables = self.program.train(state.variables, self.training, state.order, start, start + batches)
        jax.block_until_ready(variables.metrics)
        return dataclasses.replace(state, variables=variables, clock=state.clock.forward(batches))

    def _is_lost(self, state: State) -> bool:
        """Whether the loss is not finite: its mean over the epoch, in which NaN and infinity stay."""
        return not math.isfinite(self.program.results.of(state.variables)["loss"])

    def _called_back(self, state: State, logs: dict[str, float], seconds: float) -> State:
        """Record an epoch, and do what the callbacks want after it."""
        epoch = len(state.history) + 1
        if not self.callbacks.any or epoch > self.callbacks.epochs:
            return dataclasses.replace(state, history=(*state.history, EpochRecord(epoch, logs, seconds)))
        first, rate = state.begun_at, self.learning_rate(state)
        past = state.history[first:]
        wanted = self.callbacks.decide(past, logs, rate, first=first, ended=bool(state.stopped))
        record = EpochRecord(epoch, wanted.logs, seconds)
        self.callbacks.fed(record)
        variables, now = state.variables, Weights(state.variables.trainable, state.variables.non_trainable)
        best = {known: state.best.get(known, now) for known in sorted(wanted.remembered)}
        if wanted.rate is not None:
            variables = _with_rate(variables, self._learning_rate_place(), wanted.rate)
        if wanted.restored is not None:
            variables = _keras.restored(self.model, variables, best[wanted.restored])
        stopped = state.stopped or (Stop("early", epoch) if wanted.stops else None)
        return dataclasses.replace(
            state,
            variables=variables,
            history=(*state.history, record),
            best=best,
            stopped=stopped,
            restored=wanted.restored,
        )

    def _begin_epoch(self, state: State) -> State:
        order, generator = None, state.generator
        if self.shuffle:
            order, generator = randomness.permutation(generator, self.training.samples)
        variables = state.variables._replace(metrics=self.fresh)
        return dataclasses.replace(state, variables=variables, order=order, generator=generator, restored=None)

    def _learning_rate_place(self) -> int:
        place = _keras.learning_rate_place(self.model)
        if place is None:
            raise InputError("error.session.schedule")
        return place

    def _edit(self, variables: Variables, event: WeightEdited) -> Variables:
        group, place = self._place_of(event.layer, event.variable, event.index)
        if not math.isfinite(event.value):
            raise InputError("error.session.weight_value", got=repr(event.value))

        def edited(values: jax.Array) -> jax.Array:
            return values.at[event.index].set(event.value)

        values: tuple[jax.Array, ...] = getattr(variables, group)
        return variables._replace(**{group: _with(values, place, edited)})

    def _place_of(self, layer: str, name: str, index: tuple[int, ...]) -> tuple[str, int]:
        """The group and the place of a layer's variable, which must have such an index."""
        variable = _weight(self.model, layer, name)
        shape = tuple(variable.shape)
        inside = len(index) == len(shape) and all(0 <= place < size for place, size in zip(index, shape, strict=True))
        if not inside:
            raise InputError("error.session.index", variable=f"{layer}.{name}", got=str(index), shape=str(shape))
        return _keras.place_of(self.model, variable)


def _with_rate(variables: Variables, place: int, value: float) -> Variables:
    optimizer = _with(variables.optimizer, place, lambda rate: jnp.asarray(value, dtype=rate.dtype))
    return variables._replace(optimizer=optimizer)


def _with(values: tuple[jax.Array, ...], place: int, change: Callable[[jax.Array], jax.Array]) -> tuple[jax.Array, ...]:
    return (*values[:place], change(values[place]), *values[place + 1 :])


def _weight(model: keras.Model, layer: str, name: str) -> keras.Variable:
    """A layer's weight by its name, or by its path where several have the name."""
    found = next((each for each in model.layers if each.name == layer), None)
    if found is None:
        raise InputError("error.session.layer", layer=layer, known=", ".join(each.name for each in model.layers))
    named = [each for each in found.weights if name in {each.name, each.path}]
    if len(named) != 1:
        shown = [each.path if named else each.name for each in named or found.weights]
        raise InputError("error.session.variable", layer=layer, variable=name, known=", ".join(shown) or "-")
    return named[0]
