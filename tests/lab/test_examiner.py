"""Measuring goes by slices, takes a small share of a training's time, and is of the moment that it says."""

from __future__ import annotations

import pytest

from vitrail.experiment import catalogue
from vitrail.lab.examiner import EVERY, SHARE, Examiner
from vitrail.training import Session


class Clock:
    """Time that only passes when somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def session(describe):
    return Session.open(describe())


def finish(examiner, session, topics, *, playing=False):
    slices = 0
    while examiner.work(session, topics, playing=playing):
        slices += 1
    return slices


def test_everything_wanted_is_measured_once(clock, session):
    examiner = Examiner(clock)
    assert not examiner.work(session, (), playing=False)
    assert finish(examiner, session, ("test", "train", "separation")) > 3
    assert set(examiner.found) == {"test", "train", "separation"}
    assert finish(examiner, session, ("test", "train", "separation")) == 0
    session.advance(batches=1)
    assert finish(examiner, session, ("test",)) > 1
    assert {topic: found.clock.updates for topic, found in examiner.found.items()} == {
        "test": 1,
        "train": 0,
        "separation": 0,
    }


def test_while_a_training_plays_it_rests_and_comes_once_a_second(clock, session):
    examiner = Examiner(clock)
    assert examiner.work(session, ("test",), playing=True)
    began, worked = clock.now, 1
    while not examiner.found:
        worked += examiner.work(session, ("test",), playing=True)
        session.advance(batches=1)
    assert examiner.found["test"].clock.updates == 0
    assert clock.now - began > 0.001 * worked / SHARE * 0.9
    found, at = examiner.found["test"], clock.now
    while examiner.found["test"] is found:
        examiner.work(session, ("test",), playing=True)
    assert clock.now - at >= EVERY * 0.9


def test_where_a_training_stands_still_an_older_state_is_given_up(clock, session):
    examiner = Examiner(clock)
    examiner.work(session, ("train",), playing=False)
    session.advance(batches=1)
    finish(examiner, session, ("train",))
    assert examiner.found["train"].clock.updates == 1


def test_what_cannot_be_measured_is_not_tried_again_and_again(clock, session, monkeypatch):
    def break_down(*_):
        raise ValueError("broken")
        yield

    monkeypatch.setattr(Session, "examine", break_down)
    examiner = Examiner(clock)
    with pytest.raises(ValueError, match="broken"):
        examiner.work(session, ("test",), playing=False)
    assert not examiner.work(session, ("test",), playing=False)
    examiner.put_away()
    assert examiner.found == {}


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [("digits_mlp", "classes", 355), ("sine_simple_rnn", "numbers", 0), ("digits_anomaly", "distances", 355)],
)
def test_kinds_of_outcome(clock, name, kind, count):
    session = Session.open(catalogue.named(name))
    examiner = Examiner(clock)
    finish(examiner, session, ("test", "separation"))
    report, separation = examiner.found["test"], examiner.found["separation"]
    assert (report.kind, report.labels.shape) == (kind, [len(session.dataset.x_test)])
    assert (report.counts is None) == (kind != "classes")
    assert set(report.residuals) == ({"mae", "rmse", "r2"} if kind == "numbers" else set())
    assert separation.count == count
    names = [layer.name for layer in session.model.layers if type(layer).__name__ != "InputLayer"]
    assert [one.layer for one in separation.layers] == (["", *names] if count else [])
    if kind == "numbers":
        assert report.residuals["mae"] == pytest.approx(report.scores["mae"], rel=1e-4)
    if kind == "distances":
        import numpy as np

        distances = np.frombuffer(report.answers.data, "<f4")
        assert distances.mean() == pytest.approx(report.scores["loss"], rel=1e-4)
