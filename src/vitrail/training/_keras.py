"""The private Keras names that training uses, all of them. A contract test fails first when one of them moves."""

from __future__ import annotations

import contextlib
import types
import warnings
from typing import TYPE_CHECKING, Any

import jax
import keras
from keras.src.backend.config import is_nnx_enabled
from keras.src.backend.jax.trainer import JAXEpochIterator
from keras.src.trainers import data_adapters
from keras.src.trainers.data_adapters import array_slicing, data_adapter_utils
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.utils import is_default
from keras.src.utils.python_utils import pythonify_logs

from vitrail.training.state import Variables, Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from vitrail.types import Array

Iterator = JAXEpochIterator
"""Batches as `model.fit` takes them from whatever is no array."""

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)
_SAVERS = (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore)
"""They override `on_train_batch_end`, and do nothing in it when they save by epochs."""
_LOOP_METHODS = (
    "fit",
    "evaluate",
    "train_step",
    "test_step",
    "compute_metrics",
    "get_metrics_result",
    "make_train_function",
    "make_test_function",
    "compute_loss_and_updates",
)
"""What a model overrides when its training is more than Keras' own step and the logs that follow from its metrics."""


def is_compiled(model: keras.Model) -> bool:
    """Whether `model.compile` was called with a loss."""
    return bool(model.compiled) and model.optimizer is not None


@contextlib.contextmanager
def _quiet_about_int64() -> Generator[None]:
    """Newer versions of JAX warn of every int64 that Keras asks for while it builds, and that JAX holds as int32."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Explicitly requested dtype int64", UserWarning)
        yield


def build(
    model: keras.Model, x: Array, y: Array, sample_weight: Array | None, batch_size: int, *, shuffle: bool
) -> None:
    """Create every variable that the first batch of `model.fit` would create, in its order.

    Draws from NumPy's global generator exactly what `model.fit` draws while it builds.
    """
    iterator = JAXEpochIterator(x=x, y=y, sample_weight=sample_weight, batch_size=batch_size, shuffle=shuffle)
    with _quiet_about_int64():
        model._symbolic_build(iterator=iterator)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    iterator.reset()


def build_from(model: keras.Model, batches: Iterable[Any]) -> None:
    """Create every variable that is still missing, from the first batch, which is only taken if one is."""
    with _quiet_about_int64():
        model._symbolic_build(iterator=((0, 0, [batch]) for batch in batches))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def pack(
    x: Any,  # noqa: ANN401 - a structure of arrays
    y: Any,  # noqa: ANN401
    sample_weight: Any,  # noqa: ANN401
    class_weight: Any,  # noqa: ANN401
    batch_size: int | None,
    steps: int | None,
) -> tuple[Any, int]:
    """Arrays as Keras' step takes them, weights of classes turned into those of samples; and the size of a batch."""
    adapter = ArrayDataAdapter(
        x, y, sample_weight=sample_weight, class_weight=class_weight, batch_size=batch_size, steps=steps
    )
    return adapter._inputs, adapter.batch_size  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def is_dataset(x: Any) -> bool:  # noqa: ANN401 - anything
    """Whether Keras takes batches from an object, instead of samples."""
    kinds = (keras.utils.PyDataset, data_adapters.data_adapter.DataAdapter, types.GeneratorType)
    return (
        isinstance(x, kinds)
        or data_adapters.is_tf_dataset(x)
        or data_adapters.is_torch_dataloader(x)
        or data_adapters.is_grain_dataset(x)
    )


def is_array(x: Any) -> bool:  # noqa: ANN401 - anything
    """Whether Keras takes samples from an object."""
    return bool(array_slicing.can_slice_array(x))


def is_sparse(x: Any) -> bool:  # noqa: ANN401 - anything
    """Whether an array only holds what is not zero."""
    return bool(
        data_adapter_utils.is_scipy_sparse(x)
        or data_adapter_utils.is_jax_sparse(x)
        or data_adapter_utils.is_tensorflow_sparse(x)
        or data_adapter_utils.is_tensorflow_ragged(x)
    )


def as_numpy(x: Any) -> Array:  # noqa: ANN401 - an array of any library
    """A dense array as Keras would slice it: a column of a table becomes (samples, 1)."""
    sliceable: Any = array_slicing.convert_to_sliceable(x, target_backend="jax")
    return sliceable.convert_to_jax_compatible(sliceable[:])


def iterator(
    dataset: Any,  # noqa: ANN401 - of many kinds
    *,
    class_weight: Any,  # noqa: ANN401 - a dictionary or none
    steps: int | None,
    shuffle: bool | str,
) -> Iterator:
    """Batches of a data set as `model.fit` takes them."""
    count: int | None = dataset.num_batches if isinstance(dataset, keras.utils.PyDataset) else None
    options: dict[str, Any] = {"shuffle": shuffle if count is not None else False}
    # Keras warns of a shuffling that cannot be, though it is its own default
    return JAXEpochIterator(x=dataset, class_weight=class_weight, steps_per_epoch=steps, **options)


def end_early(batches: Iterator) -> None:
    """What Keras notes when a data set gives fewer batches than announced."""
    with batches.catch_stop_iteration():
        raise StopIteration


def warn_that_data_ran_out() -> None:
    """Keras' warning of an epoch with fewer batches than asked for."""
    JAXEpochIterator._interrupted_warning(None)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportArgumentType]


def begin_pass(model: keras.Model) -> None:
    """Let the values be read from the model before the first batch."""
    model._jax_state_synced = True  # noqa: SLF001


