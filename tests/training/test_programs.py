"""A long lab does not grow: sessions alike share one compiled program, and only so many are kept."""

import gc
import weakref

import numpy as np

from vitrail.training import Session, programs


def alive(references):
    """Which of some objects are still there."""
    for _ in range(3):  # a program goes once its model is gone, and its loops once JAX has noticed
        gc.collect()
    return [reference() is not None for reference in references]


def test_sessions_alike_share_one_program(describe):
    one = Session.open(describe(1))
    one.advance(batches=2)
    compiled = one._motion.program.training._loop._cache_size()
    two = Session.open(describe(2, epochs=9))
    two.advance(batches=2)
    assert two._motion.program is one._motion.program
    assert two._motion.program.training._loop._cache_size() == compiled
    assert Session.open(describe(batch_size=9))._motion.program is not one._motion.program
    assert Session.open(describe(units=9))._motion.program is not one._motion.program


def test_sharing_a_program_shares_no_values(describe, numbers):
    one, two = Session.open(describe(1)), Session.open(describe(2))
    one.advance(epochs=1)
    before = numbers(one.state)
    two.advance(epochs=2)
    for session in (one, two):
        weights = session.synchronize().get_weights()
        for ours, values in zip(weights[:4], session.state.variables.trainable, strict=True):
            np.testing.assert_array_equal(ours, np.asarray(values))
    assert one.model is not two.model
    two.model.compile(loss="mse")  # whoever is given a model may change it
    one.step_back(3)
    one.advance(epochs=1)
    assert numbers(one.state) == before


def test_many_different_sessions_leave_a_bounded_number_of_programs(describe, monkeypatch):
    monkeypatch.setattr(programs, "MOST", 1)
    opened = []
    for units in range(1, 4):
        session = Session.open(describe(units=units))
        session.advance(batches=1)
        opened.append((weakref.ref(session._motion.program), weakref.ref(session._motion.model)))
    del session
    assert alive(program for program, _ in opened) == [False, False, True]
    assert alive(model for _, model in opened) == [False, False, True]


def test_a_session_keeps_its_program_when_others_push_it_out(describe, monkeypatch, numbers):
    monkeypatch.setattr(programs, "MOST", 1)
    session = Session.open(describe(units=3))
    session.advance(batches=3)
    Session.open(describe(units=4)).advance(batches=1)
    gc.collect()
    session.advance(batches=2)
    other = Session.open(describe(units=3))
    other.advance(batches=5)
    assert numbers(session.state) == numbers(other.state)
