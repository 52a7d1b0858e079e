"""`vitrail.fit` and `model.fit`, side by side, to the last bit."""

import random
import signal

import jax
import keras
import numpy as np
import pytest
from tests.short import short

import vitrail
from vitrail.errors import DataError, ModelError, ShapeError

SAMPLES, TESTS = 150, 70


@pytest.fixture(scope="module")
def pixels():
    draw = np.random.default_rng(0)
    x = draw.integers(0, 256, (SAMPLES + TESTS, 6, 6), dtype=np.uint8)
    y = draw.integers(0, 4, SAMPLES + TESTS, dtype=np.uint8)
    return x, y


def dense():
    return [
        keras.layers.Flatten(),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(4, activation="softmax"),
    ]


def noisy():
    return [
        keras.layers.Flatten(),
        keras.layers.Dense(8, activation="relu", kernel_regularizer="l2"),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(4, activation="softmax"),
    ]


def compiled(layers, optimizer="adam"):
    model = keras.Sequential(layers)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def everything(model):
    """Each value that training changes, and the generators that it draws from."""
    variables = [*model.variables, *model.optimizer.variables]
    return [np.asarray(variable.value) for variable in variables], random.random(), np.random.random(3).tolist()  # noqa: NPY002


def both(make, train_keras, train_vitrail):
    """Train one model with Keras and one with Vitrail from the same seed; all their numbers."""
    results = []
    for train in (train_keras, train_vitrail):
        keras.utils.set_random_seed(11)
        model = make()
        history = train(model).history
        values, *draws = everything(model)
        results.append((history, [value.tolist() for value in values], draws))
    return results


CASES = {
    "plain": (dense, {}, {}),
    "remainder": (dense, {"batch_size": 32}, {}),
    "whole batches": (dense, {"batch_size": 50}, {}),
    "one batch": (dense, {"batch_size": 500}, {}),
    "unshuffled": (dense, {"shuffle": False}, {}),
    "dropout, normalisation, l2": (noisy, {"batch_size": 16}, {}),
    "validation": (noisy, {"batch_size": 16}, {"validation": True}),
    "sample weights": (dense, {}, {"weights": True}),
}


@pytest.mark.parametrize("case", short(CASES, ["plain", "remainder", "validation", "sample weights"]))
def test_equals_model_fit_to_the_last_bit(pixels, case):
    layers, options, extra = CASES[case]
    x, y = pixels[0] / 255.0, pixels[1]
    options = {"epochs": 2, "verbose": 0, **options}
    if "validation" in extra:
        options["validation_data"] = (x[SAMPLES:], y[SAMPLES:])
    if "weights" in extra:
        options["sample_weight"] = np.linspace(0, 2, SAMPLES)
    theirs, ours = both(
        lambda: compiled(layers()),
        lambda model: model.fit(x[:SAMPLES], y[:SAMPLES], **options),
        lambda model: vitrail.fit(model, x[:SAMPLES], y[:SAMPLES], **options),
    )
    assert ours == theirs


OPTIMIZERS = {
    "sgd with a schedule": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5), momentum=0.9, nesterov=True
    ),
    "adamw, clipped": lambda: keras.optimizers.AdamW(clipnorm=0.1),
    "averaged weights": lambda: keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=3),
}


@pytest.mark.parametrize("name", short(OPTIMIZERS, ["adamw, clipped"]))
def test_optimizers(pixels, name):
    x, y = pixels[0][:SAMPLES] / 255.0, pixels[1][:SAMPLES]
    theirs, ours = both(
        lambda: compiled(dense(), OPTIMIZERS[name]()),
        lambda model: model.fit(x, y, epochs=2, verbose=0),
        lambda model: vitrail.fit(model, x, y, epochs=2, verbose=0),
    )
    assert ours == theirs


@pytest.mark.xfail(
    jax.__version_info__ >= (0, 12),
    reason="JAX 0.12 rounds a Rescaling layer on integers otherwise in a loop: docs/en/python.md says so",
)
def test_regression_on_integers_as_they_came(pixels):
    x, y = pixels[0][:SAMPLES].reshape(SAMPLES, -1), np.linspace(-1, 1, SAMPLES)

    def make():
        model = keras.Sequential([keras.layers.Rescaling(1 / 255), keras.layers.Dense(1)])
        model.compile(loss="mse")
        return model

    theirs, ours = both(
        make,
        lambda model: model.fit(x, y, epochs=2, verbose=0),
        lambda model: vitrail.fit(model, x, y, epochs=2, verbose=0),
    )
    assert ours == theirs


