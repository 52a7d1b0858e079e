"""The exact contract: one row per layer, loss, optimizer, callback and dtype policy, and fit's arguments in pairs."""

import itertools
import random

import keras
import numpy as np
import pytest
from tests.short import short

from vitrail.training import stream

L = keras.layers
DRAW = np.random.default_rng(0)
N = 16


def normal(*shape):
    return DRAW.normal(size=(N, *shape)).astype("float32")


VECTOR, SERIES, IMAGE, VIDEO = normal(6), normal(5, 4), normal(6, 6, 2), normal(3, 5, 5, 1)
TOKENS = DRAW.integers(0, 9, (N, 5))
CLASSES = DRAW.integers(0, 3, N)


def attention(layer):
    def make():
        inputs = keras.Input(SERIES.shape[1:])
        return keras.Model(inputs, L.Flatten()(layer(inputs)))

    return make


def merged(layer):
    def make():
        inputs = keras.Input(VECTOR.shape[1:])
        return keras.Model(inputs, layer([L.Dense(4)(inputs), L.Dense(4)(inputs)]))

    return make


LAYERS = {
    "Dense": (VECTOR, lambda: [L.Dense(4, "relu")]),
    "EinsumDense": (SERIES, lambda: [L.EinsumDense("abc,cd->abd", output_shape=(5, 3))]),
    "Embedding": (TOKENS, lambda: [L.Embedding(9, 3)]),
    "Embedding masked, LSTM": (TOKENS, lambda: [L.Embedding(9, 3, mask_zero=True), L.LSTM(3)]),
    "Activation, PReLU": (VECTOR, lambda: [L.Dense(4), L.Activation("gelu"), L.PReLU()]),
    "LeakyReLU, ELU, Softmax": (VECTOR, lambda: [L.Dense(4), L.LeakyReLU(), L.ELU(), L.Softmax()]),
    "regularised, constrained": (
        VECTOR,
        lambda: [
            L.Dense(
                4,
                kernel_regularizer=keras.regularizers.L1L2(0.01, 0.01),
                activity_regularizer="l2",
                kernel_constraint=keras.constraints.UnitNorm(),
            ),
            L.ActivityRegularization(0.1),
        ],
    ),
    "Conv1D": (SERIES, lambda: [L.Conv1D(3, 2, padding="causal")]),
    "Conv2D, MaxPooling2D": (IMAGE, lambda: [L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D()]),
    "Conv3D": (VIDEO, lambda: [L.Conv3D(2, 2)]),
    "Conv2DTranspose": (IMAGE, lambda: [L.Conv2DTranspose(2, 2, strides=2)]),
    "DepthwiseConv2D": (IMAGE, lambda: [L.DepthwiseConv2D(3), L.AveragePooling2D(2)]),
    "SeparableConv2D": (IMAGE, lambda: [L.SeparableConv2D(3, 3), L.GlobalAveragePooling2D()]),
    "ConvLSTM1D": (IMAGE, lambda: [L.ConvLSTM1D(2, 2)]),
    "MaxPooling2D alone": (IMAGE, lambda: [L.Dense(2), L.MaxPooling2D()]),
    "global pooling": (IMAGE, lambda: [L.Dense(3), L.GlobalMaxPooling2D()]),
    "BatchNormalization": (VECTOR, lambda: [L.Dense(4), L.BatchNormalization()]),
    "LayerNormalization": (VECTOR, lambda: [L.Dense(4), L.LayerNormalization()]),
    "GroupNormalization": (IMAGE, lambda: [L.Dense(4), L.GroupNormalization(2)]),
    "RMSNormalization, UnitNormalization": (VECTOR, lambda: [L.Dense(4), L.RMSNormalization(), L.UnitNormalization()]),
    "SpectralNormalization": (VECTOR, lambda: [L.SpectralNormalization(L.Dense(4))]),
    "Normalization, Rescaling": (
        VECTOR,
        lambda: [keras.Input((6,)), L.Normalization(mean=1.0, variance=2.0), L.Rescaling(0.5)],
    ),
    "Dropout": (VECTOR, lambda: [L.Dense(8), L.Dropout(0.4)]),
    "AlphaDropout, GaussianDropout": (VECTOR, lambda: [L.Dense(8), L.AlphaDropout(0.2), L.GaussianDropout(0.2)]),
    "GaussianNoise": (VECTOR, lambda: [L.GaussianNoise(0.3)]),
    "SpatialDropout1D": (SERIES, lambda: [L.SpatialDropout1D(0.4)]),
    "SimpleRNN": (SERIES, lambda: [L.SimpleRNN(3)]),
    "LSTM": (SERIES, lambda: [L.LSTM(3, dropout=0.2)]),
    "GRU": (SERIES, lambda: [L.GRU(3)]),
    "Bidirectional": (SERIES, lambda: [L.Bidirectional(L.GRU(2))]),
    "TimeDistributed, stacked": (SERIES, lambda: [L.TimeDistributed(L.Dense(3)), L.RNN([L.GRUCell(2), L.LSTMCell(2)])]),
    "shapes": (
        IMAGE,
        lambda: [L.Cropping2D(1), L.ZeroPadding2D(1), L.UpSampling2D(2), L.Permute((2, 1, 3)), L.Reshape((-1, 4))],
    ),
    "RepeatVector, Masking": (VECTOR, lambda: [L.RepeatVector(3), L.Masking(), L.LSTM(2)]),
    "Attention": (SERIES, lambda: [attention(lambda x: L.Attention(use_scale=True)([x, x]))()]),
    "MultiHeadAttention": (SERIES, lambda: [attention(lambda x: L.MultiHeadAttention(2, 3, dropout=0.1)(x, x))()]),
    "Add, Multiply, Concatenate": (
        VECTOR,
        lambda: [merged(lambda pair: L.Concatenate()([L.Add()(pair), L.Multiply()(pair), L.Maximum()(pair)]))()],
    ),
    "RandomFlip": (IMAGE, lambda: [L.RandomFlip(), L.RandomBrightness(0.2, value_range=(-3, 3))]),
}


