"""All that an experiment says of its data and of fit: the session equals, to the bit, the program that it prints."""

import dataclasses

import keras
import numpy as np
import pytest
from tests.short import short

from vitrail.data import load_dataset
from vitrail.errors import DataError, ExperimentError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import LayerSpec, ObjectSpec
from vitrail.training import DivergenceError, Session, Stop


def spec(class_name, **config):
    return ObjectSpec(class_name=class_name, config=config)


EARLY = spec("EarlyStopping", monitor="val_loss", patience=2, min_delta=0.01)
BEST = spec("EarlyStopping", monitor="val_accuracy", patience=4, restore_best_weights=True)
PLATEAU = spec("ReduceLROnPlateau", monitor="loss", factor=0.5, patience=1, min_delta=0.05, cooldown=1)
GUARD = spec("TerminateOnNaN")


def iris(*, data=None, rate=0.05, layers=None, optimizer=None, loss="sparse_categorical_crossentropy", **fit):
    """120 flowers in batches of 16: seven whole ones and a rest of 8."""
    layers = layers or (
        spec("Dense", units=8, activation="relu", name="hidden"),
        spec("BatchNormalization"),
        spec("Dropout", rate=0.3),
        spec("Dense", units=3, activation="softmax"),
    )
    return Experiment(
        seed=3,
        data=DataSpec(name="iris", **(data or {})),
        layers=layers,
        compile=CompileSpec(optimizer=optimizer or spec("Adam", learning_rate=rate), loss=loss, metrics=("accuracy",)),
        fit=FitSpec(**{"epochs": 8, "batch_size": 16, **fit}),
    )


AUTOENCODER = {
    "layers": (spec("Dense", units=2, activation="tanh"), spec("Dense", units=4)),
    "loss": "mse",
}
WHOLE = {
    "split": iris(validation="split", validation_split=0.3, epochs=3),
    "class weights": iris(class_weight={0: 0.5, 2: 4.0}, epochs=3),
    "split and class weights": iris(validation="split", validation_split=0.21, class_weight={1: 3.0}, epochs=3),
    "one-hot": iris(data={"one_hot": True}, loss="categorical_crossentropy", class_weight={1: 3.0}, epochs=3),
    "shape": iris(data={"shape": (2, 2), "scale": 3.0}, layers=(spec("Flatten"), spec("Dense", units=3)), epochs=2),
    "autoencoder": iris(data={"target": "inputs", "scale": 8.0}, **AUTOENCODER, epochs=3),
    "denoising": iris(data={"target": "inputs", "scale": 8.0, "noise": 0.1}, **AUTOENCODER, epochs=3),
    "noise": iris(data={"noise": 0.3}, validation="split", validation_split=0.2, epochs=3),
    "early stopping": iris(callbacks=(EARLY,), epochs=30),
    "best weights after a stop": iris(callbacks=(BEST,), epochs=30),
    "best weights at the last epoch": iris(callbacks=(BEST,), epochs=3),
    "moving average and best weights": iris(
        callbacks=(BEST,), optimizer=spec("Adam", learning_rate=0.05, use_ema=True, ema_momentum=0.9), epochs=3
    ),
    "plateau": iris(callbacks=(PLATEAU,), epochs=10),
    "plateau and best weights": iris(callbacks=(PLATEAU, BEST), epochs=12),
    "no number": iris(callbacks=(GUARD, BEST), rate=1e30, epochs=5),
}


def program(experiment):
    """The model that the printed program gives, with its history, and the weights."""
    names = {}
    exec(compile(experiment.to_code(), "program", "exec"), names)
    return names["model"].history.history, names["model"].get_weights()


QUICK = (
    "split and class weights",
    "shape",
    "denoising",
    "moving average and best weights",
    "no number",
)


