"""What a form offers of Keras: classes and the settings of each, known without importing Keras.

The tables are held against Keras itself by a contract test: every class exists, every setting is one of its
constructor's, every default is Keras' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SettingKind = Literal["whole", "number", "flag", "choice", "sizes", "initializer", "regularizer"]
Plain = bool | int | float | str | list[int] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One entry of a class's configuration."""

    name: str
    """As in Keras."""
    kind: SettingKind
    """`sizes` is a whole number or several; `initializer` and `regularizer` are objects of their own."""
    default: Plain
    """Keras' own; where Keras has none, what a new object begins with."""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    needed: bool = False
    """Whether Keras has no default for it."""
    optional: bool = False
    """Whether it may be none."""
    ratio: bool = False
    """Whether its values are compared by their ratio, so that a slider for it is logarithmic."""


@dataclass(frozen=True, slots=True)
class Form:
    """A class of Keras, and what can be set of it."""

    class_name: str
    settings: tuple[Setting, ...] = ()


ACTIVATIONS = (
    *("linear", "relu", "tanh", "sigmoid", "softmax", "leaky_relu", "elu", "selu", "gelu", "silu", "mish"),
    *("softplus", "softsign", "relu6", "hard_sigmoid", "exponential"),
)


def _whole(name: str, default: int, low: int, high: int, *, needed: bool = False) -> Setting:
    return Setting(name, "whole", default, low, high, needed=needed)


def _number(
    name: str, default: float, low: float, high: float, *, ratio: bool = False, needed: bool = False
) -> Setting:
    return Setting(name, "number", default, low, high, ratio=ratio, needed=needed)


def _limit(name: str, high: float) -> Setting:
    """A number that is left out where nothing is limited."""
    return Setting(name, "number", None, 1e-6, high, optional=True, ratio=True)


def _flag(name: str, default: bool) -> Setting:  # noqa: FBT001 - the default is what a flag's line says
    return Setting(name, "flag", default)


def _choice(name: str, default: str, *choices: str, needed: bool = False) -> Setting:
    return Setting(name, "choice", default, choices=choices, needed=needed)


def _sizes(name: str, default: int | list[int] | None, *, needed: bool = False, optional: bool = False) -> Setting:
    return Setting(name, "sizes", default, low=1, high=1024, needed=needed, optional=optional)


def _activation(default: str | None = None, name: str = "activation") -> Setting:
    return Setting(name, "choice", default, choices=ACTIVATIONS, optional=default is None)


def _initializer(name: str, default: str) -> Setting:
    return Setting(name, "initializer", default)


def _regularizer(name: str) -> Setting:
    return Setting(name, "regularizer", None, optional=True)


_KERNEL = (
    _flag("use_bias", default=True),
    _initializer("kernel_initializer", "glorot_uniform"),
    _initializer("bias_initializer", "zeros"),
    _regularizer("kernel_regularizer"),
    _regularizer("bias_regularizer"),
    _regularizer("activity_regularizer"),
)
_PADDING = _choice("padding", "valid", "valid", "same")
_NORMALISING = (
    _number("epsilon", 1e-3, 1e-8, 0.1, ratio=True),
    _flag("center", default=True),
    _flag("scale", default=True),
)
_RECURRENT = (
    _flag("return_sequences", default=False),
    _flag("go_backwards", default=False),
    _number("dropout", 0.0, 0.0, 0.95),
    _number("recurrent_dropout", 0.0, 0.0, 0.95),
    _initializer("kernel_initializer", "glorot_uniform"),
    _initializer("recurrent_initializer", "orthogonal"),
    _regularizer("kernel_regularizer"),
    _regularizer("recurrent_regularizer"),
)
_UNITS = _whole("units", 8, 1, 4096, needed=True)
_FILTERS = _whole("filters", 8, 1, 1024, needed=True)

