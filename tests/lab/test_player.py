"""Playing, stopping and stepping, in chunks that fit one frame."""

from __future__ import annotations

import math

import pytest

from vitrail.lab.player import Player
from vitrail.training import Clock
from vitrail.wire.messages import Pause, Play, Reset, Step

EPOCH = 100


class Training:
    """A session whose batches take a known time; validation takes a long one."""

    def __init__(self, describe, seconds, validation=1.0):
        self.experiment = describe(epochs=2)
        self.clock = Clock(0, 0, EPOCH)
        self.time = 0.0
        self.calls = []
        self._seconds, self._validation = seconds, validation

    def advance(self, *, batches):
        assert 1 <= batches <= EPOCH - self.clock.batch, "a chunk stays within its epoch"
        self.calls.append(batches)
        self.clock = self.clock.forward(batches)
        self.time += batches * self._seconds + (self._validation if self.clock.batch == 0 else 0)

    def reset(self):
        self.clock = Clock(0, 0, EPOCH)


@pytest.fixture
def training(describe):
    return Training(describe, seconds=0.001)


@pytest.fixture
def player(training):
    return Player(training, now=lambda: training.time)


def test_play_ends_with_the_planned_epochs_and_goes_on_when_asked_again(player, training):
    player.obey(Play())
    assert player.goal == 2 * EPOCH
    while player.goal is not None:
        player.turn(0.033)
    assert training.clock == Clock(2, 0, EPOCH)
    player.obey(Play())
    assert player.goal == math.inf
    player.turn(0.033)
    player.obey(Pause())
    assert player.goal is None
    assert training.clock.updates > 2 * EPOCH


def test_steps_stop_where_they_should(player, training):
    player.obey(Step("batch"))
    player.turn(1.0)
    assert (player.goal, training.clock) == (None, Clock(0, 1, EPOCH))
    player.obey(Step("epoch"))
    while player.goal is not None:
        player.turn(0.033)
    assert training.clock == Clock(1, 0, EPOCH)
    player.obey(Step("epoch"))
    while player.goal is not None:
        player.turn(10.0)
    assert training.clock == Clock(2, 0, EPOCH)


def test_steps_add_up_and_end_a_play(player, training):
    player.obey(Play())
    for grain in ("batch", "batch", "epoch", "epoch", "batch"):
        player.obey(Step(grain))
    while player.goal is not None:
        player.turn(0.033)
    assert training.clock == Clock(2, 1, EPOCH)


def test_reset_stands_still_at_the_beginning(player, training):
    player.obey(Play())
    player.turn(0.033)
    player.obey(Reset())
    player.turn(0.033)
    assert (player.goal, training.clock) == (None, Clock(0, 0, EPOCH))


def test_chunks_fill_their_turn_once_a_batch_was_measured(player, training):
    player.obey(Play())
    turns = []
    while player.goal is not None:
        began = training.time
        player.turn(0.0305)
        turns.append(training.time - began)
    assert training.calls == [1, 1, 28, 30, 30, 10, 30, 30, 30, 10]
    assert max(turn % 1 for turn in turns) == pytest.approx(0.030)


def test_validation_is_no_measure_of_a_batch(player, training):
    player.obey(Step("epoch"))
    while player.goal is not None:
        player.turn(0.0305)
    assert training.time > 1
    assert player.pace == pytest.approx(0.001)


def test_status_says_when_the_program_is_being_compiled(player):
    assert player.status == "idle"
    player.obey(Play())
    assert player.status == "compiling"
    player.turn(0.001)
    assert player.status == "running"
    player.obey(Pause())
    assert player.status == "idle"


def test_many_small_epochs_fit_one_turn(describe):
    training = Training(describe, seconds=1e-5, validation=1e-5)
    player = Player(training, now=lambda: training.time)
    player.obey(Play())
    while player.goal is not None:
        player.turn(0.033)
    player.obey(Play())
    player.turn(0.033)
    assert training.clock.epoch > 10
