"""Snapshots: whole or not there, verified, and one to fall back to."""

import contextlib
import errno
import os
import resource
from pathlib import Path

import numpy as np
import pytest

from vitrail.data import load_dataset
from vitrail.errors import RunError
from vitrail.training import Checkpoints, Session, snapshot


@pytest.fixture
def session(describe):
    session = Session.open(describe())
    session.advance(batches=3)
    session.set_learning_rate(0.02)
    session.edit_weight("out", "bias", (0,), 0.5)
    session.advance(epochs=1)
    session.advance(batches=2)
    return session


def test_what_is_saved_comes_back(session, numbers, tmp_path):
    session.save(tmp_path)
    again = Session.restore(tmp_path)
    assert numbers(again.state) == numbers(session.state)
    assert again.experiment == session.experiment
    for one in (session, again):
        one.advance(epochs=2)
    assert numbers(again.state) == numbers(session.state)


def test_a_folder_keeps_two_and_clears_what_a_killed_writer_left(session, tmp_path):
    (tmp_path / ".session-000001.npz.99").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    for _ in range(3):
        session.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "session-000002.npz", "session-000003.npz"]


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def flip(path):
    """One bit of a weight: other bytes of a ZIP file, such as its times, say nothing."""
    with np.load(path) as file:
        weights = file["trainable.0"].tobytes()
    content = bytearray(path.read_bytes())
    content[content.index(weights) + len(weights) // 2] ^= 1
    path.write_bytes(content)


def replace_weights(path):
    """Sound for ZIP and NumPy, and yet not what was written."""
    with np.load(path) as file:
        arrays = dict(file)
    arrays["trainable.0"] = arrays["trainable.0"] + 1
    np.savez(path, **arrays)


@pytest.mark.parametrize("spoil", [cut, empty, flip, replace_weights])
def test_a_damaged_newest_snapshot_falls_back_and_says_so(session, numbers, tmp_path, spoil):
    session.save(tmp_path)
    before = numbers(session.state)
    session.advance(batches=1)
    session.save(tmp_path)
    spoil(tmp_path / "session-000002.npz")
    with pytest.warns(UserWarning, match=r"session-000002\.npz is damaged: the one before it is used"):
        again = Session.restore(tmp_path)
    assert numbers(again.state) == before
    spoil(tmp_path / "session-000001.npz")
    with pytest.raises(RunError, match="no earlier one"):
        Session.restore(tmp_path)


def test_nothing_to_restore_is_named(tmp_path):
    for folder in (tmp_path, tmp_path / "lost"):
        with pytest.raises(RunError, match="cannot be read"):
            Session.restore(folder)


def test_a_later_format_is_named_and_not_passed_over(session, tmp_path, monkeypatch):
    session.save(tmp_path)
    monkeypatch.setattr(snapshot, "FORMAT", 2)
    session.save(tmp_path)
    monkeypatch.undo()
    with pytest.raises(RunError, match="format 2; this version of Vitrail reads format 1"):
        Session.restore(tmp_path)


def test_a_snapshot_of_other_data_is_refused(session, tmp_path):
    session.save(tmp_path)
    with pytest.raises(RunError, match="does not fit the data set spiral"):
        Session.restore(tmp_path, load_dataset("spiral", points=200))


@contextlib.contextmanager
def room_for(size):
    """No file may grow past some bytes, as on a disk that fills up while it is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_leaves_the_last_good_one(session, numbers, tmp_path):
    session.save(tmp_path)
    before, size = numbers(session.state), (tmp_path / "session-000001.npz").stat().st_size
    session.advance(batches=1)
    for room in [0, 1, 1000, size // 2]:
        with room_for(room), pytest.raises(RunError, match=r"could not be written.*last good one is kept"):
            session.save(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["session-000001.npz"]
    again = Session.restore(tmp_path)
    assert numbers(again.state) == before
    again.advance(batches=1)
    assert numbers(again.state) == numbers(session.state)


@pytest.mark.parametrize("place", [(os, "fsync", 0), (os, "fsync", 1), (Path, "rename", 0), (Path, "unlink", 1)])
def test_every_call_of_the_system_may_fail(session, numbers, tmp_path, monkeypatch, place):
    owner, name, allowed = place
    for _ in range(2):
        session.save(tmp_path)
    session.advance(batches=1)
    original, calls = getattr(owner, name), []

    def fail(*arguments, **options):
        calls.append(name)
        if len(calls) == allowed + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, fail)
    with contextlib.suppress(RunError):
        session.save(tmp_path)
    monkeypatch.undo()
    again = Session.restore(tmp_path)
    if again.clock != session.clock:
        again.advance(batches=1)
    assert numbers(again.state) == numbers(session.state)


class Clocked:
    """A session that only notes when it is saved."""

    def __init__(self):
        self.saved, self.time, self.batches = [], 0.0, 0
        self.move(0)

    def move(self, batches, seconds=0.0):
        self.batches, self.time = self.batches + batches, self.time + seconds
        clock = type("Clock", (), {"epoch": self.batches // 10, "batch": self.batches % 10})
        self.state = type("State", (), {"clock": clock})
        self.clock = clock

    def save(self, folder):  # noqa: ARG002 - as a session has it
        self.saved.append(self.batches)


def test_checkpoints_are_due_at_epochs_and_now_and_then(tmp_path):
    session = Clocked()
    checkpoints = Checkpoints(session, tmp_path, shortest=1.0, longest=30.0, now=lambda: session.time)
    for batches, seconds in [(5, 9), (5, 9), (10, 0.5), (1, 0.4), (1, 0.2), (1, 29.0), (1, 2.0)]:
        session.move(batches, seconds)
        checkpoints.offer()
    checkpoints.write()
    assert session.saved == [0, 10, 22, 24]
