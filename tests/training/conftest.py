"""Small experiments, and all that a session's future and past consist of."""

import numpy as np
import pytest

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import ObjectSpec


def spec(class_name, **config):
    return ObjectSpec(class_name=class_name, config=config)


def small_experiment(seed=7, *, optimizer=None, scale=5.0, units=8, **fit):
    """72 points of the spiral in batches of 10: seven whole ones and a rest of 2."""
    return Experiment(
        seed=seed,
        data=DataSpec(name="spiral", options={"points": 144, "noise": 0.1}, scale=scale),
        layers=(
            spec("Dense", units=units, activation="tanh", name="hidden"),
            spec("Dropout", rate=0.3),
            spec("Dense", units=2, activation="softmax", name="out"),
        ),
        compile=CompileSpec(
            optimizer=optimizer or spec("Adam", learning_rate=0.01),
            loss="sparse_categorical_crossentropy",
            metrics=("accuracy",),
        ),
        fit=FitSpec(**{"epochs": 3, "batch_size": 10, **fit}),
    )


def all_numbers(state):
    """All that a session's future depends on, and its past, as values that compare bit for bit."""
    variables = [np.asarray(value).tobytes() for group in state.variables for value in group]
    order = None if state.order is None else state.order.tolist()
    generator = state.generator["state"]["key"].tolist(), int(state.generator["state"]["pos"])
    past = [(record.epoch, dict(record.logs)) for record in state.history]
    return variables, state.clock, order, generator, past, state.events


@pytest.fixture(scope="session")
def describe():
    """What makes small experiments."""
    return small_experiment


@pytest.fixture(scope="session")
def numbers():
    """What makes states comparable."""
    return all_numbers
