"""The loss and metrics of a model on some data, without training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from vitrail.training import _keras
from vitrail.training.checks import check_compiled, check_data
from vitrail.training.feed import as_keras
from vitrail.training.program import program_of
from vitrail.training.stream import fed

if TYPE_CHECKING:
    import keras


def measure(model: keras.Model, x: Any, y: Any, *, batch_size: int) -> dict[str, float]:  # noqa: ANN401 - arrays
    """Evaluate a compiled model as `model.evaluate` does, leaving its metrics as they were."""
    check_compiled(model)
    x, y = check_data(model, x, y)
    _keras.build(model, as_keras(x), as_keras(y), None, batch_size, shuffle=False)
    program = program_of(model, batch_size)
    data = fed(x, y, batch_size=batch_size)
    variables = _keras.read(model)
    fresh = variables._replace(metrics=tuple(jnp.zeros_like(value) for value in variables.metrics))
    return program.results.of(program.test(fresh, data, 0, program.batches(data)))
