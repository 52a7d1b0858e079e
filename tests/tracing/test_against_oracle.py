"""Traces and the chain rule by hand against PyTorch's automatic differentiation in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vitrail.tracing import trace
from vitrail.tracing.backprop import ACTIVATIONS

KEPT = ("z", "a", "delta", "upstream", "dw", "db")
HIDDEN = ("linear", "relu", "sigmoid", "tanh")
CROSSENTROPIES = ("categorical_crossentropy", "sparse_categorical_crossentropy")
FLOAT32_BOUND = 1e-5
FLOAT32_FLOOR = 1e-7
FLOAT64_BOUND = 1e-12


@st.composite
def architectures(draw):
    loss, outputs = draw(
        st.sampled_from(
            [
                ("mean_squared_error", HIDDEN),
                ("binary_crossentropy", ("sigmoid",)),
                ("categorical_crossentropy", ("softmax",)),
                ("sparse_categorical_crossentropy", ("softmax",)),
            ]
        )
    )
    depth = draw(st.integers(1, 3))
    units = st.integers(2 if loss in CROSSENTROPIES else 1, 6)
    sizes = (*draw(st.lists(st.integers(1, 6), min_size=depth, max_size=depth)), draw(units))
    hidden = draw(st.lists(st.sampled_from(HIDDEN), min_size=depth - 1, max_size=depth - 1))
    return {
        "loss": loss,
        "sizes": sizes,
        "activations": (*hidden, draw(st.sampled_from(outputs))),
        "samples": draw(st.integers(1, 5)),
        "weighted": draw(st.booleans()),
    }


def as_values(step):
    return {
        "loss": step.loss,
        "layers": [
            {
                "z": layer.z,
                "a": layer.a,
                "delta": layer.delta,
                "upstream": layer.upstream,
                "dw": layer.gradients["kernel"],
                "db": layer.gradients["bias"],
            }
            for layer in step
        ],
    }


@pytest.fixture(scope="session")
def compare(assert_close):
    def compare(found, expected, case, bound, floor=0.0):
        assert found["loss"] == pytest.approx(expected["loss"], rel=bound, abs=floor)
        assert len(found["layers"]) == len(expected["layers"])
        for place, (mine, theirs) in enumerate(zip(found["layers"], expected["layers"], strict=True)):
            is_output = place == len(expected["layers"]) - 1
            for name in KEPT:
                if name == "upstream" and is_output and case["loss"] in CROSSENTROPIES:
                    continue  # Keras divides probabilities by their sum first: the same delta, another dL/da
                assert_close(mine[name], theirs[name], bound, floor, f"{name} of layer {place}")

    return compare


@pytest.mark.oracle
@settings(max_examples=6)
@given(architecture=architectures(), seed=st.integers(0, 2**32 - 1))
def test_random_networks_equal_autograd(architecture, seed, oracle, build, by_hand, compare):
    case = oracle["draw_case"](seed, **architecture)
    expected = oracle["autograd"](case)
    for layer, values in zip(case["layers"], expected["layers"], strict=True):
        assume(layer["activation"] != "relu" or np.abs(values["z"]).min() > 1e-5)  # float32 may fall beyond the kink
    step = trace(build(case), case["x"], case["y"], sample_weight=case["sample_weight"])
    compare(as_values(step), expected, case, FLOAT32_BOUND, FLOAT32_FLOOR)
    compare(by_hand(case), expected, case, FLOAT64_BOUND)


@pytest.mark.oracle
@given(architecture=architectures(), seed=st.integers(0, 2**32 - 1))
def test_the_chain_rule_by_hand_equals_autograd(architecture, seed, oracle, by_hand, compare):
    case = oracle["draw_case"](seed, **architecture)
    compare(by_hand(case), oracle["autograd"](case), case, FLOAT64_BOUND)


def test_recorded_networks(recorded, build, by_hand, compare, assert_close):
    for each in recorded:
        case, expected = each["case"], each["expected"]
        traced = as_values(trace(build(case), case["x"], case["y"], sample_weight=case["sample_weight"]))
        chained = by_hand(case)
        compare(traced, expected, case, FLOAT32_BOUND, FLOAT32_FLOOR)
        compare(chained, expected, case, FLOAT64_BOUND)
        for mine, theirs in zip(traced["layers"], chained["layers"], strict=True):
            for name in KEPT:  # here dL/da of the output too: the chain rule by hand divides by the sum as Keras does
                assert_close(mine[name], theirs[name], FLOAT32_BOUND, FLOAT32_FLOOR, name)


def test_the_chain_rule_by_hand_clips_as_keras_does(by_hand):
    layer = {"w": np.eye(3), "b": np.zeros(3), "activation": "softmax"}
    case = {"layers": [layer], "x": [[-20.0, 20.0, 0.0]], "y": [0], "loss": "sparse_categorical_crossentropy"}
    found = by_hand({**case, "sample_weight": None})
    assert found["loss"] == pytest.approx(-np.log(1e-7))
    np.testing.assert_array_equal(found["layers"][0]["delta"], np.zeros((1, 3)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_derivative_equals_central_differences(activation):
    function, back = ACTIVATIONS[activation]
    random = np.random.default_rng(0)
    z, upstream, step = random.normal(size=(4, 3)), random.normal(size=(4, 3)), 1e-6
    expected = np.empty_like(z)
    for unit in range(3):
        shift = step * np.eye(3)[unit]
        expected[:, unit] = (upstream * (function(z + shift) - function(z - shift))).sum(axis=-1) / (2 * step)
    np.testing.assert_allclose(back(upstream, z), expected, rtol=1e-6, atol=1e-8)
