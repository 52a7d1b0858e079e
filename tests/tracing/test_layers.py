"""Each kind of layer, and models of several shapes."""

from __future__ import annotations

import jax
import keras
import numpy as np
import pytest

from vitrail.errors import ModelError
from vitrail.tracing import trace


def compiled(*layers, loss="mse", shape=(4,)):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape), *layers])
    model.compile(optimizer="sgd", loss=loss)
    return model


@pytest.fixture
def data():
    random = np.random.default_rng(2)
    return random.normal(size=(6, 4)).astype(np.float32), random.normal(size=(6, 2)).astype(np.float32)


def test_dropout_shows_its_mask_the_same_forward_and_backward(data):
    model = compiled(
        keras.layers.Dense(40, name="before"),
        keras.layers.Dropout(0.4, name="dropout"),
        keras.layers.Dense(2, name="after"),
    )
    step = trace(model, *data, training=True, seed=7)
    dropout = step["dropout"]
    assert set(np.unique(dropout.mask)) == {np.float32(0), np.float32(1 / 0.6)}
    np.testing.assert_array_equal(dropout.a, dropout.inputs * dropout.mask)
    np.testing.assert_allclose(step["before"].delta, dropout.delta * dropout.mask, rtol=1e-6)
    assert step["before"].mask is None


def test_a_seed_fixes_what_dropout_draws(data):
    model = compiled(keras.layers.Dropout(0.5), keras.layers.Dense(2), keras.layers.Dropout(0.5))
    first = trace(model, *data, training=True, seed=1)
    again = trace(model, *data, training=True, seed=1)
    other = trace(model, *data, training=True, seed=2)
    np.testing.assert_array_equal(first[0].mask, again[0].mask)
    np.testing.assert_array_equal(first[2].mask, again[2].mask)
    assert not np.array_equal(first[0].mask, other[0].mask)
    assert not np.array_equal(first[0].mask[:, :2], first[2].mask)


def test_without_a_seed_dropout_draws_what_the_next_training_step_draws(data):
    model = compiled(keras.layers.Dropout(0.5), keras.layers.Dense(2))
    step = trace(model, *data, training=True)
    np.testing.assert_array_equal(step[0].a, model.layers[0](data[0], training=True))


def test_dropout_at_rest_passes_everything(data):
    model = compiled(keras.layers.Dropout(0.5), keras.layers.Dense(2))
    for seed in (None, 3):
        step = trace(model, *data, seed=seed)
        np.testing.assert_array_equal(step[0].mask, np.ones((6, 4)))
        np.testing.assert_array_equal(step[0].a, data[0])


def test_a_weight_regulariser_is_in_the_loss_and_the_gradient_but_not_in_delta(data):
    plain = compiled(keras.layers.Dense(2, name="dense"))
    penalised = compiled(keras.layers.Dense(2, name="dense", kernel_regularizer=keras.regularizers.L2(0.1)))
    kernel = plain.layers[0].kernel.numpy()
    np.testing.assert_array_equal(penalised.layers[0].kernel.numpy(), kernel)
    without, with_it = trace(plain, *data), trace(penalised, *data)
    assert with_it.loss == pytest.approx(without.loss + 0.1 * (kernel**2).sum(), rel=1e-6)
    np.testing.assert_array_equal(with_it[0].delta, without[0].delta)
    np.testing.assert_allclose(with_it[0].gradients["kernel"], without[0].gradients["kernel"] + 0.2 * kernel, rtol=1e-4)
    np.testing.assert_array_equal(with_it[0].gradients["bias"], without[0].gradients["bias"])


@pytest.mark.parametrize("activation", [None, "tanh"])
def test_an_activity_regulariser_is_part_of_delta(data, activation):
    plain = compiled(keras.layers.Dense(2, activation=activation))
    penalised = compiled(keras.layers.Dense(2, activation=activation, activity_regularizer=keras.regularizers.L2(0.1)))
    without, with_it = trace(plain, *data)[0], trace(penalised, *data)[0]
    extra = 0.2 * without.a / 6
    np.testing.assert_allclose(with_it.upstream, without.upstream + extra, rtol=1e-4)
    slope = 1 if activation is None else 1 - without.a**2
    np.testing.assert_allclose(with_it.delta, without.delta + extra * slope, rtol=1e-4, atol=1e-7)


