"""Experiments and Keras models: graphs, the way back from a built model, prepared arrays, callbacks."""

import subprocess
import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vitrail
from vitrail.data import load_dataset
from vitrail.errors import ExperimentError, ModelError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, adapting, open_any, reference
from vitrail.experiment.features import FEATURES
from vitrail.models import LayerSpec, ObjectSpec, foreign_reason, is_chain


def layer(class_name, *inputs, **config):
    return LayerSpec(class_name=class_name, config=config, inputs=inputs)


GRAPH = (
    layer("InputLayer", shape=[4]),
    layer("Dense", units=4, activation="relu"),
    layer("Dropout", rate=0.1),
    layer("Add", "dropout", "input_layer"),
    layer("Reshape", target_shape=[2, 2]),
    layer("MultiHeadAttention", "reshape", "reshape", num_heads=1, key_dim=2, name="look"),
    layer("Flatten"),
    layer("Concatenate", "flatten", "dense"),
    layer("Dense", units=3, activation="softmax"),
)
FIT = FitSpec(
    epochs=2,
    batch_size=8,
    validation="split",
    validation_split=0.25,
    class_weight={0: 1.0, 1: 2.5, 2: 0.5},
    callbacks=(
        ObjectSpec(class_name="EarlyStopping", config={"patience": 3, "min_delta": 0.01}),
        ObjectSpec(class_name="ReduceLROnPlateau", config={"factor": 0.5}),
        ObjectSpec(class_name="TerminateOnNaN"),
    ),
)
DESCRIBED = reference("iris").model_copy(update={"data": DataSpec(name="iris"), "fit": FIT})
GRAPHIC = Experiment.from_dict({**DESCRIBED.to_dict(), "layers": [spec.model_dump(mode="json") for spec in GRAPH]})


def test_a_graph_is_built_with_its_names_and_branches():
    model = GRAPHIC.to_keras()
    assert [item.name for item in model.layers] == [
        "input_layer", "dense", "dropout", "add", "reshape", "look", "flatten", "concatenate", "dense_1",
    ]  # fmt: skip
    assert model.output_shape == (None, 3)
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    assert model.predict(x, verbose=0).shape == (5, 3)


def test_several_inputs_and_outputs():
    layers = (
        layer("InputLayer", shape=[2], name="a"),
        layer("InputLayer", shape=[3], name="b"),
        layer("Concatenate", "a", "b"),
        layer("Dense", units=1, name="one"),
        layer("Dense", "concatenate", units=2, name="two"),
    )
    model = DESCRIBED.model_copy(update={"layers": layers}).to_keras()
    assert (model.input_shape, model.output_shape) == ([(None, 2), (None, 3)], [(None, 1), (None, 2)])


@pytest.mark.parametrize(
    ("layers", "key", "field"),
    [
        ((layer("Dense", units=1), layer("Add", "dense", "dense")), "no_input", "layers.0"),
        ((layer("InputLayer", shape=[2]), layer("Flatten", "later")), "unknown_input", "layers.1.inputs"),
        ((layer("InputLayer", shape=[2]), layer("Flatten", "flatten")), "unknown_input", "layers.1.inputs"),
        (
            (layer("InputLayer", shape=[2]), layer("Dense", units=3), layer("Add", "dense", "input_layer")),
            "call",
            "layers.2",
        ),
        ((layer("InputLayer", shape=[2]), layer("Add", "input_layer", "input_layer", name="input_layer")), "name_twice",
         "layers"),
    ],
)  # fmt: skip
def test_what_is_no_graph_names_its_field(layers, key, field):
    with pytest.raises(ExperimentError) as caught:
        DESCRIBED.model_copy(update={"layers": layers}).to_keras()
    assert (caught.value.key, caught.value.field) == (f"error.experiment.{key}", field)


def test_inputs_that_name_the_layer_before_are_left_out():
    chain = [layer("InputLayer", shape=[4]), layer("Dense", "input_layer", units=3)]
    experiment = Experiment.from_dict(
        {**DESCRIBED.to_dict(), "layers": [spec.model_dump(mode="json") for spec in chain]}
    )
    assert is_chain(experiment.layers)
    assert "inputs" not in experiment.to_toml()


