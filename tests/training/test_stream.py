"""A session whose samples are streamed has the numbers of one whose samples are on the device, to the last bit."""

import numpy as np
import pytest

from vitrail import evaluate
from vitrail.data import Dataset
from vitrail.training import Session, stream
from vitrail.training.feed import Feed


def pixels():
    """72 pictures of 2 pixels, bytes, whose classes two halves of the plane are."""
    x = np.random.default_rng(0).integers(0, 256, (144, 2), np.uint8)
    y = (x[:, 0] > x[:, 1]).astype(np.int64)
    about = {"axes": ("sample", "feature"), "feature_names": (), "class_names": ("a", "b"), "task": "classification"}
    return Dataset("pixels", x[:72], y[:72], x[72:], y[72:], **about, provenance="made", licence="none")


def go(experiment, dataset):
    """A training with a way back, what it is then, and what was looked at on the way."""
    session = Session.open(experiment, dataset)
    session.advance(batches=3)
    session.advance(epochs=1)
    session.advance(batches=5)
    session.step_back(7)
    batch = [np.asarray(leaf).tolist() for leaf in session.recall(4).batch]
    session.advance(epochs=2)
    work, found = session.examine("test"), None
    while found is None:
        try:
            next(work)
        except StopIteration as end:
            found = end.value
    return session, batch, dict(found.logs), found.outputs.tolist()


@pytest.mark.parametrize(
    ("changes", "dataset"),
    [
        ({}, None),
        ({"validation": "split", "validation_split": 0.25, "shuffle": False, "class_weight": {0: 1.0, 1: 3.0}}, None),
        ({"scale": 255.0}, pixels),
    ],
)
def test_streamed_samples_give_the_numbers_of_held_ones(monkeypatch, describe, numbers, changes, dataset):
    experiment, data = describe(**changes), dataset and dataset()
    held, *seen = go(experiment, data)
    monkeypatch.setattr(stream, "HELD_BYTES", 0)
    monkeypatch.setattr(stream, "BLOCK_BYTES", 300)
    streamed, *same = go(experiment, data)
    assert isinstance(held._motion.training, Feed)
    assert isinstance(streamed._motion.training, stream.Stream)
    assert streamed._motion.training.batches_per_block in {1, 2, 3}
    assert numbers(streamed.state) == numbers(held.state)
    assert same == seen


def test_scores_of_streamed_samples(monkeypatch, describe):
    session = Session.open(describe())
    model = session.run().model
    x, y = session.inputs("test"), session.targets("test")
    known = evaluate(model, x, y, batch_size=10)
    monkeypatch.setattr(stream, "HELD_BYTES", 0)
    assert evaluate(model, x, y, batch_size=10) == known


def test_what_is_held_beside_counts(monkeypatch):
    x, y = np.zeros((4, 2), np.float32), np.zeros(4, np.float32)
    monkeypatch.setattr(stream, "HELD_BYTES", 100)
    kinds = [type(stream.fed(x, y, batch_size=2, beside=beside)) for beside in (52, 53)]
    assert kinds == [Feed, stream.Stream]
