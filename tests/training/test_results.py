"""Logs are compiled where that cannot change a digit, and equal Keras' own either way."""

import keras
import numpy as np
import pytest

from vitrail.training import _keras
from vitrail.training.program import program_of


@pytest.mark.parametrize(
    ("metrics", "compiled"),
    [(["accuracy", "mae"], True), ([keras.metrics.RootMeanSquaredError], False), ([keras.metrics.AUC], False)],
)
def test_logs_are_those_of_keras(metrics, compiled):
    keras.utils.set_random_seed(0)
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(9, 3)), draw.integers(0, 2, (9, 1))
    model = keras.Sequential([keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=[each if isinstance(each, str) else each() for each in metrics])
    model.fit(x, y, batch_size=4, verbose=0)
    results, variables = program_of(model, 4).results, _keras.read(model)
    logs = results.of(variables)
    assert logs == _keras.as_logs(model.get_metrics_result())
    assert list(logs) == sorted(logs)
    assert results._compiles(variables.metrics) == compiled
