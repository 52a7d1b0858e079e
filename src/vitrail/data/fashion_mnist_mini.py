"""A fixed part of Fashion-MNIST that ships with Vitrail: 10,000 + 2,000 pictures."""

from __future__ import annotations

from importlib import resources

import numpy as np

from vitrail import locale
from vitrail.data import fashion_mnist
from vitrail.data.dataset import Dataset

FILE = "fashion_mnist_mini.npz"
TRAIN_PER_CLASS = 1000
TEST_PER_CLASS = 200


def load() -> Dataset:
    """Load the first 1,000 training and the first 200 test pictures of each class, in the order of the full set.

    Returns:
        x: (samples, height, width) uint8, 28 x 28 pixels from 0, background, to 255; y: (samples,) uint8, 0 to 9.
    """
    with resources.files("vitrail.data").joinpath("files", FILE).open("rb") as file, np.load(file) as arrays:
        return Dataset(
            name="fashion_mnist_mini",
            x_train=arrays["x_train"],
            y_train=arrays["y_train"],
            x_test=arrays["x_test"],
            y_test=arrays["y_test"],
            axes=("sample", "height", "width"),
            feature_names=(),
            class_names=fashion_mnist.CLASS_NAMES,
            task="classification",
            provenance=locale.text("data.fashion_mnist_mini.provenance"),
            licence=locale.text("data.licence.fashion_mnist"),
        )
