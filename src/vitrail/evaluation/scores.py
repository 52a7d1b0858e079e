"""`vitrail.evaluate` and `vitrail.predict`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail.data import arrays
from vitrail.training import measure

if TYPE_CHECKING:
    import keras

    from vitrail.types import Array


def evaluate(model: keras.Model, x: Any, y: Any, *, batch_size: int = 32) -> dict[str, float]:  # noqa: ANN401 - arrays
    """The loss and metrics of a compiled model, equal to those of `model.evaluate(return_dict=True)`.

    Args:
        model: a compiled Keras model. Nothing in it is changed.
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        batch_size: samples per compiled step; it changes the result in its last bits only.

    Raises:
        ModelError: the model is not compiled.
        ShapeError: the arrays do not fit each other or the model.
        DataError: empty arrays, NaN, infinity, an object dtype, labels out of range.

    Examples:
        >>> import keras, numpy as np, vitrail
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile(loss="mse")
        >>> vitrail.evaluate(model, np.ones((8, 3)), np.full((8, 1), 2.0))
        {'loss': 4.0}
    """
    return measure(model, x, y, batch_size=batch_size)


def predict(model: keras.Model, x: Any, *, batch_size: int = 32) -> Array:  # noqa: ANN401 - an array
    """The model's output for each sample.

    Args:
        model: a Keras model.
        x: inputs, (samples, ...).
        batch_size: samples per compiled step.

    Returns:
        Outputs, (samples, ...).

    Raises:
        ShapeError: the samples do not have the model's input shape.
        DataError: empty, NaN, infinite, or of object dtype.

    Examples:
        >>> import keras, numpy as np, vitrail
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
        >>> vitrail.predict(model, np.ones((2, 3))).tolist()
        [[3.0], [3.0]]
    """
    x = arrays.check_array(x, what="x")
    if model.built and isinstance(getattr(model, "input_shape", None), tuple):
        arrays.check_sample_shape(x, model.input_shape[1:])
    silent: Any = 0  # Keras annotates `verbose` as a string, and takes numbers
    return np.asarray(model.predict(x, batch_size=batch_size, verbose=silent))