def test_normalization_follows_what_it_has_learnt(data):
    normalization = keras.layers.Normalization(name="normalization")
    normalization.adapt(data[0])
    model = compiled(normalization, keras.layers.Dense(2, name="dense"))
    first = trace(model, *data)
    expected = (data[0] - data[0].mean(axis=0)) / data[0].std(axis=0)
    np.testing.assert_allclose(first["normalization"].a, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(first["normalization"].inputs, data[0])
    np.testing.assert_allclose(
        first["normalization"].delta, first["dense"].delta @ model.layers[1].kernel.numpy().T, rtol=1e-4, atol=1e-7
    )
    assert dict(first["normalization"].gradients) == {}
    normalization.adapt(data[0] * 2)
    np.testing.assert_allclose(trace(model, *data)["normalization"].a, expected / 2, rtol=1, atol=0.6)
    np.testing.assert_array_equal(trace(model, *data)["normalization"].a, normalization(data[0]))


def test_rescaling_of_pixels():
    model = compiled(
        keras.layers.Rescaling(1 / 255, name="rescaling"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(2),
        shape=(2, 2),
    )
    pixels = np.array([[[0, 51], [102, 255]]], np.uint8)
    step = trace(model, pixels, np.ones((1, 2)))
    np.testing.assert_allclose(step["rescaling"].a, pixels / 255, rtol=1e-6)
    np.testing.assert_array_equal(step["rescaling"].delta, step["flatten"].delta.reshape(1, 2, 2))


def test_an_activation_layer_has_its_input_as_z(data):
    model = compiled(keras.layers.Dense(2, name="dense"), keras.layers.Activation("sigmoid", name="act"))
    step = trace(model, *data)
    np.testing.assert_array_equal(step["act"].z, step["dense"].a)
    np.testing.assert_allclose(step["act"].delta, step["act"].upstream * step["act"].a * (1 - step["act"].a), rtol=1e-4)
    np.testing.assert_array_equal(step["dense"].delta, step["act"].delta)
    assert (step["act"].activation, step["dense"].activation) == ("sigmoid", "linear")


def test_a_layer_as_activation(data):
    model = compiled(keras.layers.Dense(2, activation=keras.layers.LeakyReLU(0.5), name="dense"))
    activation = model.layers[0].activation
    step = trace(model, *data)
    np.testing.assert_array_equal(step[0].a, np.where(step[0].z > 0, step[0].z, step[0].z / 2))
    assert step.names == ("dense",)
    assert model.layers[0].activation is activation


def test_a_function_as_activation(data):
    def double(z):
        return 2 * z

    model = compiled(keras.layers.Dense(2, activation=double))
    step = trace(model, *data)
    np.testing.assert_array_equal(step[0].a, 2 * step[0].z)
    np.testing.assert_array_equal(step[0].delta, 2 * step[0].upstream)
    assert step[0].activation == "double"


def test_a_layer_without_bias_and_a_frozen_one(data):
    model = compiled(
        keras.layers.Dense(3, name="frozen", trainable=False), keras.layers.Dense(2, use_bias=False, name="out")
    )
    step = trace(model, *data)
    assert dict(step["frozen"].gradients) == {}
    assert step["frozen"].delta.shape == (6, 3)
    assert list(step["out"].gradients) == ["kernel"]
    model.get_layer("frozen").trainable = True
    assert list(trace(model, *data)["frozen"].gradients) == ["kernel", "bias"]


def test_a_functional_model_with_a_branch(data):
    inputs = keras.Input((4,))
    left = keras.layers.Dense(3, activation="tanh", name="left")(inputs)
    right = keras.layers.Dense(3, name="right")(left)
    added = keras.layers.Add(name="sum")([left, right])
    model = keras.Model(inputs, keras.layers.Dense(2, name="out")(added))
    model.compile(loss="mse")
    step = trace(model, *data)
    assert step.names == ("left", "right", "sum", "out")
    assert len(step["sum"].inputs) == 2
    np.testing.assert_array_equal(step["sum"].inputs[0], step["left"].a)
    np.testing.assert_array_equal(step["sum"].a, step["left"].a + step["right"].a)
    through_right = step["right"].delta @ model.get_layer("right").kernel.numpy().T
    np.testing.assert_allclose(step["left"].upstream, through_right + step["sum"].delta, rtol=1e-4, atol=1e-7)


def test_a_shared_layer_runs_twice_and_shows_the_total_gradient(data):
    shared = keras.layers.Dense(4, activation="tanh", name="shared")
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(shared(shared(inputs))))
    model.compile(loss="mse")
    step = trace(model, *data)
    assert step.names[:2] == ("shared", "shared@2")
    total = sum(step[name].inputs.T @ step[name].delta for name in ("shared", "shared@2"))
    for name in ("shared", "shared@2"):
        np.testing.assert_allclose(step[name].gradients["kernel"], total, rtol=1e-4, atol=1e-6)
    assert step[shared] is step["shared"]


def test_nested_models_show_the_layers_inside(data):
    def part(name):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="dense")], name=name)

    first, second = part("first"), part("second")
    model = compiled(first, second, keras.layers.Dense(2, name="out"))
    step = trace(model, *data)
    assert step.names == ("first/dense", "second/dense", "out")
    with pytest.raises(ModelError, match="Several nested models have a layer dense"):
        step[first.layers[0]]


