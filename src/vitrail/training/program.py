"""The compiled programs of one model: one batch a call, or any number of batches of an epoch in one call."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from vitrail.training import _keras, compilation, jaxprs
from vitrail.training.results import Results
from vitrail.training.state import owned
from vitrail.training.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import keras

    from vitrail.training.feed import Feed
    from vitrail.training.state import Variables
    from vitrail.types import Array

    Logs = Mapping[str, Any]
    Step = Callable[[Variables, Any], tuple[Logs, Variables]]


class Steps:
    """Training or testing of one model, batch after batch, by Keras' own step.

    The bounds of the loop are data: one compilation serves one batch, a chunk and a whole epoch. An incomplete last
    batch is a step of its own.
    """

    def __init__(self, model: keras.Model, step_of: Callable[[keras.Model], Step], batch_size: int) -> None:
        self._model, self._step_of, self.batch_size = weakref.ref(model), step_of, batch_size
        self._one = jax.jit(self.pure, donate_argnums=0)
        self._loop = jax.jit(self._looped)
        self._whole_batch = jax.jit(self._gathered)
        self._rest_batch = jax.jit(self._gathered_rest)
        self._obstacle: str | None = None
        self._looked = False

    def pure(self, variables: Variables, batch: Any) -> tuple[Logs, Variables]:  # noqa: ANN401 - the structure of the data
        """Keras' step as it is, uncompiled."""
        model = self._model()
        assert model is not None, "a program is only run by someone who holds its model"
        return self._step_of(model)(variables, batch)

    def one(self, variables: Variables, batch: Any) -> tuple[Variables, Logs]:  # noqa: ANN401 - the structure of the data
        """Run one batch.

        Args:
            variables: what the model holds before. Their memory is used again: the caller owns them, and uses them no
                more.
            batch: what Keras' step takes.

        Returns:
            What the model holds after it, and the logs that the step gives.
        """
        logs, variables = self._one(variables, batch)
        return variables, logs

    def many(self, variables: Variables, feed: Feed | Stream, order: Array | None, start: int, stop: int) -> Variables:
        """Run batches `start` to `stop` (excluded) of the samples in an order; as they lie when it is none.

        One call for all of them, or one for each where a loop would give other digits or take longer.
        """
        if isinstance(feed, Stream):
            return feed.run(self, variables, order, start, stop)
        indices = None if order is None else jnp.asarray(order, dtype=jnp.int32)
        if self.obstacle(variables, feed, indices):
            variables = owned(variables)
            for index in range(start, stop):
                variables, _ = self.one(variables, self.batch(feed, indices, index))
            return variables
        whole = min(stop, feed.samples // self.batch_size)
        if start < whole:
            variables = self._loop(variables, feed, indices, start, whole)
        if stop > whole:
            variables, _ = self.one(owned(variables), self._rest_batch(feed, indices))
        return variables

    def batch(self, feed: Feed, order: Any, index: int) -> Any:  # noqa: ANN401 - arrays of either kind
        """One batch, gathered on the device."""
        if index < feed.samples // self.batch_size:
            return self._whole_batch(feed, order, index)
        return self._rest_batch(feed, order)

    def obstacle(self, variables: Variables, feed: Feed, order: Any) -> str | None:  # noqa: ANN401 - an array or its shape
        """Why the batches are not run in a loop: `"convolution"`, `"carry"` when JAX cannot; none when they are."""
        if not self._looked and feed.samples >= self.batch_size:
            self._obstacle, self._looked = jaxprs.obstacle(self._loop, (variables, feed, order, 0, 1)), True
        return self._obstacle

    def _looped(self, variables: Variables, feed: Feed, order: jax.Array | None, start: int, stop: int) -> Variables:
        def body(index: jax.Array, variables: Variables) -> Variables:
            return self.pure(variables, self._gathered(feed, order, index))[1]

        return jax.lax.fori_loop(start, stop, body, variables)

    def _gathered(self, feed: Feed, order: jax.Array | None, index: jax.Array | int) -> Any:  # noqa: ANN401
        first = index * self.batch_size
        if order is None:
            return feed.slice(first, self.batch_size)
        return feed.gather(jax.lax.dynamic_slice_in_dim(order, first, self.batch_size))

    def _gathered_rest(self, feed: Feed, order: jax.Array | None) -> Any:  # noqa: ANN401
        size = feed.samples % self.batch_size
        first = feed.samples - size
        return feed.slice(first, size) if order is None else feed.gather(order[first:])


class Program:
    """Compiled training and validation of one model for one batch size, to the bits of `model.fit`."""

    def __init__(self, model: keras.Model, batch_size: int) -> None:
        self.compilation = _keras.compilation(model)
        self.batch_size = batch_size
        self.training = Steps(model, _keras.train_step, batch_size)
        self.testing = Steps(model, _keras.test_step, batch_size)
        self.results = Results(model)

    def batches(self, feed: Feed | Stream) -> int:
        """Batches of one epoch, the incomplete last one counted."""
        return -(-feed.samples // self.batch_size)

    def train(self, variables: Variables, feed: Feed | Stream, order: Array | None, start: int, stop: int) -> Variables:
        """Run batches `start` to `stop` (excluded) of an epoch.

        Args:
            variables: what the model holds before.
            feed: the training samples.
            order: permutation of the samples, or none to take them as they lie.
            start: first batch.
            stop: batch after the last one.
        """
        return self.training.many(variables, feed, order, start, stop)

    def test(self, variables: Variables, feed: Feed | Stream, start: int, stop: int) -> Variables:
        """Run the test step over batches `start` to `stop` (excluded) of the samples as they lie."""
        return self.testing.many(variables, feed, None, start, stop)


_programs: weakref.WeakKeyDictionary[keras.Model, dict[int, Program]] = weakref.WeakKeyDictionary()


def program_of(model: keras.Model, batch_size: int) -> Program:
    """The model's program for a batch size: the one it had, unless it was compiled anew since."""
    compilation.keep()
    kept = _programs.setdefault(model, {})
    program = kept.get(batch_size)
    if program is None or program.compilation != _keras.compilation(model):
        program = kept[batch_size] = Program(model, batch_size)
    return program
