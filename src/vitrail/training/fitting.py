"""`vitrail.fit`: what `model.fit` does to a Keras model, to the same bits, with whole epochs compiled."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

import jax
import keras
import numpy as np

from vitrail.errors import ModelError, ShapeError
from vitrail.locale import text
from vitrail.training import _keras, compilation
from vitrail.training.checks import check_compiled
from vitrail.training.given import Given, checked, large, sparse
from vitrail.training.interruption import Interruption, interruptible
from vitrail.training.program import program_of
from vitrail.training.run import WHOLE_EPOCHS, Run, Way
from vitrail.training.sources import Arrays, Batches, Order
from vitrail.training.state import EpochRecord, owned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.training.program import Steps
    from vitrail.training.state import Variables

_SHOWN_PER_EPOCH = 20
"""How many times an epoch's progress bar moves."""
_LEAST_PIECE = 100
"""Batches of the shortest piece where nobody is told of it: few enough for Ctrl-C to be answered soon."""
_SHOWN_EVERY = 0.05
"""Seconds between two moves of it where batches are run one by one."""


def fit(
    model: keras.Model,
    x: Any = None,  # noqa: ANN401 - arrays in lists and dictionaries, or whatever yields batches
    y: Any = None,  # noqa: ANN401
    *,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: int | str = "auto",
    callbacks: Sequence[keras.callbacks.Callback] | None = None,
    validation_split: float = 0.0,
    validation_data: Any = None,  # noqa: ANN401
    shuffle: bool | Literal["batch"] = True,
    class_weight: dict[int, float] | None = None,
    sample_weight: Any = None,  # noqa: ANN401
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: int | list[int] = 1,
    mode: Literal["exact", "fast"] = "exact",
) -> Run:
    """Train a compiled Keras model as `model.fit` does, with whole epochs compiled into one program.

    On the same machine the weights, the optimizer's state and the history equal those of `model.fit` to the last bit;
    the global generators of Python and NumPy are drawn from as `model.fit` draws from them. Arguments mean what they
    mean there. Callbacks are called as Keras calls them; one that acts on batches makes each batch a call of its own,
    so that it sees every one of them. `run.way` tells how the batches were run, and why.

    Args:
        model: a compiled Keras model; built or not.
        x: inputs, (samples, ...), or lists or dictionaries of them; or a `keras.utils.PyDataset`, a generator or a data
            loader, which yield `(x, y)` or `(x, y, sample_weight)`. Arrays too large for the device are streamed.
        y: targets, (samples, ...), or lists or dictionaries of them.
        batch_size: samples per update of the weights; 32 by default.
        epochs: the epoch to end after.
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch, `"auto"` 1.
        callbacks: Keras callbacks.
        validation_split: the last part of the samples that is kept from training and evaluated after each epoch.
        validation_data: `(x, y)` or `(x, y, sample_weight)`, or what yields batches, evaluated after each epoch.
        shuffle: whether each epoch takes the samples in a new order; `"batch"` shuffles within each batch.
        class_weight: weight of each class in the loss.
        sample_weight: weight of each sample in the loss, (samples,); or one such array per output.
        initial_epoch: the epoch to begin with, 0 for the first.
        steps_per_epoch: batches of one epoch; all of them by default.
        validation_steps: batches of one validation; all of them by default.
        validation_batch_size: samples of one batch of the validation; `batch_size` by default.
        validation_freq: validate after every that many epochs, or after the listed ones (1 for the first).
        mode: `"exact"`; `"fast"` is yet to come.

    Returns:
        The run; its `history` is the dictionary that Keras users know.

    Raises:
        ModelError: the model is not compiled, or the mode does not exist yet.
        ShapeError: the arrays do not fit each other or the model.
        DataError: empty arrays, NaN, infinity, an object dtype, labels or options out of range, a generator that ends
            early. What a generator or a callback raises comes through. The model is left at its last completed batch.
        KeyboardInterrupt: after Ctrl-C, once the batches under way are done. The model is left there, and the history
            of its complete epochs in `model.history`; the error's text says how to go on.

    Examples:
        >>> import keras, numpy as np, vitrail
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile(optimizer="sgd", loss="mse")
        >>> run = vitrail.fit(model, np.ones((8, 3)), np.ones((8, 1)), epochs=2, verbose=0)
        >>> list(run.history), len(run.history["loss"])
        (['loss'], 2)
    """
    check_compiled(model)
    if mode != "exact":
        raise ModelError("error.fit.mode", got=repr(mode))
    given = checked(
        model,
        Given(
            x=x,
            y=y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
        ),
    )
    left = ("sparse", model.name) if sparse(given) else _keras.needs_keras_loop(model)
    if left:
        return _by_keras(model, given, Way("keras", *left))
    compilation.keep()
    return _Loop(model, given).run()


