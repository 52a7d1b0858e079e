"""A training that goes on with another experiment: what it takes over, and where its past begins."""

import dataclasses

import numpy as np
import pytest

from vitrail.errors import InputError
from vitrail.models import ObjectSpec
from vitrail.training import Session


def changed(experiment, **parts):
    """The experiment with some settings of compile, fit, data or of its first layer changed."""
    values = experiment.to_dict()
    for name, settings in parts.items():
        (values["layers"][0]["config"] if name == "first" else values[name]).update(settings)
    return type(experiment).from_dict(values)


def weights(session):
    return [np.asarray(value) for value in session.state.variables.trainable]


def memory(session):
    return [np.asarray(value) for value in session.state.variables.optimizer]


def same(one, other):
    return all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


@pytest.fixture
def trained(describe):
    session = Session.open(describe())
    session.advance(epochs=2)
    session.advance(batches=3)
    return session


@pytest.mark.parametrize(
    "parts",
    [
        {"fit": {"epochs": 9, "batch_size": 24}},
        {"first": {"activation": "tanh"}},
        {"first": {"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}}},
        {"compile": {"metrics": []}},
        {"data": {"noise": 0.1}},
    ],
    ids=["fit", "activation", "regularizer", "metrics", "noise"],
)
def test_weights_optimizer_and_completed_epochs_are_taken_over(trained, parts):
    after = trained.carry_on(changed(trained.experiment, **parts))
    assert (after.clock.epoch, after.clock.batch, after.floor) == (2, 0, 2)
    assert same(weights(after), weights(trained))
    assert same(memory(after), memory(trained))
    assert after.history == trained.history
    after.advance(epochs=1)
    assert [record.epoch for record in after.history] == [1, 2, 3]


def test_another_optimizer_begins_without_a_memory(trained):
    after = trained.carry_on(changed(trained.experiment, compile={"optimizer": "sgd"}))
    fresh = Session.open(after.experiment)
    assert same(weights(after), weights(trained))
    assert same(memory(after), memory(fresh))


@pytest.mark.parametrize(
    "change",
    [
        lambda experiment: changed(experiment, first={"units": 9}),
        lambda experiment: changed(experiment, first={"kernel_initializer": "he_normal"}),
        lambda experiment: experiment.model_copy(update={"seed": 99}),
    ],
    ids=["units", "initializer", "seed"],
)
def test_what_makes_other_first_weights_begins_anew(trained, change):
    other = change(trained.experiment)
    after, fresh = trained.carry_on(other), Session.open(other)
    assert (after.clock.updates, after.floor, after.touched) == (0, None, False)
    assert same(weights(after), weights(fresh))


def test_nothing_is_taken_over_from_what_was_not_trained(describe):
    session = Session.open(describe())
    assert session.carry_on(changed(session.experiment, fit={"epochs": 9})).floor is None
    session.edit_weight("hidden", "kernel", (0, 0), 2.0)
    after = session.carry_on(changed(session.experiment, fit={"epochs": 9}))
    assert (after.floor, weights(after)[0][0, 0]) == (0, 2.0)


def test_the_way_back_ends_at_the_floor_and_a_reset_goes_to_the_experiments_own_beginning(trained):
    after = trained.carry_on(changed(trained.experiment, compile={"optimizer": "sgd"}))
    at_floor = weights(after)
    after.advance(batches=4)
    forward = weights(after)
    after.step_back(batches=100)
    assert (after.clock.epoch, after.clock.batch) == (2, 0)
    assert same(weights(after), at_floor)
    after.advance(batches=4)
    assert same(weights(after), forward)
    with pytest.raises(InputError, match="from 2 to 2"):
        after.rewind(1)
    after.reset()
    assert (after.floor, after.clock.updates) == (None, 0)
    assert same(weights(after), weights(Session.open(after.experiment)))


def test_a_snapshot_keeps_the_floor(trained, tmp_path):
    after = trained.carry_on(changed(trained.experiment, compile={"optimizer": "sgd"}))
    at_floor = weights(after)
    after.advance(epochs=1)
    after.advance(batches=2)
    after.save(tmp_path)
    again = Session.restore(tmp_path)
    assert (again.floor, again.clock, again.state.changes) == (2, after.clock, 1)
    again.rewind(2)
    assert same(weights(again), at_floor)


def test_callbacks_begin_at_the_floor(trained):
    rule = ObjectSpec(class_name="EarlyStopping", config={"monitor": "loss", "min_delta": 100.0, "patience": 1})
    fit = trained.experiment.fit.model_copy(update={"epochs": 20, "callbacks": (rule,)})
    after = trained.carry_on(trained.experiment.model_copy(update={"fit": fit}))
    after.advance(epochs=10)
    assert after.stopped is not None
    assert after.stopped.epoch == 4
    assert dataclasses.replace(after.clock, batch=0).epoch == 4
