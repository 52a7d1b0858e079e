"""What the page is told is what was computed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, reference
from vitrail.models import ObjectSpec
from vitrail.tracing import trace
from vitrail.training import EpochRecord, Session
from vitrail.wire import encode
from vitrail.wire import messages as wire


def dense(units, activation="relu", **config):
    return ObjectSpec(class_name="Dense", config={"units": units, "activation": activation, **config})


def open_iris(*layers):
    return Session.open(
        Experiment(
            seed=5,
            data=DataSpec(name="iris"),
            layers=(*layers, dense(3, "softmax")),
            compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
            fit=FitSpec(epochs=1, batch_size=8),
        )
    )


@pytest.fixture(scope="module")
def session():
    """Twelve tanh units, Dropout, nine relu units, three classes, after some batches."""
    session = open_iris(
        dense(12, "tanh"), ObjectSpec(class_name="Dropout", config={"rate": 0.5}), dense(9), dense(7, use_bias=False)
    )
    session.advance(batches=9)
    session.synchronize()
    return session


@pytest.fixture(scope="module")
def record(session):
    return trace(session.model, session.inputs("test", 4), session.dataset.y_test[4:5])


def values(tensor):
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype)).reshape(tensor.shape) * tensor.scale


def test_tensor_is_exact():
    array = np.array([[1.1, -2.5, np.inf], [0.0, 1e-40, np.nan]], dtype=np.float32)
    tensor = encode.tensor(array.T)
    assert (tensor.shape, tensor.dtype, tensor.scale) == ([3, 2], "float32", 1.0)
    assert tensor.data == array.T.astype("<f4").tobytes()


def test_rounded_keeps_the_largest_and_half_a_step():
    array = np.random.default_rng(1).normal(size=(5, 7)).astype(np.float32)
    tensor = encode.rounded(array)
    assert (tensor.shape, tensor.dtype) == ([5, 7], "int8")
    assert tensor.scale == float(np.abs(array).max()) / 127
    assert np.abs(values(tensor) - array).max() <= tensor.scale / 2 * (1 + 1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_rounded_shows_what_is_no_number(bad):
    with np.errstate(invalid="ignore"):
        assert np.isnan(values(encode.rounded(np.array([1.0, bad], dtype=np.float32)))).all()
    assert values(encode.rounded(np.zeros((2, 0)))).shape == (2, 0)
    assert values(encode.rounded(np.zeros((2, 2)))).tolist() == [[0, 0], [0, 0]]


def test_workspace_of_rows(session):
    workspace = encode.workspace(session)
    assert workspace.dataset == wire.DatasetCard(
        name="iris",
        train_count=120,
        test_count=30,
        sample_shape=[4],
        task="classification",
        class_names=["setosa", "versicolor", "virginica"],
        provenance=session.dataset.provenance,
        licence="data.licence.uci",
    )
    assert workspace.layers == [
        wire.LayerCard("dense", "Dense", "tanh", [12], [4, 12], [], 60),
        wire.LayerCard("dropout", "Dropout", None, [12], [], [], 0),
        wire.LayerCard("dense_1", "Dense", "relu", [9], [12, 9], [], 117),
        wire.LayerCard("dense_2", "Dense", "relu", [7], [9, 7], [], 63),
        wire.LayerCard("dense_3", "Dense", "softmax", [3], [7, 3], [], 24),
    ]
    assert workspace.code == session.experiment.to_code()
    strip = workspace.strip
    assert (strip.kind, strip.indices, strip.values.shape) == ("row", list(range(30)), [30, 4])
    np.testing.assert_array_equal(values(strip.values), session.dataset.x_test.astype(np.float32))
    assert strip.labels == session.dataset.y_test.tolist()
    assert strip.feature_names[0] == "sepal length (cm)"


def test_workspace_of_images():
    session = Session.open(reference("fashion_mnist_mini"))
    workspace = encode.workspace(session)
    assert [(layer.name, layer.picture_shape) for layer in workspace.layers] == [
        ("flatten", []),
        ("dense", [28, 28]),
        ("dense_1", []),
    ]
    assert workspace.settings.parameters == 101_770
    strip = workspace.strip
    assert (strip.kind, strip.values.shape, strip.values.dtype) == ("image", [encode.STRIP, 28, 28], "uint8")
    assert strip.values.data == session.dataset.x_test[: encode.STRIP].tobytes()
    kernel = encode.kernel("dense", encode.kernel_of(session.model.get_layer("dense")))
    weights = session.model.get_layer("dense").get_weights()[0]
    assert kernel.weights.shape == [128, 784]
    assert np.abs(values(kernel.weights) - weights.T).max() <= kernel.weights.scale / 2 * (1 + 1e-6)


def test_frame(session):
    frame = encode.frame(session, "running", [])
    assert frame == wire.Frame(
        wire.Clock(0, 9, 15, 9), "running", dict(session.metrics), None, [], session.learning_rate
    )
    assert frame.metrics["loss"] > 0


def test_a_long_history_is_thinned():
    history = [EpochRecord(epoch, {"loss": 1 / epoch}, 0.1) for epoch in range(1, 5001)]
    assert encode.thinned([]) == []
    assert encode.thinned(history[: encode.ROWS]) == history[: encode.ROWS]
    assert [record.epoch for record in encode.thinned(history[: encode.ROWS + 1])] == list(range(1, encode.ROWS + 2, 2))
    chosen = [record.epoch for record in encode.thinned(history)]
    assert chosen == [*range(1, 5001, 16), 5000]


def test_look_is_the_trace(session, record):
    look = encode.look(session, record, 4)
    assert (look.index, look.loss, look.label) == (4, record.loss, float(session.dataset.y_test[4]))
    assert look.prediction == record["dense_3"].a[0].tolist()
    for layer, part in zip(look.layers, record, strict=True):
        assert layer.name == part.name
        for name in ("z", "a", "delta"):
            np.testing.assert_array_equal(values(getattr(layer, name)), getattr(part, name)[0])


def test_an_autoencoder_has_no_number_as_its_label():
    experiment = Experiment(
        data=DataSpec(name="iris", target="inputs", scale=8.0),
        layers=(dense(2), dense(4, "linear")),
        compile=CompileSpec(optimizer="adam", loss="mse"),
    )
    session = Session.open(experiment)
    assert math.isnan(encode.label(session, 3))
    card = encode.workspace(session).dataset
    assert (card.task, card.class_names, card.sample_shape) == ("regression", [], [4])