def classifier(layers, optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",), **options):
    model = keras.Sequential([*layers, L.Flatten(), L.Dense(3, "softmax")])
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics), **options)
    return model


QUICK_LAYERS = (
    "Dense",
    "Embedding masked, LSTM",
    "regularised, constrained",
    "Conv2D, MaxPooling2D",
    "BatchNormalization",
    "Normalization, Rescaling",
    "Dropout",
    "MultiHeadAttention",
    "Add, Multiply, Concatenate",
    "RandomFlip",
)


@pytest.mark.parametrize("name", short(LAYERS, QUICK_LAYERS))
def test_layers(twins, name):
    x, layers = LAYERS[name]
    theirs, ours, _ = twins(lambda: classifier(layers()), lambda: {"x": x, "y": CLASSES, "batch_size": 8, "epochs": 2})
    assert ours == theirs


REGRESSIONS = [
    "MeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "CosineSimilarity",
    "Huber",
    "LogCosh",
    "Tversky",
    "Dice",
]
CLASSIFICATIONS = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "Hinge",
    "KLDivergence",
    "Poisson",
    "SquaredHinge",
    "CategoricalGeneralizedCrossEntropy",
    "SparseCategoricalCrossentropy",
    "CTC",
    "Circle",
]


QUICK_LOSSES = (
    "MeanSquaredError",
    "Huber",
    "Dice",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "CTC",
    "Circle",
)


