"""The compiled step of one model: loss, records, gradients and deltas from one differentiation."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp

from vitrail.tracing import _keras, taps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras


class Step(NamedTuple):
    """What the compiled step gives back."""

    loss: Any
    calls: tuple[taps.Call, ...]
    gradients: list[Any]
    deltas: Mapping[taps.TapKey, Any]


class Program:
    """One model's step. Variables and data are arguments: new weights need no new compilation, new shapes do."""

    def __init__(self, model: keras.Model, *, training: bool) -> None:
        self._model = weakref.ref(model)  # the program must not keep its key in the cache alive
        self._training = training
        self.compilation = _keras.compilation(model)
        self.run = jax.jit(self._step)

    def fits(self, model: keras.Model) -> bool:
        """Whether the model is still what was compiled."""
        now = _keras.compilation(model)
        return len(now) == len(self.compilation) and all(
            one is other for one, other in zip(now, self.compilation, strict=True)
        )

    def _step(self, trainable: list[Any], non_trainable: list[Any], batch: tuple[Any, Any, Any]) -> Step:
        model = self._model()
        assert model is not None, "a program is only run by someone who holds its model"

        def loss_of(trainable: Sequence[Any], zeros: Mapping[taps.TapKey, Any]) -> tuple[Any, Any]:
            with taps.recording(model, zeros) as recorder:
                loss = _keras.loss(model, trainable, non_trainable, batch, training=self._training)
            if recorder.refused is not None:
                raise recorder.refused
            return loss, (tuple(recorder.calls), recorder.tapped)

        _, (_, shapes) = jax.eval_shape(loss_of, trainable, {})
        zeros = {key: jnp.zeros(shape.shape, shape.dtype) for key, shape in shapes.items()}
        differentiate = jax.value_and_grad(loss_of, argnums=(0, 1), has_aux=True)
        (loss, (calls, _)), (gradients, deltas) = differentiate(trainable, zeros)
        return Step(loss, calls, gradients, deltas)


_programs: weakref.WeakKeyDictionary[keras.Model, dict[bool, Program]] = weakref.WeakKeyDictionary()
_guard = threading.Lock()


def program_of(model: keras.Model, *, training: bool) -> Program:
    """The model's program: the one it had, unless something that was compiled into it has changed."""
    with _guard:
        kept = _programs.setdefault(model, {})
        program = kept.get(training)
        if program is None or not program.fits(model):
            program = kept[training] = Program(model, training=training)
        return program
