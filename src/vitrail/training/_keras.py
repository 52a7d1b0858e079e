"""The private Keras names that training uses, all of them. A contract test fails first when one of them moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import keras
import numpy as np
from keras.src.backend.jax.trainer import JAXEpochIterator
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights
from keras.src.utils import is_default

from vitrail.training.state import Variables, Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.types import Array

_TEST_HOOKS = ("on_test_batch_begin", "on_test_batch_end")


def is_compiled(model: keras.Model) -> bool:
    """Whether `model.compile` was called with a loss."""
    return bool(model.compiled) and model.optimizer is not None


def build(
    model: keras.Model, x: Array, y: Array, sample_weight: Array | None, batch_size: int, *, shuffle: bool
) -> None:
    """Create every variable that the first batch of `model.fit` would create, in its order.

    Draws from NumPy's global generator exactly what `model.fit` draws while it builds.
    """
    iterator = JAXEpochIterator(x=x, y=y, sample_weight=sample_weight, batch_size=batch_size, shuffle=shuffle)
    model._symbolic_build(iterator=iterator)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    iterator.reset()


def read(model: keras.Model) -> Variables:
    """The values that the model's variables hold."""
    return Variables(
        tuple(variable.value for variable in model.trainable_variables),
        tuple(variable.value for variable in model.non_trainable_variables),
        tuple(variable.value for variable in model.optimizer.variables),
        tuple(variable.value for variable in model.metrics_variables),
    )


def offer(model: keras.Model, variables: Variables) -> None:
    """Let callbacks fetch the values when they look at `callback.model`, as in `model.fit`."""
    model._jax_state = {  # noqa: SLF001
        "trainable_variables": variables.trainable,
        "non_trainable_variables": variables.non_trainable,
        "optimizer_variables": variables.optimizer,
        "metrics_variables": variables.metrics,
    }
    model._jax_state_synced = False  # noqa: SLF001


def was_fetched(model: keras.Model) -> bool:
    """Whether somebody looked at the offered values, and may have changed them in the model."""
    return bool(model._jax_state_synced)  # noqa: SLF001


def write(model: keras.Model, variables: Variables) -> None:
    """Give the values to the model's variables."""
    offer(model, variables)
    model.jax_state_sync()
    model._jax_state = None  # noqa: SLF001


def release(model: keras.Model) -> None:
    """Write what is still only offered, and offer nothing any more."""
    model.jax_state_sync()
    model._jax_state = None  # noqa: SLF001


def train_step(model: keras.Model) -> Callable[[Variables, tuple[Any, ...]], Variables]:
    """Keras' own training step, as a pure function of (variables, batch)."""

    def step(variables: Variables, batch: tuple[Any, ...]) -> Variables:
        _, state = model.train_step(_as_lists(variables), batch)
        trainable, non_trainable, optimizer, metrics = state
        return Variables(tuple(trainable), tuple(non_trainable), tuple(optimizer), tuple(metrics))

    return step


def test_step(model: keras.Model) -> Callable[[Variables, tuple[Any, ...]], Variables]:
    """Keras' own test step, as a pure function of (variables, batch)."""

    def step(variables: Variables, batch: tuple[Any, ...]) -> Variables:
        trainable, non_trainable, _, metrics = _as_lists(variables)
        _, state = model.test_step((trainable, non_trainable, metrics), batch)
        trainable, non_trainable, metrics = state
        return Variables(tuple(trainable), tuple(non_trainable), variables.optimizer, tuple(metrics))

    return step


def logs(model: keras.Model, variables: Variables) -> dict[str, float]:
    """The loss and metrics that the running sums stand for, computed as `model.fit` computes its epoch's logs."""
    mapping = list(zip(model.metrics_variables, variables.metrics, strict=True))
    with keras.StatelessScope(state_mapping=mapping):
        result: Mapping[str, Any] = model.get_metrics_result()
    return {name: float(value) for name, value in result.items()}


def learning_rate_place(model: keras.Model) -> int | None:
    """Place of the learning rate among the optimizer's variables; none where a schedule gives it."""
    rate = model.optimizer.learning_rate
    return next((place for place, variable in enumerate(model.optimizer.variables) if variable is rate), None)


def place_of(model: keras.Model, variable: keras.Variable) -> tuple[str, int]:
    """The group of `Variables` that a weight of the model belongs to, and its place there."""
    groups = {"trainable": model.trainable_variables, "non_trainable": model.non_trainable_variables}
    return next((name, place) for name, group in groups.items() for place, one in enumerate(group) if one is variable)


def restored(model: keras.Model, now: Variables, before: Weights) -> Variables:
    """The values after `model.set_weights` with what `model.get_weights` gave before: seed generators stay as they are.

    Args:
        model: whose values they are.
        now: all values.
        before: the weights that come back.
    """
    weights = {id(variable) for variable in model.weights}
    statistics = tuple(
        earlier if id(variable) in weights else later
        for variable, earlier, later in zip(
            model.non_trainable_variables, before.non_trainable, now.non_trainable, strict=True
        )
    )
    return now._replace(trainable=before.trainable, non_trainable=statistics)


def sample_weights(y: Array, class_weight: Mapping[int, float]) -> Array:
    """The weight of each sample, (samples,), as `model.fit` derives it from class weights."""
    return np.asarray(class_weight_to_sample_weights(y, class_weight))


def loss_places(model: keras.Model) -> tuple[int, ...]:
    """Places of the loss's running sums among the metrics' variables."""
    own = {id(variable) for variable in model.metrics[0].variables}
    return tuple(place for place, variable in enumerate(model.metrics_variables) if id(variable) in own)


def loss(model: keras.Model, variables: Variables, batch: tuple[Any, ...]) -> jax.Array:
    """The loss of a batch in training, as Keras' step computes it; operation by operation unless it is compiled."""
    return _loss(model, list(variables.trainable), variables, batch)


def gradients(model: keras.Model, variables: Variables, batch: tuple[Any, ...]) -> tuple[jax.Array, ...]:
    """The derivative of that loss by each trainable variable."""
    return tuple(jax.grad(lambda trainable: _loss(model, trainable, variables, batch))(list(variables.trainable)))


def _loss(model: keras.Model, trainable: list[Any], variables: Variables, batch: tuple[Any, ...]) -> jax.Array:
    _, non_trainable, optimizer, metrics = _as_lists(variables)
    x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
    _, (unscaled, *_) = model.compute_loss_and_updates(
        trainable, non_trainable, metrics, x, y, weights, training=True, optimizer_variables=optimizer
    )
    model._losses_override.clear()  # noqa: SLF001  # it would hold on to what was differentiated
    return unscaled


def acts_on_batches(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback overrides a method that is called around each batch."""
    if isinstance(callback, keras.callbacks.ProgbarLogger):
        return False
    names = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end", *_TEST_HOOKS)
    return not all(is_default(getattr(callback, name)) for name in names)


def compilation(model: keras.Model) -> tuple[object, ...]:
    """What a compiled program depends on: something else after `model.compile` or a change of `trainable`."""
    return (
        model.optimizer,
        model._compile_loss,  # noqa: SLF001
        model._compile_metrics,  # noqa: SLF001
        tuple(id(variable) for variable in model.trainable_variables),
    )


def can_jit(model: keras.Model) -> bool:
    """Whether Keras itself would compile this model's steps."""
    return bool(model.jit_compile) and not model.run_eagerly


def _as_lists(variables: Variables) -> tuple[list[Any], ...]:
    return tuple(list(values) for values in variables)
