"""Scores, predictions and summaries, held against Keras' own."""

import keras
import numpy as np
import pytest

import vitrail
from vitrail.errors import DataError, ModelError, ShapeError
from vitrail.evaluation import confusion


@pytest.fixture
def model():
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def flowers():
    data = vitrail.load_dataset("iris")
    return data.x_test, data.y_test


@pytest.mark.parametrize("batch_size", [7, 10, 30, 64])
def test_evaluate_equals_keras(model, flowers, batch_size):
    expected = model.evaluate(*flowers, batch_size=batch_size, verbose=0, return_dict=True)
    assert vitrail.evaluate(model, *flowers, batch_size=batch_size) == expected


def test_evaluate_changes_nothing_in_the_model(model, flowers):
    model.fit(*flowers, verbose=0)
    variables = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
    before = [np.array(variable.value) for variable in variables]
    vitrail.evaluate(model, *flowers)
    for old, variable in zip(before, variables, strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), old)


def test_evaluate_follows_new_weights(model, flowers):
    vitrail.evaluate(model, *flowers)
    model.set_weights([np.zeros_like(value) for value in model.get_weights()])
    assert vitrail.evaluate(model, *flowers)["loss"] == pytest.approx(np.log(3), rel=1e-6)


def test_predict_equals_keras(model, flowers):
    np.testing.assert_array_equal(vitrail.predict(model, flowers[0]), model.predict(flowers[0], verbose=0))


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        (ShapeError, lambda x, y: (x[:, :3], y)),
        (ShapeError, lambda x, y: (x, y[1:])),
        (DataError, lambda x, y: (x * np.nan, y)),
        (DataError, lambda x, y: (x[:0], y[:0])),
        (DataError, lambda x, y: (x, y + 1)),
        (DataError, lambda x, y: (x.astype(object), y)),
    ],
)
def test_evaluate_refuses_what_does_not_fit(model, flowers, kind, spoil):
    with pytest.raises(kind):
        vitrail.evaluate(model, *spoil(*flowers))


@pytest.mark.parametrize("x", [np.zeros((3, 5)), np.zeros((0, 4)), [["a"] * 4], 3.0])
def test_predict_refuses_what_does_not_fit(model, x):
    with pytest.raises((ShapeError, DataError)):
        vitrail.predict(model, x)


def test_a_model_that_is_not_compiled_has_no_loss(flowers):
    with pytest.raises(ModelError, match="not compiled"):
        vitrail.evaluate(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), *flowers)


def test_confusion_counts_every_class_even_unseen_ones():
    labels = np.array([0, 0, 1])
    outputs = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1]])
    np.testing.assert_array_equal(confusion(labels, outputs), [[1, 1, 0], [0, 1, 0], [0, 0, 0]])


def test_confusion_of_a_single_score():
    np.testing.assert_array_equal(
        confusion(np.array([[0], [1], [1]]), np.array([[0.2], [0.9], [0.4]])), [[1, 0], [1, 1]]
    )


def test_summary_counts_what_keras_counts(model):
    summary = vitrail.summary(model)
    assert [(row.name, row.class_name, row.output_shape, row.parameters) for row in summary.rows] == [
        (layer.name, type(layer).__name__, layer.output.shape, layer.count_params()) for layer in model.layers
    ]
    assert summary.parameters == model.count_params() == 75
    assert (summary.trainable, summary.non_trainable) == (63, 12)
    assert "(batch, 6)" in str(summary)
    assert "75 parameters, 63 of them trainable" in str(summary)


def test_summary_needs_a_built_model():
    with pytest.raises(ModelError, match="does not know the shape"):
        vitrail.summary(keras.Sequential([keras.layers.Dense(1)]))
