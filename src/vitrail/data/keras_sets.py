"""Three sets of `keras.datasets`: MNIST, CIFAR-10 and California housing, with the values that Keras gives."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from vitrail import locale
from vitrail.data import cifar
from vitrail.data.dataset import Dataset
from vitrail.data.remote import KERAS_URL, RemoteFile

if TYPE_CHECKING:
    from vitrail.types import Array

MNIST = RemoteFile(
    "mnist.npz", KERAS_URL, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", "mnist.npz"
)
CIFAR10 = RemoteFile(
    "cifar-10-python.tar.gz",
    "https://www.cs.toronto.edu/~kriz/",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    "cifar-10-batches-py-target_archive",
)
HOUSING = RemoteFile(
    "california_housing.npz",
    KERAS_URL,
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
    "california_housing.npz",
)

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HOUSING_FEATURES = (
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
)
_HOUSING_TEST = 0.2
_HOUSING_SEED = 113
"""Keras' defaults of `test_split` and `seed`."""


def mnist() -> Dataset:
    """Load 60,000 + 10,000 handwritten digits.

    Returns:
        x: (samples, height, width) uint8, 28 x 28 pixels from 0, background, to 255; y: (samples,) uint8, 0 to 9.

    Raises:
        DataError: the file is damaged.
        UnavailableError: it is not on this machine and could not be downloaded.
    """
    arrays = _arrays(MNIST)
    return Dataset(
        name="mnist",
        x_train=arrays["x_train"],
        y_train=arrays["y_train"],
        x_test=arrays["x_test"],
        y_test=arrays["y_test"],
        axes=("sample", "height", "width"),
        feature_names=(),
        class_names=tuple(str(digit) for digit in range(10)),
        task="classification",
        provenance=locale.text("data.mnist.provenance"),
        licence=locale.text("data.licence.mnist"),
    )


def cifar10() -> Dataset:
    """Load 50,000 + 10,000 small colour pictures of ten kinds of things.

    Returns:
        x: (samples, height, width, channel) uint8, 32 x 32 pixels of red, green and blue from 0 to 255; y: (samples, 1)
        uint8, 0 to 9.

    Raises:
        DataError: the file is damaged.
        UnavailableError: it is not on this machine and could not be downloaded.
    """
    (x_train, y_train), (x_test, y_test) = cifar.read(CIFAR10.read())
    return Dataset(
        name="cifar10",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        axes=("sample", "height", "width", "channel"),
        feature_names=("red", "green", "blue"),
        class_names=CIFAR10_CLASSES,
        task="classification",
        provenance=locale.text("data.cifar10.provenance"),
        licence=locale.text("data.licence.cifar10"),
    )


def california_housing() -> Dataset:
    """Load 16,512 + 4,128 districts of California and the median value of their houses, shuffled as Keras does.

    Returns:
        x: (samples, feature), eight numbers of each district; y: (samples,), dollars.

    Raises:
        DataError: the file is damaged.
        UnavailableError: it is not on this machine and could not be downloaded.
    """
    arrays = _arrays(HOUSING)
    x, y = arrays["x"], arrays["y"]
    order = np.arange(len(x))
    np.random.RandomState(_HOUSING_SEED).shuffle(order)
    train = int(len(x) * (1 - _HOUSING_TEST))
    x, y = x[order], y[order]
    return Dataset(
        name="california_housing",
        x_train=x[:train],
        y_train=y[:train],
        x_test=x[train:],
        y_test=y[train:],
        axes=("sample", "feature"),
        feature_names=HOUSING_FEATURES,
        class_names=(),
        task="regression",
        provenance=locale.text("data.california_housing.provenance"),
        licence=locale.text("data.licence.california_housing"),
    )


def _arrays(file: RemoteFile) -> dict[str, Array]:
    with np.load(io.BytesIO(file.read()), allow_pickle=False) as arrays:
        return dict(arrays)
