"""The private Keras names that tracing relies on: this fails first when one of them moves."""

from __future__ import annotations

import inspect

import keras
import numpy as np

from vitrail.tracing import _keras


def test_the_loss_is_computed_by_the_model_as_a_pure_function(reference):
    names = list(inspect.signature(reference.compute_loss_and_updates).parameters)
    assert names == [
        "trainable_variables",
        "non_trainable_variables",
        "metrics_variables",
        "x",
        "y",
        "sample_weight",
        "training",
        "optimizer_variables",
    ]
    assert reference._losses_override == []


def test_a_compilation_is_known_by_its_loss_and_its_layers(reference):
    assert any(part is reference._compile_loss for part in _keras.compilation(reference))
    layers = list(reference._flatten_layers(include_self=False))
    assert [layer for layer in layers if layer in reference.layers] == reference.layers


def test_seed_generators_are_known_by_the_name_of_their_variable():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5), keras.layers.Dropout(0.5)])
    before = [np.asarray(variable.value) for variable in model.non_trainable_variables]
    after = _keras.seeded(model, before, 0)
    assert len(before) == 2
    assert all(not np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    assert [value.dtype for value in after] == [value.dtype for value in before]
    assert [value.shape for value in after] == [(2,), (2,)]


def test_activation_and_call_live_where_they_can_be_replaced(reference):
    own = vars(reference.get_layer("hidden"))
    assert own["activation"] is keras.activations.relu
    assert "call" not in own


def test_losses_name_their_function_and_its_options():
    name, options, own = _keras.loss_function(keras.losses.Huber(0.6))
    assert (name, options, own) == ("huber", {"delta": 0.6, "reduction": "sum_over_batch_size"}, True)
    assert _keras.loss_function(keras.losses.MeanSquaredError())[0] == "mean_squared_error"


def test_functional_models_cast_their_inputs_in_one_place():
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    assert [value.dtype for value in model._standardize_inputs(np.ones((1, 2), int))] == [np.float32]


def test_slots_are_lists_beside_the_trainable_variables():
    optimizer = keras.optimizers.Adam()
    variables = [keras.Variable(np.ones(2)), keras.Variable(np.ones(3))]
    optimizer.build(variables)
    slots = _keras.slots(optimizer, 2)
    assert {name: [optimizer.variables[place].shape for place in row] for name, row in slots.items()} == {
        "momentums": [(2,), (3,)],
        "velocities": [(2,), (3,)],
    }
    assert _keras.shared(optimizer) == {"iterations": 0, "learning_rate": 1}
    assert _keras.decays(keras.optimizers.AdamW(), variables[0])
    assert not _keras.decays(optimizer, variables[0])


def test_masks_are_attached_to_values():
    value = keras.ops.ones((1, 2))
    assert not _keras.is_masked(value)
    other = _keras.with_mask_of(keras.layers.Masking()(value[..., None]), keras.ops.ones((1, 2, 1)))
    assert _keras.is_masked(other)