def test_a_second_fit_goes_on(pixels):
    x, y = pixels[0][:SAMPLES] / 255.0, pixels[1][:SAMPLES]

    def twice(fit):
        fit(epochs=1)
        return fit(epochs=2)

    theirs, ours = both(
        lambda: compiled(noisy()),
        lambda model: twice(lambda epochs: model.fit(x, y, epochs=epochs, verbose=0)),
        lambda model: twice(lambda epochs: vitrail.fit(model, x, y, epochs=epochs, verbose=0)),
    )
    assert ours == theirs


class Diary(keras.callbacks.Callback):
    """Writes down every call, and what the model's first weight was."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def note(self, what, place=None, logs=None):
        self.lines.append((what, place, dict(logs or {}), float(self.model.trainable_variables[0].value[0, 0])))

    def on_epoch_begin(self, epoch, logs=None):
        self.note("epoch begins", epoch, logs)

    def on_epoch_end(self, epoch, logs=None):
        self.note("epoch ends", epoch, logs)

    def on_train_batch_begin(self, batch, logs=None):
        self.note("batch begins", batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        self.note("batch ends", batch, logs)

    def on_test_batch_end(self, batch, logs=None):
        self.note("test batch ends", batch, logs)


def test_callbacks_on_batches_see_each_of_them(pixels):
    x, y = pixels[0] / 255.0, pixels[1]
    options = {"epochs": 2, "validation_data": (x[SAMPLES:], y[SAMPLES:]), "verbose": 0}
    diaries = Diary(), Diary()
    theirs, ours = both(
        lambda: compiled(dense()),
        lambda model: model.fit(x[:SAMPLES], y[:SAMPLES], callbacks=[diaries[0]], **options),
        lambda model: vitrail.fit(model, x[:SAMPLES], y[:SAMPLES], callbacks=[diaries[1]], **options),
    )
    assert ours == theirs
    assert diaries[1].lines == diaries[0].lines
    assert len(diaries[1].lines) == 2 * (2 + 2 * 5 + 3)


def test_keras_own_callbacks_act_as_in_model_fit(pixels):
    x, y = pixels[0] / 255.0, pixels[1]

    def callbacks():
        return [
            keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=0, min_delta=1),
            keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, min_delta=1, restore_best_weights=True),
        ]

    options = {"epochs": 9, "validation_data": (x[SAMPLES:], y[SAMPLES:]), "verbose": 0}
    theirs, ours = both(
        lambda: compiled(dense()),
        lambda model: model.fit(x[:SAMPLES], y[:SAMPLES], callbacks=callbacks(), **options),
        lambda model: vitrail.fit(model, x[:SAMPLES], y[:SAMPLES], callbacks=callbacks(), **options),
    )
    assert ours == theirs
    assert len(ours[0]["loss"]) == 3


def test_a_callback_may_change_weights_within_an_epoch(pixels):
    x, y = pixels[0][:SAMPLES] / 255.0, pixels[1][:SAMPLES]

    def halve():
        def on_train_batch_end(batch, logs):
            if batch == 2:
                model = callback.model
                model.trainable_variables[0].assign(model.trainable_variables[0].value / 2)

        callback = keras.callbacks.LambdaCallback(on_train_batch_end=on_train_batch_end)
        return callback

    theirs, ours = both(
        lambda: compiled(dense()),
        lambda model: model.fit(x, y, callbacks=[halve()], verbose=0),
        lambda model: vitrail.fit(model, x, y, callbacks=[halve()], verbose=0),
    )
    assert ours == theirs


def test_a_model_compiled_anew_is_trained_as_it_is_now(pixels):
    x, y = pixels[0][:SAMPLES] / 255.0, pixels[1][:SAMPLES]

    def train(model, fit):
        fit(model)
        model.layers[1].trainable = False
        model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
        return fit(model)

    theirs, ours = both(
        lambda: compiled(dense()),
        lambda model: train(model, lambda model: model.fit(x, y, verbose=0)),
        lambda model: train(model, lambda model: vitrail.fit(model, x, y, verbose=0)),
    )
    assert ours == theirs


def test_a_model_that_runs_eagerly_is_left_to_keras(pixels):
    x, y = pixels[0][:40] / 255.0, pixels[1][:40]

    def make():
        model = keras.Sequential(dense())
        model.compile(loss="sparse_categorical_crossentropy", run_eagerly=True)
        return model

    theirs, ours = both(
        make,
        lambda model: model.fit(x, y, epochs=2, verbose=0),
        lambda model: vitrail.fit(model, x, y, epochs=2, verbose=0),
    )
    assert ours == theirs


def test_the_run_tells_its_history(pixels):
    model = compiled(dense())
    run = vitrail.fit(model, pixels[0] / 255.0, pixels[1], epochs=2, verbose=0)
    assert set(run.history) == {"loss", "accuracy"}
    assert [record.epoch for record in run.epochs] == [1, 2]
    assert run.history["loss"] == [record.logs["loss"] for record in run.epochs]
    assert run.seconds == sum(record.seconds for record in run.epochs) > 0
    assert run.model is model


@pytest.mark.parametrize("verbose", [1, 2, "auto"])
def test_progress_is_shown(pixels, capsys, verbose):
    vitrail.fit(compiled(dense()), pixels[0] / 255.0, pixels[1], epochs=2, verbose=verbose)
    shown = capsys.readouterr().out
    assert "Epoch 2/2" in shown
    assert "7/7" in shown
    assert "accuracy: 0." in shown


BAD = {
    "wrong sample shape": (ShapeError, lambda x, y: ((x[:, :5], y), {})),
    "lengths differ": (ShapeError, lambda x, y: ((x, y[:-1]), {})),
    "no samples": (DataError, lambda x, y: ((x[:0], y[:0]), {})),
    "NaN": (DataError, lambda x, y: ((np.where(x > 0.99, np.nan, x), y), {})),
    "infinity": (DataError, lambda x, y: ((np.where(x > 0.99, np.inf, x), y), {})),
    "objects": (DataError, lambda x, y: ((x.astype(object), y), {})),
    "labels out of range": (DataError, lambda x, y: ((x, y + 2), {})),
    "negative labels": (DataError, lambda x, y: ((x, y.astype(int) - 1), {})),
    "no epochs": (DataError, lambda x, y: ((x, y), {"epochs": 0})),
    "half a batch": (DataError, lambda x, y: ((x, y), {"batch_size": 0.5})),
    "weights of another length": (ShapeError, lambda x, y: ((x, y), {"sample_weight": [1.0]})),
    "validation without labels": (ShapeError, lambda x, y: ((x, y), {"validation_data": x})),
    "bad validation labels": (DataError, lambda x, y: ((x, y), {"validation_data": (x, y + 4)})),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_one_error_and_changes_nothing(pixels, name):
    kind, spoil = BAD[name]
    model = compiled([keras.Input((6, 6)), *dense()])
    before = [value.copy() for value in model.get_weights()]
    arguments, options = spoil(pixels[0] / 255.0, pixels[1])
    with pytest.raises(kind) as caught:
        vitrail.fit(model, *arguments, verbose=0, **options)
    assert "\n" not in str(caught.value)
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))


def test_a_model_that_is_not_compiled():
    with pytest.raises(ModelError, match=r"not compiled.*model\.compile"):
        vitrail.fit(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]), [[1.0]], [[1.0]])


class _Stop(keras.callbacks.Callback):
    """Stops a training after a number of batches, as a person or as Keras does."""

    def __init__(self, batches, *, by_hand):
        super().__init__()
        self.batches, self.by_hand = batches, by_hand

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 - Keras' signature
        if batch + 1 == self.batches:
            if self.by_hand:
                signal.raise_signal(signal.SIGINT)
            else:
                self.model.stop_training = True


class _PressAtOnce(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):  # noqa: ARG002 - Keras' signature
        if epoch == 1:
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_leaves_the_model_at_the_last_completed_batch(pixels):
    x, y = pixels
    left = []
    for by_hand in (True, False):
        keras.utils.set_random_seed(11)
        model = compiled(dense())
        stop = _Stop(3, by_hand=by_hand)
        if by_hand:
            with pytest.raises(KeyboardInterrupt, match=r"after batch 3 of epoch 1.*initial_epoch=0"):
                vitrail.fit(model, x, y, epochs=4, callbacks=[stop], verbose=0)
        else:
            vitrail.fit(model, x, y, epochs=4, callbacks=[stop], verbose=0)
        left.append([value.tolist() for value in model.get_weights()])
    assert left[0] == left[1]


def test_ctrl_c_within_a_compiled_epoch_waits_for_a_piece_of_it(pixels, monkeypatch):
    monkeypatch.setattr("vitrail.training.fitting._LEAST_PIECE", 2)
    x, y = pixels
    keras.utils.set_random_seed(11)
    model = compiled(dense())
    with pytest.raises(KeyboardInterrupt, match=r"after batch 2 of epoch 2.*initial_epoch=1"):
        vitrail.fit(model, x, y, epochs=4, callbacks=[_PressAtOnce()], verbose=0)
    assert len(model.history.history["loss"]) == 1
    assert int(model.optimizer.iterations) == -(-len(x) // 32) + 2
