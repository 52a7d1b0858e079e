"""What one state makes of many samples: loss, metrics, outputs, activations. In slices, between which others may work.

Each function is a generator that stands still after every slice and returns what it found. A state is immutable, so
that a training may go on in the meantime: what is found is that of the state it began with.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from vitrail.training import _keras

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    import keras

    from vitrail.training.motion import Motion
    from vitrail.training.portions import Part, Portions
    from vitrail.training.state import Variables
    from vitrail.types import Array

    Forward = Callable[[Variables, Array], Any]

SLICE_SECONDS = 0.01
"""Time that a slice takes, about; one batch at least."""

BLOCK = 256
"""Samples that go through the network at once."""


class Examined(NamedTuple):
    """What a state makes of a part of the data."""

    logs: Mapping[str, float]
    """The loss and metrics, as `model.evaluate` gives them."""
    outputs: Array
    """(samples, ...)."""


def examine(
    motion: Motion, portions: Portions, variables: Variables, part: Part, *, seconds: float = SLICE_SECONDS
) -> Generator[None, None, Examined]:
    """Evaluate and predict a whole part of the data.

    Args:
        motion: whose model and compiled programs are used.
        portions: the data.
        variables: of the state.
        part: of the data.
        seconds: about as long as a slice may take.
    """
    logs = yield from _measured(motion, portions, variables, part, seconds)
    outputs: list[Array] = []
    forward = _kept(_forwards, motion.model, _forward)
    count = len(portions.x_train if part == "train" else portions.x_test)
    for first, last in _blocks(count):
        block = portions.inputs(part, slice(max(0, last - BLOCK), last))  # of one size, so that one program serves all
        outputs.append(np.asarray(forward(variables, block))[first - last :])
        yield
    return Examined(logs, np.concatenate(outputs))


def represent(
    motion: Motion, portions: Portions, variables: Variables, count: int
) -> Generator[None, None, dict[str, Array]]:
    """The first test samples, and what every layer makes of them, by the layer's name: each (count, numbers).

    The samples themselves, as the model gets them, have the empty name.
    """
    forward = _kept(_activations, motion.model, _layered)
    names = [layer.name for layer in motion.model.layers if type(layer).__name__ != "InputLayer"]
    parts: dict[str, list[Array]] = {}
    for first, last in _blocks(count):
        block = portions.inputs("test", slice(max(0, last - BLOCK), last))
        for name, values in zip(("", *names), (block, *forward(variables, block)), strict=True):
            parts.setdefault(name, []).append(np.asarray(values)[first - last :].reshape(last - first, -1))
        yield
    return {name: np.concatenate(values) for name, values in parts.items()}


def _measured(
    motion: Motion, portions: Portions, variables: Variables, part: Part, seconds: float
) -> Generator[None, None, dict[str, float]]:
    """Keras' own test step over all batches, as many at a time as a slice allows."""
    data = motion.test if part == "test" and portions.validates_on_test else None
    data = data or portions.whole(part)
    values = variables._replace(metrics=motion.fresh)
    count, done, size = motion.program.batches(data), 0, 1
    while done < count:
        began = time.perf_counter()
        values = motion.program.test(values, data, done, min(count, done + size))
        jax.block_until_ready(values.metrics)
        done += size
        pace = (time.perf_counter() - began) / size
        size = min(4 * size, max(1, int(seconds / pace)))
        yield
    return motion.program.results.of(values)


def _blocks(count: int) -> Sequence[tuple[int, int]]:
    """The first and last sample of each block."""
    return [(first, min(count, first + BLOCK)) for first in range(0, count, BLOCK)]


_forwards: weakref.WeakKeyDictionary[keras.Model, Forward] = weakref.WeakKeyDictionary()
_activations: weakref.WeakKeyDictionary[keras.Model, Forward] = weakref.WeakKeyDictionary()


def _kept(
    kept: weakref.WeakKeyDictionary[keras.Model, Forward], model: keras.Model, make: Callable[[keras.Model], Forward]
) -> Forward:
    """A model's compiled program: the one that it had, or a new one."""
    if model not in kept:
        kept[model] = make(model)
    return kept[model]


def _forward(model: keras.Model) -> Forward:
    return _compiled(model, lambda model, x: model(x, training=False))


def _layered(model: keras.Model) -> Forward:
    opened = _keras.opened(model)
    return _compiled(model, lambda _, x: jax.tree.leaves(opened(x, training=False)))  # a single output comes alone


def _compiled(model: keras.Model, call: Callable[[keras.Model, Any], Any]) -> Forward:
    held = weakref.ref(model)

    def forward(variables: Variables, x: Any) -> Any:  # noqa: ANN401 - arrays of either kind
        model = held()
        assert model is not None, "a program is only run by someone who holds its model"
        with _keras.holding(model, variables):
            return call(model, x)

    return jax.jit(forward)
