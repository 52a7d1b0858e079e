"""A session: the program's numbers, to the last bit, however it is moved forward and whatever runs beside it."""

import json
import random
import subprocess
import sys

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.data import Dataset
from vitrail.errors import DataError, ExperimentError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, reference
from vitrail.models import ObjectSpec
from vitrail.training import Clock, Session


def spec(class_name, **config):
    return ObjectSpec(class_name=class_name, config=config)


def experiment(seed=7, **fit):
    return Experiment(
        seed=seed,
        data=DataSpec(name="spiral", options={"points": 90, "noise": 0.1}, scale=5.0),
        layers=(
            spec("Dense", units=8, activation="tanh"),
            spec("BatchNormalization"),
            spec("Dropout", rate=0.3),
            spec("Dense", units=2, activation="softmax"),
        ),
        compile=CompileSpec(
            optimizer=spec("SGD", learning_rate=0.1, momentum=0.9),
            loss="sparse_categorical_crossentropy",
            metrics=("accuracy",),
        ),
        fit=FitSpec(**{"epochs": 3, "batch_size": 10, **fit}),
    )


def numbers(session):
    """All that a session's future depends on, and its past."""
    state = session.state
    variables = [np.asarray(value).tolist() for group in state.variables for value in group]
    order = None if state.order is None else state.order.tolist()
    generator = state.generator["state"]["key"].tolist(), state.generator["state"]["pos"]
    return variables, state.clock, order, generator, [(record.epoch, record.logs) for record in state.history]


@pytest.fixture(scope="module")
def straight():
    """Three epochs in one go."""
    session = Session.open(experiment())
    session.advance(epochs=3)
    return numbers(session)


def test_equals_the_program_that_it_prints():
    printed = (
        experiment().to_code()
        + "\nimport json\nprint(json.dumps([model.history.history, [w.tolist() for w in model.get_weights()]]))"
    )
    done = subprocess.run([sys.executable, "-c", printed], capture_output=True, text=True, check=True, timeout=300)
    history, weights = json.loads(done.stdout.splitlines()[-1])
    session = Session.open(experiment())
    session.advance(epochs=3)
    run = session.run()
    assert run.history == history
    assert [value.tolist() for value in run.model.get_weights()] == weights


