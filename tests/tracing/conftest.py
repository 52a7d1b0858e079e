"""Networks and their oracles, shared by the tests of tracing."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session", autouse=True)
def shared_traces(tmp_path_factory, worker_id):
    """One folder for all processes of this run."""
    import everything  # which imports Keras, once the tests' settings have chosen its backend

    base = tmp_path_factory.getbasetemp()
    everything.FOLDER = base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def oracle():
    """`draw_case` and `autograd` of the script that records the golden file."""
    return runpy.run_path(str(GOLDEN / "record.py"))


@pytest.fixture(scope="session")
def recorded():
    """Networks, and what PyTorch said of them when the file was recorded."""
    return json.loads((GOLDEN / "dense.json").read_text(encoding="utf-8"))["recorded"]


@pytest.fixture(scope="session")
def build():
    """A function that makes the Keras model of a case."""
    import keras  # once the tests' settings have chosen its backend

    def build(case):
        kernels = [np.asarray(layer["w"], np.float32) for layer in case["layers"]]
        dense = [
            keras.layers.Dense(kernel.shape[1], activation=layer["activation"], name=f"dense_{place}")
            for place, (kernel, layer) in enumerate(zip(kernels, case["layers"], strict=True))
        ]
        model = keras.Sequential([keras.Input((len(kernels[0]),)), *dense])
        model.compile(optimizer="sgd", loss=case["loss"])
        for layer, kernel, values in zip(model.layers, kernels, case["layers"], strict=True):
            layer.set_weights([kernel, np.asarray(values["b"], np.float32)])
        return model

    return build


@pytest.fixture(scope="session")
def by_hand():
    """A function that takes a case through `backprop`, in the form of the recorded values."""
    from vitrail.tracing import backprop

    def by_hand(case):
        layers = [
            backprop.Dense(np.asarray(each["w"]), np.asarray(each["b"]), each["activation"]) for each in case["layers"]
        ]
        loss, passed = backprop.backpropagate(
            layers, np.asarray(case["x"]), np.asarray(case["y"]), case["loss"], sample_weight=case["sample_weight"]
        )
        return {"loss": loss, "layers": [each._asdict() for each in passed]}

    return by_hand


@pytest.fixture(scope="session")
def assert_close():
    """A function that compares a tensor with another one, relative to the largest magnitude."""

    def assert_close(found, expected, bound, floor=0.0, what=""):
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, what
        largest = np.abs(expected).max()
        error = np.abs(found - expected).max()
        assert error <= bound * largest + floor, f"{what}: off by {error:.3g}, the largest value being {largest:.3g}"

    return assert_close


@pytest.fixture
def reference():
    """The course's network, small: Flatten, Dense relu, Dense softmax."""
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4, 4)),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(8, activation="relu", name="hidden"),
            keras.layers.Dense(3, activation="softmax", name="out"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def batch():
    """Five images of 4 x 4 and their classes."""
    random = np.random.default_rng(0)
    return random.random((5, 4, 4), dtype=np.float32), np.array([0, 2, 1, 1, 0])


@pytest.fixture
def worked():
    """A network of three layers, every number of it exact, and a batch of two."""
    import keras  # once the tests' settings have chosen its backend

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(2, "relu", name="hidden"),
            keras.layers.Dense(3, "softmax", name="out"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")
    place = np.arange(16).reshape(8, 2) / 16
    model.set_weights([place - 0.25, np.array([0.25, -0.5]), np.array([[0.5, -0.25, 1], [0.25, 1, -0.5]]), np.zeros(3)])
    x = np.array([[1, 0, 0.5, 0, 0.25, 0, 1, 2], [0, 1, 0, 0.5, 0, 0.25, 2, 1]])
    return model, x, np.array([1, 2])