def test_a_file_of_the_first_version_is_written_as_it_was():
    assert reference().to_dict()["fit"] == {"epochs": 5, "batch_size": 32, "shuffle": True, "validation": "test"}
    assert reference().to_dict()["data"] == {"name": "fashion_mnist", "scale": 255.0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fit": {"validation_split": 0.2}}, "fit"),
        ({"fit": {"validation": "split"}}, "fit"),
        ({"fit": {"validation": "split", "validation_split": 1.0}}, "fit.validation_split"),
        ({"fit": {"class_weight": {"a": 1.0}}}, "fit.class_weight.a.[key]"),
        ({"data": {"name": "iris", "target": "inputs", "one_hot": True}}, "data"),
        ({"data": {"name": "iris", "shape": [0]}}, "data.shape.0"),
        ({"data": {"name": "iris", "noise": -1}}, "data.noise"),
        ({"data": {"name": "circle", "features": ["x1", "x3"]}}, "data.features.1"),
        ({"data": {"name": "circle", "features": ["x1", "x1"]}}, "data.features"),
        ({"data": {"name": "circle", "features": ["x1"], "noise": 0.1}}, "data"),
    ],
)
def test_what_does_not_go_together_names_its_field(change, field):
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict({**DESCRIBED.to_dict(), **change})
    assert (caught.value.key, caught.value.field) == ("error.experiment.value", field)


def test_the_two_features_that_a_model_gets_anyway_need_not_be_said():
    assert DataSpec(name="circle", features=("x1", "x2")) == DataSpec(name="circle")
    assert DataSpec(name="circle", features=("x2", "x1")).features == ("x2", "x1")


def test_features_stay_with_data_of_two_numbers():
    before = DataSpec(name="circle", features=("x1", "x1^2"))
    assert adapting.kept_features(before, adapting.asked_by(DataSpec(name="spiral"))) == ("x1", "x1^2")
    assert adapting.kept_features(before, adapting.asked_by(DataSpec(name="iris"))) == ()


def test_features_need_two_numbers():
    spec = DataSpec(name="iris", features=("x1",))
    with pytest.raises(ExperimentError) as caught:
        reference("iris").model_copy(update={"data": spec}).prepare(load_dataset("iris"))
    assert (caught.value.key, caught.value.field) == ("error.experiment.features", "data.features")


def test_prepared_arrays_leave_the_scale_to_whoever_feeds_them():
    data = load_dataset("fashion_mnist_mini")
    arrays = reference("fashion_mnist_mini").prepare(data)
    assert [
        a is b for a, b in zip(arrays[:4], (data.x_train, data.y_train, data.x_test, data.y_test), strict=True)
    ] == [True] * 4
    assert arrays.scale == 255


PROGRAM_PARTS = [
    DataSpec(name="spiral", options={"points": 60}, scale=5.0),
    DataSpec(name="spiral", options={"points": 60}, scale=5.0, target="inputs"),
    DataSpec(name="spiral", options={"points": 60}, noise=0.3, target="inputs"),
    DataSpec(name="spiral", options={"points": 60}, noise=0.3, scale=2.0, one_hot=True),
    DataSpec(name="spiral", options={"points": 60}, shape=(1, 2, 1), scale=2.0),
    DataSpec(name="spiral", options={"points": 60}, scale=2.0, features=FEATURES[::-1]),
    DataSpec(name="spiral", options={"points": 60}, features=("x2",)),
]


@pytest.mark.parametrize("data", PROGRAM_PARTS, ids=range(len(PROGRAM_PARTS)))
def test_the_printed_program_prepares_the_same_arrays(data):
    experiment = reference("spiral").model_copy(update={"data": data})
    printed = experiment.to_code()
    handed = []
    model = SimpleNamespace(fit=lambda *given, **named: handed.append((given, named["validation_data"])))
    for name in ("compile", "evaluate", "predict", "summary"):
        setattr(model, name, lambda *_, **__: None)
    body = printed.replace("model = keras.Sequential([", "_ = ([")
    exec(compile(body, "program", "exec"), {"model": model})
    ((x_train, y_train), (x_test, y_test)) = handed[0]
    arrays = experiment.prepare(load_dataset("spiral", points=60))
    np.testing.assert_array_equal(x_train, arrays.x_train / arrays.scale)
    np.testing.assert_array_equal(x_test, arrays.x_test / arrays.scale)
    y_scale = arrays.scale if data.target == "inputs" else 1
    np.testing.assert_array_equal(y_train, arrays.y_train / y_scale)
    np.testing.assert_array_equal(y_test, arrays.y_test / y_scale)


def test_callbacks_are_keras_own():
    made = GRAPHIC.to_callbacks()
    assert [type(callback) for callback in made] == [
        keras.callbacks.EarlyStopping, keras.callbacks.ReduceLROnPlateau, keras.callbacks.TerminateOnNaN,
    ]  # fmt: skip
    assert (made[0].patience, made[1].factor) == (3, 0.5)


