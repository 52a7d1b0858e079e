"""Formulas with their numbers: they give what was recorded, in every form, and in both languages as kept in files."""

from __future__ import annotations

import dataclasses
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import keras
import numpy as np
import pytest
from everything import OPTIMIZERS, activations, layers, losses, updates
from hypothesis import given
from hypothesis import strategies as st

from vitrail.errors import InputError, ModelError
from vitrail.tracing import trace
from vitrail.tracing.chain.step import Network
from vitrail.tracing.explaining.expression import Product, Series, Sum, Symbol, largest
from vitrail.tracing.explaining.rendering import FORMS, Renderer, as_data

GOLDEN = Path(__file__).parent / "golden"
UPDATE = {"clipped", "shrunk", "slot", "step", "update"}


def explanations():
    """Every unit of every layer of every model, for one sample."""
    steps = [activations(), *losses(), layers(), layers(training=False), *(updates(name)[2][0] for name in OPTIMIZERS)]
    return [
        step.explain(layer.name, unit=unit, sample=1)
        for step in steps
        for layer in step
        for unit in range(min(3, layer.a[0].size))
    ]


def test_every_formula_gives_the_recorded_number():
    with_formula = 0
    for explanation in explanations():
        for equation in explanation.equations:
            if equation.right is not None:
                with_formula += 1
                scale = max(1e-2, abs(equation.value))
                assert equation.right.value == pytest.approx(equation.value, rel=2e-4, abs=1e-4 * scale), (
                    explanation.layer, explanation.unit, equation,
                )  # fmt: skip
    assert with_formula > 500


def windows():
    """A step of a model with convolutions and poolings of every kind side by side, and those layers."""
    keras.utils.set_random_seed(2)
    layer = keras.layers
    series, picture = keras.Input((8, 2)), keras.Input((7, 6, 2))
    looks = {
        series: [
            layer.Conv1D(2, 3, padding="causal", dilation_rate=2, activation="tanh"),
            layer.Conv1D(3, 4, strides=3, padding="same"),
            layer.AveragePooling1D(3, padding="same"),
            layer.GlobalMaxPooling1D(),
        ],
        picture: [
            layer.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu"),
            layer.Conv2D(2, 3, dilation_rate=(2, 1), padding="same", activation="softmax"),
            layer.Conv2D(2, 2, use_bias=False, strides=(1, 3)),
            layer.MaxPooling2D(2),
            layer.MaxPooling2D(3, strides=2, padding="same"),
            layer.AveragePooling2D((2, 3), strides=1, padding="same"),
            layer.GlobalAveragePooling2D(),
        ],
    }
    given = [layer.Flatten()(look(inputs)) for inputs, many in looks.items() for look in many]
    model = keras.Model([series, picture], layer.Dense(1)(layer.Concatenate()(given)))
    model.compile("sgd", "mse")
    random = np.random.default_rng(7)
    x = [random.normal(size=(2, 8, 2)).astype("float32"), random.normal(size=(2, 7, 6, 2)).astype("float32")]
    return trace(model, x, np.ones((2, 1))), [look for many in looks.values() for look in many]


def test_windows_of_convolutions_and_poolings_give_the_recorded_numbers():
    step, looks = windows()
    for look in looks:
        for unit in range(step[look.name].a[0].size):
            explanation = step.explain(look, unit=unit, sample=1)
            for key in ("z", "a") if "conv" in look.name else ("a",):
                equation = explanation[key]
                assert equation.right is not None, (look.name, key)
                assert equation.right.value == pytest.approx(equation.value, rel=1e-4, abs=1e-5), (look.name, unit, key)


