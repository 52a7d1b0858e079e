"""A training that goes on, and back, when told to, and can be looked at between two batches."""

from __future__ import annotations

import dataclasses
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.data import load_dataset
from vitrail.errors import InputError, RunError
from vitrail.locale import text
from vitrail.training import _keras, carrying, compilation, divergence, examining, programs, randomness, snapshot
from vitrail.training.callbacks import Callbacks, OnNaN
from vitrail.training.checks import check_data, check_single
from vitrail.training.feed import as_keras
from vitrail.training.motion import Motion
from vitrail.training.portions import Portions
from vitrail.training.run import Run
from vitrail.training.state import Clock, EpochRecord, State, owned
from vitrail.training.timeline import BUDGET, LearningRateSet, Timeline, WeightEdited

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    import keras

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.training.examining import Examined
    from vitrail.training.portions import Part
    from vitrail.training.snapshot import Snapshot
    from vitrail.training.state import Stop
    from vitrail.training.timeline import Event
    from vitrail.types import Array

_LONG_REPLAY = 64
"""Updates from which on a way back leaves a moment half way, so that going back again and again gets cheaper."""


class Moment(NamedTuple):
    """A training between two batches."""

    model: keras.Model
    batch: tuple[Any, ...]
    """Inputs, targets and, where there are some, sample weights, as Keras' step takes them."""


