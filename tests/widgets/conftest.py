"""A small network in a batch of four, and the program of the notebook cell that makes it."""

from __future__ import annotations

import pytest

CELL = """
import vitrail
import keras
import numpy as np

numbers = np.random.default_rng(3)
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(5, activation="tanh", name="hidden"),
    keras.layers.Dense(3, activation="softmax", name="out"),
])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
model.set_weights([numbers.normal(size=weights.shape) for weights in model.get_weights()])
step = vitrail.trace(model, numbers.normal(size=(4, 4)), np.array([0, 2, 1, 1]))
"""


@pytest.fixture(scope="session")
def cell():
    """The program."""
    return CELL


@pytest.fixture(scope="session")
def step():
    """The trace that it leaves."""
    names = {}
    exec(CELL, names)
    return names["step"]
