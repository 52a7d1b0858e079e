"""The arrays that an experiment trains on, from those of its data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.experiment.features import expand

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.experiment.parts import DataSpec
    from vitrail.types import Array


class Prepared(NamedTuple):
    """Inputs and targets, and the number that the inputs are still to be divided by.

    Pixels stay bytes as long as they can: dividing them is left to whoever hands them to the model, batch by batch.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    scale: float


def prepare(data: DataSpec, dataset: Dataset, *, seed: int) -> Prepared:
    """Give each sample its shape, its noise and its target.

    Args:
        data: what the experiment says of its data.
        dataset: the data set that it names.
        seed: of the noise.
    """
    y_train, y_test, scale = dataset.y_train, dataset.y_test, data.scale
    if data.features:
        x_train, x_test, scale = inputs_of(data, dataset.x_train), inputs_of(data, dataset.x_test), 1.0
    else:
        x_train, x_test = _shaped(dataset.x_train, data.shape), _shaped(dataset.x_test, data.shape)
    if data.target == "inputs" or data.noise:
        x_train, x_test, scale = _scaled(x_train, scale), _scaled(x_test, scale), 1.0
    if data.target == "inputs":
        y_train, y_test = x_train, x_test
    if data.noise:
        random = np.random.RandomState(seed)  # as the printed program has it: its numbers never change
        x_train = x_train + data.noise * random.normal(size=x_train.shape)
        x_test = x_test + data.noise * random.normal(size=x_test.shape)
    if data.one_hot:
        y_train, y_test = _one_hot(y_train, dataset), _one_hot(y_test, dataset)
    return Prepared(x_train, y_train, x_test, y_test, scale)


def inputs_of(data: DataSpec, x: Array) -> Array:
    """What the model gets for samples as the data set has them, without noise.

    Args:
        data: what the experiment says of its data.
        x: (samples, ...).
    """
    x = _scaled(_shaped(x, data.shape), data.scale)
    return expand(x, data.features) if data.features else x


def _shaped(x: Array, shape: tuple[int, ...]) -> Array:
    return x.reshape((-1, *shape)) if shape else x


def _scaled(x: Array, scale: float) -> Array:
    return x / scale if scale != 1 else x


def _one_hot(y: Array, dataset: Dataset) -> Array:
    import keras

    return np.asarray(keras.utils.to_categorical(y, len(dataset.class_names)))
