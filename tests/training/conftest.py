"""The same training by Keras and by Vitrail, to be held side by side."""

import random

import numpy as np
import pytest


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
