"""Playing, stopping and stepping, in chunks that fit one frame."""

from __future__ import annotations

import math

import pytest

from vitrail.lab.player import Player
from vitrail.training import Clock
from vitrail.wire.messages import Pause, Play, Reset, Rewind, SetLearningRate, SetSpeed, Step, StepBack

EPOCH = 100


class Training:
    """A session whose batches take a known time; validation takes a long one."""

    def __init__(self, describe, seconds, validation=1.0):
        self.experiment = describe(epochs=2)
        self.clock = Clock(0, 0, EPOCH)
        self.stopped = None
        self.learning_rate = 0.001
        self.time = 0.0
        self.calls = []
        self._seconds, self._validation = seconds, validation

    def advance(self, *, batches):
        assert 1 <= batches <= EPOCH - self.clock.batch, "a chunk stays within its epoch"
        self.calls.append(batches)
        self.clock = self.clock.forward(batches)
        self.time += batches * self._seconds + (self._validation if self.clock.batch == 0 else 0)

    def step_back(self, batches):
        updates = self.clock.updates - batches
        self.clock = Clock(updates // EPOCH, updates % EPOCH, EPOCH)

    def rewind(self, epoch):
        self.clock = Clock(epoch, 0, EPOCH)

    def reset(self, seed):
        self.seed = seed
        self.clock = Clock(0, 0, EPOCH)

    def set_learning_rate(self, value):
        self.learning_rate = self.rate = value


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


def test_another_seed_is_handed_on(player, training):
    player.obey(Reset(5))
    assert training.seed == 5
    player.obey(Reset())
    assert training.seed is None


@pytest.mark.parametrize(
    ("start", "grain", "end"),
    [
        (5, "batch", 4),
        (0, "batch", 0),
        (EPOCH, "batch", EPOCH - 1),
        (5, "epoch", 0),
        (EPOCH, "epoch", 0),
        (EPOCH + 5, "epoch", EPOCH),
        (0, "epoch", 0),
    ],
)
def test_a_step_back_undoes_a_batch_or_what_there_is_of_an_epoch(player, training, start, grain, end):
    training.clock = Clock(start // EPOCH, start % EPOCH, EPOCH)
    player.obey(StepBack(grain))
    assert (player.goal, training.clock.updates) == (None, end)


def test_a_step_back_undoes_steps_that_are_still_to_come_first(player, training):
    for command in [Step("batch"), Step("batch"), Step("batch"), StepBack("batch")]:
        player.obey(command)
    assert (player.goal, training.clock.updates) == (2, 0)
    for command in [Step("epoch"), StepBack("epoch")]:
        player.obey(command)
    assert (player.goal, training.clock.updates) == (None, 0)


def test_a_step_back_ends_a_play(player, training):
    player.obey(Play())
    player.turn(0.033)
    reached = training.clock.updates
    player.obey(StepBack("batch"))
    assert (player.goal, training.clock.updates) == (None, reached - 1)


def test_rewinding_stands_still_where_it_came_to(player, training):
    training.clock = Clock(3, 7, EPOCH)
    player.obey(Play())
    player.obey(Rewind(2))
    assert (player.goal, training.clock) == (None, Clock(2, 0, EPOCH))


def test_a_learning_rate_is_set_while_the_training_goes_on(player, training):
    player.obey(Step("epoch"))
    player.obey(SetLearningRate(0.25))
    player.obey(Step("batch"))
    assert (player.goal, training.rate) == (EPOCH + 1, 0.25)


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


def test_playing_keeps_to_its_speed_and_steps_do_not(player, training):
    player.obey(SetSpeed(10.0))
    player.obey(Play())
    player.turn(1.0)
    assert (training.clock.updates, player.rest) == (1, pytest.approx(0.1 - 0.001))
    training.time += player.rest
    player.turn(1.0)
    assert training.clock.updates == 2
    player.obey(Step("epoch"))
    player.turn(1.0)
    assert training.clock == Clock(1, 0, EPOCH)
    player.obey(Play())
    player.obey(SetSpeed(None))
    player.turn(1.0)
    assert training.clock.updates > EPOCH + 50