@pytest.mark.parametrize("name", short(WHOLE, QUICK))
def test_equals_the_program_that_it_prints(name):
    experiment = WHOLE[name]
    history, weights = program(experiment)
    session = Session.open(experiment)
    session.advance(epochs=experiment.fit.epochs)
    run = session.run()
    assert session.finished
    assert run.history.keys() == history.keys()
    for metric, values in history.items():
        np.testing.assert_array_equal(run.history[metric], values, err_msg=metric)
    for ours, theirs in zip(run.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_callbacks_of_the_programs_do_act():
    """Otherwise the comparisons above would compare nothing."""
    plateau = Session.open(WHOLE["plateau and best weights"])
    plateau.advance(epochs=12)
    assert len(set(plateau.run().history["learning_rate"])) > 1
    assert plateau.stopped == Stop("early", len(plateau.history))
    assert plateau.state.restored in range(1, len(plateau.history))
    lost = Session.open(WHOLE["no number"], on_nan="stop")
    lost.advance(epochs=5)
    assert (lost.stopped, lost.clock.epoch, lost.metrics) == (Stop("nan", 1), 0, {})
    assert 0 < lost.clock.batch < lost.clock.batches_per_epoch


@pytest.fixture(scope="module")
def ended(numbers):
    """All numbers of a training that callbacks slowed down, ended and took back to its best weights."""
    session = Session.open(WHOLE["plateau and best weights"])
    session.advance(epochs=12)
    return numbers(session.state), session.state


def test_nothing_follows_an_end_and_going_back_undoes_it(ended, numbers):
    end, state = ended
    session = Session.open(WHOLE["plateau and best weights"])
    session.advance(epochs=12)
    session.advance(batches=3)
    assert session.state.clock == state.clock
    session.step_back(batches=11)
    assert (session.stopped, session.state.restored) == (None, None)
    session.advance(batches=1)
    session.rewind(1)
    while not session.finished:
        session.advance(batches=3)
    assert numbers(session.state) == end
    assert (session.stopped, session.state.restored) == (state.stopped, state.restored)


def test_a_session_that_was_kept_decides_as_one_that_was_not(ended, numbers, tmp_path):
    end, state = ended
    session = Session.open(WHOLE["plateau and best weights"])
    for _ in range(state.clock.epoch):
        session.advance(batches=5)
        session.save(tmp_path)
        session = Session.restore(tmp_path)
        session.advance(epochs=1)
    assert numbers(session.state) == end
    session.save(tmp_path)
    restored = Session.restore(tmp_path)
    assert numbers(restored.state) == end
    assert (restored.stopped, restored.state.restored) == (state.stopped, state.restored)
    restored.step_back()
    session.step_back()
    assert numbers(restored.state) == numbers(session.state)


def test_a_learning_rate_set_by_hand_is_what_a_plateau_halves():
    session = Session.open(WHOLE["plateau"])
    session.advance(epochs=1)
    session.set_learning_rate(0.25)
    while session.learning_rate == 0.25 and not session.finished:
        session.advance(epochs=1)
    assert session.learning_rate == 0.125
    assert session.run().history["learning_rate"][1:] == [0.25] * (len(session.history) - 1)


def test_after_the_last_epoch_callbacks_have_gone_home():
    session = Session.open(WHOLE["best weights at the last epoch"])
    session.advance(epochs=3)
    assert session.state.restored in {1, 2, 3}
    session.advance(epochs=1)
    assert (session.clock.epoch, session.state.restored, session.stopped) == (4, None, None)


def test_noise_follows_the_seed(numbers):
    experiment = WHOLE["denoising"]
    session = Session.open(experiment)
    session.reset(seed=9)
    session.advance(epochs=1)
    other = Session.open(experiment.model_copy(update={"seed": 9}))
    other.advance(epochs=1)
    assert numbers(session.state) == numbers(other.state)
    np.testing.assert_array_equal(session.inputs("test"), other.inputs("test"))


def test_targets_are_those_of_the_loss():
    session = Session.open(WHOLE["one-hot"])
    assert session.targets("test", 2).tolist() == np.eye(3)[session.dataset.y_test[2:3]].tolist()
    autoencoder = Session.open(WHOLE["autoencoder"])
    np.testing.assert_array_equal(autoencoder.targets("train"), autoencoder.inputs("train"))


def test_a_guard_that_raises_is_a_divergence():
    guard = spec("TerminateOnNaN", raise_error=True)
    session = Session.open(iris(callbacks=(guard,), rate=1e30), on_nan="continue")
    with pytest.raises(DivergenceError):
        session.advance(epochs=1)
    assert (session.history, session.stopped) == ((), None)


def test_a_split_that_leaves_nothing_is_refused():
    with pytest.raises(DataError) as caught:
        Session.open(iris(validation="split", validation_split=0.999))
    assert str(caught.value) == (
        "validation_split = 0.999 leaves nothing on one side of 120 training samples. Give a share that leaves at "
        "least one sample to learn from and one to validate on."
    )


def test_several_outputs_are_refused_by_name():
    start = LayerSpec(class_name="InputLayer", config={"shape": [4], "name": "start"})
    ends = [
        LayerSpec(class_name="Dense", config={"units": 3, "name": name}, inputs=("start",))
        for name in ("left", "right")
    ]
    with pytest.raises(ExperimentError) as caught:
        Session.open(iris(layers=(start, *ends)))
    assert (caught.value.field, caught.value.arguments["outputs"]) == ("layers", "left, right")


def test_labels_in_a_column_train_as_keras_trains_them():
    rows = load_dataset("iris")
    data = dataclasses.replace(rows, y_train=rows.y_train[:, None], y_test=rows.y_test[:, None])
    experiment = iris(class_weight={1: 2.0}, epochs=2)
    session = Session.open(experiment, data)
    session.advance(epochs=2)
    keras.utils.set_random_seed(3)
    model = experiment.to_keras(data)
    history = model.fit(
        data.x_train,
        data.y_train,
        epochs=2,
        batch_size=16,
        validation_data=(data.x_test, data.y_test),
        class_weight={1: 2.0},
        verbose=0,
    ).history
    assert session.run().history == history
    one_hot = Session.open(iris(data={"one_hot": True}, loss="categorical_crossentropy"), data)
    np.testing.assert_array_equal(one_hot.targets("test"), np.eye(3)[rows.y_test])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {
                "callbacks": (EARLY, PLATEAU),
                "optimizer": spec(
                    "SGD",
                    learning_rate={
                        "class_name": "ExponentialDecay",
                        "config": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
                    },
                ),
            },
            "fit.callbacks.1",
        ),
        ({"callbacks": (spec("EarlyStopping", monitor="val_nothing"),)}, "fit.callbacks.0"),
    ],
)
def test_a_callback_that_cannot_work_is_refused_before_the_first_batch(changes, field):
    with pytest.raises(ExperimentError) as caught:
        Session.open(iris(**changes))
    assert caught.value.field == field
