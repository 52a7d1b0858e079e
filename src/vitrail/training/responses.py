"""What layers give for some inputs at one moment of a training: one compiled program for each architecture."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import keras

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.training.state import Variables
    from vitrail.types import Array

_ROWS = 2
"""Axes of what a layer of units gives: samples and units."""


class Responses:
    """The activations of all layers of units, in one call.

    Args:
        model: it is only asked for its layers; the weights are given with each call.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model

    def __call__(self, variables: Variables, x: Array) -> dict[str, jax.Array]:
        """Activations (units, samples) by layer, as at the prediction: nothing is dropped.

        Args:
            variables: of the moment.
            x: inputs as the model gets them, (samples, ...).
        """
        return self._program(variables.trainable, variables.non_trainable, x)

    @cached_property
    def _program(self) -> Callable[..., dict[str, jax.Array]]:
        model = self._model
        layers = [layer for layer in model.layers if len(getattr(layer.output, "shape", ())) == _ROWS]
        opened = keras.Model(model.inputs, [layer.output for layer in layers])

        def respond(trainable: Any, non_trainable: Any, x: jax.Array) -> dict[str, jax.Array]:  # noqa: ANN401 - tuples of arrays
            held = (*model.trainable_variables, *model.non_trainable_variables)
            mapping = list(zip(held, (*trainable, *non_trainable), strict=True))
            with keras.StatelessScope(state_mapping=mapping):
                outputs = keras.tree.flatten(opened(x, training=False))  # of a single layer Keras gives no list
            return {layer.name: output.T for layer, output in zip(layers, outputs, strict=True)}

        return jax.jit(respond)
