"""`vitrail.fit`: what `model.fit` does to a Keras model, to the same bits, with whole epochs compiled."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.training import _keras, compilation
from vitrail.training.checks import check_compiled, check_data
from vitrail.training.feed import Feed, as_keras, feed
from vitrail.training.program import Program, program_of
from vitrail.training.run import Run
from vitrail.training.state import EpochRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.training.state import Variables
    from vitrail.types import Array

_SHOWN_PER_EPOCH = 20
"""How many times an epoch's progress bar moves."""


def fit(
    model: keras.Model,
    x: Any,  # noqa: ANN401 - whatever becomes an array
    y: Any,  # noqa: ANN401
    *,
    epochs: int = 1,
    batch_size: int = 32,
    validation_data: tuple[Any, ...] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] | None = None,
    verbose: int | str = "auto",
    shuffle: bool = True,
    sample_weight: Any = None,  # noqa: ANN401
) -> Run:
    """Train a compiled Keras model as `model.fit` does, with whole epochs compiled into one program.

    On the same machine the weights, the optimizer's state and the history equal those of `model.fit` to the last bit;
    the global generators of Python and NumPy are drawn from as `model.fit` draws from them. Callbacks are called as
    Keras calls them; one that acts on batches makes each batch a call of its own, so that it sees every one of them.

    Args:
        model: a compiled Keras model; built or not.
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        epochs: how many times to go through the samples.
        batch_size: samples per update of the weights.
        validation_data: `(x, y)` or `(x, y, sample_weight)`, evaluated after each epoch.
        callbacks: Keras callbacks.
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch, `"auto"` 1.
        shuffle: whether each epoch takes the samples in a new order.
        sample_weight: weight of each sample in the loss, (samples,).

    Returns:
        The run; its `history` is the dictionary that Keras users know.

    Raises:
        ModelError: the model is not compiled.
        ShapeError: the arrays do not fit each other or the model.
        DataError: empty arrays, NaN, infinity, an object dtype, labels out of range.

    Examples:
        >>> import keras, numpy as np, vitrail
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile(optimizer="sgd", loss="mse")
        >>> run = vitrail.fit(model, np.ones((8, 3)), np.ones((8, 1)), epochs=2, verbose=0)
        >>> list(run.history), len(run.history["loss"])
        (['loss'], 2)
    """
    check_compiled(model)
    _check_counts(epochs, batch_size)
    x, y = check_data(model, x, y)
    weights = _weights(sample_weight, len(x), what="sample_weight")
    validation = _validation(model, validation_data)
    if not _keras.can_jit(model):
        return _by_keras(
            model,
            x,
            y,
            epochs,
            batch_size=batch_size,
            validation_data=validation,
            callbacks=callbacks,
            verbose=verbose,
            shuffle=shuffle,
            sample_weight=weights,
        )
    compilation.keep()
    _keras.build(model, as_keras(x), as_keras(y), weights, batch_size, shuffle=shuffle)
    program = program_of(model, batch_size)
    training = feed(x, y, weights)
    listeners = keras.callbacks.CallbackList(
        list(callbacks or ()),
        add_history=True,
        add_progbar=verbose != 0,
        verbose=verbose,
        epochs=epochs,
        steps=program.batches(training),
        model=model,
    )
    parts = _Parts(training, None if validation is None else feed(*validation), shuffle)
    return _Loop(model, program, parts, listeners, _chunk(listeners, program.batches(training), verbose)).run(epochs)


class _Parts(NamedTuple):
    training: Feed
    validation: Feed | None
    shuffle: bool


