"""Where batches come from: arrays on the device, arrays too large for it, or whatever yields them one by one."""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, Protocol

import jax
import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.training import _keras, stream
from vitrail.training.feed import hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vitrail.training.program import Logs, Steps
    from vitrail.training.state import Variables
    from vitrail.types import Array

    Piece = Callable[[Steps, Variables], tuple[Variables, Logs | None]]


class Source(Protocol):
    """Batches of one epoch after another."""

    batches: int | None
    """Of one epoch; none when that is not known before its end."""

    def first(self) -> Iterator[Any]:
        """What Keras builds a model from: drawn from the generators as Keras draws it, and only if it is asked for."""
        ...

    def epoch(self, chunk: int) -> Iterator[tuple[int, int, Piece]]:
        """The next epoch in pieces: first batch, last batch, and what runs them."""
        ...

    def restart(self) -> None:
        """Begin anew, as Keras does after building a model and before each validation."""
        ...

    def ended(self) -> None:
        """A piece raised `StopIteration`: nothing is left."""
        ...


class Order:
    """Which samples are in which batch, drawn from NumPy's global generator when Keras draws them."""

    def __init__(self, samples: int, batch_size: int, steps: int | None, *, shuffle: bool | str) -> None:
        self.samples, self.batch_size, self.steps, self.shuffle = samples, batch_size, steps, shuffle
        self.batches = -(-samples // batch_size)
        self.restart()

    def restart(self) -> None:
        """Begin a new pass over the samples."""
        self._next = 0
        self._drawn = 0
        self._order: Array | None = None

    def epoch(self) -> tuple[range, bool]:
        """The next epoch's batches, and whether there are fewer than asked for.

        With a given number of steps a pass over the samples goes on where the epoch before it ended.
        """
        if self.steps is None or self._next >= self.batches:
            self.restart()
        begin = self._next
        stop = self.batches if self.steps is None else min(begin + self.steps, self.batches)
        self._next = stop
        return range(begin, stop), self.steps is not None and stop - begin < self.steps

    def upto(self, stop: int) -> Array | None:
        """The order of all samples, int32 (samples,), settled up to a batch; none when they are taken as they lie."""
        if not self.shuffle:
            return None
        if self._order is None:
            whole = self.shuffle != "batch"
            self._order = (np.random.permutation(self.samples) if whole else np.arange(self.samples)).astype(np.int32)  # noqa: NPY002 - where Keras draws from
            self._drawn = self.batches if whole else 0
        for batch in range(self._drawn, stop):
            first, last = batch * self.batch_size, min((batch + 1) * self.batch_size, self.samples)
            self._order[first:last] = np.random.permutation(last - first) + first  # noqa: NPY002
        self._drawn = max(self._drawn, stop)
        return self._order


class Arrays:
    """Arrays, on the device or, where they are too large for it, streamed in blocks.

    Args:
        data: what Keras' step takes, each leaf a NumPy array (samples, ...).
        order: of their samples.
        unchecked: names of the arrays that were too large to be looked through, by the place among the leaves.
    """

    def __init__(self, data: Any, order: Order, unchecked: dict[int, str]) -> None:  # noqa: ANN401
        self._order = order
        self.batches: int | None = order.steps or order.batches
        self.streamed = stream.nbytes(data) > stream.HELD_BYTES
        self._stream = stream.Stream(data, order.batch_size, unchecked)
        self._whole = None if self.streamed else hold(data)

    def first(self) -> Iterator[Any]:
        """The first batch, drawn as Keras draws it while it builds."""
        yield self._read(0, 1)

    def obstacle(self, steps: Steps, variables: Variables) -> str | None:
        """Why a model's batches are not run in a loop."""
        feed = self._stream.abstract() if self._whole is None else self._whole
        order = jax.ShapeDtypeStruct((feed.samples,), np.int32) if self._order.shuffle else None
        return steps.obstacle(variables, feed, order)

    def restart(self) -> None:
        """Begin a new pass over the samples."""
        self._order.restart()

    def epoch(self, chunk: int) -> Iterator[tuple[int, int, Piece]]:
        """The next epoch in pieces of at most `chunk` batches."""
        batches, short = self._order.epoch()
        if self._whole is None:
            chunk = min(chunk, self._stream.batches_per_block)
        for start in range(batches.start, batches.stop, chunk):
            stop = min(start + chunk, batches.stop)
            yield start - batches.start, stop - batches.start - 1, functools.partial(self._run, start, stop, chunk)
        if short:
            _keras.warn_that_data_ran_out()
        if batches.stop == self._order.batches:
            self._stream.checked()

    def ended(self) -> None:
        """Arrays do not end within an epoch."""

    def _run(
        self, start: int, stop: int, chunk: int, steps: Steps, variables: Variables
    ) -> tuple[Variables, Logs | None]:
        order = self._order.upto(stop)
        if chunk == 1:
            whole = self._whole
            batch = self._read(start, stop) if whole is None else steps.batch(whole, order, start)
            return steps.one(variables, batch)
        feed = self._stream if self._whole is None else self._whole
        return steps.many(variables, feed, order, start, stop), None

    def _read(self, start: int, stop: int) -> Any:  # noqa: ANN401 - the structure of the data
        """Some batches from where the arrays lie."""
        return self._stream.batches(self._order.upto(stop), start, stop)


class Batches:
    """Whatever yields batches: a generator, a `PyDataset`, a data loader; read by Keras' own iterator."""

    def __init__(self, dataset: Any, iterator: _keras.Iterator, what: str) -> None:  # noqa: ANN401 - of many kinds
        self._generator = isinstance(dataset, types.GeneratorType)
        self._iterator, self._what = iterator, what
        self._expected: Any = None
        self._taken = 0
        self.batches: int | None = iterator.num_batches

    def first(self) -> Iterator[Any]:
        """The first batch; a generator's is kept by Keras, and comes again."""
        for _, _, batches in self._iterator:
            yield next(batches)
            break

    def restart(self) -> None:
        """Begin anew, as Keras does after building a model and before each validation."""
        self._iterator.reset()

    def epoch(self, chunk: int) -> Iterator[tuple[int, int, Piece]]:
        """The next epoch, batch by batch."""
        del chunk  # batches are run as they come
        self._taken = 0
        for first, last, batches in self._iterator:
            yield first, last, functools.partial(self._run, batches)

    def ended(self) -> None:
        """Keras would go on with the first two batches, which it kept; that is never what was meant.

        Raises:
            DataError: a generator gave fewer batches than asked for.
        """
        if not self._generator:
            _keras.end_early(self._iterator)
        elif self._iterator.steps_per_epoch:
            expected = self._iterator.steps_per_epoch
            raise DataError("error.fit.ended", what=self._what, got=self._taken, expected=expected)

    def _run(self, batches: Iterator[Any], steps: Steps, variables: Variables) -> tuple[Variables, Logs | None]:
        batch = next(batches)
        shapes = [(*np.shape(leaf)[1:],) for leaf in jax.tree.leaves(batch)]
        self._expected = self._expected or shapes
        try:
            result = steps.one(variables, batch)
        except (TypeError, ValueError) as error:
            if shapes == self._expected:
                raise
            got, expected = (", ".join(map(str, seen)) for seen in (shapes, self._expected))
            raise ShapeError(
                "error.fit.batch_shape", what=self._what, batch=self._taken + 1, got=got, expected=expected
            ) from error
        self._taken += 1
        return result
