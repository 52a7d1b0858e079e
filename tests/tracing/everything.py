"""Models that hold every layer, activation, loss and optimizer that the chain rule knows, a few compilations in all."""

from __future__ import annotations

import functools
import pickle
from pathlib import Path

import keras
import numpy as np
from filelock import FileLock

from vitrail.tracing import trace
from vitrail.tracing.chain.activations import ACTIVATIONS

SAMPLES = 5
PROBABILITIES = {
    "binary_crossentropy": keras.losses.BinaryCrossentropy(label_smoothing=0.1),
    "binary_focal_crossentropy": keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, label_smoothing=0.1),
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    "categorical_focal_crossentropy": keras.losses.CategoricalFocalCrossentropy(label_smoothing=0.1),
    "sparse_categorical_crossentropy": "sparse_categorical_crossentropy",
    "categorical_generalized_cross_entropy": keras.losses.CategoricalGeneralizedCrossEntropy(q=0.7),
    "kl_divergence": "kl_divergence",
    "poisson": "poisson",
    "dice": keras.losses.Dice(axis=-1),
    "tversky": keras.losses.Tversky(alpha=0.3, beta=0.6, axis=-1),
}
LOGITS = {
    "binary_crossentropy": keras.losses.BinaryCrossentropy(from_logits=True),
    "binary_focal_crossentropy": keras.losses.BinaryFocalCrossentropy(from_logits=True),
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy(from_logits=True),
    "categorical_focal_crossentropy": keras.losses.CategoricalFocalCrossentropy(from_logits=True),
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
}
PLAIN = {
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
    "cosine_similarity": "cosine_similarity",
    "huber": keras.losses.Huber(0.6),
    "log_cosh": "log_cosh",
    "hinge": "hinge",
    "squared_hinge": "squared_hinge",
    "categorical_hinge": "categorical_hinge",
}
SPARSE = {"sparse_categorical_crossentropy", "categorical_generalized_cross_entropy"}
OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipvalue=0.05),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adagrad": lambda: keras.optimizers.Adagrad(0.01, clipnorm=0.5),
    "adadelta": lambda: keras.optimizers.Adadelta(0.5),
    "adam": lambda: keras.optimizers.Adam(0.01, amsgrad=True, global_clipnorm=0.5),
    "adamw": lambda: keras.optimizers.AdamW(keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5)),
    "adamax": lambda: keras.optimizers.Adamax(0.01),
    "nadam": lambda: keras.optimizers.Nadam(0.01),
    "lion": lambda: keras.optimizers.Lion(0.01, weight_decay=0.1),
    "ftrl": lambda: keras.optimizers.Ftrl(
        0.05,
        l1_regularization_strength=0.01,
        l2_regularization_strength=0.01,
        l2_shrinkage_regularization_strength=0.02,
        beta=0.1,
    ),
}


FOLDER = Path()
"""Where the processes of one run of the tests share their traces; set by `conftest.py`."""


def once(function):
    """Compute a result once for all processes that run the tests."""

    @functools.cache
    def shared(*arguments):
        path = FOLDER / "-".join((function.__name__, *map(str, arguments)))
        with FileLock(f"{path}.lock"):
            if not path.exists():
                path.write_bytes(pickle.dumps(function(*arguments)))
            return pickle.loads(path.read_bytes())

    return shared


def shaken(model):
    """Every weight moved, so that none is 0 or 1 and nothing hides behind that."""
    random = np.random.default_rng(7)
    model.set_weights(
        [value + random.uniform(0.1, 0.4, value.shape).astype(value.dtype) for value in model.get_weights()]
    )
    return model


def numbers(*shape, seed=0, low=-1.5, high=1.5):
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)