LAYERS = (
    Form("Dense", (_UNITS, _activation(), *_KERNEL)),
    Form("Dropout", (_number("rate", 0.2, 0.0, 0.95, needed=True),)),
    Form("Activation", (_choice("activation", "relu", *ACTIVATIONS, needed=True),)),
    Form("LeakyReLU", (_number("negative_slope", 0.3, 0.0, 1.0),)),
    Form("BatchNormalization", (_number("momentum", 0.99, 0.0, 0.9999), *_NORMALISING)),
    Form("LayerNormalization", _NORMALISING),
    Form("GaussianNoise", (_number("stddev", 0.1, 0.0, 1.0, needed=True),)),
    Form("Flatten"),
    Form("Reshape", (_sizes("target_shape", [1], needed=True),)),
    Form("Rescaling", (_number("scale", 1.0, 1e-6, 1e6, ratio=True, needed=True), _number("offset", 0.0, -1e6, 1e6))),
    Form(
        "Conv2D",
        (_FILTERS, _sizes("kernel_size", 3, needed=True), _sizes("strides", [1, 1]), _PADDING, _activation(), *_KERNEL),
    ),
    Form("MaxPooling2D", (_sizes("pool_size", [2, 2]), _sizes("strides", None, optional=True), _PADDING)),
    Form("AveragePooling2D", (_sizes("pool_size", 2, needed=True), _sizes("strides", None, optional=True), _PADDING)),
    Form("GlobalAveragePooling2D"),
    Form("GlobalMaxPooling2D"),
    Form(
        "Conv1D",
        (
            _FILTERS,
            _sizes("kernel_size", 3, needed=True),
            _sizes("strides", 1),
            _choice("padding", "valid", "valid", "same", "causal"),
            _activation(),
            *_KERNEL,
        ),
    ),
    Form("MaxPooling1D", (_sizes("pool_size", 2), _sizes("strides", None, optional=True), _PADDING)),
    Form("AveragePooling1D", (_sizes("pool_size", 2, needed=True), _sizes("strides", None, optional=True), _PADDING)),
    Form("GlobalAveragePooling1D"),
    Form("GlobalMaxPooling1D"),
    Form(
        "Embedding",
        (
            _whole("input_dim", 100, 1, 100_000, needed=True),
            _whole("output_dim", 8, 1, 1024, needed=True),
            _initializer("embeddings_initializer", "uniform"),
            _regularizer("embeddings_regularizer"),
            _flag("mask_zero", default=False),
        ),
    ),
    Form("SimpleRNN", (_UNITS, _activation("tanh"), *_RECURRENT)),
    Form("LSTM", (_UNITS, _activation("tanh"), _activation("sigmoid", "recurrent_activation"), *_RECURRENT)),
    Form("GRU", (_UNITS, _activation("tanh"), _activation("sigmoid", "recurrent_activation"), *_RECURRENT)),
)
"""Layers that can be added anywhere in a chain."""

JOINING_LAYERS = (
    Form("Add"),
    Form("Concatenate", (Setting("axis", "whole", -1, -5, 5),)),
    Form("Multiply"),
    Form("Average"),
    Form(
        "MultiHeadAttention",
        (
            _whole("num_heads", 2, 1, 64, needed=True),
            _whole("key_dim", 8, 1, 1024, needed=True),
            _number("dropout", 0.0, 0.0, 0.95),
            _flag("use_bias", default=True),
            _initializer("kernel_initializer", "glorot_uniform"),
            _regularizer("kernel_regularizer"),
        ),
    ),
)
"""Layers that only stand in a graph, since they take several inputs; they are configured, not added."""

INITIALIZERS = (
    Form("GlorotUniform"),
    Form("GlorotNormal"),
    Form("HeUniform"),
    Form("HeNormal"),
    Form("LecunUniform"),
    Form("LecunNormal"),
    Form("Orthogonal", (_number("gain", 1.0, 0.01, 10.0, ratio=True),)),
    Form("RandomNormal", (_number("mean", 0.0, -2.0, 2.0), _number("stddev", 0.05, 1e-3, 10.0, ratio=True))),
    Form("RandomUniform", (_number("minval", -0.05, -10.0, 10.0), _number("maxval", 0.05, -10.0, 10.0))),
    Form("TruncatedNormal", (_number("mean", 0.0, -2.0, 2.0), _number("stddev", 0.05, 1e-3, 10.0, ratio=True))),
    Form("Constant", (_number("value", 0.0, -10.0, 10.0),)),
    Form("Zeros"),
    Form("Ones"),
)

REGULARIZERS = (
    Form("L1", (_number("l1", 0.01, 1e-6, 10.0, ratio=True),)),
    Form("L2", (_number("l2", 0.01, 1e-6, 10.0, ratio=True),)),
    Form("L1L2", (_number("l1", 0.0, 0.0, 1.0), _number("l2", 0.0, 0.0, 1.0))),
)


def _optimizer(class_name: str, rate: float, *settings: Setting, decay: float | None = None) -> Form:
    decaying = Setting("weight_decay", "number", decay, 1e-6, 1.0, optional=decay is None, ratio=True)
    learning_rate = _number("learning_rate", rate, 1e-6, 10.0, ratio=True)
    return Form(class_name, (learning_rate, *settings, decaying, _limit("clipnorm", 100.0), _limit("clipvalue", 100.0)))