def test_a_subclassed_model(data):
    class Twice(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(2, name="dense")

        def call(self, x):
            return 2 * self.dense(x)

    model = Twice()
    model.compile(loss="mse")
    model(data[0])
    step = trace(model, *data)
    assert step.names == ("dense",)
    np.testing.assert_allclose(2 * step["dense"].a, model(data[0]), rtol=1e-6)
    np.testing.assert_allclose(step["dense"].delta, 2 * 2 * (2 * step["dense"].a - data[1]) / 12, rtol=1e-4)


def test_layers_not_opened_yet_show_inputs_and_outputs(data):
    model = compiled(
        keras.layers.BatchNormalization(name="norm"),
        keras.layers.Reshape((4, 1)),
        keras.layers.LSTM(3, name="lstm"),
        keras.layers.Dense(2, name="dense"),
    )
    step = trace(model, *data, training=True)
    lstm = step["lstm"]
    assert lstm.activation is None
    np.testing.assert_array_equal(lstm.z, lstm.a)
    assert set(lstm.gradients) == {"kernel", "recurrent_kernel", "bias"}
    assert set(step["norm"].gradients) == {"gamma", "beta"}
    np.testing.assert_allclose(
        lstm.delta, step["dense"].delta @ model.layers[-1].kernel.numpy().T, rtol=1e-4, atol=1e-7
    )


def test_a_layer_with_two_results_is_refused_by_name(data):
    class Halves(keras.layers.Layer):
        def call(self, x):
            return x[:, :2], x[:, 2:]

    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Add()(Halves(name="halves")(inputs)))
    model.compile(loss="mse")
    with pytest.raises(ModelError, match=r"Layer halves \(Halves\) does not give one floating-point tensor"):
        trace(model, *data)


def test_a_layer_that_cannot_be_followed_is_refused_by_name(data):
    with keras.RematScope(mode="full"):
        hidden = keras.layers.Dense(2, name="hidden_away")
    with pytest.raises(ModelError, match=r"Layer hidden_away \(Dense\) could not be followed"):
        trace(compiled(keras.layers.Dense(3), hidden), *data)
    assert "call" not in vars(hidden)


def test_a_model_that_cannot_be_followed_is_refused(data):
    with keras.RematScope(mode="full"):
        model = compiled(keras.layers.Dense(2, name="hidden_away"))
    with pytest.raises(ModelError, match="Layer hidden_away"):
        trace(model, *data)


def test_layers_inside_a_loop_of_the_models_own_are_refused(data):
    class Loop(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(4, name="looped")

        def call(self, x):
            if isinstance(x, jax.core.Tracer):
                return jax.lax.scan(lambda state, _: (self.dense(state), None), x, length=2)[0][:, :2]
            return self.dense(self.dense(x))[:, :2]

    model = Loop()
    model.compile(loss="mse")
    model(data[0])
    with pytest.raises(ModelError, match="Layer looped"):
        trace(model, *data)
