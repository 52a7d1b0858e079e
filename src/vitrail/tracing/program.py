"""The compiled step of one model: loss, records, gradients, deltas and update from one differentiation."""

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


class Values(NamedTuple):
    """What the step starts from: the values of the variables, in the order in which Keras lists them."""

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]


class Step(NamedTuple):
    """What the compiled step gives back."""

    loss: Any
    loss_after: Any
    """Of the same batch with the same random draws, after the update."""
    calls: tuple[taps.Call, ...]
    compared: tuple[taps.Compared, ...]
    gradients: list[Any]
    deltas: Mapping[taps.TapKey, Any]
    learning_rate: Any
    after: Values


class Program:
    """One model's step. Variables and data are arguments: new weights need no new compilation, new shapes do.

    Args:
        model: the model.
        training: whether its layers run as in training.
        wanted: the layers to record, by their calls' names without a number; None for all of them.
    """

    def __init__(self, model: keras.Model, *, training: bool, wanted: frozenset[str] | None) -> None:
        self._model = weakref.ref(model)  # the program must not keep its key in the cache alive
        self._training = training
        self._wanted = wanted
        self.compilation = _keras.compilation(model)
        self.optimizer = _keras.optimizer_of(model)
        self.slots = _keras.slots(self.optimizer, len(model.trainable_variables))
        self.shared = _keras.shared(self.optimizer)
        self.layers: list[keras.layers.Layer] = []
        """The layers in the order of their calls. Known once the step has been compiled."""
        self.losses: list[keras.losses.Loss] = []
        self.weights: tuple[Any, ...] = ()
        self.left_out: tuple[str, ...] = ()
        self._scales = False
        self.run = jax.jit(self._step)

    def fits(self, model: keras.Model) -> bool:
        """Whether the model is still what was compiled."""
        now = _keras.compilation(model)
        return len(now) == len(self.compilation) and all(
            one is other for one, other in zip(now, self.compilation, strict=True)
        )

    def optimizer_values(self, model: keras.Model) -> list[Any]:
        """What the optimizer's variables hold; before the first training its slots are as they begin."""
        known = [variable.value for variable in model.optimizer.variables]
        return known + [variable.value for variable in self.optimizer.variables[len(known) :]]

    def _step(self, values: Values, batch: tuple[Any, Any, Any], rows: Any) -> Step:  # noqa: ANN401 - int array or none
        model = self._model()
        assert model is not None, "a program is only run by someone who holds its model"

        def loss_of(trainable: Sequence[Any], zeros: Mapping[taps.TapKey, Any]) -> tuple[Any, Any]:
            with taps.recording(jax.tree.leaves(batch[0]), zeros, self._wanted) as recorder:
                found = _keras.loss(
                    model, trainable, values.non_trainable, values.optimizer, batch, training=self._training
                )
            if recorder.refused is not None:
                raise recorder.refused
            self.layers, self.losses = recorder.layers, recorder.losses
            self.weights, self.left_out = found.weights, tuple(recorder.left_out)
            self._scales = found.scaled is not found.loss
            records = tuple(recorder.calls), tuple(recorder.compared)
            return found.scaled, (found.loss, records, recorder.tapped, found.non_trainable)

        _, (_, _, shapes, _) = jax.eval_shape(loss_of, values.trainable, {})
        zeros = {key: jnp.zeros(shape.shape, shape.dtype) for key, shape in shapes.items()}
        differentiate = jax.value_and_grad(loss_of, argnums=(0, 1), has_aux=True)
        (scaled, (loss, (calls, compared), _, non_trainable)), (gradients, deltas) = differentiate(
            values.trainable, zeros
        )
        rate = _keras.learning_rate(self.optimizer, values.optimizer)
        trainable: list[Any]
        optimizer: list[Any]
        trainable, optimizer = self.optimizer.stateless_apply(values.optimizer, gradients, values.trainable)
        again = _keras.loss(model, trainable, values.non_trainable, optimizer, batch, training=self._training).loss
        if self._scales:  # by a loss scale, which the optimizer has divided out again
            share = loss / scaled
            gradients, deltas = jax.tree.map(lambda value: value * share.astype(value.dtype), (gradients, deltas))
        if rows is not None:
            outputs = {each.name: deltas[each.name, "prediction"] for each in compared}
            calls, deltas = jax.tree.map(lambda value: value[rows], (calls, deltas))
            deltas |= {(name, "prediction"): whole for name, whole in outputs.items()}  # as the losses are kept whole
        return Step(loss, again, calls, compared, gradients, deltas, rate, Values(trainable, non_trainable, optimizer))


_Key = tuple[bool, frozenset[str] | None]
_programs: weakref.WeakKeyDictionary[keras.Model, dict[_Key, Program]] = weakref.WeakKeyDictionary()
_guard = threading.Lock()


def program_of(model: keras.Model, *, training: bool, wanted: frozenset[str] | None = None) -> Program:
    """The model's program: the one it had, unless something that was compiled into it has changed."""
    with _guard:
        kept = _programs.setdefault(model, {})
        program = kept.get((training, wanted))
        if program is None or not program.fits(model):
            program = kept[training, wanted] = Program(model, training=training, wanted=wanted)
        return program