@pytest.mark.parametrize(
    ("callback", "key"),
    [
        (ObjectSpec(class_name="LambdaCallback"), "error.experiment.unknown_class"),
        (ObjectSpec(class_name="ModelCheckpoint", config={"filepath": "a"}), "error.experiment.unknown_class"),
        (ObjectSpec(class_name="EarlyStopping", config={"patients": 3}), "error.experiment.unknown_entry"),
    ],
)
def test_other_callbacks_are_refused(callback, key):
    described = DESCRIBED.model_copy(update={"fit": FIT.model_copy(update={"callbacks": (callback,)})})
    with pytest.raises(ExperimentError) as caught:
        described.to_callbacks()
    assert caught.value.key == key


def test_a_graph_printed_and_run_by_keras_gives_the_weights_of_the_experiment():
    printed = GRAPHIC.to_code() + "\nprint(repr(model.get_weights()[0].tolist()))"
    done = subprocess.run([sys.executable, "-c", printed], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    keras.utils.set_random_seed(GRAPHIC.seed)
    arrays = GRAPHIC.prepare(load_dataset("iris"))
    model = GRAPHIC.to_keras()
    fit = GRAPHIC.fit
    model.fit(
        arrays.x_train, arrays.y_train, epochs=fit.epochs, batch_size=fit.batch_size, verbose=0,
        validation_split=fit.validation_split, class_weight=dict(fit.class_weight), callbacks=GRAPHIC.to_callbacks(),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == repr(model.get_weights()[0].tolist())


names = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
units = st.integers(1, 64)
chains = st.lists(
    st.one_of(
        st.builds(lambda n, a: layer("Dense", units=n, activation=a), units, st.sampled_from(["relu", "tanh"])),
        st.builds(lambda r: layer("Dropout", rate=r), st.floats(0, 0.9)),
        st.builds(
            lambda f: layer("Dense", units=1, kernel_regularizer={"class_name": "L2", "config": {"l2": f}}),
            st.floats(0, 1),
        ),
        st.builds(
            lambda k, n: layer("Conv2D", filters=n, kernel_size=[k, k], padding="same"), st.integers(1, 5), units
        ),
        st.builds(lambda n: layer("Bidirectional", layer={"class_name": "LSTM", "config": {"units": n}}), units),
        st.just(layer("BatchNormalization")),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
objects = st.sampled_from(
    [
        "adam",
        ObjectSpec(class_name="SGD", config={"learning_rate": 0.1, "nesterov": True}),
        ObjectSpec(
            class_name="Adam",
            config={
                "learning_rate": {
                    "class_name": "CosineDecay",
                    "config": {"initial_learning_rate": 0.1, "decay_steps": 100},
                }
            },
        ),
    ]
)
data_specs = st.one_of(
    st.builds(
        DataSpec,
        name=st.sampled_from(["mnist", "fashion_mnist", "iris", "spiral", 'od"d\n']),
        scale=st.sampled_from([1.0, 255.0, 0.1]),
        noise=st.sampled_from([0.0, 0.3, 1.0]),
        one_hot=st.booleans(),
        shape=st.sampled_from([(), (784,), (28, 28, 1)]),
    ),
    st.builds(
        DataSpec,
        name=st.sampled_from(["spiral", "circle"]),
        scale=st.sampled_from([1.0, 6.0]),
        one_hot=st.booleans(),
        features=st.lists(st.sampled_from(FEATURES), unique=True).map(tuple),
    ),
    st.builds(DataSpec, name=st.just("spiral"), options=st.fixed_dictionaries({"points": units, "label": names}),
              target=st.just("inputs"), noise=st.floats(0, 2)),
)  # fmt: skip
fit_specs = st.one_of(
    st.builds(
        FitSpec, epochs=units, batch_size=units, shuffle=st.booleans(), validation=st.sampled_from(["test", "none"])
    ),
    st.just(FIT),
)
described = st.builds(
    Experiment,
    seed=st.integers(0, 2**32 - 1),
    data=data_specs,
    layers=chains | st.just(GRAPH),
    compile=st.builds(
        CompileSpec,
        optimizer=objects,
        loss=st.sampled_from(
            ["mse", ObjectSpec(class_name="CategoricalCrossentropy", config={"label_smoothing": 0.1})]
        ),
        metrics=st.sampled_from([(), ("accuracy",), ("mae", ObjectSpec(class_name="AUC", config={"name": "auc"}))]),
    ),
    fit=fit_specs,
)


@settings(max_examples=60)
@given(described)
def test_reading_what_is_printed_gives_the_experiment_back(experiment):
    assert Experiment.from_code(experiment.to_code()) == experiment
    assert Experiment.from_toml(experiment.to_toml()) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment


@pytest.mark.parametrize("experiment", [reference("iris"), GRAPHIC], ids=["chain", "graph"])
def test_a_built_model_is_described_as_it_was(experiment):
    keras.layers.Dense(1)  # so that Keras counts on
    model = experiment.to_keras()
    again = Experiment.from_keras(model, data=experiment.data, fit=experiment.fit, seed=experiment.seed)
    rebuilt = again.to_keras()
    for ours, theirs in zip(rebuilt.layers, model.layers, strict=True):
        assert ours.get_config() == theirs.get_config()
    assert rebuilt.optimizer.get_config() | {"name": ""} == model.optimizer.get_config() | {"name": ""}
    assert again.compile.loss == experiment.compile.loss
    assert again.compile.metrics == experiment.compile.metrics


def test_a_model_typed_by_hand_is_described_in_few_words():
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(8, activation="relu", name="hidden")(inputs)
    outputs = keras.layers.Dense(1)(keras.layers.concatenate([inputs, hidden]))
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05), loss=keras.losses.MeanSquaredError(), metrics=["mae"]
    )
    read = Experiment.from_keras(model, data="iris")
    assert read.layers == (
        layer("InputLayer", shape=[4]),
        layer("Dense", units=8, activation="relu", name="hidden"),
        layer("Concatenate", "input_layer", "hidden"),
        layer("Dense", units=1),
    )
    assert read.compile == CompileSpec(
        optimizer=ObjectSpec(class_name="SGD", config={"learning_rate": 0.05}),
        loss=ObjectSpec(class_name="MeanSquaredError"),
        metrics=("mae",),
    )


class Own(keras.layers.Layer):
    """A layer with code of its author's."""

    def call(self, x):
        return x * 2


class OwnModel(keras.Model):
    """A model with code of its author's."""

    def call(self, x):
        return x


def own():
    return keras.Sequential([keras.Input((2,)), Own(), keras.layers.Dense(1)])


def with_lambda():
    return keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x), keras.layers.Dense(1)])


