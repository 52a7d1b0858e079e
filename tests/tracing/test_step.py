"""The whole step: the graph of layers, the losses, the update to the last bit, and what is left out."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from everything import OPTIMIZERS, layers, losses, numbers, updates

import vitrail
from vitrail.errors import InputError, ModelError, ShapeError
from vitrail.tracing import trace
from vitrail.tracing.record import INPUT


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_update_is_the_weights_after_one_step_of_fit_to_the_last_bit(optimizer):
    for step, weights in updates(optimizer):
        for variable, expected in zip(step.update.variables, weights, strict=True):
            np.testing.assert_array_equal(variable.after, expected)
    (first, _), (second, _), _ = updates(optimizer)
    assert (first.update.iteration, second.update.iteration) == (0, 1)
    for before, after in zip(first.update.variables, second.update.variables, strict=True):
        np.testing.assert_array_equal(before.after, after.before)
        for name, slot in before.slots_after.items():
            np.testing.assert_array_equal(slot, after.slots_before[name])


def test_statistics_after_the_step_are_those_of_fit():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    x, y = numbers(6, 4), numbers(6, 1)
    step = trace(model, x, y, training=True)
    vitrail.fit(model, x, y, batch_size=6, shuffle=False, verbose=0)
    for variable in model.layers[0].non_trainable_variables:
        np.testing.assert_array_equal(step.update.statistics[variable.path][1], variable.numpy())


def test_a_learning_rate_that_was_set_is_the_one_of_the_step():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    x, y = numbers(6, 4), numbers(6, 1)
    trace(model, x, y)
    model.optimizer.learning_rate = 0.5
    step = trace(model, x, y)
    assert step.update.learning_rate == 0.5
    kernel = step.update.variables[0]
    np.testing.assert_allclose(kernel.update, -0.5 * kernel.gradient, rtol=1e-4, atol=1e-7)


def test_the_loss_after_the_update_is_the_same_batch_with_the_same_draws():
    (step, _), (following, _), _ = updates("sgd")
    assert step.loss_after < step.loss
    keras.utils.set_random_seed(4)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    x, y = numbers(6, 4), numbers(6, 3)
    first = trace(model, x, y)
    vitrail.fit(model, x, y, batch_size=6, verbose=0)
    assert first.loss_after == pytest.approx(trace(model, x, y).loss, rel=1e-6)
    assert following.update.iteration == 1


def test_every_layer_knows_where_its_inputs_come_from():
    step = layers()
    assert step["shared"].sources == ("rescaling",)
    assert step["shared@2"].sources == ("shared",)
    assert step["add"].sources == ("shared", "shared@2")
    assert step["inner/dense"].sources == ("add",)
    assert step["embedding"].sources == (INPUT,)
    assert [output.source for output in step.outputs] == ["first", "second"]
    assert not any(layer.opaque for layer in step)
    np.testing.assert_array_equal(step["shared"].parameters["kernel"], step["shared@2"].parameters["kernel"])
    assert step["shared"].places == step["shared@2"].places


def test_outputs_hold_their_losses_and_add_up_to_l():
    for step in losses():
        total = sum(output.weight * float(output.value) for output in step.outputs)
        assert step.loss == pytest.approx(total, rel=1e-6)
        for output in step.outputs:
            assert output.loss == output.name
            np.testing.assert_array_equal(output.prediction, step[output.source].a)
            np.testing.assert_array_equal(output.gradient, step[output.source].upstream)


def test_an_opaque_layer_shows_inputs_outputs_and_the_gradients_of_both():
    keras.utils.set_random_seed(0)

    class Squared(keras.layers.Layer):
        def call(self, x):
            return x * x

    model = keras.Sequential(
        [keras.Input((4, 1)), keras.layers.Conv1D(2, 2), keras.layers.Flatten(), Squared(name="own")]
    )
    model.compile("sgd", "mse")
    step = trace(model, numbers(3, 4, 1), numbers(3, 6))
    assert [layer.opaque for layer in step] == [True, False, True]
    own = step["own"]
    np.testing.assert_array_equal(own.a, own.inputs**2)
    np.testing.assert_allclose(own.input_gradients[0], 2 * own.inputs * own.upstream, rtol=1e-5)
    assert own.settings == {}
    assert step[0].gradients["kernel"].shape == (2, 1, 2)


def test_chosen_samples_keep_the_step_of_the_whole_batch():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = numbers(6, 4), numbers(6, 1)
    whole, part = trace(model, x, y), trace(model, x, y, samples=[4, -6])
    assert (part.loss, part.batch, part.samples) == (whole.loss, 6, (4, 0))
    for one, other in zip(part, whole, strict=True):
        np.testing.assert_array_equal(one.delta, other.delta[[4, 0]])
        np.testing.assert_array_equal(one.inputs, other.inputs[[4, 0]])
        np.testing.assert_array_equal(one.gradients["kernel"], other.gradients["kernel"])
    assert repr(part).splitlines()[-1] == "recorded: 2 of 6 samples"


def test_chosen_layers_and_what_was_left_out():
    keras.utils.set_random_seed(0)
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="deep")], name="inner")
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(4, name="first"), inner, keras.layers.Dense(1, name="last")]
    )
    model.compile("sgd", "mse")
    x, y = numbers(6, 4), numbers(6, 1)
    step = trace(model, x, y, layers=["deep", model.get_layer("last")])
    assert (step.names, step.left_out) == (("inner/deep", "last"), ("first",))
    assert step["inner/deep"].sources == ("first",)
    np.testing.assert_array_equal(step["last"].delta, trace(model, x, y)["last"].delta)
    assert repr(step).splitlines()[-1] == "left out: first"
    with pytest.raises(ModelError, match="no layer middle"):
        trace(model, x, y, layers=["middle"])


def test_several_inputs_and_outputs_by_name():
    one, two = keras.Input((2,), name="one"), keras.Input((2,), name="two")
    outputs = {
        "sum": keras.layers.Add(name="sum")([one, two]),
        "product": keras.layers.Multiply(name="product")([one, two]),
    }
    model = keras.Model({"one": one, "two": two}, outputs)
    model.compile("sgd", {"sum": "mse", "product": "mae"})
    x = {"one": numbers(3, 2), "two": numbers(3, 2, seed=1)}
    y = {"sum": numbers(3, 2, seed=2), "product": numbers(3, 2, seed=3)}
    step = trace(model, x, y)
    np.testing.assert_array_equal(step["sum"].a, x["one"] + x["two"])
    assert {output.loss for output in step.outputs} == {"mean_squared_error", "mean_absolute_error"}
    alone = trace(model, x, y, sample=1)
    np.testing.assert_array_equal(alone["product"].a, step["product"].a[1:2])


def test_arrays_that_are_not_as_many_as_the_inputs_are_refused():
    inputs = [keras.Input((2,)), keras.Input((2,))]
    model = keras.Model(inputs, keras.layers.Add()(inputs))
    model.compile(loss="mse")
    with pytest.raises(ShapeError, match="2 x: expected as many arrays"):
        trace(model, np.ones((1, 2)), np.ones((1, 2)))


def test_missing_targets_and_an_empty_choice_are_refused(reference, batch):
    with pytest.raises(InputError, match="y is missing"):
        trace(reference, batch[0])
    with pytest.raises(InputError, match="samples is empty"):
        trace(reference, *batch, samples=[])
    with pytest.raises(InputError, match="there are 5 samples"):
        trace(reference, *batch, samples=[5])


def test_a_loss_without_derivative_is_refused(batch):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile(loss=lambda y, p: keras.ops.cast(keras.ops.sum(keras.ops.argmax(p, axis=-1)), "int32"))
    with pytest.raises(ModelError, match="does not move with the predictions"):
        trace(model, *batch)