class Session:
    """One experiment in training. It owns its generators: nothing that runs beside it changes what it computes.

    Its `state` is one immutable value, and every method that moves the training replaces it by what a pure function of
    it gives. After the experiment's epochs, weights, optimizer and history equal, to the last bit, those of the program
    that `experiment.to_code()` prints. Whatever was done in between, going back included, the state equals that of a
    session that went straight ahead with the same events at the same updates.

    Args:
        experiment: what to train.
        dataset: its data, where the caller holds them already.
        on_nan: whether training stops before the batch that makes the loss or a weight NaN or infinite. Where the
            experiment holds `TerminateOnNaN`, that decides: the training ends after the batch.
        budget: bytes that the moments kept for going back may take.

    Raises:
        ExperimentError: Keras refuses a part of the experiment, or the layers do not fit the data.
        DataError: the data cannot be had, or do not fit the loss.

    Examples:
        >>> from vitrail.experiment import reference
        >>> session = Session.open(reference("fashion_mnist_mini"))
        >>> session.advance(batches=2)
        >>> session.set_learning_rate(0.01)
        >>> session.advance(batches=2)
        >>> session.step_back(batches=3)
        >>> session.clock, session.events
        (Clock(epoch=0, batch=1, batches_per_epoch=313), ())
    """

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset | None = None,
        *,
        on_nan: OnNaN = "continue",
        budget: int = BUDGET,
    ) -> None:
        compilation.keep()
        self.experiment = experiment
        self.dataset = dataset or load_dataset(experiment.data.name, **dict(experiment.data.options))
        self._portions = Portions.of(experiment, self.dataset)
        self._built, generator = self._build()
        shared = programs.shared(experiment, self._portions, self._built)
        variables, training = _keras.read(self._built), self._portions.training()
        scheduled = _keras.learning_rate_place(shared.model) is None
        callbacks = Callbacks(experiment, shared.model, scheduled=scheduled)
        self._given_on_nan: OnNaN = on_nan
        self._on_nan: OnNaN = callbacks.on_nan or on_nan
        self._budget = budget
        self._motion = Motion(
            shared.model,
            shared.program,
            training,
            self._portions.validation(),
            experiment.fit.shuffle,
            variables.metrics,
            callbacks,
        )
        self._responses = shared.responses
        clock = Clock(0, 0, shared.program.batches(training))
        self.state: State = State(variables, clock, generator, order=None)
        self._first = self.state
        self._timeline = Timeline(self.state, budget)
        self._recalled: tuple[State, State] | None = None
        """Where the training stood when a moment was recalled, and that moment."""

    @classmethod
    def open(
        cls,
        experiment: Experiment,
        dataset: Dataset | None = None,
        *,
        on_nan: OnNaN = "continue",
        budget: int = BUDGET,
    ) -> Session:
        """Build an experiment and stand before its first batch."""
        return cls(experiment, dataset, on_nan=on_nan, budget=budget)

    @classmethod
    def restore(cls, folder: Path, dataset: Dataset | None = None, *, on_nan: OnNaN = "continue") -> Session:
        """Open a session that `save` wrote, with its weights, optimizer, generators, clock, events and history.

        Raises:
            RunError: the folder holds no complete snapshot, or one of other data.

        Warns:
            UserWarning: the newest snapshot is damaged; the one before was taken.
        """
        kept = snapshot.read(folder)
        for path in kept.damaged:
            warnings.warn(text("error.run.snapshot_damaged", path=str(path)), stacklevel=2)
        return cls.resume(kept, dataset, on_nan=on_nan)

    @classmethod
    def resume(cls, kept: Snapshot, dataset: Dataset | None = None, *, on_nan: OnNaN = "continue") -> Session:
        """Go on from a snapshot.

        Raises:
            RunError: it is one of other data.
        """
        session = cls(kept.experiment, dataset, on_nan=on_nan)
        if _form(kept.state) != _form(session.state):
            raise RunError("error.run.snapshot_other", data=kept.experiment.data.name)
        if kept.state.floor is not None:
            session._begin_at(kept.state.floor)
        session.state = kept.state
        session._timeline.keep(kept.state)
        return session

    def carry_on(self, experiment: Experiment, dataset: Dataset | None = None) -> Session:
        """Open another experiment, with the weights that this one has come to where they can be taken over.

        They can where seed, data set and layers stay, but for what changes no shape and no first weight. Then the
        optimizer's memory comes along where its class stays, the completed epochs stay with their history, and nothing
        leads back before this moment, since no experiment alone gives it. Otherwise, and before anything was trained or
        changed by hand, the session stands before its own first batch.

        Args:
            experiment: what to train from now on.
            dataset: its data, where the caller holds them already.

        Raises:
            ExperimentError: Keras refuses a part of the experiment, or the layers do not fit the data.
            DataError: the data cannot be had, or do not fit the loss.

        Examples:
            >>> from vitrail.experiment import FitSpec, reference
            >>> session = Session.open(reference("fashion_mnist_mini"))
            >>> session.advance(epochs=1)
            >>> larger = session.experiment.model_copy(update={"fit": FitSpec(batch_size=100)})
            >>> carried = session.carry_on(larger)
            >>> carried.clock, carried.floor
            (Clock(epoch=1, batch=0, batches_per_epoch=100), 1)
        """
        after = Session(experiment, dataset, on_nan=self._given_on_nan, budget=self._budget)
        if self.touched and carrying.carries(self.experiment, experiment):
            rates = self._first_rate(), after._first_rate()
            start = carrying.carried(
                self.blueprint, self.state, after.blueprint, after.state, rate=rates[0] == rates[1]
            )
            if start is not None:
                after._begin_at(start)
        return after

    def save(self, folder: Path) -> None:
        """Write a snapshot, atomically and verified; the one before stays beside it.

        Raises:
            RunError: it could not be written. The earlier ones are still there.
        """
        snapshot.write(folder, self.experiment, self.state)

    @property
    def touched(self) -> bool:
        """Whether anything was trained, changed by hand or taken over."""
        return bool(self.clock.updates or self.events or self.state.floor)

    @property
    def floor(self) -> int | None:
        """Completed epochs at which the weights of another experiment were taken over; none where none were."""
        return None if self.state.floor is None else self.state.begun_at

    @property
    def blueprint(self) -> keras.Model:
        """A Keras model built alike, for whoever asks about layers and shapes; its weights are nobody's."""
        return self._built

    @property
    def clock(self) -> Clock:
        """Where the training stands."""
        return self.state.clock

    @property
    def history(self) -> tuple[EpochRecord, ...]:
        """The completed epochs."""
        return self.state.history

    @property
    def events(self) -> tuple[Event, ...]:
        """What was changed by hand on the way here."""
        return self.state.events

    @property
    def metrics(self) -> Mapping[str, float]:
        """Means of the loss and metrics over the batches of the epoch under way; empty before its first batch."""
        under_way = self.clock.batch and not self.state.stopped
        return self._motion.program.results.of(self.state.variables) if under_way else {}

    @property
    def stopped(self) -> Stop | None:
        """Why the training is over before its last epoch: a callback has ended it. Going back undoes that."""
        return self.state.stopped

    @property
    def finished(self) -> bool:
        """Whether all epochs of the experiment are trained, or a callback has ended the training."""
        return self.stopped is not None or self.clock.epoch >= self.experiment.fit.epochs

    @property
    def learning_rate(self) -> float | None:
        """The learning rate of the next update; none where a schedule gives it."""
        return self._motion.learning_rate(self.state)

    @cached_property
    def model(self) -> keras.Model:
        """A Keras model of the session's own. It holds what `synchronize` last wrote into it."""
        return self._build()[0] if self._built is self._motion.model else self._built

    def advance(self, *, batches: int | None = None, epochs: int | None = None) -> None:
        """Train on, at most to where a callback ends the training; from there nothing happens any more.

        Args:
            batches: how many, at most to the end of the epoch.
            epochs: up to the end of how many, the one under way counted.

        Raises:
            ValueError: neither or both are given, or one is not positive.
            DivergenceError: with `on_nan="stop"`, a batch made the loss or a weight NaN or infinite. The session
                stands before that batch.
        """
        if (batches is None) == (epochs is None) or (batches or epochs or 0) < 1:
            raise ValueError("give a positive number of batches or of epochs")
        if batches is not None:
            self._advance(min(batches, self.clock.batches_left))
        for _ in range(epochs or 0):
            self._advance(self.clock.batches_left)

    def step_back(self, batches: int = 1) -> None:
        """Go back some batches, at most to where the past begins. What was changed by hand in between is undone.

        Raises:
            ValueError: the number is not positive.
        """
        if batches < 1:
            raise ValueError("give a positive number of batches")
        self._go_back(max(self._timeline.first.clock.updates, self.clock.updates - batches))

    def rewind(self, epoch: int) -> None:
        """Go back to where a number of epochs were completed. What was changed by hand since then is undone.

        Raises:
            InputError: the training has not come so far, or its past does not begin so early.
        """
        first, last = self.state.begun_at, self.clock.epoch
        if not first <= epoch <= last:
            raise InputError("error.session.epoch", epoch=epoch, first=first, last=last)
        self._go_back(epoch * self.clock.batches_per_epoch)

    def reset(self, seed: int | None = None) -> None:
        """Go back before the first batch of the experiment, with nothing changed by hand and no weights taken over.

        Args:
            seed: of other first weights and generators, from now on the experiment's; by default the same run follows.
        """
        if seed is not None and seed != self.experiment.seed:
            self.experiment = self.experiment.model_copy(update={"seed": seed})
            if self.experiment.data.noise:
                self._portions = Portions.of(self.experiment, self.dataset)
                training, test = self._portions.training(), self._portions.validation()
                self._motion = self._motion._replace(training=training, test=test)
            other, generator = self._build()
            self._first = dataclasses.replace(self._first, variables=_keras.read(other), generator=generator)
        self._begin_at(self._first)

    def set_learning_rate(self, value: float) -> None:
        """Train on with another learning rate; nothing is compiled anew.

        Raises:
            InputError: a schedule gives the learning rate, or the value is no number from 0.
        """
        self._change(LearningRateSet(self.clock.updates, float(value)))

    def edit_weight(self, layer: str, variable: str, index: Sequence[int], value: float) -> None:
        """Give one weight another value.

        Args:
            layer: its name.
            variable: such as `"kernel"`; the variable's path where several of the layer have that name.
            index: the weight's place in the variable, a number for each axis.
            value: what it becomes, rounded to the variable's dtype.

        Raises:
            InputError: there is no such weight, or the value is not finite.
        """
        place = tuple(int(number) for number in index)
        self._change(WeightEdited(self.clock.updates, layer, variable, place, float(value)))

    def weight(self, layer: str, variable: str, index: Sequence[int]) -> float:
        """One weight, named as `edit_weight` names it.

        Raises:
            InputError: there is no such weight.
        """
        return self._motion.weight(self.state, layer, variable, tuple(int(number) for number in index))

    def kernel(self, layer: str) -> tuple[Array, Array | None]:
        """The weights (inputs, units) of a dense layer and its bias (units,), or none, read from the state.

        Examples:
            >>> from vitrail.experiment import reference
            >>> weights, bias = Session.open(reference("fashion_mnist_mini")).kernel("dense")
            >>> weights.shape, bias.shape
            ((784, 128), (128,))
        """
        return self._motion.kernel(self.state, layer)

    def weights(self, layer: str) -> Mapping[str, Array]:
        """All weights of a layer by their names, read from the state.

        Examples:
            >>> from vitrail.experiment import reference
            >>> weights = Session.open(reference("fashion_mnist_mini")).weights("dense_1")
            >>> {name: values.shape for name, values in weights.items()}
            {'kernel': (128, 10), 'bias': (10,)}
        """
        return self._motion.weights(self.state, layer)

    def synchronize(self) -> keras.Model:
        """Write the state into `model`, for whoever evaluates, traces, saves or trains it, and return it."""
        _keras.write(self.model, owned(self.state.variables))  # Keras' own `predict` gives away the arrays it runs on
        return self.model

    def recall(self, updates: int) -> Moment:
        """The training as it was after some updates, or as it will be if nothing is changed; it stays where it stands.

        The batches from the nearest moment that is kept are trained again, to the same bits. Whoever asks for one
        moment after the other pays one batch for each.

        Args:
            updates: updates of the weights since the start.

        Returns:
            `model` with the values of that moment, until `synchronize`, and the batch that it trains on next.
        """
        known = [*self._timeline, self.state]
        if self._recalled is not None and self._recalled[0] is self.state:
            known.append(self._recalled[1])
        start = max((each for each in known if each.clock.updates <= updates), key=lambda each: each.clock.updates)
        events = [event for event in self.events if event.updates <= updates]
        state = self._motion.begun(self._motion.replay(start, events, updates))
        self._recalled = self.state, state
        _keras.write(self.model, state.variables)
        return Moment(self.model, self._motion.batch(state))

    def run(self) -> Run:
        """The training so far, with the model that it gave."""
        model = self.synchronize()
        if self.state.restored is None:  # weights that came back are what a program ends with
            model.optimizer.finalize_variable_values(model.trainable_variables)
        return Run(model, self.history, preprocessing=self.dataset.preprocessing, form=self.dataset.form)

    def responses(self, x: Array) -> Mapping[str, Array]:
        """What each layer of units gives, (units, samples), for inputs as the model gets them.

        Args:
            x: (samples, ...).
        """
        return {name: np.asarray(given) for name, given in self._responses(self.state.variables, x).items()}

    def inputs(self, part: Part, index: int | None = None) -> Array:
        """Inputs as the model gets them, scaled: of one sample, (1, ...), or of all, (samples, ...)."""
        return self._portions.inputs(part, _place(index))

    def targets(self, part: Part, index: int | None = None) -> Array:
        """Targets as the loss gets them: of one sample, (1, ...), or of all, (samples, ...)."""
        return self._portions.targets(part, _place(index))

    def prepared_data(self) -> Portions:
        """The arrays that are trained and tested on, as the experiment prepares them: not yet divided by `scale`."""
        return self._portions

    def examine(self, part: Part) -> Generator[None, None, Examined]:
        """Evaluate and predict a part of the data in the state of this moment, slice by slice.

        Examples:
            >>> from vitrail.experiment import reference
            >>> session = Session.open(reference("iris"))
            >>> work = session.examine("test")
            >>> while True:
            ...     try:
            ...         next(work)
            ...     except StopIteration as end:
            ...         found = end.value
            ...         break
            >>> sorted(found.logs), found.outputs.shape
            (['accuracy', 'loss'], (30, 10))
        """
        return examining.examine(self._motion, self._portions, self.state.variables, part)

    def represent(self, count: int) -> Generator[None, None, dict[str, Array]]:
        """What every layer makes of the first test samples in the state of this moment, slice by slice."""
        return examining.represent(self._motion, self._portions, self.state.variables, count)

    def prepared(self, sample: Array, target: Array | None = None) -> tuple[Array, Array]:
        """A sample of somebody's own, as the model and the loss get one: (1, ...) each.

        Args:
            sample: as the data set has its samples.
            target: as the data set has its targets; without one, that of the first test sample stands in for it.
        """
        alone = dataclasses.replace(
            self.dataset,
            x_train=self.dataset.x_train[:1],
            y_train=self.dataset.y_train[:1],
            x_test=sample[None],
            y_test=self.dataset.y_test[:1] if target is None else target.reshape(self.dataset.y_test[:1].shape),
        )
        given = self.experiment.prepare(alone)
        return as_keras(given.x_test / given.scale if given.scale != 1 else given.x_test), as_keras(given.y_test)

    def _build(self) -> tuple[keras.Model, Mapping[str, Any]]:
        """The experiment's model before its first batch, and the state of the generator that its order comes from."""
        fitting, portions = self.experiment.fit, self._portions
        with randomness.seeded(self.experiment.seed):
            model = self.experiment.to_keras(self.dataset)
            check_single(model)
            check_data(model, portions.x_train, portions.y_train)
            first = self.inputs("train", 0)
            alike = np.broadcast_to(first, (portions.learnt, *first.shape[1:]))  # building only looks at shapes
            targets = portions.y_train[: portions.learnt]
            weights = portions.sample_weight
            _keras.build(model, alike, targets, weights, fitting.batch_size, shuffle=fitting.shuffle)
            generator = randomness.numpy_state()
        model.reset_metrics()
        return model, generator

    def _begin_at(self, first: State) -> None:
        """Stand at the first moment of a past."""
        self.state = first if first is self._first else dataclasses.replace(first, floor=first)
        self._timeline = Timeline(self.state, self._budget)

    def _first_rate(self) -> float | None:
        return self._motion.learning_rate(self._first)

    def _advance(self, batches: int) -> None:
        if self.stopped:
            return
        trained = self._motion.train(self.state, batches)
        if self._on_nan == "stop" and not divergence.is_finite(self._motion.model, trained.variables):
            self.state, found = divergence.locate(self._motion, self.state)
            raise divergence.DivergenceError(found)
        self.state = self._motion.finish(trained)
        if self.clock.batch == 0 or self.stopped:
            self._timeline.keep(self.state)

    def _change(self, event: Event) -> None:
        self.state = self._motion.change(self.state, event)

    def _go_back(self, updates: int) -> None:
        now, start = self.state, self._timeline.back_to(updates)
        events = tuple(event for event in now.events if event.updates <= updates)
        if updates - start.clock.updates > _LONG_REPLAY:
            between = (start.clock.updates + updates) // 2
            start = self._motion.replay(start, [event for event in events if event.updates <= between], between)
            self._timeline.keep(start)
        state = self._motion.replay(start, events, updates)
        self.state = dataclasses.replace(state, history=now.history[: state.clock.epoch])  # with the seconds it took


def _place(index: int | None) -> Any:  # noqa: ANN401 - an index
    return ... if index is None else slice(index, index + 1)


def _form(state: State) -> object:
    """What states of one experiment have in common."""
    shapes = [[(value.shape, str(value.dtype)) for value in group] for group in state.variables]
    return shapes, state.clock.batches_per_epoch
