"""A training that goes wrong stops before the batch that does it, and the place is named."""

import math
import pickle

import numpy as np
import pytest

from vitrail.data import Dataset
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import ObjectSpec
from vitrail.training import Divergence, DivergenceError, Session


def spec(class_name, **config):
    return ObjectSpec(class_name=class_name, config=config)


def open_session(*layers, loss="mse", optimizer="sgd", targets=0.0, **options):
    """Seven batches of 4 samples, in order."""
    draw = np.random.default_rng(0)
    x = draw.uniform(0.5, 1.0, (26, 3)).astype("float32")
    y = np.full((26, 1), targets, "float32")
    data = Dataset("numbers", x, y, x, y, ("sample", "feature"), ("a", "b", "c"), (), "regression", "", "")
    experiment = Experiment(
        data=DataSpec(name="numbers"),
        layers=layers,
        compile=CompileSpec(optimizer=optimizer, loss=loss),
        fit=FitSpec(batch_size=4, shuffle=False, epochs=3),
    )
    return Session.open(experiment, data, **options)


def stops(session, *edits):
    """Where a training stops that is given such weights after ten batches."""
    session.advance(epochs=1)
    session.advance(batches=3)
    for edit in edits:
        session.edit_weight(*edit)
    before = session.state
    with pytest.raises(DivergenceError) as caught:
        session.advance(epochs=1)
    assert session.state is before
    assert (caught.value.divergence.epoch, caught.value.divergence.batch) == (2, 4)
    return caught.value.divergence


ones = {"kernel_initializer": "ones"}
plain = spec("Dense", units=1, name="last", **ones)


def test_a_preactivation():
    session = open_session(spec("Dense", units=2, name="first"), plain, on_nan="stop")
    found = stops(session, *(("first", "kernel", (place, 0), 3e38) for place in range(3)))
    assert (found.layer, found.operation) == ("first", "pre-activation")


def test_an_activation():
    session = open_session(spec("Dense", units=2, activation="exponential", name="first"), plain, on_nan="stop")
    found = stops(session, ("first", "bias", (0,), 100.0))
    assert (found.layer, found.operation) == ("first", "activation")


def test_the_output_of_a_layer_without_an_activation():
    scaled = spec("Rescaling", scale=1e38, offset=0.0, name="scaled")
    still = spec("SGD", learning_rate=0.0)
    flat = spec("Dense", units=1, name="first", kernel_initializer="zeros")
    session = open_session(flat, scaled, on_nan="stop", optimizer=still, loss="mae")
    found = stops(session, ("first", "bias", (0,), 50.0))
    assert (found.layer, found.operation) == ("scaled", "output")


def test_the_loss():
    session = open_session(plain, on_nan="stop")
    found = stops(session, ("last", "bias", (0,), 1e30))
    assert (found.layer, found.operation) == (None, "loss")


def test_a_gradient():
    scaled = spec("Rescaling", scale=1e20, offset=0.0)
    still = spec("SGD", learning_rate=0.0)
    last = spec("Dense", units=1, name="last", kernel_initializer="zeros")
    session = open_session(scaled, last, on_nan="stop", optimizer=still)
    found = stops(session, ("last", "bias", (0,), 5e18))
    assert (found.layer, found.operation) == ("last", "gradient of kernel")


def test_an_update():
    session = open_session(plain, on_nan="stop", targets=1e18, loss="mse")
    session.set_learning_rate(1e30)
    with pytest.raises(DivergenceError) as caught:
        session.advance(batches=1)
    found = caught.value.divergence
    assert (found.epoch, found.batch, found.layer, found.operation) == (1, 1, "last", "update of kernel")
    assert session.clock.updates == 0


def test_the_first_bad_batch_of_a_chunk_is_found_and_all_before_it_kept(numbers):
    session = open_session(plain, on_nan="stop", optimizer=spec("SGD", learning_rate=40.0))
    with pytest.raises(DivergenceError) as caught:
        session.advance(epochs=3)
    stopped = session.clock
    assert caught.value.divergence.epoch == stopped.epoch + 1
    assert caught.value.divergence.batch == stopped.batch + 1
    assert stopped.updates > 3
    one_by_one = open_session(plain, optimizer=spec("SGD", learning_rate=40.0))
    while one_by_one.clock.updates < stopped.updates:
        one_by_one.advance(batches=1)
        assert math.isfinite(one_by_one.metrics.get("loss", 0.0))
    assert numbers(one_by_one.state) == numbers(session.state)
    one_by_one.advance(batches=1)
    assert not math.isfinite(one_by_one.metrics["loss"])


def test_without_being_asked_nothing_stops():
    session = open_session(plain, optimizer=spec("SGD", learning_rate=40.0))
    session.advance(epochs=3)
    assert math.isnan(session.history[-1].logs["loss"])


def test_the_model_that_is_looked_into_stays_as_it_was(numbers):
    session = open_session(plain, on_nan="stop")
    session.edit_weight("last", "bias", (0,), 1e30)
    with pytest.raises(DivergenceError):
        session.advance(batches=1)
    session.reset()
    session.advance(epochs=2)
    other = open_session(plain)
    other.advance(epochs=2)
    assert numbers(session.state) == numbers(other.state)
    assert "call" not in vars(session._motion.model.layers[0])


def test_the_error_crosses_a_process_and_is_said_in_both_languages():
    error = DivergenceError(Divergence(2, 7, "gradient", "dense", "kernel"))
    again = pickle.loads(pickle.dumps(error))
    assert again.divergence == error.divergence
    assert str(again).startswith("Epoch 2, batch 7: the gradient of kernel in layer dense is NaN or infinite.")
    assert again.render("fr").startswith("Époque 2, lot 7\u00a0: le gradient de kernel, couche dense, n'est plus")
