"""Any way through a training ends where a straight one with the same events ends, to the last bit."""

import dataclasses
import tempfile
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from vitrail.errors import InputError
from vitrail.models import ObjectSpec
from vitrail.training import Session
from vitrail.training.motion import Motion
from vitrail.training.timeline import LearningRateSet, Timeline, WeightEdited

MOST_EPOCHS = 4


@pytest.fixture
def session(describe):
    return Session.open(describe())


def straight(experiment, events, updates):
    """A session that only goes ahead, in as few calls as the events allow."""
    session = Session.open(experiment)

    def to(moment):
        while session.clock.updates < moment:
            session.advance(batches=moment - session.clock.updates)

    for event in events:
        to(event.updates)
        if isinstance(event, LearningRateSet):
            session.set_learning_rate(event.value)
        else:
            session.edit_weight(event.layer, event.variable, event.index, event.value)
    to(updates)
    return session.state


class Moves(RuleBasedStateMachine):
    """A person at the controls, and beside them the plain list of what should have come of it."""

    describe = numbers = None
    fit = {}  # noqa: RUF012 - set once by each machine
    budgets = st.sampled_from([0, 5_000, 2**20])

    @initialize(budget=budgets)
    def open(self, budget):
        self.session = Session.open(type(self).describe(**self.fit), budget=budget)
        self.seed, self.updates, self.events = 7, 0, []
        self.epoch = self.session.clock.batches_per_epoch
        self.seen = []

    def moved(self, updates):
        self.updates = updates
        self.events = [event for event in self.events if event.updates <= updates]

    @precondition(lambda self: self.updates < MOST_EPOCHS * self.epoch)
    @rule(batches=st.integers(1, 9))
    def advance(self, batches):
        self.seen.append((self.session.state, type(self).numbers(self.session.state)))
        self.session.advance(batches=batches)
        self.updates += min(batches, self.epoch - self.updates % self.epoch)

    @precondition(lambda self: self.updates < MOST_EPOCHS * self.epoch)
    @rule()
    def advance_an_epoch(self):
        self.session.advance(epochs=1)
        self.updates += self.epoch - self.updates % self.epoch

    @rule(batches=st.integers(1, 20))
    def step_back(self, batches):
        self.session.step_back(batches)
        self.moved(max(0, self.updates - batches))

    @rule(data=st.data())
    def rewind(self, data):
        epoch = data.draw(st.integers(0, self.updates // self.epoch))
        self.session.rewind(epoch)
        self.moved(epoch * self.epoch)

    @rule(seed=st.sampled_from([None, 7, 8]))
    def reset(self, seed):
        self.session.reset(seed)
        self.seed, self.updates, self.events = self.seed if seed is None else seed, 0, []

    @rule(value=st.sampled_from([0.0, 0.001, 0.3]))
    def set_learning_rate(self, value):
        self.session.set_learning_rate(value)
        self.events.append(LearningRateSet(self.updates, value))

    @rule(unit=st.integers(0, 7), value=st.sampled_from([-1.5, 0.1]))
    def edit_weight(self, unit, value):
        self.session.edit_weight("hidden", "kernel", (1, unit), value)
        self.events.append(WeightEdited(self.updates, "hidden", "kernel", (1, unit), value))

    @rule()
    def save_and_restore(self):
        with tempfile.TemporaryDirectory() as folder:
            self.session.save(Path(folder))
            self.session = Session.restore(Path(folder))

    def teardown(self):
        if not hasattr(self, "session"):
            return
        experiment = type(self).describe(self.seed, **self.fit)
        expected = straight(experiment, self.events, self.updates)
        assert type(self).numbers(self.session.state) == type(self).numbers(expected)
        assert self.session.experiment == experiment
        for state, before in self.seen[-5:]:  # whoever holds a state may still read it
            assert type(self).numbers(state) == before


def machine(describe, numbers, fit):
    return type("Machine", (Moves,), {"describe": staticmethod(describe), "numbers": staticmethod(numbers), "fit": fit})


FORMS = [{}, {"shuffle": False, "validation": "none", "optimizer": "sgd"}]


@pytest.mark.parametrize("fit", FORMS, ids=["dropout-adam", "in-order-with-a-rest"])
def test_any_way_ends_where_a_straight_one_does(describe, numbers, fit):
    hypothesis.stateful.run_state_machine_as_test(
        machine(describe, numbers, fit), settings=hypothesis.settings(max_examples=8, stateful_step_count=20)
    )


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fit", FORMS, ids=["dropout-adam", "in-order-with-a-rest"])
def test_any_way_ends_where_a_straight_one_does_often(describe, numbers, fit):
    hypothesis.stateful.run_state_machine_as_test(
        machine(describe, numbers, fit), settings=hypothesis.settings(max_examples=300, stateful_step_count=50)
    )


def test_a_step_back_past_a_change_undoes_it(session):
    rate = session.learning_rate
    session.advance(batches=2)
    session.set_learning_rate(0.5)
    session.edit_weight("out", "bias", [1], 3.0)
    assert session.events == (LearningRateSet(2, 0.5), WeightEdited(2, "out", "bias", (1,), 3.0))
    assert session.synchronize().get_layer("out").bias.numpy()[1] == 3.0
    session.advance(batches=1)
    session.step_back()
    assert (session.learning_rate, len(session.events)) == (0.5, 2)
    session.step_back()
    assert (session.learning_rate, session.events) == (rate, ())


def test_history_keeps_the_seconds_that_it_took(session):
    session.advance(epochs=3)
    before = [(record, record.seconds) for record in session.history]
    session.step_back(3)
    assert [(record, record.seconds) for record in session.history] == before[:2]


def test_a_rate_is_set_without_compiling(session, describe):
    session.advance(epochs=1)
    program = session._motion.program.training._loop
    compiled = program._cache_size()
    session.set_learning_rate(0.2)
    session.advance(epochs=1)
    session.reset(99)
    session.advance(epochs=1)
    assert program._cache_size() == compiled


def test_another_seed_is_another_experiment(session, describe, numbers):
    session.advance(batches=3)
    session.reset(123)
    session.advance(epochs=1)
    other = Session.open(describe(123))
    other.advance(epochs=1)
    assert session.experiment == describe(123)
    assert numbers(session.state) == numbers(other.state)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda session: session.set_learning_rate(-0.1), r"cannot become -0\.1"),
        (lambda session: session.set_learning_rate(float("nan")), "cannot become nan"),
        (lambda session: session.edit_weight("lost", "kernel", (0, 0), 1), "Its layers: hidden, dropout, out"),
        (lambda session: session.edit_weight("out", "weights", (0, 0), 1), "Choose one of: kernel, bias"),
        (lambda session: session.edit_weight("dropout", "kernel", (0, 0), 1), "no single variable kernel"),
        (lambda session: session.edit_weight("out", "kernel", (8, 0), 1), r"has shape \(8, 2\): \(8, 0\) is no place"),
        (lambda session: session.edit_weight("out", "kernel", (-1, 0), 1), "is no place"),
        (lambda session: session.edit_weight("out", "kernel", (1,), 1), "is no place"),
        (lambda session: session.edit_weight("out", "kernel", (1, 1), float("inf")), "cannot become inf"),
        (lambda session: session.rewind(1), "no way back to the end of epoch 1: 0 are completed"),
        (lambda session: session.rewind(-1), "no way back"),
        (lambda session: session.step_back(0), "positive number"),
    ],
)
def test_what_cannot_be_done_changes_nothing(session, change, said):
    before = session.state
    with pytest.raises(ValueError, match=said):
        change(session)
    assert session.state is before


