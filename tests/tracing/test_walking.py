"""A walk through an epoch meets the very batches that the training meets, and leaves it where it stood."""

from __future__ import annotations

import numpy as np
import pytest

import vitrail
from vitrail.errors import InputError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import ObjectSpec
from vitrail.training import Session

BATCHES = 4


@pytest.fixture(scope="module")
def experiment():
    """Iris in four batches, the last one short, with Dropout and class weights."""
    return Experiment(
        seed=3,
        data=DataSpec(name="iris"),
        layers=(
            ObjectSpec(class_name="Dense", config={"units": 6, "activation": "tanh"}),
            ObjectSpec(class_name="Dropout", config={"rate": 0.3}),
            ObjectSpec(class_name="Dense", config={"units": 3, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy"),
        fit=FitSpec(epochs=3, batch_size=32, class_weight={0: 1.0, 1: 2.0, 2: 0.5}),
    )


@pytest.fixture
def session(experiment):
    """After one epoch, a learning rate that was set, and two batches more."""
    session = Session.open(experiment)
    session.advance(epochs=1)
    session.set_learning_rate(0.02)
    session.advance(batches=2)
    return session


def test_each_batch_leaves_the_weights_that_training_leaves(session, experiment):
    epoch = vitrail.walk(session)
    assert (len(epoch), epoch.epoch, repr(epoch)) == (BATCHES, 2, "EpochLedger: epoch 2, 4 batches")
    again = Session.open(experiment)
    again.advance(epochs=1)
    again.set_learning_rate(0.02)
    for place in range(BATCHES):
        step = epoch.trace(place)
        again.advance(batches=1)
        for variable, trained in zip(step.update.variables, again.state.variables.trainable, strict=True):
            assert np.array_equal(variable.after, trained)


def test_entries_are_the_losses_before_and_after_and_the_length_of_the_update(session):
    epoch = vitrail.walk(session, epoch=1)
    for place in (3, 0, 1):
        entry, step = epoch[place], epoch.trace(place)
        assert (entry.index, entry.loss, entry.loss_after) == (place, step.loss, step.loss_after)
        moved = np.concatenate([each.update.ravel() for each in step.update.variables])
        assert entry.size == pytest.approx(np.linalg.norm(moved), rel=1e-12)
    losses = [entry.loss for entry in epoch]
    assert [entry.loss for entry in reversed(epoch)] == losses[::-1]
    assert epoch[-1] == epoch[3] == epoch[2:][1]
    assert epoch.trace(1).check().complete
    with pytest.raises(IndexError):
        epoch[BATCHES]


def test_the_mean_of_the_losses_is_that_of_the_history(session):
    epoch = vitrail.walk(session, epoch=1)
    sizes = [len(epoch.trace(place)[0].a) for place in range(BATCHES)]
    assert sizes == [32, 32, 32, 24]
    mean = np.average([entry.loss for entry in epoch], weights=sizes)
    assert mean == pytest.approx(session.history[0].logs["loss"], rel=1e-5)


def test_the_training_stays_where_it_stands(session, experiment):
    list(vitrail.walk(session, epoch=1))
    list(vitrail.walk(session))
    straight = Session.open(experiment)
    straight.advance(epochs=1)
    straight.set_learning_rate(0.02)
    for each in (session, straight):
        each.advance(epochs=1)
    assert session.clock == straight.clock
    for one, other in zip(session.synchronize().get_weights(), straight.synchronize().get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_a_walk_ends_when_the_training_moves(session):
    epoch = vitrail.walk(session, epoch=1)
    first = epoch[0]
    session.advance(batches=1)
    assert epoch[0] is first
    with pytest.raises(InputError, match="has moved"):
        epoch.trace(2)


@pytest.mark.parametrize("epoch", [0, 3])
def test_only_epochs_up_to_the_next_are_walked(session, epoch):
    with pytest.raises(InputError, match="from 1 to 2"):
        vitrail.walk(session, epoch=epoch)
