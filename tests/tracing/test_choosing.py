"""What is kept of a layer's chosen units is what the whole record holds, and what was left out is said."""

from __future__ import annotations

import pickle

import keras
import numpy as np
import pytest

from vitrail.errors import InputError, ModelError
from vitrail.tracing import trace

UNITS = (1, 4)
LEFT_OUT = 3


def opened(optimizer="adam", **options):
    """A step of a network of three layers; the same whatever is kept of it."""
    keras.utils.set_random_seed(2)
    layer = keras.layers
    hidden = [layer.Dense(6, "tanh", name="first"), layer.Dense(5, "relu", name="second", kernel_regularizer="l2")]
    model = keras.Sequential([keras.Input((3,)), *hidden, layer.Dense(4, "softmax", name="out")], name="net")
    model.compile(optimizer, "sparse_categorical_crossentropy")
    x = np.random.default_rng(0).normal(size=(7, 3))
    return trace(model, x, np.array([0, 1, 2, 3, 0, 1, 2]), **options)


@pytest.fixture(scope="module")
def whole():
    return opened()


@pytest.fixture(scope="module")
def some():
    return opened(units={"second": UNITS[::-1]})


def test_numbers_of_chosen_units_are_those_of_the_whole_record(whole, some):
    kept, all_of_it = some["second"], whole["second"]
    for name in ("z", "a", "delta", "upstream"):
        assert np.array_equal(getattr(kept, name), getattr(all_of_it, name)[:, UNITS])
    for name in ("kernel", "bias"):
        assert np.array_equal(kept.parameters[name], all_of_it.parameters[name][..., UNITS])
        assert np.array_equal(kept.gradients[name], all_of_it.gradients[name][..., UNITS])
        variable = some.update.variables[kept.places[name]]
        other = whole.update.variables[kept.places[name]]
        assert np.array_equal(variable.after, other.after[..., UNITS])
        assert np.array_equal(variable.slots_after["momentums"], other.slots_after["momentums"][..., UNITS])
    assert np.array_equal(kept.inputs, all_of_it.inputs)
    assert np.array_equal(some["first"].z, whole["first"].z)
    assert (some.loss, some.loss_after) == (whole.loss, whole.loss_after)


def test_a_record_of_few_units_is_small_and_says_what_was_left_out(some):
    assert len(pickle.dumps(some)) < len(pickle.dumps(opened()))
    assert repr(some).splitlines()[-1] == "recorded of second: 2 of 5 units"


@pytest.mark.parametrize("unit", UNITS)
def test_a_kept_unit_is_explained_under_its_own_number(whole, some, unit):
    kept, all_of_it = (step.explain("second", unit=unit, sample=2, input=1) for step in (some, whole))
    assert kept.lines() == all_of_it.lines()


def test_what_was_left_out_is_no_formula_and_no_number(whole, some):
    with pytest.raises(InputError, match="Unit 3 of layer second was left out"):
        some.explain("second", unit=LEFT_OUT)
    with pytest.raises(InputError, match="no unit 5"):
        some.explain("second", unit=5)
    before = some.explain("first", unit=0)
    assert before["upstream"].value == whole.explain("first", unit=0)["upstream"].value
    last = opened(units={"out": [0, 2]}).explain("out", unit=2)
    assert [last[key].right for key in ("a", "delta")] == [None, None]
    assert last["z"].right.value == pytest.approx(last["z"].value, rel=1e-5)
    assert last["loss_slope"].right.value == pytest.approx(last["loss_slope"].value, rel=1e-4)


@pytest.mark.parametrize("grain", ["operation", "unit"])
def test_the_ledger_walks_through_what_was_kept_by_its_own_numbers(whole, some, grain):
    kept, all_of_it = some.ledger(grain), whole.ledger(grain)
    for entry in kept:
        same = all_of_it.find(entry.phase, entry.name, what=entry.what, sample=entry.sample or 0, unit=entry.unit or 0)
        assert np.array_equal(entry.output, same.output)
        assert (entry.sample, entry.unit) == (same.sample, same.unit)
    assert {entry.unit for entry in kept if entry.phase == "forward" and entry.name == "second"} == set(UNITS)
    with pytest.raises(ModelError):
        kept.find("forward", "second", unit=LEFT_OUT)
    entry = kept.find("forward", "second", what="a", unit=4, sample=1)
    assert entry.guess(f"{float(entry.output):.4f}").right


def test_a_check_leaves_out_what_it_cannot_know(some):
    report = some.check()
    assert {layer.name: layer.unchecked for layer in report.layers} == {
        "first": (),
        "second": ("left_out",),
        "out": (),
    }
    assert "left_out" in report.unchecked
    assert report.update is not None
    assert not some.explain("second", unit=1).checked
    assert "not all of the step was kept" in some.explain("second", unit=1).text()


def test_a_norm_of_a_gradient_in_part_is_not_taken():
    step = opened(keras.optimizers.SGD(0.1, clipnorm=0.01), units={"second": UNITS})
    assert step.check().update is None
    assert step.explain("second", unit=1)["update"].right is None
    assert opened(keras.optimizers.SGD(0.1, clipvalue=0.01), units={"second": UNITS}).check().update is not None


def test_all_units_are_no_choice():
    step = opened(units={"second": range(5)})
    assert step["second"].chosen is None
    assert step.check().complete


def test_weights_that_a_whole_layer_shares_are_kept():
    x = keras.Input((3,))
    shared = keras.layers.Dense(3, name="shared")
    model = keras.Model(x, shared(shared(x)))
    model.compile("sgd", "mse")
    step = trace(model, np.ones((2, 3)), np.ones((2, 3)), units={shared: [2]})
    assert [layer.z.shape for layer in step] == [(2, 1), (2, 1)]
    assert step.update.variables[0].after.shape == (3, 1)


@pytest.mark.parametrize(
    ("units", "error"),
    [
        ({"second": [5]}, InputError),
        ({"second": [-1]}, InputError),
        ({"second": []}, InputError),
        ({"no": [0]}, ModelError),
    ],
)
def test_units_that_do_not_exist_cannot_be_chosen(units, error):
    with pytest.raises(error):
        opened(units=units)
