"""Small experiments and all that a session consists of; the same training by Keras and by Vitrail, side by side."""

import random

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


def numbers_of(model):
    """Each value that training changes, and what the global generators give next."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    values = [np.asarray(variable.value).astype("float64").tolist() for variable in variables]
    return values, random.random(), np.random.random(3).tolist()  # noqa: NPY002


def exactly(history):
    """A history whose NaNs equal each other."""
    return {name: [repr(np.asarray(value).tolist()) for value in values] for name, values in history.items()}


@pytest.fixture
def twins():
    """Call `fit` with the same arguments on two equal models: all numbers of Keras, those of Vitrail, Vitrail's run."""

    import keras  # this file is read before the backend is chosen

    import vitrail

    def train(make, arguments):
        results, run = [], None
        for by_keras in (True, False):
            keras.utils.set_random_seed(11)
            model = make()
            options = {"verbose": 0, **arguments()}
            x = options.pop("x")
            run = model.fit(x, **options) if by_keras else vitrail.fit(model, x, **options)
            results.append((exactly(run.history), *numbers_of(model)))
        return *results, run

    return train