@once
def activations():
    """The trace of a model with one dense layer for each activation."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    many = [keras.layers.Dense(3, name, name=name, bias_initializer="normal") for name in ACTIVATIONS]
    joined = keras.layers.Concatenate()([layer(inputs) for layer in many])
    model = keras.Model(inputs, keras.layers.Dense(2, name="out")(joined))
    model.compile("sgd", "mse")
    return trace(model, 4 * numbers(SAMPLES, 4), numbers(SAMPLES, 2, seed=1))


@once
def losses():
    """The traces of models with one output for each loss."""
    return tuple(
        _losses(kind, activation, sample_weight)
        for kind, activation, sample_weight in (
            (PROBABILITIES, "softmax", None),
            (LOGITS, None, numbers(SAMPLES, seed=3, low=0.2, high=2)),
            (PLAIN, None, None),
        )
    )


def _losses(kind, activation, sample_weight):
    keras.utils.set_random_seed(2)
    inputs = keras.Input((4,))
    outputs = [keras.layers.Dense(3, activation, name=name)(inputs) for name in kind]
    model = keras.Model(inputs, outputs)
    weights = [0.5 + 0.25 * place for place in range(len(kind))]
    model.compile("sgd", list(kind.values()), loss_weights=weights)
    y = [_targets(name, place) for place, name in enumerate(kind)]
    if sample_weight is not None:
        sample_weight = [sample_weight] * len(kind)
    return trace(model, numbers(SAMPLES, 4), y, sample_weight=sample_weight)


def _targets(name, seed):
    random = np.random.default_rng(seed)
    if name in SPARSE:
        return random.integers(0, 3, SAMPLES)
    if "entropy" in name or "hinge" in name:
        return np.eye(3, dtype=np.float32)[random.integers(0, 3, SAMPLES)]
    return numbers(SAMPLES, 3, seed=seed, low=0.1, high=0.9)


def layers(*, training=True):
    """The trace of a model with every layer, one of them shared, one nested."""
    return _layers("training" if training else "at rest")


@once
def _layers(mode):
    keras.utils.set_random_seed(3)
    layer = keras.layers
    inputs, words = keras.Input((4,), name="inputs"), keras.Input((3,), dtype="int32", name="words")
    normalization = layer.Normalization(name="normalization", mean=[0.1, 0.2, -0.1, 0.3], variance=[1.5, 0.5, 2.0, 1.0])
    scaled = layer.Rescaling(0.7, offset=0.1, name="rescaling")(normalization(inputs))
    shared = layer.Dense(
        4, "tanh", name="shared", kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02),
        bias_regularizer="l1", activity_regularizer=keras.regularizers.L2(0.05),
    )  # fmt: skip
    once = shared(scaled)
    added = layer.Add(name="add")([once, shared(once)])
    inner = keras.Sequential(
        [
            keras.Input((4,)),
            layer.Dense(4, layer.LeakyReLU(0.3), use_bias=False, name="dense"),
            layer.BatchNormalization(name="norm"),
        ],
        name="inner",
    )
    nested = layer.PReLU(name="prelu")(inner(added))
    looked = layer.Flatten()(layer.Embedding(6, 2, name="embedding", embeddings_regularizer="l2")(words))
    joined = layer.LayerNormalization(name="layer_norm")(layer.Concatenate(name="joined")([nested, looked]))
    dropped = layer.Dropout(0.3, name="dropout")(layer.Reshape((2, 5))(joined))
    units = [layer.ELU(0.7), layer.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2), layer.LeakyReLU(0.2)]
    bent = [unit(nested) for unit in units]
    product = layer.Multiply(name="product")([*bent, layer.Softmax()(nested)])
    wide = layer.Dense(2, name="wide")(dropped)
    first = layer.Activation("sigmoid", name="first")(layer.Flatten()(wide))
    second = layer.Dense(3, name="second")(product)
    model = shaken(keras.Model([inputs, words], [first, second]))
    model.compile("sgd", ["mse", keras.losses.MeanAbsoluteError(reduction="mean_with_sample_weight")])
    y = [numbers(SAMPLES, 4, seed=4), numbers(SAMPLES, 3, seed=5)]
    x = [numbers(SAMPLES, 4), np.random.default_rng(6).integers(0, 6, (SAMPLES, 3))]
    weights = [numbers(SAMPLES, seed=8, low=0.5, high=1.5)] * 2
    return trace(model, x, y, training=mode == "training", seed=1, sample_weight=weights)


def small(optimizer):
    """A small model with its data, ready to train."""
    keras.utils.set_random_seed(4)
    layer = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layer.Dense(5, "tanh", name="hidden"), layer.Dropout(0.2), layer.Dense(3, name="out")]
    )
    model.compile(OPTIMIZERS[optimizer](), "mse")
    return model, numbers(6, 4), numbers(6, 3, seed=1)


@once
def updates(optimizer):
    """The traces of three steps that follow each other, and the weights as `vitrail.fit` leaves them after each."""
    import vitrail

    model, x, y = small(optimizer)
    found = []
    for _ in range(3):
        step = trace(model, x, y, training=True)
        vitrail.fit(model, x, y, batch_size=6, shuffle=False, verbose=0)
        found.append((step, [np.array(weights) for weights in model.get_weights() if weights.dtype.kind == "f"]))
    return tuple(found)