class _Recorder(keras.callbacks.Callback):
    """Notes what each epoch gave. It stands last, so that it sees what other callbacks add to the logs."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[EpochRecord] = []
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401, ARG002 - Keras' signature
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401 - Keras' signature
        self.records.append(EpochRecord(epoch + 1, dict(logs or {}), time.perf_counter() - self._began))


def _by_keras(model: keras.Model, given: Given, way: Way) -> Run:
    """A model that only Keras can train is trained by Keras itself."""
    recorder = _Recorder()
    arguments = given.arguments()
    if isinstance(given.callbacks, keras.callbacks.CallbackList):
        given.callbacks.callbacks.append(recorder)
    else:
        arguments["callbacks"] = [*keras.tree.flatten(given.callbacks or []), recorder]
    model.fit(**arguments)
    return Run(model, tuple(recorder.records), way)


class _Loop:
    """The epochs of one call of `fit`."""

    def __init__(self, model: keras.Model, given: Given) -> None:
        self.model, self.given = model, given
        self.training, self.batch_size = _source(
            given.x,
            given.y,
            given.sample_weight,
            "x",
            batch_size=given.batch_size,
            steps=given.steps_per_epoch,
            shuffle=given.shuffle,
            class_weight=given.class_weight,
        )
        _keras.build_from(model, self.training.first())
        self.training.restart()
        self.program = program_of(model, self.batch_size)
        self.validation: tuple[Arrays | Batches, Steps] | None = None
        if isinstance(given.validation_data, tuple):
            self.validation = self.validating()
            self.check_validation()
        self.callbacks = self.listeners()
        self.listens = next(filter(_keras.acts_on_batches, self.callbacks.callbacks), None)
        self.recorder = _Recorder()
        self.callbacks.callbacks.append(self.recorder)
        self.shows = given.verbose not in {0, 2}
        self.shown = 0.0
        self.interruption = Interruption()
        self.under_way = 0

    def listeners(self) -> keras.callbacks.CallbackList:
        given = self.given
        if isinstance(given.callbacks, keras.callbacks.CallbackList):
            return given.callbacks
        return keras.callbacks.CallbackList(
            given.callbacks,
            add_history=True,
            add_progbar=given.verbose != 0,
            verbose=given.verbose,
            epochs=given.epochs,
            steps=self.training.batches,
            model=self.model,
        )

    def run(self) -> Run:
        way = self.way(self.program.training)
        logs: dict[str, float] = {}
        self.model.stop_training = False
        self.callbacks.on_train_begin()
        first = _keras.first_epoch(self.model, self.given.initial_epoch)
        try:
            with interruptible() as self.interruption:
                for epoch in range(first, self.given.epochs):
                    self.under_way = epoch
                    logs = self.epoch(epoch, self.program.training)
                    if self.model.stop_training:
                        break
        finally:
            _keras.release(self.model)
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        self.callbacks.on_train_end(logs=logs)
        return Run(self.model, tuple(self.recorder.records), way)

    def way(self, steps: Steps) -> Way:
        if self.listens is not None:
            return Way("batches", "callback", type(self.listens).__name__)
        if isinstance(self.training, Batches):
            return Way("batches", "dataset", type(self.given.x).__name__)
        obstacle = self.training.obstacle(steps, _keras.read(self.model))
        return Way("batches", obstacle) if obstacle else WHOLE_EPOCHS

    def epoch(self, epoch: int, steps: Steps) -> dict[str, float]:
        self.model.reset_metrics()
        self.callbacks.on_epoch_begin(epoch)
        self.batches(
            self.training,
            steps,
            self.callbacks.on_train_batch_begin,
            self.callbacks.on_train_batch_end,
            lambda: self.model.stop_training,
        )
        logs = self.program.results.of(_keras.read(self.model))
        if self.given.validation_data is not None and _keras.should_validate(
            self.model, epoch, self.given.validation_freq
        ):
            logs |= {f"val_{name}": value for name, value in self.validate().items()}
        self.callbacks.on_epoch_end(epoch, logs)
        return logs

    def validating(self) -> tuple[Arrays | Batches, Steps]:
        given = self.given
        data = given.validation_data
        x, y, weights = data if isinstance(data, tuple) else (data, None, None)
        source, batch_size = _source(
            x,
            y,
            weights,
            "validation_data",
            batch_size=given.validation_batch_size or given.batch_size,
            steps=given.validation_steps,
        )
        return source, program_of(self.model, batch_size).testing

    def check_validation(self) -> None:
        """Try the validation's first batch without computing it, where its samples have another shape."""
        assert self.validation is not None
        source, steps = self.validation
        given = self.given
        got = _sample_shapes(given.validation_data[:2])
        expected = "?" if given.streams else _sample_shapes((given.x, given.y))
        if got == expected:
            return
        try:
            for batch in source.first():
                jax.eval_shape(steps.pure, _keras.read(self.model), batch)
        except (TypeError, ValueError) as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise ShapeError("error.fit.validation_shape", got=got, expected=expected, reason=reason) from error

    def validate(self) -> dict[str, float]:
        self.validation = self.validation or self.validating()  # Keras first looks at a data set only now
        source, steps = self.validation
        source.restart()
        self.model.stop_evaluating = False
        self.callbacks.on_test_begin()
        self.model.reset_metrics()
        self.batches(
            source,
            steps,
            self.callbacks.on_test_batch_begin,
            self.callbacks.on_test_batch_end,
            lambda: self.model.stop_evaluating,
        )
        logs = self.program.results.of(_keras.read(self.model))
        self.callbacks.on_test_end(logs)
        return logs

    def batches(
        self,
        source: Arrays | Batches,
        steps: Steps,
        begin: Callable[[int], None],
        end: Callable[[int, Any], None],
        stopped: Callable[[], bool],
    ) -> None:
        """Go through all batches in pieces, calling back around each as Keras does around each batch."""
        _keras.begin_pass(self.model)
        variables: Variables | None = None
        try:
            for first, last, run in source.epoch(self.chunk(source)):
                heard = self.heard(source)
                if heard:
                    begin(first)
                if variables is None or _keras.was_fetched(self.model):  # somebody may have changed the model
                    variables = owned(_keras.read(self.model))
                variables, logs = run(steps, variables)
                _keras.offer(self.model, variables)
                if heard:
                    end(last, self.program.results.of(variables) if logs is None else logs)
                if self.interruption.asked:
                    raise KeyboardInterrupt(self.left_at(source, last))
                if stopped():
                    break
        except StopIteration:
            source.ended()
        _keras.release(self.model)

    def left_at(self, source: Arrays | Batches, last: int) -> str:
        """What Ctrl-C left behind, and how to go on."""
        epoch, batch = self.under_way, last + 1
        if source is not self.training or batch == source.batches:
            return text("error.fit.interrupted_epoch", epoch=epoch + 1, next=epoch + 1)
        return text("error.fit.interrupted", epoch=epoch + 1, batch=batch, next=epoch)

    def chunk(self, source: Arrays | Batches) -> int:
        """Batches of one piece: as many as nobody wants to hear of."""
        if self.listens is not None or source.batches is None:
            return 1
        piece = -(-source.batches // _SHOWN_PER_EPOCH)
        return max(1, piece) if self.shows else min(source.batches, max(piece, _LEAST_PIECE))

    def heard(self, source: Arrays | Batches) -> bool:
        """Whether somebody is told of a piece."""
        if self.listens is not None:
            return True
        now = time.perf_counter()
        due = self.shows and (source.batches is None or now - self.shown > _SHOWN_EVERY)
        if due:
            self.shown = now
        return due


def _source(
    x: Any,  # noqa: ANN401 - arrays in structures, or what yields batches
    y: Any,  # noqa: ANN401
    weights: Any,  # noqa: ANN401
    what: str,
    *,
    batch_size: int | None,
    steps: int | None,
    shuffle: bool | str = False,
    class_weight: Any = None,  # noqa: ANN401
) -> tuple[Arrays | Batches, int]:
    """Where batches come from, and their size; of a data set, which has its own, 1."""
    if _keras.is_dataset(x):
        return Batches(x, _keras.iterator(x, class_weight=class_weight, steps=steps, shuffle=shuffle), what), 1
    data, size = _keras.pack(x, y, weights, class_weight, batch_size, steps)
    samples = jax.tree.leaves(data)[0].shape[0]
    return Arrays(data, Order(samples, size, steps, shuffle=shuffle), large(x)), size


def _sample_shapes(data: Any) -> str:  # noqa: ANN401 - arrays in structures
    return ", ".join(str(np.shape(leaf)[1:]) for leaf in jax.tree.leaves(data))
