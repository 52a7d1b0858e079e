"""Descriptions become Keras objects, and nothing but Keras objects."""

import keras
import pytest

from vitrail.errors import ExperimentError
from vitrail.models import ObjectSpec, build_model, build_object, known_name, layer_names


def spec(class_name, **config):
    return ObjectSpec(class_name=class_name, config=config)


def test_layers_are_named_alike_whatever_was_built_before():
    keras.layers.Dense(1)
    layers = [spec("Flatten"), spec("Dense", units=3), spec("Dense", units=2), spec("SimpleRNN", units=1)]
    assert [layer.name for layer in build_model(layers[:3]).layers] == ["flatten", "dense", "dense_1"]
    assert layer_names(layers) == ["flatten", "dense", "dense_1", "simple_rnn"]


@pytest.mark.parametrize(
    "class_name", ["LSTM", "GRU", "SimpleRNN", "Conv2D", "BatchNormalization", "MaxPooling2D", "ReLU", "PReLU", "ELU"]
)
def test_names_are_those_that_keras_gives(class_name):
    keras.backend.clear_session()
    arguments = {"LSTM": (1,), "GRU": (1,), "SimpleRNN": (1,), "Conv2D": (1, 1)}.get(class_name, ())
    assert layer_names([spec(class_name)]) == [getattr(keras.layers, class_name)(*arguments).name]


def test_a_configuration_is_keras_own():
    layer = build_object(
        "layers",
        spec("Dense", units=3, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.5}}),
        field="layers.0",
    )
    again = keras.layers.Dense.from_config(layer.get_config())
    assert isinstance(layer.kernel_regularizer, keras.regularizers.L2)
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("what", "key", "field"),
    [
        (spec("Dens"), "error.experiment.unknown_class", "layers.0.class_name"),
        (spec("Lambda"), "error.experiment.foreign_code", "layers.0.class_name"),
        (spec("TFSMLayer"), "error.experiment.foreign_code", "layers.0.class_name"),
        (spec("os"), "error.experiment.unknown_class", "layers.0.class_name"),
        (spec("serialize"), "error.experiment.unknown_class", "layers.0.class_name"),
        (spec("Dense", unit=3), "error.experiment.unknown_entry", "layers.0.config.unit"),
        (spec("Dense"), "error.experiment.config", "layers.0.config"),
        (spec("Dense", units="many"), "error.experiment.config", "layers.0.config"),
        (spec("Dense", units=3, activation="rellu"), "error.experiment.config", "layers.0.config"),
        (spec("Dropout", rate=2.0), "error.experiment.config", "layers.0.config"),
    ],
)
def test_what_keras_refuses_names_its_field(what, key, field):
    with pytest.raises(ExperimentError) as caught:
        build_model([what])
    assert (caught.value.key, caught.value.field) == (key, field)


def test_a_near_miss_is_suggested():
    with pytest.raises(ExperimentError, match="Close to it: Dense"):
        build_model([spec("Dens")])
    with pytest.raises(ExperimentError, match="Close to it: units"):
        build_model([spec("Dense", unit=3)])
    with pytest.raises(ExperimentError, match="Close to it: adam"):
        known_name("optimizers", "addam", field="compile.optimizer")


def test_a_nested_lambda_runs_nothing():
    wrapped = spec("TimeDistributed", layer={"class_name": "Lambda", "config": {"function": "print"}})
    with pytest.raises(ExperimentError) as caught:
        build_model([wrapped])
    assert caught.value.field.startswith("layers.0")


def test_two_layers_of_one_name():
    with pytest.raises(ExperimentError, match="two layers are named a"):
        build_model([spec("Flatten", name="a"), spec("Dense", units=1, name="a")])