def test_a_convolution_is_written_with_its_window():
    keras.utils.set_random_seed(0)
    conv = keras.layers.Conv2D(1, 2, name="conv")
    model = keras.Sequential([keras.Input((3, 3, 1)), conv, keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    conv.set_weights([np.array([1.0, 2.0, 3.0, 4.0]).reshape(2, 2, 1, 1), np.array([0.5])])
    step = trace(model, np.arange(9.0).reshape(1, 3, 3, 1), np.ones((1, 1)))
    assert dict(step.explain("conv", unit=3).lines())["Pre-activation"] == (
        "z₃ = Σᵢ,ⱼ,c w[i,j,c,0] · x[1+i,1+j,c] + b₀ = 4 · 8 + 3 · 7 + 2 · 5 + 1 · 4 + 0.5 = 67.5"
    )


def test_mathml_is_well_formed_and_latex_is_balanced():
    for explanation in explanations():
        for formula in explanation.mathml("fr"):
            ET.fromstring(formula)
        for formula in explanation.latex():
            assert formula.count("{") == formula.count("}")
            assert formula.count(r"\left(") == formula.count(r"\right)")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("layer", "unit"), [("hidden", 0), ("out", 1)])
@pytest.mark.parametrize("one", [False, True])
def test_golden_explanations(worked, language, layer, unit, one):
    step = trace(*worked, sample=0 if one else None)
    step.check()
    explanation = step.explain(layer, unit=unit, input=1)
    written = explanation.text(language, digits=5)
    written += "".join(f"\n{formula}" for formula in explanation.latex(language, digits=5)) + "\n"
    path = GOLDEN / f"explain_{layer}_{'one' if one else 'batch'}_{language}.txt"
    if os.environ.get("VITRAIL_RECORD"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_golden_updates(language):
    """What each optimizer does to one weight in its third step, in every formula; two digits are alike everywhere."""
    written = ""
    for name in OPTIMIZERS:
        explanation = updates(name)[2][0].explain("hidden", unit=1, sample=0, input=2)
        rule = [equation for equation in explanation.equations if equation.key in UPDATE]
        assert None not in [equation.right for equation in rule]
        of_rule = dataclasses.replace(explanation, equations=tuple(rule))
        lines = [f"{what}\n    {formula}" for what, formula in of_rule.lines("text", language, digits=2)]
        written += "\n".join((f"# {name}", *lines, *of_rule.latex(language, digits=2))) + "\n\n"
    path = GOLDEN / f"updates_{language}.txt"
    if os.environ.get("VITRAIL_RECORD"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_which_loss_is_meant_is_said(worked):
    assert "whole batch of 2 examples" in trace(*worked).explain("out").text()
    assert "as a batch of one" in trace(*worked, sample=1).explain("out").text()
    assert "un seul exemple" in trace(*worked, sample=1).explain("out").text("fr")


def test_nothing_is_called_checked_before_it_was(worked):
    step = trace(*worked)
    assert "Not checked yet" in step.explain("out").text()
    step.check()
    assert "Not checked" not in step.explain("out").text()


def test_what_is_not_there_cannot_be_explained(worked):
    step = trace(*worked)
    for wrong in ({"unit": 2}, {"unit": -1}, {"sample": 2}, {"input": 8}):
        with pytest.raises(InputError):
            step.explain("hidden", **wrong)
    with pytest.raises(ModelError, match="no layer missing"):
        step.explain("missing")
    with pytest.raises(ModelError, match="does not weigh single inputs"):
        layers().explain("inner/norm", input=0)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=40))
def test_the_largest_terms_and_the_rest_are_the_whole_sum(pairs):
    weights, values = np.array(pairs).T
    found = largest(weights, values)
    assert len(found.places) + found.rest_count == len(pairs)
    shown = sum(weights[place] * values[place] for place in found.places)
    assert shown + found.rest == pytest.approx(float(weights @ values), rel=1e-9, abs=1e-6)


def test_numbers_are_written_as_the_language_writes_them():
    small, negative = Symbol("w", 2.5e-7, "i,3"), Symbol("b", -0.25)
    tree = Sum((Product((small, negative)), negative))
    assert Renderer("text", "fr", numbers=True).write(tree) == "2,5·10⁻⁷ · (−0,25) + (−0,25)"
    assert Renderer("text", "en").write(tree) == "w[i,3] · b + b"
    assert Renderer("latex", "fr", numbers=True).number(-0.25) == "-0{,}25"
    assert Renderer("mathml", "fr", numbers=True).number(0.25) == "<mn>0,25</mn>"


def test_a_tree_as_plain_data():
    series = Series("i", Symbol("w", 0.0, "i"), (Symbol("w", 2.0, "1"),), 0.5, 3)
    data = as_data(series)
    assert (data["kind"], data["value"], data["rest_count"]) == ("series", 2.5, 3)
    assert data["shown"] == [{"kind": "symbol", "name": "w", "value": 2.0, "lower": "1"}]
    assert len(FORMS) == 3


def test_a_published_worked_example():
    """M. Mazur, A Step by Step Backpropagation Example, 2015: two inputs, two hidden units, two outputs, sigmoid.

    His error is the sum over the outputs of (target - output)^2 / 2. Keras' mean over two outputs without the half is
    the same number. He shares one bias among the units of a layer and leaves it as it is, so biases are not compared.
    """
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(2, "sigmoid", name="hidden"),
            keras.layers.Dense(2, "sigmoid", name="out"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.5), "mse")
    first, second = np.array([[0.15, 0.25], [0.20, 0.30]]), np.array([[0.40, 0.50], [0.45, 0.55]])
    model.set_weights([first, np.full(2, 0.35), second, np.full(2, 0.60)])
    x, y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    step = trace(model, x, y)
    assert step.check().complete
    eta, weights = 0.5, [first, np.full(2, 0.35), second, np.full(2, 0.60)]
    exact = Network(
        dataclasses.replace(
            step,
            layers=(dataclasses.replace(step[0], inputs=x), step[1]),
            outputs=(dataclasses.replace(step.outputs[0], target=y),),
        )
    )
    loss, passed = exact.forward(dict(enumerate(weights)))
    gradients = exact.gradients(dict(enumerate(weights)))
    after = [weights[place] - eta * gradients[place] for place in range(4)]
    published = [
        (passed["hidden"].z[0, 0], step["hidden"].z[0, 0], "0.3775"),
        (passed["hidden"].a[0, 0], step["hidden"].a[0, 0], "0.593269992"),
        (passed["hidden"].a[0, 1], step["hidden"].a[0, 1], "0.596884378"),
        (passed["out"].z[0, 0], step["out"].z[0, 0], "1.105905967"),
        (passed["out"].a[0, 0], step["out"].a[0, 0], "0.751365070"),
        (passed["out"].a[0, 1], step["out"].a[0, 1], "0.772928465"),
        (loss, step.loss, "0.298371109"),
        (gradients[2][0, 0], step["out"].gradients["kernel"][0, 0], "0.082167041"),
        (gradients[0][0, 0], step["hidden"].gradients["kernel"][0, 0], "0.000438568"),
    ]
    for place, row, column, value in (
        (2, 0, 0, "0.358916480"), (2, 1, 0, "0.408666186"), (2, 0, 1, "0.511301270"), (2, 1, 1, "0.561370121"),
        (0, 0, 0, "0.149780716"), (0, 1, 0, "0.199561432"), (0, 0, 1, "0.249751144"), (0, 1, 1, "0.299502287"),
    ):  # fmt: skip
        published.append((after[place][row, column], step.update.variables[place].after[row, column], value))
    for by_hand, by_keras, value in published:
        assert f"{by_hand:.{len(value.partition('.')[2])}f}" == value  # to the last digit, in float64
        assert float(by_keras) == pytest.approx(float(value), rel=1e-6)  # as far as float32 goes
    assert step.explain("out", unit=0, input=0)["update"].right.value == pytest.approx(0.35891648, rel=1e-6)