@pytest.mark.parametrize("name", short([*REGRESSIONS, *CLASSIFICATIONS], QUICK_LOSSES))
def test_losses(twins, name):
    kind = getattr(keras.losses, name)
    sparse = name in {"SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "Circle"}
    x, y = VECTOR, CLASSES if sparse else np.eye(3, dtype="float32")[CLASSES]
    if name == "CTC":
        x, y = SERIES, DRAW.integers(1, 3, (N, 2))

    def make():
        model = keras.Sequential([L.Dense(3, "softmax")])
        model.compile(loss=kind(), metrics=["mse"] if not sparse and name != "CTC" else [])
        return model

    theirs, ours, _ = twins(make, lambda: {"x": x, "y": y, "batch_size": 8})
    assert ours == theirs


S = keras.optimizers.schedules
OPTIMIZERS = {
    **{
        name: getattr(keras.optimizers, name)
        for name in (
            [
                "Adadelta",
                "Adafactor",
                "Adagrad",
                "Adam",
                "Adamax",
                "AdamW",
                "Ftrl",
                "Lamb",
                "Lion",
                "Muon",
                "Nadam",
                "RMSprop",
                "ScheduleFreeAdamW",
            ]
        )
    },
    "SGD, Nesterov, exponential": lambda: keras.optimizers.SGD(S.ExponentialDecay(0.1, 3, 0.5), 0.9, nesterov=True),
    "clipped by value, cosine": lambda: keras.optimizers.SGD(S.CosineDecay(0.1, 4), clipvalue=0.05),
    "clipped globally, piecewise": lambda: keras.optimizers.Adam(
        S.PiecewiseConstantDecay([2], [0.1, 0.01]), global_clipnorm=0.1
    ),
    "averaged weights": lambda: keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=3),
    "accumulated gradients": lambda: keras.optimizers.Adam(gradient_accumulation_steps=2, clipnorm=0.1),
    "scaled loss": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(), dynamic_growth_steps=2),
}


QUICK_OPTIMIZERS = (
    "Adam",
    "Muon",
    "clipped globally, piecewise",
    "averaged weights",
    "accumulated gradients",
)


@pytest.mark.parametrize("name", short(OPTIMIZERS, QUICK_OPTIMIZERS))
def test_optimizers(twins, name):
    theirs, ours, run = twins(
        lambda: classifier([L.Dense(4, "tanh")], OPTIMIZERS[name]()),
        lambda: {"x": VECTOR, "y": CLASSES, "batch_size": 5, "epochs": 2},
    )
    assert ours == theirs
    assert run.way.path == "epochs"


@pytest.mark.parametrize("policy", short(["bfloat16", "mixed_bfloat16", "mixed_float16"], ["mixed_bfloat16"]))
def test_dtype_policies(twins, policy):
    def make():
        return classifier([L.Dense(4, "relu", dtype=policy), L.BatchNormalization(dtype=policy)])

    theirs, ours, _ = twins(make, lambda: {"x": VECTOR, "y": CLASSES, "batch_size": 8, "epochs": 2})
    assert ours == theirs


def test_mixed_precision_scales_the_loss(twins):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        theirs, ours, _ = twins(
            lambda: classifier([L.Dense(4, "relu")]), lambda: {"x": VECTOR, "y": CLASSES, "batch_size": 8, "epochs": 2}
        )
    finally:
        keras.config.set_dtype_policy(before)
    assert ours == theirs


C = keras.callbacks
CALLBACKS = {
    "BackupAndRestore": ("epochs", lambda folder: C.BackupAndRestore(str(folder / "backup"))),
    "CSVLogger": ("epochs", lambda folder: C.CSVLogger(str(folder / "log.csv"))),
    "EarlyStopping": (
        "epochs",
        lambda _: C.EarlyStopping("val_loss", patience=1, min_delta=1, restore_best_weights=True),
    ),
    "LambdaCallback": ("batches", lambda _: C.LambdaCallback(on_train_batch_end=lambda *_, **__: None)),
    "LearningRateScheduler": ("epochs", lambda _: C.LearningRateScheduler(lambda _, rate: rate * 0.5)),
    "ModelCheckpoint": (
        "epochs",
        lambda folder: C.ModelCheckpoint(str(folder / "{epoch}.weights.h5"), save_weights_only=True),
    ),
    "ModelCheckpoint on batches": (
        "batches",
        lambda folder: C.ModelCheckpoint(str(folder / "b.weights.h5"), save_weights_only=True, save_freq=3),
    ),
    "ReduceLROnPlateau": ("epochs", lambda _: C.ReduceLROnPlateau("val_loss", patience=0, min_delta=1)),
    "SwapEMAWeights": ("epochs", lambda _: C.SwapEMAWeights()),
    "TerminateOnNaN": ("batches", lambda _: C.TerminateOnNaN()),
}


