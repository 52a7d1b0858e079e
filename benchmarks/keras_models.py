"""The Keras models that are trained, alike on every backend."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import keras

if TYPE_CHECKING:
    from benchmarks.cases import Case

SEED = 42


def pictures(width: int, *, steps_per_execution: int = 1) -> keras.Sequential:
    """The reference network: Flatten, Dense relu, Dense 10 softmax, Adam."""
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.layers.Flatten(),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=steps_per_execution,
    )
    model.build((None, 28, 28))
    return model


def playground(width: int, *, steps_per_execution: int = 1) -> keras.Sequential:
    """The playground's network: three hidden layers of tanh, plain gradient descent."""
    keras.utils.set_random_seed(SEED)
    hidden = [keras.layers.Dense(width, activation="tanh") for _ in range(3)]
    model = keras.Sequential([*hidden, keras.layers.Dense(2, activation="softmax")])
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.03),
        loss="sparse_categorical_crossentropy",
        steps_per_execution=steps_per_execution,
    )
    model.build((None, 2))
    return model


def model_of(case: Case, *, steps_per_execution: int = 1) -> keras.Sequential:
    """The model of a case, its first weights drawn from one seed."""
    build = playground if case.kind == "playground" else pictures
    return build(case.width, steps_per_execution=steps_per_execution)


class Clock(keras.callbacks.Callback):
    """Notes when each epoch ended. It acts on no batch, so that it changes nothing in how epochs are run."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[float] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002 - Keras' names
        """Note the moment."""
        self.ends.append(time.perf_counter())