def nested():
    inner = keras.Sequential([keras.layers.Dense(2)])
    return keras.Sequential([keras.Input((2,)), inner, keras.layers.Dense(1)])


def shared():
    inputs, dense = keras.Input((2,)), keras.layers.Dense(2)
    return keras.Model(inputs, keras.layers.Dense(1)(dense(dense(inputs))))


def operation():
    inputs = keras.Input((2,))
    return keras.Model(inputs, keras.layers.Dense(1)(inputs + 1.0))


def custom_loss():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss=lambda y, p: keras.ops.mean((y - p) ** 2), optimizer="sgd")
    return model


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (own, "class"), (with_lambda, "class"), (nested, "nested"), (shared, "shared"), (operation, "call"),
        (OwnModel, "subclass"), (custom_loss, "compile"),
    ],
)  # fmt: skip
def test_a_foreign_model_says_why(make, why):
    reason = foreign_reason(make())
    assert type(reason) is ModelError
    assert reason.key == f"error.model.foreign.{why}"
    assert "It can still be trained and traced" in str(reason)


def test_a_foreign_model_can_be_trained_and_traced():
    model = own()
    model.compile(optimizer="sgd", loss="mse")
    x, y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")
    with pytest.raises(ModelError, match="Own is none of Keras' own classes"):
        Experiment.from_keras(model, data="iris")
    assert len(vitrail.fit(model, x, y, epochs=2, verbose=0).history["loss"]) == 2


def test_files_are_opened_by_what_their_name_ends_in(tmp_path):
    for name, text in (("a.toml", GRAPHIC.to_toml()), ("a.json", GRAPHIC.to_json()), ("a.py", GRAPHIC.to_code())):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert open_any(tmp_path / name) == GRAPHIC
    (tmp_path / "long.py").write_bytes(b"#" * 10_000_000)
    with pytest.raises(ExperimentError, match="longer than 1000000 bytes"):
        open_any(tmp_path / "long.py")


TWO = """
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
small = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
large = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(99), keras.layers.Dense(10)])
for net in (small, large):
    net.compile(loss="mse", optimizer="sgd")
small.fit(x_train, y_train)
large.fit(x_train, y_train, epochs=2)
"""


def test_one_of_several_models_is_chosen_by_its_name():
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_code(TWO.replace("net in", "n in").replace("net.", "n."))
    assert caught.value.key == "error.code.several"
    chosen = TWO.replace("for net in (small, large):\n    net.", "small.compile(loss='mse', optimizer='sgd')\nlarge.")
    assert Experiment.from_code(chosen, model="large").fit.epochs == 2
    assert len(Experiment.from_code(chosen, model="small").layers) == 2
    with pytest.raises(ExperimentError, match="no model medium"):
        Experiment.from_code(chosen, model="medium")
