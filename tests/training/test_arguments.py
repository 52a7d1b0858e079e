"""What `fit` takes beside plain arrays, which way it goes, and what it says of bad input."""

import random

import keras
import numpy as np
import pytest

import vitrail
from vitrail.errors import DataError, ModelError, ShapeError
from vitrail.training import stream

L = keras.layers
DRAW = np.random.default_rng(3)
X, Y = DRAW.normal(size=(20, 4)).astype("float32"), DRAW.integers(0, 3, 20)


def classifier(kind=keras.Sequential, layers=(), **options):
    model = kind([keras.Input((4,)), *layers, L.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", **options)
    return model


def batches(count, size=5):
    for index in range(count):
        first = size * (index % 4)
        yield X[first : first + size], Y[first : first + size]


def test_the_exercise_on_early_stopping_and_plateaus(twins):
    """Patience and least change, alone and with a falling learning rate: Keras' own epochs, losses and rates."""
    draw = np.random.default_rng(7)
    x, y = draw.normal(size=(60, 4)), draw.integers(0, 3, 60)
    for falling in (False, True):

        def arguments(falling=falling):
            stop = keras.callbacks.EarlyStopping("val_loss", patience=3, min_delta=0.01)
            fall = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.2, patience=1, min_delta=0.01)
            return {
                "x": x,
                "y": y,
                "epochs": 40,
                "validation_split": 0.3,
                "callbacks": [fall, stop] if falling else [stop],
            }

        def make():
            model = classifier(layers=[L.Dense(8, "relu")])
            model.optimizer.learning_rate = 0.1
            return model

        theirs, ours, run = twins(make, arguments)
        assert ours == theirs
        assert 3 < len(run.epochs) < 40
        assert ("learning_rate" in run.history) == falling


class OwnStep(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = L.Dense(3, "softmax")

    def call(self, x):
        return self.out(x)

    def train_step(self, state, data):
        return super().train_step(state, data)


def own_step():
    model = OwnStep()
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


WAYS = {
    "whole": (classifier, {}, "epochs"),
    "callback": (classifier, {"callbacks": [keras.callbacks.TerminateOnNaN()]}, "batches"),
    "overridden": (own_step, {}, "keras"),
    "eager": (lambda: classifier(run_eagerly=True), {}, "keras"),
    "no_jit": (lambda: classifier(jit_compile=False), {}, "keras"),
    "steps_per_execution": (lambda: classifier(steps_per_execution=2), {}, "keras"),
    "convolution": (
        lambda: classifier(layers=[L.Reshape((2, 2, 1)), L.Conv2D(2, 1), L.Flatten()]),
        {},
        "batches",
    ),
}


@pytest.mark.parametrize("reason", WAYS)
def test_the_run_tells_which_way_it_took(twins, reason):
    make, options, path = WAYS[reason]
    theirs, ours, run = twins(make, lambda: {"x": X, "y": Y, "epochs": 2, "batch_size": 8, **options})
    assert ours == theirs
    assert (run.way.path, run.way.reason) == (path, reason)
    assert str(run.way) != run.way.render("fr")


def test_validation_now_and_then_leaves_other_epochs_without_it():
    run = vitrail.fit(classifier(), X, Y, epochs=4, validation_split=0.25, validation_freq=2, verbose=0)
    assert ["val_loss" in record.logs for record in run.epochs] == [False, True, False, True]
    assert len(run.history["val_loss"]) == 2


def test_streamed_arrays_are_read_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "HELD_BYTES", 1000)
    monkeypatch.setattr(stream, "BLOCK_BYTES", 1000)
    stored = np.memmap(tmp_path / "x", "float64", "w+", shape=(300, 4))
    stored[:] = DRAW.normal(size=(300, 4))
    y = DRAW.integers(0, 3, 300)
    read = []
    plain = stream.Blocks.block
    monkeypatch.setattr(stream.Blocks, "block", lambda self, places: read.append(len(places)) or plain(self, places))
    keras.utils.set_random_seed(2)
    streamed = vitrail.fit(classifier(), stored, y, epochs=2, batch_size=7, verbose=0)
    assert (max(read), sum(read)) == (21, 2 * 42 * 7)  # the last six samples of an epoch are a batch of their own
    monkeypatch.undo()
    keras.utils.set_random_seed(2)
    assert vitrail.fit(classifier(), stored, y, epochs=2, batch_size=7, verbose=0).history == streamed.history


def test_a_nan_in_streamed_arrays_is_named_when_it_comes(monkeypatch):
    monkeypatch.setattr(stream, "HELD_BYTES", 0)
    monkeypatch.setattr(stream, "BLOCK_BYTES", 100)
    x = X.copy()
    x[13, 2] = np.nan
    with pytest.raises(DataError, match=r"x holds nan at index \(13, 2\)"):
        vitrail.fit(classifier(), x, Y, batch_size=4, verbose=0)


class Trouble(Exception):  # noqa: N818 - as a person may name it
    """The user's own."""


def test_a_generator_that_raises_leaves_the_last_completed_batch():
    def broken():
        yield from batches(3)
        raise Trouble

    keras.utils.set_random_seed(1)
    whole = classifier()
    vitrail.fit(whole, batches(3), verbose=0)
    keras.utils.set_random_seed(1)
    model = classifier()
    with pytest.raises(Trouble):
        vitrail.fit(model, broken(), verbose=0)
    assert [w.tolist() for w in model.get_weights()] == [w.tolist() for w in whole.get_weights()]


def test_a_callback_that_raises_leaves_the_last_completed_batch():
    def stop(batch, logs):
        if batch == 2:
            raise Trouble

    results = []
    for by_keras in (True, False):
        keras.utils.set_random_seed(1)
        model = classifier()
        callbacks = [keras.callbacks.LambdaCallback(on_train_batch_end=stop)]
        with pytest.raises(Trouble):
            (model.fit if by_keras else lambda x, y, model=model, **o: vitrail.fit(model, x, y, **o))(
                X, Y, batch_size=4, callbacks=callbacks, verbose=0
            )
        results.append([w.tolist() for w in [*model.get_weights(), *map(np.asarray, model.optimizer.variables)]])
    assert results[0] == results[1]


def test_a_generator_that_ends_early():
    model = classifier()
    with pytest.raises(DataError, match="ended after 2 batches of an epoch: expected 4"):
        vitrail.fit(model, batches(6), epochs=2, steps_per_epoch=4, verbose=0)
    assert int(model.optimizer.iterations) == 6


def test_a_generator_that_changes_its_shape():
    def changing():
        yield from batches(2)
        yield np.ones((5, 3), "float32"), Y[:5]

    model = classifier()
    with pytest.raises(ShapeError, match=r"Batch 3 of x .*\(3,\)"):
        vitrail.fit(model, changing(), verbose=0)
    assert int(model.optimizer.iterations) == 2


BAD = {
    "counts differ among inputs": (ShapeError, lambda: {"x": [X, X[:-1]]}),
    "a validation set of another shape": (ShapeError, lambda: {"validation_data": (X[:, :3], Y)}),
    "a validation set of another length": (ShapeError, lambda: {"validation_data": (X, Y[:-1])}),
    "validation targets of another shape": (ShapeError, lambda: {"validation_data": (X, np.ones((20, 3, 2)))}),
    "no dictionary of classes": (DataError, lambda: {"class_weight": [1, 2, 3]}),
    "names of classes": (DataError, lambda: {"class_weight": {"cat": 2.0}}),
    "a class that is not there": (DataError, lambda: {"class_weight": {3: 2.0}}),
    "a negative weight": (DataError, lambda: {"class_weight": {0: -1.0}}),
    "both kinds of weights": (DataError, lambda: {"class_weight": {0: 1.0}, "sample_weight": np.ones(20)}),
    "a split beyond 1": (DataError, lambda: {"validation_split": 1.5}),
    "a negative split": (DataError, lambda: {"validation_split": -0.1}),
    "a split that leaves nothing": (DataError, lambda: {"x": X[:1], "y": Y[:1], "validation_split": 0.5}),
    "targets beside a generator": (DataError, lambda: {"x": batches(4)}),
    "a generator for two epochs": (DataError, lambda: {"x": batches(4), "y": None, "epochs": 2}),
    "no data": (DataError, lambda: {"x": None}),
    "half a step": (DataError, lambda: {"steps_per_epoch": 0}),
    "the fast mode": (ModelError, lambda: {"mode": "fast"}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_one_error_and_changes_nothing(name):
    kind, options = BAD[name]
    model = classifier()
    before = [value.copy() for value in model.get_weights()]
    draws = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    with pytest.raises(kind) as caught:
        vitrail.fit(model, **{"x": X, "y": Y, "verbose": 0, **options()})
    assert "\n" not in str(caught.value)
    assert str(caught.value) != caught.value.render("fr")
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))
    assert draws == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
