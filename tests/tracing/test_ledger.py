"""Walking a step, and guessing its numbers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from everything import numbers
from hypothesis import given
from hypothesis import strategies as st

from vitrail.errors import InputError, ModelError
from vitrail.tracing import trace
from vitrail.tracing.guessing import judge, read
from vitrail.tracing.ledger import GRAINS


@pytest.fixture(scope="module")
def step():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    hidden = keras.layers.Dense(4, "tanh", name="hidden", bias_initializer="normal")(inputs)
    outputs = keras.layers.Dense(2, name="out")(keras.layers.Add(name="sum")([hidden, hidden]))
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return trace(model, numbers(5, 3), numbers(5, 2, seed=1))


def test_a_ledger_holds_every_number_once_and_ends_with_the_loss_after(step):
    counts = {grain: len(step.ledger(grain)) for grain in GRAINS}
    units, parameters = 4 + 4 + 2, 3 * 4 + 4 + 4 * 2 + 2
    double = 4 + 2  # units with an activation function: z and a, upstream and delta
    assert counts["operation"] == 2 * 5 * (units + double) + 5 + 1 + 2 * parameters + 1
    assert counts["unit"] == 2 * 5 * units + 5 + 1 + 2 * (4 + 4 + 2 + 2) + 1
    assert counts["layer"] == 2 * 3 + 1 + 2 * 4 + 1
    assert counts["example"] == 2 * 5 + 1 + 2 * 4 + 1
    assert counts["batch"] == 6
    for grain in GRAINS:
        ledger = step.ledger(grain)
        assert float(ledger[-1].output) == step.loss_after
        assert [entry.index for entry in ledger] == list(range(len(ledger)))


@pytest.mark.parametrize("grain", GRAINS)
def test_every_entry_uses_earlier_ones_and_the_walk_goes_both_ways(step, grain):
    ledger = step.ledger(grain)
    for entry in ledger:
        assert all(used < entry.index for used in entry.uses)
        assert len(entry.inputs) == len(entry.uses)
    assert [entry.index for entry in reversed(ledger)] == list(range(len(ledger)))[::-1]
    assert ledger[-1].phase == "loss_after"
    with pytest.raises(IndexError):
        ledger[len(ledger)]


def test_entries_hold_the_numbers_of_the_trace(step):
    ledger = step.ledger("operation")
    entry = ledger.find("forward", "hidden", what="z", sample=3, unit=2)
    assert float(entry.output) == float(step["hidden"].z[3, 2])
    assert entry.equation.right.value == pytest.approx(float(entry.output), rel=1e-5)
    activated = ledger[entry.index + 1]
    assert (activated.what, activated.uses) == ("a", (entry.index,))
    delta = ledger.find("backward", "hidden", what="delta", sample=3, unit=2)
    assert float(delta.output) == float(step["hidden"].delta[3, 2])
    gradient = ledger.find("gradient", step.update.variables[0].name, unit=5)
    assert float(gradient.output) == float(step["hidden"].gradients["kernel"][1, 1])
    assert gradient.equation.key == "weight_gradient"
    update = ledger.find("update", step.update.variables[0].name, unit=5)
    assert update.uses == (gradient.index,)
    assert float(update.output) == float(step.update.variables[0].after[1, 1])
    layer = step.ledger("layer").find("forward", "sum")
    np.testing.assert_array_equal(layer.output, step["sum"].a)
    assert layer.uses == (0,)


def test_what_is_not_there_is_refused(step):
    with pytest.raises(InputError, match="no grain word"):
        step.ledger("word")
    with pytest.raises(ModelError, match="no entry"):
        step.ledger("unit").find("forward", "hidden", unit=4)
    with pytest.raises(InputError, match="more than one number"):
        step.ledger("layer")[0].guess("1")


def typed(value, digits=4):
    return f"{float(value):.{digits}e}".replace(".", ",")


def test_a_guess_is_judged_and_its_mistake_named(step):
    ledger = step.ledger("operation")
    delta = ledger.find("backward", "hidden", what="delta", sample=1, unit=2)
    upstream = ledger[delta.index - 1]
    assert delta.guess(typed(delta.output)).right
    assert delta.guess(typed(-delta.output)).mistakes == ("sign",)
    assert "derivative" in delta.guess(typed(upstream.output)).mistakes
    assert "batch_mean" in delta.guess(typed(5 * delta.output)).mistakes
    assert "index" in delta.guess(typed(step["hidden"].delta[1, 3])).mistakes
    z = ledger.find("forward", "hidden", what="z", sample=1, unit=2)
    assert z.guess(typed(z.output - step["hidden"].parameters["bias"][2])).mistakes == ("bias",)
    a = ledger[z.index + 1]
    assert "activation" in a.guess(typed(z.output)).mistakes
    assert delta.guess("1000").mistakes == ()
    wrong = delta.guess(typed(-delta.output))
    assert len(wrong.lines("fr")) == len(wrong.lines("en")) == 2


@given(st.floats(-1e4, 1e4).filter(lambda value: abs(value) > 1e-4), st.integers(2, 8))
def test_a_number_rounded_to_its_digits_is_right(value, digits):
    assert judge(f"{value:.{digits}g}", value, {}).right
    assert judge(f"{value:.{digits}g}".replace(".", ","), value, {}).right
    assert not judge(f"{value * 1.2:.{digits + 2}g}", value, {}).right


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("0,25", 0.25, 0.005), ("−1/4", -0.25, 0.0), ("1,5/3", 0.5, 0.0), ("2.50e-3", 0.0025, 5e-6), (" 3 ", 3, 0.5)],
)
def test_reading_numbers(text, value, unit):
    found = read(text)
    assert (found.value, found.unit) == pytest.approx((value, unit))


@pytest.mark.parametrize("text", ["", "a", "1/0", "1/2/3", "1,234.5", "nan", "1e999", "--1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InputError, match="is not a number"):
        read(text)


def test_zero_is_no_answer_to_a_small_number():
    assert not judge("0", 0.002, {}).right
    assert judge("0", 0.0, {}).right
