"""A check compares three ways, says what it could not compare, and fails when one number is wrong."""

from __future__ import annotations

import dataclasses
import pickle

import keras
import numpy as np
import pytest
from everything import OPTIMIZERS, activations, layers, losses, numbers, updates

from vitrail.errors import CheckError
from vitrail.tracing import trace
from vitrail.tracing.checking import Kink


def fresh(step):
    return dataclasses.replace(step)


TRACES = {
    "activations": activations,
    "probabilities": lambda: losses()[0],
    "logits": lambda: losses()[1],
    "plain losses": lambda: losses()[2],
    "layers": layers,
    "layers at rest": lambda: layers(training=False),
    **{name: lambda name=name: updates(name)[2][0] for name in OPTIMIZERS},
}


@pytest.mark.parametrize("name", TRACES)
def test_three_ways_agree(name):
    step = fresh(TRACES[name]())
    assert not step.checked
    report = step.check()
    assert step.checked
    assert report.complete
    assert report.loss.relative < 1e-5
    assert max(layer.chain.relative for layer in report.layers) < 1e-4
    assert max(layer.chain_finite.relative for layer in report.layers if layer.chain_finite) < 1e-5
    assert max(layer.finite.relative for layer in report.layers if layer.finite) < 1e-3


def test_only_the_very_trace_that_was_checked_is_checked():
    step = fresh(layers())
    step.check()
    assert pickle.loads(pickle.dumps(step)).checked
    assert not dataclasses.replace(step, loss=step.loss).checked


FIELDS = ("z", "a", "delta", "upstream")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("layer", ["shared@2", "inner/norm", "wide", "second"])
def test_a_wrong_number_is_found_and_its_layer_named(layer, field):
    step = layers()
    wrong = getattr(step[layer], field).copy()
    wrong[1] += 0.01 * np.abs(wrong).max()
    parts = [dataclasses.replace(each, **{field: wrong}) if each.name == layer else each for each in step]
    with pytest.raises(CheckError) as raised:
        dataclasses.replace(step, layers=tuple(parts)).check()
    assert raised.value.layer == layer
    assert raised.value.render("fr") != str(raised.value)


def test_a_wrong_update_is_found():
    step = updates("adam")[1][0]
    first, *others = step.update.variables
    wrong = dataclasses.replace(first, after=first.after + np.float32(0.01))
    update = dataclasses.replace(step.update, variables=(wrong, *others))
    with pytest.raises(CheckError, match="hidden/kernel after") as raised:
        dataclasses.replace(step, update=update).check()
    assert raised.value.layer == "hidden"


def test_opaque_layers_are_left_unchecked_and_so_is_what_lies_before_them():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(4, name="before"),
            keras.layers.Reshape((4, 1)),
            keras.layers.Conv1D(2, 2, name="convolution"),
            keras.layers.Flatten(),
            keras.layers.Dense(2, name="after"),
        ]
    )
    model.compile("sgd", "mse")
    report = trace(model, numbers(3, 4), numbers(3, 2)).check()
    assert not report.complete
    assert report["convolution"].unchecked == ("behind_opaque", "opaque")
    assert report["convolution"].chain is None
    assert (report["before"].unchecked, report["before"].finite) == (("behind_opaque",), None)
    assert report["after"].unchecked == ()
    assert report["after"].finite.relative < 1e-4
    assert report["before"].chain.relative < 1e-4


def test_operations_outside_layers_are_said():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2, name="out")(keras.ops.square(keras.layers.Dense(3)(inputs))))
    model.compile("sgd", "mse")
    report = trace(model, numbers(3, 4), numbers(3, 2)).check()
    assert report.unchecked == ("outside",)
    assert report["out"].chain.relative < 1e-4


def test_a_part_of_a_trace_is_checked_as_far_as_it_goes(reference, batch):
    report = trace(reference, *batch, samples=[1]).check()
    assert report.unchecked == ("left_out",)
    assert report["hidden"].unchecked == ("left_out",)
    assert report["hidden"].chain.relative < 1e-4
    assert trace(reference, *batch, layers=["out"]).check().unchecked == ("left_out",)


def test_kinks_are_named():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "relu", name="bent", use_bias=False)])
    model.compile("sgd", "mse")
    model.set_weights([np.eye(2)])
    report = trace(model, np.array([[0.0, 1.0], [2.0, 0.0]]), np.ones((2, 2))).check()
    assert Kink("bent", 2, "activation") in report.kinks
    assert "finite_difference" in {kink.what for kink in report.kinks}


def test_clipped_probabilities_are_a_kink():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("softmax", name="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    report = trace(model, np.array([[-20.0, 20.0, 0.0], [0.3, 0.1, 0.2]]), np.array([0, 1])).check()
    assert [kink.what for kink in report.kinks] == ["loss"]
