"""A training that goes on when told to, and can be looked at between two batches."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Literal

import jax
import numpy as np

from vitrail.data import load_dataset
from vitrail.training import _keras, compilation, randomness, snapshot
from vitrail.training.checks import check_data
from vitrail.training.feed import as_keras, feed
from vitrail.training.program import program_of
from vitrail.training.run import Run
from vitrail.training.state import Clock, EpochRecord, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import keras

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.types import Array


class Session:
    """One experiment in training. It owns its generators: nothing that runs beside it changes what it computes.

    Its `state` is one immutable value; `advance` replaces it. After the experiment's epochs, weights, optimizer and
    history equal, to the last bit, those of the program that `experiment.to_code()` prints.

    Args:
        experiment: what to train.
        dataset: its data, where the caller holds them already.

    Raises:
        ExperimentError: Keras refuses a part of the experiment, or the layers do not fit the data.
        DataError: the data cannot be had, or do not fit the loss.

    Examples:
        >>> from vitrail.experiment import reference
        >>> session = Session.open(reference("fashion_mnist_mini"))
        >>> session.advance(batches=2)
        >>> session.clock
        Clock(epoch=0, batch=2, batches_per_epoch=313)
    """

    def __init__(self, experiment: Experiment, dataset: Dataset | None = None) -> None:
        compilation.keep()
        self.experiment = experiment
        self.dataset = dataset or load_dataset(experiment.data.name, **dict(experiment.data.options))
        scale, shuffle = experiment.data.scale, experiment.fit.shuffle
        self._train = feed(self.dataset.x_train, self.dataset.y_train, scale=scale)
        self._test = feed(self.dataset.x_test, self.dataset.y_test, scale=scale)
        self.model: keras.Model
        self.state: State
        with randomness.seeded(experiment.seed):
            self.model = experiment.to_keras(self.dataset)
            check_data(self.model, self.dataset.x_train, self.dataset.y_train)
            first = self.inputs("train", 0)
            alike = np.broadcast_to(first, (self._train.samples, *first.shape[1:]))  # building only looks at shapes
            _keras.build(self.model, alike, self.dataset.y_train, None, experiment.fit.batch_size, shuffle=shuffle)
            generator = randomness.numpy_state()
        self.model.reset_metrics()
        self._program = program_of(self.model, experiment.fit.batch_size)
        clock = Clock(0, 0, self._program.batches(self._train))
        self._first = self.state = State(_keras.read(self.model), clock, generator, order=None)

    @classmethod
    def open(cls, experiment: Experiment, dataset: Dataset | None = None) -> Session:
        """Build an experiment and stand before its first batch."""
        return cls(experiment, dataset)

    @classmethod
    def restore(cls, folder: Path) -> Session:
        """Open a session that `save` wrote, with its weights, optimizer, generators, clock and history.

        Raises:
            RunError: the folder holds no complete snapshot.
        """
        kept = snapshot.read(folder)
        session = cls(kept.experiment)
        session.state = kept.state
        return session

    def save(self, folder: Path) -> None:
        """Write a snapshot, atomically: whoever reads the folder sees the old one or the new one, whole."""
        snapshot.write(folder, self.experiment, self.state)

    @property
    def clock(self) -> Clock:
        """Where the training stands."""
        return self.state.clock

    @property
    def history(self) -> tuple[EpochRecord, ...]:
        """The completed epochs."""
        return self.state.history

    @property
    def metrics(self) -> Mapping[str, float]:
        """Means of the loss and metrics over the batches of the epoch under way; empty before its first batch."""
        return _keras.logs(self.model, self.state.variables) if self.clock.batch else {}

    def advance(self, *, batches: int | None = None, epochs: int | None = None) -> None:
        """Train on.

        Args:
            batches: how many, at most to the end of the epoch.
            epochs: up to the end of how many, the one under way counted.

        Raises:
            ValueError: neither or both are given, or one is not positive.
        """
        if (batches is None) == (epochs is None) or (batches or epochs or 0) < 1:
            raise ValueError("give a positive number of batches or of epochs")
        if batches is not None:
            self._advance(min(batches, self.clock.batches_left))
        for _ in range(epochs or 0):
            self._advance(self.clock.batches_left)

    def reset(self) -> None:
        """Go back before the first batch: the first weights and generators again, so the same run follows."""
        self.state = self._first

    def synchronize(self) -> keras.Model:
        """Write the state into `model`, for whoever evaluates, traces or saves it, and return it."""
        _keras.write(self.model, self.state.variables)
        return self.model

    def run(self) -> Run:
        """The training so far, with the model that it gave."""
        model = self.synchronize()
        model.optimizer.finalize_variable_values(model.trainable_variables)
        return Run(model, self.history)

    def inputs(self, part: Literal["train", "test"], index: int | None = None) -> Array:
        """Inputs as the model gets them, scaled: of one sample, (1, ...), or of all, (samples, ...)."""
        source = self.dataset.x_train if part == "train" else self.dataset.x_test
        x = source if index is None else source[index : index + 1]
        return as_keras(x / self.experiment.data.scale) if self.experiment.data.scale != 1 else as_keras(x)

    def _advance(self, batches: int) -> None:
        began = time.perf_counter()
        state = self.state if self.clock.batch else self._begin_epoch(self.state)
        start = state.clock.batch
        variables = self._program.train(state.variables, self._train, state.order, start, start + batches)
        state = dataclasses.replace(state, variables=variables, clock=state.clock.forward(batches))
        if state.clock.batch == 0:
            self.state = self._end_epoch(state, began)
        else:
            jax.block_until_ready(variables.metrics)
            self.state = dataclasses.replace(state, seconds=state.seconds + time.perf_counter() - began)

    def _begin_epoch(self, state: State) -> State:
        order, generator = None, state.generator
        if self.experiment.fit.shuffle:
            order, generator = randomness.permutation(generator, self._train.samples)
        variables = state.variables._replace(metrics=self._first.variables.metrics)
        return dataclasses.replace(state, variables=variables, order=order, generator=generator)

    def _end_epoch(self, state: State, began: float) -> State:
        logs = _keras.logs(self.model, state.variables)
        variables = state.variables
        if self.experiment.fit.validation == "test":
            fresh = variables._replace(metrics=self._first.variables.metrics)
            variables = self._program.test(fresh, self._test, 0, self._program.batches(self._test))
            logs |= {f"val_{name}": value for name, value in _keras.logs(self.model, variables).items()}
        seconds = state.seconds + time.perf_counter() - began
        record = EpochRecord(state.clock.epoch, logs, seconds)
        return dataclasses.replace(
            state, variables=variables, order=None, history=(*state.history, record), seconds=0.0
        )