@pytest.mark.parametrize("changes", [{}, {"shuffle": False}, {"validation": "none"}, {"batch_size": 15}])
def test_equals_keras_with_every_setting_of_fit(changes):
    described = experiment(**changes)
    session = Session.open(described)
    session.advance(epochs=3)
    data = session.dataset
    keras.utils.set_random_seed(7)
    model = described.to_keras(data)
    fit = described.fit
    options = {"validation_data": (data.x_test / 5.0, data.y_test)} if fit.validation == "test" else {}
    history = model.fit(
        data.x_train / 5.0, data.y_train, epochs=3, batch_size=fit.batch_size, shuffle=fit.shuffle, verbose=0, **options
    ).history
    assert session.run().history == history
    for ours, theirs in zip(session.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


moves_of_any_kind = st.lists(
    st.one_of(st.integers(1, 7), st.just("epoch"), st.just("reset"), st.just("save")), max_size=12
)


@settings(max_examples=4)
@given(moves_of_any_kind)
def test_any_way_forward_gives_the_same_run(tmp_path_factory, straight, moves):
    move_and_compare(tmp_path_factory, straight, moves)


@pytest.mark.soak
@settings(max_examples=100)
@given(moves_of_any_kind)
def test_any_way_forward_gives_the_same_run_often(tmp_path_factory, straight, moves):
    move_and_compare(tmp_path_factory, straight, moves)


def move_and_compare(tmp_path_factory, straight, moves):
    session = Session.open(experiment())
    for move in moves:
        if move == "reset":
            session.reset()
        elif move == "save":
            folder = tmp_path_factory.mktemp("session")
            session.save(folder)
            session = Session.restore(folder)
        elif session.clock.epoch < 3:
            session.advance(**({"epochs": 1} if move == "epoch" else {"batches": move}))
    while session.clock.epoch < 3:
        session.advance(batches=4)
    assert numbers(session) == straight


def test_two_interleaved_sessions_equal_two_alone(straight):
    first, second = Session.open(experiment()), Session.open(experiment(seed=8))
    while first.clock.epoch < 3:
        first.advance(batches=1)
        np.random.random()  # noqa: NPY002 - somebody else draws
        random.random()
        if second.clock.epoch < 3:
            second.advance(batches=3)
    alone = Session.open(experiment(seed=8))
    alone.advance(epochs=3)
    assert numbers(first) == straight
    assert numbers(second) == numbers(alone)
    assert numbers(second) != straight


def test_global_generators_are_left_alone():
    keras.utils.set_random_seed(1)
    expected = random.random(), np.random.random(), keras.random.uniform((2,)).tolist()  # noqa: NPY002
    keras.utils.set_random_seed(1)
    session = Session.open(experiment())
    session.advance(epochs=1)
    assert (random.random(), np.random.random(), keras.random.uniform((2,)).tolist()) == expected  # noqa: NPY002


def test_clock_and_metrics_between_two_batches():
    session = Session.open(experiment())
    assert session.clock == Clock(epoch=0, batch=0, batches_per_epoch=5)
    assert session.metrics == {}
    session.advance(batches=3)
    assert session.clock == Clock(epoch=0, batch=3, batches_per_epoch=5)
    assert set(session.metrics) == {"loss", "accuracy"}
    session.advance(batches=99)
    assert session.clock == Clock(epoch=1, batch=0, batches_per_epoch=5)
    assert set(session.history[0].logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}


@pytest.mark.parametrize("arguments", [{}, {"batches": 0}, {"epochs": -1}, {"batches": 1, "epochs": 1}])
def test_a_senseless_advance_is_refused(arguments):
    session = Session.open(experiment())
    with pytest.raises(ValueError, match="positive number"):
        session.advance(**arguments)
    assert session.clock.updates == 0


@pytest.mark.parametrize("scale", [255.0, 3.0, 0.1])
def test_pixels_are_divided_as_numpy_divides_them(scale):
    draw = np.random.default_rng(3)
    images = draw.integers(0, 256, (40, 4, 4), dtype=np.uint8)
    labels = draw.integers(0, 2, 40)
    data = Dataset(
        "dots", images, labels, images, labels, ("sample", "height", "width"), (), ("a", "b"), "classification", "", ""
    )
    described = reference().model_copy(
        update={"data": DataSpec(name="dots", scale=scale), "fit": FitSpec(epochs=2, batch_size=16)}
    )
    session = Session.open(described, data)
    session.advance(epochs=2)
    keras.utils.set_random_seed(42)
    model = described.to_keras(data)
    x = images / scale
    history = model.fit(x, labels, epochs=2, batch_size=16, validation_data=(x, labels), verbose=0).history
    assert session.run().history == history


def test_layers_that_do_not_fit_the_data():
    described = experiment().model_copy(update={"layers": (spec("Conv2D", filters=2, kernel_size=3),)})
    with pytest.raises(ExperimentError, match=r"do not fit samples of shape \(2,\)"):
        Session.open(described)


def test_an_output_with_too_few_units():
    described = experiment().model_copy(update={"layers": (spec("Dense", units=1),)})
    with pytest.raises(DataError, match="label 1"):
        Session.open(described)


@pytest.mark.parametrize("layers", [None, (spec("Dense", units=3),)], ids=["several", "one"])
def test_responses_are_what_keras_gives_layer_by_layer(describe, layers):
    described = describe(1)
    session = Session.open(described if layers is None else described.model_copy(update={"layers": layers}))
    session.advance(batches=2)
    x = session.inputs("test")
    model = session.synchronize()
    expected = {layer.name: np.asarray(x := layer(x)).T for layer in model.layers}
    given = session.responses(session.inputs("test"))
    assert set(given) == set(expected)
    for name, values in given.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-5, atol=1e-6)


def test_whoever_gets_the_model_may_do_with_it_what_they_want(describe):
    session, undisturbed = Session.open(describe(1)), Session.open(describe(1))
    session.advance(batches=2)
    session.synchronize().predict(session.inputs("test"), verbose=0)
    session.synchronize().fit(session.inputs("train"), session.targets("train"), epochs=1, verbose=0)
    session.advance(epochs=1)
    undisturbed.advance(epochs=1)
    for ours, theirs in zip(session.synchronize().get_weights(), undisturbed.synchronize().get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
