"""Runs programs with Keras and writes down, for each training that they start, what Keras was asked for.

`python recorder.py FOLDER OUT` runs every program of a folder. Nothing is trained: `fit` only records, data sets are
tiny, and modules that only draw or print are stand-ins.
"""

import hashlib
import json
import os
import re
import sys
import types
import warnings
from pathlib import Path
from unittest.mock import MagicMock

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
from keras.src.utils.module_utils import tensorflow as keras_tensorflow

TRAIN, TEST = 30, 10
SHAPES = {"mnist": (28, 28), "fashion_mnist": (28, 28), "cifar10": (32, 32, 3), "california_housing": (8,)}


class Tiny(np.ndarray):
    """A few samples that let themselves be reshaped as if they were all of them."""

    def reshape(self, *shape, **options):
        sizes = list(shape[0]) if isinstance(shape[0], tuple | list) else list(shape)
        sizes[0] = {60_000: TRAIN, 50_000: TRAIN, 10_000: TEST}.get(sizes[0], sizes[0])
        return super().reshape(sizes, **options)


def tiny(name):
    """The tiny stand-in of a data set of Keras."""
    generator = np.random.default_rng(len(name))
    parts = []
    for count in (TRAIN, TEST):
        shape = (count, *SHAPES[name])
        if name == "california_housing":
            parts += [generator.normal(size=shape).astype("float32"), generator.normal(size=count).astype("float32")]
        else:
            labels = (np.arange(count) % 10).astype("uint8")
            parts += [generator.integers(0, 256, shape).astype("uint8"), labels[:, None] if "cifar" in name else labels]
    return parts


def load_data(name):
    def load(path=None):
        x_train, y_train, x_test, y_test = (values.view(Tiny) for values in tiny(name))
        return (x_train, y_train), (x_test, y_test)

    return load


def digest(values):
    """What the model is handed: shape, and values in the float type that Keras casts inputs to."""
    values = np.asarray(values)
    values = values[:, 0] if values.shape[1:] == (1,) else values  # a column of labels is the labels
    return [list(values.shape), hashlib.sha256(np.ascontiguousarray(values.astype("float32")).tobytes()).hexdigest()]


def plain(value):
    """A configuration without what two builds of one model never share."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in {"build_config", "shared_object_id"}}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def automatic(class_name, name):
    """Whether Keras made this name up."""
    snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)).lower()
    return re.fullmatch(rf"(?:(?:for|back)ward_)?{snake}(?:_\d+)?", name) is not None


def sources(entry, places):
    """Which layers a layer of a functional model takes, by their place."""
    found = []

    def look(value):
        if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            found.append(places[value["config"]["keras_history"][0]])
        elif isinstance(value, dict):
            [look(inner) for inner in value.values()]
        elif isinstance(value, list | tuple):
            [look(inner) for inner in value]

    look(json.loads(json.dumps(entry.get("inbound_nodes", []))))
    return found


def model_record(model, sample_shape):
    """All that Keras says of a compiled model, its own names left out."""
    if not model.built:
        model.build((None, *sample_shape))
    layers, places = [], {}
    for entry in model.get_config()["layers"]:
        config = plain(entry["config"])
        name = config.pop("name")
        places[name] = len(places)
        takes = sources(entry, places) or ([len(layers) - 1] if layers else [])
        inner = config.get("layer")
        for wrapped in [inner] if isinstance(inner, dict) else []:
            wrapped["config"].pop("name")
        if isinstance(config.get("backward_layer"), dict):
            config["backward_layer"]["config"].pop("name")
        layers.append([entry["class_name"], None if automatic(entry["class_name"], name) else name, takes, config])
    compiled = plain(model.get_compile_config())
    compiled["optimizer"] = [type(model.optimizer).__name__, plain(model.optimizer.get_config())]
    compiled["optimizer"][1].pop("name")
    compiled["metrics"] = list(compiled["metrics"] or ())
    if isinstance(compiled["loss"], dict) and compiled["loss"]["class_name"] == "function":
        compiled["loss"] = compiled["loss"]["config"]
    for metric in compiled["metrics"]:
        if isinstance(metric, dict):
            metric["config"].pop("name", None)
    return {"layers": layers, "compile": {name: compiled[name] for name in ("optimizer", "loss", "metrics")}}


def fit_record(x, y, batch_size=32, epochs=1, validation_data=None, callbacks=None, validation_split=0.0, **others):
    """What `fit` was asked for; arrays by their digest. Callbacks that only look are left out, as the reader does."""
    listed = callbacks if isinstance(callbacks, list) else [callbacks] if callbacks else []
    acting = [it for it in listed if type(it).__name__ not in {"ModelCheckpoint", "CSVLogger", "TensorBoard"}]
    hidden = {"params", "model", "_model", "verbose", "logger"}
    return {
        "arrays": [digest(values) for values in (x, y, *(validation_data or ()))],
        "batch_size": batch_size,
        "epochs": epochs,
        "validation_split": validation_split,
        "shuffle": others.get("shuffle", True),
        "class_weight": {str(key): value for key, value in (others.get("class_weight") or {}).items()},
        "callbacks": [
            [type(it).__name__, {k: repr(v) for k, v in vars(it).items() if k not in hidden}] for it in acting
        ],
    }


def main(folder, out):
    records = {}
    current = []

    def fit(model, x, y, *arguments, **named):
        named |= dict(zip(("batch_size", "epochs"), arguments, strict=False))
        sample_shape = np.asarray(x).shape[1:]
        current.append(model_record(model, sample_shape) | {"fit": fit_record(x, y, **named)})
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        return types.SimpleNamespace(history={name: [0.5] for name in names}, epoch=[0])

    stand_in(fit)
    for path in sorted(Path(folder).glob("*.py")):
        keras.backend.clear_session()
        current.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # input_shape on a layer
            exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "__main__"})
        records[path.stem] = list(current)
    Path(out).write_text(json.dumps(records), encoding="utf-8")


def quick_weights(put=setattr):
    """Weights without a draw: their values are never looked at, and each draw of a new shape is compiled."""
    for name in ("uniform", "normal", "truncated_normal"):
        put(keras.src.backend.random, name, lambda shape, *_, dtype=None, **__: np.zeros(shape, dtype))
    put(keras.initializers.Orthogonal, "__call__", lambda _, shape, dtype=None: np.zeros(shape, dtype or "float32"))


def stand_in(fit):
    """Put in what records, and what programs import only to draw."""
    import vitrail

    keras.Model.fit = fit
    keras.Model.evaluate = lambda *_, **__: [0.5, 0.5]
    keras.Model.predict = lambda _, x, **__: np.zeros((len(x), 10))
    keras.Model.summary = lambda *_, **__: None
    vitrail.fit = fit
    quick_weights()
    for name in SHAPES:
        getattr(keras.datasets, name).load_data = load_data(name)
    for name in ("matplotlib", "matplotlib.pyplot", "pandas"):
        sys.modules[name] = MagicMock()
    assert not keras_tensorflow.available  # asked before the stand-in is there, so that Keras goes without
    tf = types.ModuleType("tensorflow")
    tf.__version__ = "2"
    tf.keras, tf.nn = keras, keras.activations
    tf.random = types.SimpleNamespace(set_seed=bool)
    sys.modules["tensorflow"] = tf
    for name in [name for name in sys.modules if re.fullmatch(r"keras(\.[a-z0-9_]+)*", name)]:
        sys.modules[f"tensorflow.{name}"] = sys.modules[name]


if __name__ == "__main__":
    main(*sys.argv[1:])
