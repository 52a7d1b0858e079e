"""The compiled programs of one model: any number of batches of an epoch in one call, and a whole validation in one."""

from __future__ import annotations

import functools
import weakref
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from vitrail.training import _keras, compilation

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from vitrail.training.feed import Feed
    from vitrail.training.state import Variables
    from vitrail.types import Array

    Step = Callable[[Variables, tuple[Any, ...]], Variables]
    StepOf = Callable[[keras.Model], Step]


class Program:
    """Compiled training and validation of one model for one batch size.

    The loop runs Keras' own `train_step`, so that weights, optimizer and metrics equal those of `model.fit` to the bit.
    Its bounds are data: one compilation serves one batch, a chunk and a whole epoch. An incomplete last batch is a step
    of its own.
    """

    def __init__(self, model: keras.Model, batch_size: int) -> None:
        self._model = weakref.ref(model)
        self.compilation = _keras.compilation(model)
        self.batch_size = batch_size
        self._train = jax.jit(functools.partial(self._loop, _keras.train_step))
        self._train_rest = jax.jit(functools.partial(self._rest, _keras.train_step))
        self._test = jax.jit(functools.partial(self._loop, _keras.test_step))
        self._test_rest = jax.jit(functools.partial(self._rest, _keras.test_step))

    def batches(self, feed: Feed) -> int:
        """Batches of one epoch, the incomplete last one counted."""
        return -(-feed.samples // self.batch_size)

    def train(self, variables: Variables, feed: Feed, order: Array | None, start: int, stop: int) -> Variables:
        """Run batches `start` to `stop` (excluded) of an epoch.

        Args:
            variables: what the model holds before.
            feed: the training samples.
            order: permutation of the samples, or none to take them as they lie.
            start: first batch.
            stop: batch after the last one.
        """
        return self._run(self._train, self._train_rest, variables, feed, order, start, stop)

    def test(self, variables: Variables, feed: Feed, start: int, stop: int) -> Variables:
        """Run the test step over batches `start` to `stop` (excluded) of the samples as they lie."""
        return self._run(self._test, self._test_rest, variables, feed, None, start, stop)

    def _run(
        self,
        loop: Callable[..., Variables],
        rest: Callable[..., Variables],
        variables: Variables,
        feed: Feed,
        order: Array | None,
        start: int,
        stop: int,
    ) -> Variables:
        indices = None if order is None else jnp.asarray(order, dtype=jnp.int32)
        whole = min(stop, feed.samples // self.batch_size)
        if start < whole:
            variables = loop(variables, feed, indices, start, whole)
        if stop > whole:
            variables = rest(variables, feed, indices)
        return variables

    def _loop(
        self, step_of: StepOf, variables: Variables, feed: Feed, order: jax.Array | None, start: int, stop: int
    ) -> Variables:
        step = step_of(self._live_model())

        def body(index: jax.Array, variables: Variables) -> Variables:
            first = index * self.batch_size
            if order is None:
                return step(variables, feed.slice(first, self.batch_size))
            return step(variables, feed.gather(jax.lax.dynamic_slice_in_dim(order, first, self.batch_size)))

        return jax.lax.fori_loop(start, stop, body, variables)

    def _rest(self, step_of: StepOf, variables: Variables, feed: Feed, order: jax.Array | None) -> Variables:
        step = step_of(self._live_model())
        size = feed.samples % self.batch_size
        first = feed.samples - size
        return step(variables, feed.slice(first, size) if order is None else feed.gather(order[first:]))

    def _live_model(self) -> keras.Model:
        model = self._model()
        assert model is not None, "a program is only run by someone who holds its model"
        return model


_programs: weakref.WeakKeyDictionary[keras.Model, dict[int, Program]] = weakref.WeakKeyDictionary()


def program_of(model: keras.Model, batch_size: int) -> Program:
    """The model's program for a batch size: the one it had, unless it was compiled anew since."""
    compilation.keep()
    kept = _programs.setdefault(model, {})
    program = kept.get(batch_size)
    if program is None or program.compilation != _keras.compilation(model):
        program = kept[batch_size] = Program(model, batch_size)
    return program