def first_epoch(model: keras.Model, chosen: int) -> int:
    """The epoch to begin with: the one that a callback put back, or else the chosen one."""
    return model._initial_epoch or chosen  # noqa: SLF001


def should_validate(model: keras.Model, epoch: int, frequency: int | list[int]) -> bool:
    """Whether the model is validated after an epoch, 0 for the first."""
    return bool(model._should_eval(epoch, frequency))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def needs_keras_loop(model: keras.Model) -> tuple[str, str] | None:  # noqa: PLR0911 - one for each reason
    """Why only Keras' own loop trains this model: the name of a text, and what it is about."""
    if model.run_eagerly:
        return "eager", model.name
    if not model.jit_compile:
        return "no_jit", model.name
    for name in _LOOP_METHODS:
        if getattr(type(model), name) is not getattr(keras.Model, name):
            return "overridden", name
    if model.steps_per_execution != 1:
        return "steps_per_execution", str(model.steps_per_execution)
    if keras.distribution.distribution() is not None or is_nnx_enabled():
        return "distribution", model.name
    if keras.config.max_epochs() or keras.config.max_steps_per_epoch():
        return "limits", model.name
    return None


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


def train_step(model: keras.Model) -> Callable[[Variables, Any], tuple[dict[str, Any], Variables]]:
    """Keras' own training step, as a pure function of (variables, batch) to (logs, variables)."""

    def step(variables: Variables, batch: Any) -> tuple[dict[str, Any], Variables]:  # noqa: ANN401 - the structure of the data
        logs, state = model.train_step(_as_lists(variables), batch)
        trainable, non_trainable, optimizer, metrics = state
        return logs, Variables(tuple(trainable), tuple(non_trainable), tuple(optimizer), tuple(metrics))

    return step


def test_step(model: keras.Model) -> Callable[[Variables, Any], tuple[dict[str, Any], Variables]]:
    """Keras' own test step, as a pure function of (variables, batch) to (logs, variables)."""

    def step(variables: Variables, batch: Any) -> tuple[dict[str, Any], Variables]:  # noqa: ANN401 - the structure of the data
        trainable, non_trainable, _, metrics = _as_lists(variables)
        logs, state = model.test_step((trainable, non_trainable, metrics), batch)
        trainable, non_trainable, metrics = state
        return logs, Variables(tuple(trainable), tuple(non_trainable), variables.optimizer, tuple(metrics))

    return step


def results(model: keras.Model, sums: tuple[jax.Array, ...]) -> Mapping[str, Any]:
    """The loss and metrics that running sums stand for, operation by operation unless it is compiled."""
    with keras.StatelessScope(state_mapping=list(zip(model.metrics_variables, sums, strict=True))):
        return model.get_metrics_result()


def as_logs(results: Mapping[str, Any]) -> dict[str, float]:
    """Results as plain numbers, in the order in which `model.fit` gives them."""
    return pythonify_logs(results)


@contextlib.contextmanager
def holding(model: keras.Model, variables: Variables) -> Generator[None]:
    """Within the block the model's weights are these values, and what a call would change in them is forgotten."""
    mapping = [
        *zip(model.trainable_variables, variables.trainable, strict=True),
        *zip(model.non_trainable_variables, variables.non_trainable, strict=True),
    ]
    with keras.StatelessScope(state_mapping=mapping):
        yield


def opened(model: keras.Model) -> keras.Model:
    """The same layers, giving what each of them gives, in their order; input layers give nothing."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    return keras.Model(model.inputs[0], [layer.output for layer in layers], name="opened")


def learning_rate_place(model: keras.Model) -> int | None:
    """Place of the learning rate among the optimizer's variables; none where a schedule gives it."""
    rate = model.optimizer.learning_rate
    return next((place for place, variable in enumerate(model.optimizer.variables) if variable is rate), None)


def place_of(model: keras.Model, variable: keras.Variable) -> tuple[str, int]:
    """The group of `Variables` that a weight of the model belongs to, and its place there."""
    groups = {"trainable": model.trainable_variables, "non_trainable": model.non_trainable_variables}
    return next((name, place) for name, group in groups.items() for place, one in enumerate(group) if one is variable)


def weight_names(layer: keras.Layer) -> list[str]:
    """A name for each weight of a layer: its own, or where several have it the end of its path."""
    names = [each.name for each in layer.weights]
    return [
        name if names.count(name) == 1 else each.path.rpartition(f"{layer.name}/")[2]
        for name, each in zip(names, layer.weights, strict=True)
    ]


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
    """Whether a callback does something around each batch."""
    if isinstance(callback, keras.callbacks.ProgbarLogger):
        return False
    idle = (
        tuple(saver.on_train_batch_end for saver in _SAVERS) if getattr(callback, "save_freq", None) == "epoch" else ()
    )
    methods = [getattr(callback, name) for name in _BATCH_HOOKS]
    return not all(is_default(method) or getattr(method, "__func__", None) in idle for method in methods)


def compilation(model: keras.Model) -> tuple[object, ...]:
    """What a compiled program depends on: something else after `model.compile` or a change of `trainable`."""
    return (
        model.optimizer,
        model._compile_loss,  # noqa: SLF001
        model._compile_metrics,  # noqa: SLF001
        tuple(id(variable) for variable in model.trainable_variables),
    )


def _as_lists(variables: Variables) -> tuple[list[Any], ...]:
    return tuple(list(values) for values in variables)