_EPSILON = _number("epsilon", 1e-7, 1e-10, 1.0, ratio=True)
_BETAS = (_number("beta_1", 0.9, 0.0, 0.9999), _number("beta_2", 0.999, 0.0, 0.99999))

OPTIMIZERS = (
    _optimizer("SGD", 0.01, _number("momentum", 0.0, 0.0, 0.999), _flag("nesterov", default=False)),
    _optimizer("Adam", 0.001, *_BETAS, _EPSILON, _flag("amsgrad", default=False)),
    _optimizer("AdamW", 0.001, *_BETAS, _EPSILON, _flag("amsgrad", default=False), decay=0.004),
    _optimizer(
        "RMSprop",
        0.001,
        _number("rho", 0.9, 0.0, 0.9999),
        _number("momentum", 0.0, 0.0, 0.999),
        _EPSILON,
        _flag("centered", default=False),
    ),
    _optimizer("Adagrad", 0.001, _number("initial_accumulator_value", 0.1, 0.0, 1.0), _EPSILON),
    _optimizer("Adadelta", 0.001, _number("rho", 0.95, 0.0, 0.9999), _EPSILON),
    _optimizer("Adamax", 0.001, *_BETAS, _EPSILON),
    _optimizer("Nadam", 0.001, *_BETAS, _EPSILON),
    _optimizer("Lion", 0.001, _number("beta_1", 0.9, 0.01, 0.9999), _number("beta_2", 0.99, 0.0, 0.99999)),
)

_MODE = _choice("mode", "auto", "auto", "min", "max")
_LEAST = _number("min_delta", 0.0, 0.0, 1.0)

CALLBACKS = (
    Form(
        "EarlyStopping",
        (
            _choice("monitor", "val_loss"),
            _whole("patience", 0, 0, 1000),
            _LEAST,
            _MODE,
            _flag("restore_best_weights", default=False),
            _whole("start_from_epoch", 0, 0, 1000),
        ),
    ),
    Form(
        "ReduceLROnPlateau",
        (
            _choice("monitor", "val_loss"),
            _number("factor", 0.1, 0.01, 0.99),
            _whole("patience", 10, 0, 1000),
            _number("min_delta", 1e-4, 0.0, 1.0),
            _MODE,
            _whole("cooldown", 0, 0, 1000),
            _number("min_lr", 0.0, 0.0, 1.0),
        ),
    ),
    Form("TerminateOnNaN"),
)
"""What a callback may `monitor` depends on the metrics: any entry of the history."""

TargetKind = Literal["classes", "two_classes", "rows", "numbers"]
"""Class numbers; 0 or 1; one row for each sample, such as one-hot classes; values of a regression."""

LOSSES: dict[str, tuple[TargetKind, ...]] = {
    "sparse_categorical_crossentropy": ("classes", "two_classes"),
    "categorical_crossentropy": ("rows",),
    "categorical_focal_crossentropy": ("rows",),
    "kl_divergence": ("rows",),
    "binary_crossentropy": ("two_classes", "rows"),
    "binary_focal_crossentropy": ("two_classes", "rows"),
    "hinge": ("two_classes",),
    "squared_hinge": ("two_classes",),
    "categorical_hinge": ("rows",),
    "mean_squared_error": ("numbers", "two_classes", "rows"),
    "mean_absolute_error": ("numbers", "two_classes", "rows"),
    "huber": ("numbers", "two_classes"),
    "log_cosh": ("numbers", "two_classes"),
    "mean_squared_logarithmic_error": ("numbers",),
    "mean_absolute_percentage_error": ("numbers",),
    "poisson": ("numbers",),
}
"""Losses by Keras' name, and the targets that each is meant for."""

METRICS: dict[str, tuple[TargetKind, ...]] = {
    "accuracy": ("classes", "two_classes", "rows"),
    "sparse_top_k_categorical_accuracy": ("classes",),
    "top_k_categorical_accuracy": ("rows",),
    "sparse_categorical_crossentropy": ("classes",),
    "categorical_crossentropy": ("rows",),
    "binary_crossentropy": ("two_classes",),
    "AUC": ("two_classes",),
    "Precision": ("two_classes",),
    "Recall": ("two_classes",),
    "mean_squared_error": ("numbers", "two_classes", "rows"),
    "mean_absolute_error": ("numbers", "two_classes", "rows"),
    "root_mean_squared_error": ("numbers",),
    "mean_absolute_percentage_error": ("numbers",),
    "r2_score": ("numbers",),
}
"""Metrics by Keras' name, and the targets that each is meant for."""