class _Loop:
    """The epochs of one call of `fit`."""

    def __init__(
        self, model: keras.Model, program: Program, parts: _Parts, callbacks: keras.callbacks.CallbackList, chunk: int
    ) -> None:
        self.model, self.program, self.parts, self.callbacks, self.chunk = model, program, parts, callbacks, chunk
        self.records: list[EpochRecord] = []

    def run(self, epochs: int) -> Run:
        self.model.stop_training = False
        logs: dict[str, float] = {}
        self.callbacks.on_train_begin()
        try:
            for epoch in range(epochs):
                logs = self.epoch(epoch)
                if self.model.stop_training:
                    break
        finally:
            _keras.release(self.model)
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        self.callbacks.on_train_end(logs=logs)
        return Run(self.model, tuple(self.records))

    def epoch(self, epoch: int) -> dict[str, float]:
        began = time.perf_counter()
        self.model.reset_metrics()
        self.callbacks.on_epoch_begin(epoch)
        self.train()
        logs = _keras.logs(self.model, _keras.read(self.model))
        if self.parts.validation is not None:
            logs |= {f"val_{name}": value for name, value in self.validate(self.parts.validation).items()}
        seconds = time.perf_counter() - began
        self.callbacks.on_epoch_end(epoch, logs)
        written: dict[str, list[float]] = self.model.history.history  # callbacks may have added to the logs
        recorded = {name: float(values[-1]) for name, values in written.items()}
        self.records.append(EpochRecord(epoch + 1, recorded, seconds))
        return logs

    def train(self) -> None:
        data = self.parts.training
        order = None
        if self.parts.shuffle:
            order = np.random.permutation(data.samples).astype(np.int32)  # noqa: NPY002 - where Keras draws from
        self.batches(
            data,
            lambda variables, start, stop: self.program.train(variables, data, order, start, stop),
            self.callbacks.on_train_batch_begin,
            self.callbacks.on_train_batch_end,
            lambda: self.model.stop_training,
        )

    def validate(self, data: Feed) -> dict[str, float]:
        self.model.stop_evaluating = False
        self.callbacks.on_test_begin()
        self.model.reset_metrics()
        self.batches(
            data,
            lambda variables, start, stop: self.program.test(variables, data, start, stop),
            self.callbacks.on_test_batch_begin,
            self.callbacks.on_test_batch_end,
            lambda: self.model.stop_evaluating,
        )
        logs = _keras.logs(self.model, _keras.read(self.model))
        self.callbacks.on_test_end(logs)
        return logs

    def batches(
        self,
        data: Feed,
        advance: Callable[[Variables, int, int], Variables],
        begin: Callable[[int], None],
        end: Callable[[int, dict[str, float]], None],
        stopped: Callable[[], bool],
    ) -> None:
        """Go through all batches in chunks, calling back around each chunk as Keras does around each batch."""
        count = self.program.batches(data)
        variables = _keras.read(self.model)
        for start in range(0, count, self.chunk):
            stop = min(start + self.chunk, count)
            begin(start)
            if _keras.was_fetched(self.model):  # a callback looked at the model, and may have changed it
                variables = _keras.read(self.model)
            variables = advance(variables, start, stop)
            _keras.offer(self.model, variables)
            end(stop - 1, _keras.logs(self.model, variables))
            if stopped():
                break
        _keras.release(self.model)


def _chunk(callbacks: keras.callbacks.CallbackList, batches: int, verbose: int | str) -> int:
    """Batches of one compiled call: as many as nobody wants to hear of."""
    if any(_keras.acts_on_batches(callback) for callback in callbacks.callbacks):
        return 1
    return batches if verbose in {0, 2} else max(1, -(-batches // _SHOWN_PER_EPOCH))


def _by_keras(model: keras.Model, x: Array, y: Array, epochs: int, **options: Any) -> Run:  # noqa: ANN401
    """A model that Keras was told not to compile is trained by Keras itself."""
    ends = [time.perf_counter()]
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
    options["callbacks"] = [*(options["callbacks"] or ()), clock]
    history: dict[str, list[float]] = model.fit(x, y, epochs=epochs, **options).history
    records = [
        EpochRecord(epoch + 1, {name: float(values[epoch]) for name, values in history.items()}, after - before)
        for epoch, (before, after) in enumerate(itertools.pairwise(ends))
    ]
    return Run(model, tuple(records))


def _check_counts(epochs: object, batch_size: object) -> None:
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise DataError("error.fit.count", name=name, got=repr(value))


def _weights(sample_weight: Any, count: int, *, what: str) -> Array | None:  # noqa: ANN401 - an array or none
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if len(weights.shape) != 1 or len(weights) != count or weights.dtype.kind not in "fiub":
        raise ShapeError("error.fit.weights", what=what, shape=str(weights.shape), count=count)
    return as_keras(weights)


def _validation(model: keras.Model, data: object) -> tuple[Any, ...] | None:
    if data is None:
        return None
    if not isinstance(data, tuple | list) or len(data) not in {2, 3}:
        raise ShapeError("error.fit.validation", got=type(data).__name__)
    x, y = check_data(model, data[0], data[1], what="validation_")
    weights = _weights(data[2], len(x), what="validation sample_weight") if len(data) == 3 else None  # noqa: PLR2004
    return x, y, weights
