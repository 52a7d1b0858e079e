"""Makes an experiment fit other data: the shape that comes in, what is asked of the output, loss and metrics."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from vitrail.data import dataset_entry, is_path
from vitrail.experiment.features import SOURCES
from vitrail.experiment.parts import CompileSpec, DataSpec
from vitrail.models import LayerSpec, is_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.experiment.description import Experiment
    from vitrail.experiment.features import Feature
    from vitrail.types import Task

_FLAT_RANK, _PICTURE_RANK = 1, 2
_HIDDEN_UNITS = 16
_WORD_NUMBERS = 8
"""Numbers that stand for a word."""
_LEAST_SIDE = 8
"""Of a picture: what is smaller, such as a series, leaves nothing after some windows."""

_RANKS = {
    **dict.fromkeys(("Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D"), 3),
    **dict.fromkeys(("Conv1D", "MaxPooling1D", "AveragePooling1D", "SimpleRNN", "LSTM", "GRU"), 2),
}
"""The rank of the samples that a layer needs where it comes first."""

_TWO_CLASS_LOSSES = {"binary_crossentropy", "binary_focal_crossentropy", "hinge", "squared_hinge", "mean_squared_error"}


class Asked(NamedTuple):
    """What has to be known of data so that a network fits them."""

    sample_shape: tuple[int, ...]
    task: Task
    classes: int
    """0 for a regression."""
    scale: float = 1.0
    words: int = 0
    """Of the vocabulary, where samples are texts."""
    outputs: int = 1
    """Numbers that a regression tells of each sample."""


def asked_by(data: DataSpec) -> Asked:
    """What a data set that everybody has asks of a network, before it is loaded.

    Raises:
        DataError: there is no such data set.

    Examples:
        >>> asked_by(DataSpec(name="blobs", options={"centers": 5}))
        Asked(sample_shape=(2,), task='classification', classes=5, scale=1.0, words=0, outputs=1)
    """
    entry, options = dataset_entry(data.name), data.options
    steps, centers = options.get("steps"), options.get("centers")
    shape = (steps, *entry.sample_shape[1:]) if isinstance(steps, int) else entry.sample_shape
    return Asked(shape, entry.task, centers if isinstance(centers, int) else entry.classes, entry.scale)


def adapted(before: Experiment, draft: Experiment) -> Experiment:
    """An experiment that is to train on other data than before, made to fit them where it does not already.

    Raises:
        DataError: there is no such data set.
    """
    same = before.data.name == draft.data.name
    if is_path(draft.data.name) or (same and asked_by(before.data) == asked_by(draft.data)):
        return draft
    asked = asked_by(draft.data)
    features = kept_features(before.data, asked)
    other = DataSpec(name=draft.data.name, options=dict(draft.data.options), scale=asked.scale, features=features)
    return adapt(draft, draft.data if same else other, asked)


def kept_features(before: DataSpec, asked: Asked) -> tuple[Feature, ...]:
    """The features that a model goes on to get: those of two numbers, where samples are two numbers again."""
    return before.features if asked.sample_shape == (SOURCES,) else ()


def adapt(experiment: Experiment, data: DataSpec, asked: Asked) -> Experiment:
    """The experiment on other data, changed as little as it must be to fit them.

    Layers that need pictures, series or words give way to a small network where the data are none; texts get an
    embedding. The answer of a
    single unit stays where there are two classes.

    Args:
        experiment: as it is.
        data: the set to train on, its options, and what becomes of its values.
        asked: of that set.

    Examples:
        >>> from vitrail.experiment import reference
        >>> adapted = adapt(reference(), DataSpec(name="circle"), Asked((2,), "classification", 2))
        >>> adapted.layers[-1].config["units"], adapted.compile == reference().compile
        (2, True)
    """
    if data.target == "inputs":
        numbers = math.prod(asked.sample_shape)
        asked = asked._replace(sample_shape=(numbers,), task="regression", classes=0, outputs=numbers)
        data = data.model_copy(update={"shape": (numbers,)})
    elif data.shape and math.prod(data.shape) != math.prod(asked.sample_shape):
        data = data.model_copy(update={"shape": ()})  # of other data
    body, shape = _body(experiment.layers, asked)
    if data.target == "inputs" and shape:
        body, shape = _small(_FLAT_RANK), ()
    fits = _fits(experiment, data, asked)
    output = experiment.layers[-1] if fits else _output(experiment, asked)
    compiled = experiment.compile if fits else _compiled(experiment.compile, asked)
    fit = experiment.fit
    if not asked.classes:
        monitors = [
            spec.model_copy(update={"config": {**spec.thawed(), "monitor": "val_loss"}})
            if "accuracy" in str(spec.config.get("monitor"))
            else spec
            for spec in fit.callbacks
        ]
        fit = fit.model_copy(update={"callbacks": tuple(monitors)})
    if any(label >= asked.classes for label in fit.class_weight):
        fit = fit.model_copy(update={"class_weight": {}})
    if shape:
        data = data.model_copy(update={"shape": shape})
    parts = {"data": data, "layers": (*body, output), "compile": compiled, "fit": fit}
    return type(experiment).model_validate({"seed": experiment.seed, **parts})


def _body(layers: Sequence[LayerSpec], asked: Asked) -> tuple[tuple[LayerSpec, ...], tuple[int, ...]]:
    """The layers before the output, and the shape that each sample is given; none where it stays as it is."""
    body, rank = tuple(layers[:-1]), len(asked.sample_shape)
    first = next((layer.class_name for layer in layers if layer.class_name != "Rescaling"), "Dense")
    wanted = _RANKS.get(first)
    if asked.words:
        learns = first == "Embedding" and layers[0].config.get("input_dim") == asked.words and is_chain(layers)
        return body if learns else _of_words(asked.words), ()
    if not is_chain(layers) or layers[0].class_name in {"InputLayer", "Embedding"}:
        return _small(rank), ()
    if wanted is None:
        flat = any(layer.class_name == "Flatten" for layer in layers) or rank == _FLAT_RANK
        return (body if flat else (LayerSpec(class_name="Flatten"), *body)), ()
    if wanted == rank:
        return body, ()
    is_picture = rank == _PICTURE_RANK and min(asked.sample_shape) >= _LEAST_SIDE
    if wanted == rank + 1 and (rank == _FLAT_RANK or is_picture):
        return body, (*asked.sample_shape, 1)
    return _small(rank), ()


def _of_words(words: int) -> tuple[LayerSpec, ...]:
    """The mean of what stands for each word, and a small network."""
    embedding = LayerSpec(class_name="Embedding", config={"input_dim": words, "output_dim": _WORD_NUMBERS})
    return (embedding, LayerSpec(class_name="GlobalAveragePooling1D"), *_small(_FLAT_RANK))


def _small(rank: int) -> tuple[LayerSpec, ...]:
    hidden = LayerSpec(class_name="Dense", config={"units": _HIDDEN_UNITS, "activation": "relu"})
    return (hidden,) if rank == _FLAT_RANK else (LayerSpec(class_name="Flatten"), hidden)


def _fits(experiment: Experiment, data: DataSpec, asked: Asked) -> bool:
    """Whether the output layer and the loss answer what is asked already."""
    last = experiment.layers[-1]
    units, loss = last.config.get("units"), experiment.compile.loss
    if last.class_name != "Dense" or not isinstance(loss, str) or data.one_hot:
        return False
    if not asked.classes:
        return (
            units == asked.outputs
            and last.config.get("activation", "linear") in {"linear", "tanh"}
            and "crossentropy" not in loss
        )
    return (units == 1 and asked.classes == 2 and loss in _TWO_CLASS_LOSSES) or (  # noqa: PLR2004 - two classes
        units == asked.classes and loss == "sparse_categorical_crossentropy"
    )


def _output(experiment: Experiment, asked: Asked) -> LayerSpec:
    last = experiment.layers[-1]
    config = last.thawed() if last.class_name == "Dense" else {}
    config |= {"units": asked.classes or asked.outputs, "activation": "softmax" if asked.classes else "linear"}
    return LayerSpec(class_name="Dense", config=config)


def _compiled(compiled: CompileSpec, asked: Asked) -> CompileSpec:
    if asked.classes:
        loss, metrics = "sparse_categorical_crossentropy", ("accuracy",)
    else:
        loss, metrics = "mean_squared_error", ("mean_absolute_error",)
    return CompileSpec(optimizer=compiled.optimizer, loss=loss, metrics=metrics)
