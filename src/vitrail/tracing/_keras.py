"""The private Keras names that tracing uses, all of them. A contract test fails first when one of them moves."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import jax
    import keras

    from vitrail.types import Array

_SEED_STATE = "seed_generator_state"
"""What `keras.random.SeedGenerator` calls its variable."""

_READ_WHILE_COMPILING = (
    "activation",
    "rate",
    "mean",
    "variance",
    "scale",
    "offset",
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
)
"""Attributes of layers that a compiled program has as constants."""


def loss(
    model: keras.Model,
    trainable: Sequence[jax.Array],
    non_trainable: Sequence[jax.Array],
    batch: tuple[Any, Any, Any],
    *,
    training: bool,
) -> jax.Array:
    """The scalar that training minimises, before any loss scaling, as a pure function of the variables."""
    with _as_it_was(model):
        _, (unscaled, *_) = model.compute_loss_and_updates(
            list(trainable),
            list(non_trainable),
            [variable.value for variable in model.metrics_variables],
            *batch,
            training=training,
            optimizer_variables=[variable.value for variable in model.optimizer.variables],
        )
    return unscaled


@contextlib.contextmanager
def _as_it_was(model: keras.Model) -> Generator[None]:
    """Put back what computing a loss leaves in a model.

    A compiled loss is built by its first use, and `model.fit` draws other random numbers when that is behind it.
    """
    loss = model._compile_loss  # noqa: SLF001
    before, metrics = dict(vars(loss)), list(loss.metrics)
    try:
        yield
    finally:
        loss.__dict__.update(before)
        loss.metrics[:] = metrics
        model._losses_override.clear()  # noqa: SLF001  # it holds tracers when the loss could not be computed


def reason(error: Exception) -> str:
    """The one line that says what Keras stumbled over, without what it wraps around errors inside layers."""
    text = str(error)
    inside = re.search(r"\x1b\[1m(.*?)\x1b\[0m", text, re.DOTALL)
    return (inside[1] if inside else text).strip().partition("\n")[0]


def values(model: keras.Model) -> tuple[list[Any], list[Any]]:
    """What the trainable and the other variables hold; also within a callback of `model.fit`."""
    model.jax_state_sync()
    return (
        [variable.value for variable in model.trainable_variables],
        [variable.value for variable in model.non_trainable_variables],
    )


def seeded(model: keras.Model, non_trainable: Sequence[Any], seed: int) -> list[Any]:
    """The same values, with every seed generator at a state that follows from the seed and the generator's place."""
    seeded = list(non_trainable)
    places = [place for place, each in enumerate(model.non_trainable_variables) if each.name == _SEED_STATE]
    for place, word in zip(places, _words(seed, len(places)), strict=True):
        before = non_trainable[place]
        seeded[place] = jnp.asarray(np.array([word, 0]), dtype=before.dtype)
    return seeded


def _words(seed: int, count: int) -> Array:
    return np.random.SeedSequence(seed).generate_state(count) if count else np.empty(0, np.uint32)


def compilation(model: keras.Model) -> tuple[object, ...]:
    """What a compiled program depends on, to be compared by identity.

    Something else after `model.compile`, a change of `trainable`, another list of layers, a new `adapt`, and so on.
    """
    parts: list[object] = [model._compile_loss, *model.trainable_variables, *model.non_trainable_variables]  # noqa: SLF001
    for layer in model._flatten_layers(include_self=False):  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        own = vars(layer)
        parts.append(layer)
        parts.extend(own.get(name) for name in _READ_WHILE_COMPILING)
    return tuple(parts)