def test_a_schedule_gives_the_learning_rate(describe):
    schedule = {
        "module": "keras.optimizers.schedules",
        "class_name": "CosineDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 10},
    }
    session = Session.open(describe(optimizer=ObjectSpec(class_name="SGD", config={"learning_rate": schedule})))
    assert session.learning_rate is None
    with pytest.raises(InputError, match="A schedule gives the learning rate"):
        session.set_learning_rate(0.1)


def test_moments_stay_within_their_bytes_and_spread_out(session):
    first = session.state
    size = sum(value.nbytes for group in first.variables for value in group)

    def moment(updates):
        copied = [tuple(value + 0 for value in group) for group in first.variables]
        clock = dataclasses.replace(first.clock, epoch=updates // 8, batch=updates % 8)
        return dataclasses.replace(first, variables=type(first.variables)(*copied), clock=clock)

    timeline = Timeline(first, budget=5 * size)
    for updates in range(8, 8 * 60, 8):
        timeline.keep(moment(updates))
        assert timeline.size <= 5 * size
    kept = [state.clock.updates for state in timeline]
    assert kept[0] == 0
    assert len(kept) == 6
    assert max(np.diff(kept)) < 8 * 59 / 2
    assert timeline.back_to(kept[3] + 1).clock.updates == kept[3]
    assert timeline.back_to(0) is first
    assert list(timeline) == [first]


def test_arrays_that_moments_share_are_counted_once(session):
    timeline = Timeline(session.state)
    shared = dataclasses.replace(session.state, clock=session.clock.forward(1))
    timeline.keep(shared)
    assert timeline.size == 0


def test_going_back_step_by_step_replays_less_and_less(describe, monkeypatch):
    session = Session.open(describe(batch_size=1, epochs=1))
    session.advance(batches=70)
    trained, train = [], Motion.train

    def counting(self, state, batches):
        trained.append(batches)
        return train(self, state, batches)

    monkeypatch.setattr(Motion, "train", counting)
    for _ in range(5):
        session.step_back()
    assert sum(trained) < 69 + 4 * 40
