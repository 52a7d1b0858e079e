"""What a trace says, that it leaves its model alone, and what it refuses."""

from __future__ import annotations

import random

import keras
import numpy as np
import pytest

import vitrail
from vitrail.errors import InputError, ModelError
from vitrail.tracing import trace


def state_of(model):
    """Every number a model, its optimizer and its metrics hold, and what its layers are made of."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [np.array(variable.value) for variable in variables], [dict(vars(layer)) for layer in model.layers]


def assert_same_state(before, after):
    assert len(before[0]) == len(after[0])
    for one, other in zip(before[0], after[0], strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(before[1], after[1], strict=True):
        assert one.keys() == other.keys()
        assert all(one[name] is other[name] for name in ("activation", "call") if name in one)


def test_forward_numbers_are_those_of_the_model(reference, batch):
    x, y = batch
    step = trace(reference, x, y)
    weights, bias = reference.get_layer("hidden").get_weights()
    np.testing.assert_array_equal(step["flatten"].a, x.reshape(5, 16))
    np.testing.assert_array_equal(step["hidden"].inputs, step["flatten"].a)
    np.testing.assert_allclose(step["hidden"].z, x.reshape(5, 16) @ weights + bias, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(step["hidden"].a, np.maximum(step["hidden"].z, 0))
    np.testing.assert_allclose(step["out"].a, reference.predict(x, verbose=0), rtol=1e-6)
    assert step.loss == pytest.approx(reference.evaluate(x, y, verbose=0)[0], rel=1e-6)
    assert (step["flatten"].activation, step["hidden"].activation, step["out"].activation) == (None, "relu", "softmax")
    assert step["hidden"].class_name == "Dense"
    assert step.training is False


def test_gradients_are_those_of_a_step_of_gradient_descent(reference, batch):
    reference.compile(optimizer=keras.optimizers.SGD(1.0), loss="sparse_categorical_crossentropy")
    step = trace(reference, *batch, training=True)
    before = [weights.copy() for weights in reference.get_weights()]
    reference.train_on_batch(*batch)
    gradients = [gradient for layer in step for gradient in layer.gradients.values()]
    for old, new, gradient in zip(before, reference.get_weights(), gradients, strict=True):
        np.testing.assert_allclose(old - new, gradient, rtol=1e-4, atol=1e-6)


def test_the_output_delta_of_softmax_and_crossentropy_is_p_minus_y_over_the_batch(reference, batch):
    x, y = batch
    step = trace(reference, x, y)
    np.testing.assert_allclose(step[-1].delta, (step[-1].a - np.eye(3)[y]) / 5, atol=1e-6)


def test_one_sample_is_a_batch_of_one(reference, batch):
    x, y = batch
    step = trace(reference, x, y, sample=2)
    alone = trace(reference, x[2:3], y[2:3])
    assert step.loss == alone.loss
    assert step["hidden"].delta.shape == (1, 8)
    for one, other in zip(step, alone, strict=True):
        np.testing.assert_array_equal(one.delta, other.delta)
    np.testing.assert_array_equal(trace(reference, x, y, sample=-3)["out"].z, step["out"].z)


def test_deltas_of_a_batch_are_the_share_of_each_sample(reference, batch):
    x, y = batch
    together = trace(reference, x, y)
    for place in range(5):
        alone = trace(reference, x, y, sample=place)
        np.testing.assert_allclose(together["hidden"].delta[place] * 5, alone["hidden"].delta[0], rtol=1e-4, atol=1e-7)


def test_sample_weights_are_part_of_the_loss(reference, batch):
    x, y = batch
    weights = np.array([0.0, 1.0, 2.0, 0.5, 1.0])
    plain, weighted = trace(reference, x, y), trace(reference, x, y, sample_weight=weights)
    np.testing.assert_allclose(weighted["out"].delta, plain["out"].delta * weights[:, None], rtol=1e-5)
    assert weighted.loss == pytest.approx(
        float(reference.compute_loss(x, y, reference(x), sample_weight=np.float32(weights))), rel=1e-6
    )
    one = trace(reference, x, y, sample=2, sample_weight=weights)
    assert one.loss == pytest.approx(2 * trace(reference, x, y, sample=2).loss, rel=1e-6)


def test_floats_are_taken_in_any_precision_and_integers_as_they_are(batch):
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile(loss="mse")
    pixels = (batch[0] * 255).astype(np.uint8)
    target = np.ones(5)
    step = trace(model, pixels, target)
    assert step.loss == pytest.approx(model.evaluate(pixels, target, verbose=0), rel=1e-6)
    assert step[0].a.dtype == np.float32
    wide = trace(model, pixels.astype(np.float64), target.tolist())
    np.testing.assert_array_equal(wide[-1].delta, step[-1].delta)


def test_what_a_crossentropy_clips_is_shown_as_computed():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    step = trace(model, np.array([[-20.0, 20.0, 0.0]]), np.array([0]))
    assert step.loss == pytest.approx(-np.log(1e-7))
    np.testing.assert_array_equal(step[0].delta, np.zeros((1, 3)))  # although p - y is (-1, 1, 0)


@pytest.mark.parametrize("training", [False, True])
def test_a_trace_leaves_the_model_untouched(training):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu", kernel_regularizer="l2"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.random.default_rng(0).random((8, 4)), np.arange(8) % 2
    model.fit(x, y, verbose=0)
    before, call = state_of(model), keras.layers.Dense.call
    draws = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002 - Keras draws from it
    trace(model, x, y, training=training)
    trace(model, x, y, training=training, seed=1)
    with pytest.raises(ModelError):
        trace(model, x, np.zeros((8, 3, 3)), training=training)
    assert_same_state(before, state_of(model))
    assert keras.layers.Dense.call is call
    assert (random.getstate(), np.random.get_state()[1].tolist()) == draws  # noqa: NPY002
    assert float(model.losses[0]) >= 0  # no tracer was left behind


def test_training_goes_on_as_if_nothing_had_been_traced(batch):
    def train(*, look):
        keras.utils.set_random_seed(5)
        model = keras.Sequential(
            [keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dropout(0.5), keras.layers.Dense(3, "softmax")]
        )
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        for _ in range(2):
            if look:
                trace(model, *batch, training=True)
            model.fit(*batch, verbose=0)
        return model.get_weights()

    for plain, looked in zip(train(look=False), train(look=True), strict=True):
        np.testing.assert_array_equal(plain, looked)


def test_a_trace_within_a_callback_of_fit(reference, batch):
    losses, data = [], batch

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 - Keras' signature
            losses.append(trace(self.model, *data).loss)

    reference.fit(*batch, batch_size=5, epochs=3, verbose=0, callbacks=[Look()])
    assert len(losses) == 3
    assert losses[-1] == trace(reference, *batch).loss
    assert losses[0] != losses[-1]


def test_a_model_that_is_not_compiled_is_refused(batch):
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(ModelError) as raised:
        trace(model, *batch)
    assert raised.value.key == "error.model.not_compiled"


def test_a_model_without_weights_is_refused(batch):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile(loss="mse")
    with pytest.raises(ModelError, match="has no weights yet"):
        trace(model, *batch)
    assert not model.built


@pytest.mark.parametrize("sample", [5, -6, 100])
def test_a_sample_out_of_range_is_refused(reference, batch, sample):
    with pytest.raises(InputError, match="there are 5 samples: expected a number from 0 to 4"):
        trace(reference, *batch, sample=sample)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(reference, batch, seed):
    with pytest.raises(InputError) as raised:
        trace(reference, *batch, training=True, seed=seed)
    assert raised.value.key == "error.trace.seed"


WRONG = {
    "shape": (lambda x, y: (x[:, :3], y), "error.data.sample_shape.other"),
    "no batch axis": (lambda x, y: (x[0], y[:4]), "error.data.sample_shape.batch_axis"),
    "lengths": (lambda x, y: (x[:3], y), "error.data.lengths"),
    "empty": (lambda x, y: (x[:0], y[:0]), "error.data.empty"),
    "nan": (lambda x, y: (x * np.nan, y), "error.data.not_finite"),
    "objects": (lambda x, y: (x.astype(object), y), "error.data.objects"),
    "labels too large": (lambda x, y: (x, y + 3), "error.data.label_range"),
    "labels negative": (lambda x, y: (x, y - 3), "error.data.label_range"),
    "labels between": (lambda x, y: (x, y + 0.5), "error.data.label_fraction"),
    "numbers": (lambda x, y: (float(x[0, 0, 0]), int(y[0])), "error.data.rank_zero"),
    "targets of another rank": (lambda x, y: (x, np.zeros((len(y), 2, 2), int)), "error.trace.failed"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("sample", [None, 0])
def test_arrays_that_do_not_fit_are_refused(reference, batch, name, sample):
    change, key = WRONG[name]
    with pytest.raises(InputError) as raised:
        trace(reference, *change(*batch), sample=sample)
    if sample == 0:  # the one sample is taken out first
        key = {"empty": "error.trace.sample", "no batch axis": "error.data.sample_shape.other"}.get(name, key)
    assert raised.value.key == key
    assert raised.value.render("fr") != raised.value.render("en")


@pytest.mark.parametrize(
    "weights", [np.ones(4), np.ones((5, 1)), np.array([1, 1, 1, 1, np.nan]), np.array(["a"] * 5), 2.0]
)
def test_sample_weights_that_do_not_fit_are_refused(reference, batch, weights):
    for sample in (None, 1):
        with pytest.raises(InputError, match="sample_weight has"):
            trace(reference, *batch, sample=sample, sample_weight=weights)


def test_what_keras_says_of_targets_it_cannot_use_is_passed_on(batch):
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.compile(loss="categorical_crossentropy")
    with pytest.raises(ModelError, match=r"could not compute its loss.*shape"):
        trace(model, *batch)
    assert np.isfinite(trace(model, batch[0], np.eye(3)[batch[1]]).loss)


def test_the_package_has_it():
    assert vitrail.tracing.trace is trace