QUICK_CALLBACKS = (
    "BackupAndRestore",
    "EarlyStopping",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint on batches",
    "SwapEMAWeights",
)


@pytest.mark.parametrize("name", short(CALLBACKS, QUICK_CALLBACKS))
def test_callbacks(twins, tmp_path, name):
    path, make = CALLBACKS[name]
    folders = (tmp_path / str(place) for place in itertools.count())

    def arguments():
        folder = next(folders)
        folder.mkdir()
        return {"x": VECTOR, "y": CLASSES, "epochs": 4, "validation_split": 0.25, "callbacks": [make(folder)]}

    def model():
        built = classifier([L.Dense(4)], keras.optimizers.Adam(0.01, use_ema=True))
        built.build(VECTOR.shape)
        return built

    theirs, ours, run = twins(model, arguments)
    assert ours == theirs
    assert run.way.path == path


class Table(keras.utils.PyDataset):
    """Batches of 4 of some structure of arrays."""

    def __init__(self, *data):
        super().__init__()
        self.data = data

    def __len__(self):
        return N // 4

    def __getitem__(self, index):
        return keras.tree.map_structure(lambda array: array[4 * index : 4 * index + 4], self.data)


def endless(*data):
    table = Table(*data)
    while True:
        for index in range(len(table)):
            yield table[index]


class Subclassed(keras.Model):
    """A custom loss term, a state of its own, and a Dropout."""

    def __init__(self):
        super().__init__()
        self.hidden, self.drop, self.out = L.Dense(4, "tanh"), L.Dropout(0.2), L.Dense(3, "softmax")

    def call(self, x, *, training=False):
        hidden = self.drop(self.hidden(x), training=training)
        self.add_loss(0.01 * keras.ops.mean(keras.ops.square(hidden)))
        return self.out(hidden)


def distance(y, p):
    return keras.ops.mean(keras.ops.abs(keras.ops.cast(y[:, None], p.dtype) - p), axis=-1)


def sequential():
    return classifier([L.Dense(4, "relu"), L.Dropout(0.3)], metrics=[distance])


