"""What a page draws and writes of one opened unit is what the trace holds."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from vitrail.tracing import trace
from vitrail.tracing.explaining.expression import SHOWN
from vitrail.wire import encode_trace


@pytest.fixture(scope="module")
def step():
    """Twelve tanh units, Dropout, nine relu units, three classes; one sample, Dropout at rest."""
    keras.utils.set_random_seed(5)
    layer = keras.layers
    hidden = [layer.Dense(12, "tanh", name="first"), layer.Dropout(0.5), layer.Dense(9, "relu", name="second")]
    model = keras.Sequential([keras.Input((4,)), *hidden, layer.Dense(3, "softmax", name="out")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return trace(model, np.array([[0.5, -1.0, 2.0, 0.25]]), np.array([1]))


def shown(step, layer):
    """Each unit of a layer as it is told, with its place."""
    units = step[layer].a.shape[-1]
    return [(unit, encode_trace.explained(step, layer, unit, 0, "en")) for unit in range(units)]


@pytest.mark.parametrize("layer", ["first", "second", "out"])
def test_connections_forward_are_the_largest_terms_of_z(step, layer):
    part = step[layer]
    for unit, told in shown(step, layer):
        products = part.parameters["kernel"][:, unit] * part.inputs[0]
        largest = sorted(map(abs, products.tolist()), reverse=True)[:SHOWN]
        assert [abs(term.weight * term.value) for term in told.terms] == pytest.approx(largest)
        for term in told.terms:
            assert (term.weight, term.value) == (
                part.parameters["kernel"][term.index, unit],
                part.inputs[0, term.index],
            )


@pytest.mark.parametrize(("layer", "following"), [("first", "second"), ("second", "out")])
def test_connections_back_are_the_largest_terms_of_what_comes_back(step, layer, following):
    after = step[following]
    for unit, told in shown(step, layer):
        for term in told.back_terms:
            assert (term.weight, term.value) == (
                after.parameters["kernel"][unit, term.index],
                after.delta[0, term.index],
            )
        assert len(told.back_terms) == min(SHOWN, after.delta.shape[-1])


def test_nothing_comes_back_to_the_output_by_a_connection(step):
    assert [told.back_terms for _, told in shown(step, "out")] == [[], [], []]


def test_a_unit_is_checked_once_its_very_trace_was(step):
    before = encode_trace.explained(step, "second", 4, 0, "en")
    step.check()
    after = encode_trace.explained(step, "second", 4, 0, "en")
    assert (before.checked, before.unchecked, after.checked, after.unchecked) == (False, [], True, [])


def test_what_a_check_left_out_is_said_with_the_unit():
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, "relu", name="hidden", kernel_constraint="non_neg")]
    )
    model.compile("sgd", "mse")
    step = trace(model, np.ones((1, 2)), np.ones((1, 2)))
    step.check()
    told = encode_trace.explained(step, "hidden", 0, 0, "en")
    assert (told.checked, told.unchecked) == (False, ["constraint"])


def test_one_sample_alone_needs_no_number(step):
    entry = step.ledger("operation")[0]
    assert (entry.sample, encode_trace.entry(entry, "en").sample) == (0, None)


def test_a_line_of_numbers_may_break_before_each_addend(step):
    told = encode_trace.explained(step, "out", 1, 0, "en")
    (z,) = [formula for formula in told.formulas if formula.key == "z"]
    addends = z.numbers.split("<math")[1:]
    assert len(addends) == SHOWN + 2  # the rest of the sum, and the bias
    assert ["<mo>+</mo>" in addend or "<mo>\N{MINUS SIGN}</mo>" in addend for addend in addends[1:]] == [True] * (
        SHOWN + 1
    )