def subclassed():
    model = Subclassed()
    model.compile("rmsprop", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    return model


def functional():
    inputs = {"a": keras.Input((6,), name="a"), "b": keras.Input((5, 4), name="b")}
    hidden = L.Concatenate()([L.Dense(3)(inputs["a"]), L.Flatten()(inputs["b"])])
    model = keras.Model(inputs, [L.Dense(3, "softmax", name="class")(hidden), L.Dense(1, name="value")(hidden)])
    model.compile("sgd", ["sparse_categorical_crossentropy", "mse"], loss_weights=[1, 0.5], metrics=[["accuracy"], []])
    return model


FACTORS = {
    "model": [sequential, functional, subclassed],
    "kind": ["arrays", "memory map", "PyDataset", "generator"],
    "shuffle": [True, False, "batch"],
    "validation": [None, "split", "arrays", "PyDataset"],
    "weights": [None, "samples", "classes"],
    "batch_size": [None, 5],
    "steps_per_epoch": [None, 2],
    "initial_epoch": [0, 1],
    "validation_freq": [1, 2, [1, 3]],
    "validation_batch_size": [None, 3],
    "validation_steps": [None, 1],
    "listens": [False, True],
}


def pairs(choice):
    return {
        (left, repr(choice[left]), right, repr(choice[right])) for left, right in itertools.combinations(FACTORS, 2)
    }


def pairwise():
    """Greedily chosen cases that hold each pair of values at least once."""
    draw = random.Random(0)
    left = set().union(*(pairs(dict(zip(FACTORS, values, strict=True))) for values in _corners()))
    while left:
        cases = [{name: draw.choice(values) for name, values in FACTORS.items()} for _ in range(60)]
        best = max(cases, key=lambda case: len(pairs(case) & left))
        if pairs(best) & left:
            left -= pairs(best)
            yield best


def _corners():
    """Cases that hold every pair together: two factors vary, the others stay."""
    first = {name: values[0] for name, values in FACTORS.items()}
    for one, two in itertools.combinations(FACTORS, 2):
        for a, b in itertools.product(FACTORS[one], FACTORS[two]):
            yield {**first, one: a, two: b}.values()


def arguments_of(case):
    """What `fit` is called with; what Keras does not take together is left out."""
    many = case["model"] is functional
    x = {"a": VECTOR, "b": SERIES} if many else VECTOR
    y = [CLASSES, VECTOR[:, :1]] if many else CLASSES
    weights = {"samples": (np.linspace(0, 2, N, dtype="float32"),)}.get(case["weights"], ())
    if many and weights:
        weights = ([weights[0], weights[0]],)
    options = {"epochs": 3, **{name: case[name] for name in ("shuffle", "initial_epoch", "validation_freq")}}
    if case["weights"] == "classes" and not many and case["kind"] != "generator":
        options["class_weight"] = {0: 0.5, 2: 2.0}
    if case["kind"] in {"arrays", "memory map"}:
        options |= {"x": x, "y": y, "batch_size": case["batch_size"], "steps_per_epoch": case["steps_per_epoch"]}
        options |= {"sample_weight": weights[0]} if weights else {}
    elif case["kind"] == "PyDataset":
        options |= {"x": Table(x, y, *weights), "steps_per_epoch": case["steps_per_epoch"]}
    else:
        options |= {"x": endless(x, y, *weights), "steps_per_epoch": 3}
    if case["validation"] == "split" and "y" in options:
        options["validation_split"] = 0.25
    elif case["validation"] == "arrays":
        options["validation_data"] = (x, y)
    elif case["validation"] == "PyDataset":
        options["validation_data"] = Table(x, y)
    options |= {name: case[name] for name in ("validation_batch_size", "validation_steps")}
    if case["listens"]:
        options["callbacks"] = [C.LambdaCallback(on_train_batch_end=lambda *_, **__: None)]
    return options


def check_case(twins, monkeypatch, case):
    if case["kind"] == "memory map":
        monkeypatch.setattr(stream, "HELD_BYTES", 0)
        monkeypatch.setattr(stream, "BLOCK_BYTES", 400)
    theirs, ours, _ = twins(case["model"], lambda: arguments_of(case))
    assert ours == theirs


@pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:.shuffle=True. was passed")
@pytest.mark.parametrize(
    "case",
    [case if place % 5 == 0 else pytest.param(case, marks=pytest.mark.soak) for place, case in enumerate(pairwise())],
    ids=lambda case: "-".join(getattr(v, "__name__", str(v)) for v in case.values()),
)
def test_arguments_in_pairs(twins, monkeypatch, case):
    check_case(twins, monkeypatch, case)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:.shuffle=True. was passed")
@pytest.mark.timeout(3600)
def test_arguments_all_together(twins, monkeypatch):
    names = ("model", "kind", "shuffle", "validation", "weights", "batch_size", "steps_per_epoch", "listens")
    first = {name: values[0] for name, values in FACTORS.items()}
    for values in itertools.product(*(FACTORS[name] for name in names)):
        with monkeypatch.context() as patch:
            check_case(twins, patch, {**first, **dict(zip(names, values, strict=True))})
