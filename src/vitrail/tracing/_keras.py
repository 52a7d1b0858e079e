"""The private Keras names that tracing uses, all of them. A contract test fails first when one of them moves."""

from __future__ import annotations

import contextlib
import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import keras
import numpy as np
from keras.src.backend.common.masking import set_keras_mask
from keras.src.models.functional import Functional

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    import jax

    from vitrail.types import Array

_LOSSES = "keras.src.losses.losses"
_BOOKKEEPING = {"module", "registered_name", "build_config"}
_SEED_STATE = "seed_generator_state"
"""What `keras.random.SeedGenerator` calls its variable."""

_READ_WHILE_COMPILING = (
    "activation",
    "rate",
    "mean",
    "variance",
    "scale",
    "offset",
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
)
"""Attributes of layers that a compiled program has as constants."""


class Computed(NamedTuple):
    """What computing a loss gives."""

    loss: jax.Array
    """The scalar that training minimises, before any loss scaling."""
    scaled: jax.Array
    """The same times the optimizer's loss scale, which is what is differentiated in training."""
    non_trainable: list[jax.Array]
    """The new values of what is not trained: moving means, seed generators."""
    weights: tuple[Any, ...]
    """The loss weight of each output that has a loss, or none."""


def loss(
    model: keras.Model,
    trainable: Sequence[jax.Array],
    non_trainable: Sequence[jax.Array],
    optimizer: Sequence[jax.Array],
    batch: tuple[Any, Any, Any],
    *,
    training: bool,
) -> Computed:
    """What training minimises, as a pure function of the variables."""
    with _as_it_was(model):
        scaled, (unscaled, _, after, _) = model.compute_loss_and_updates(
            list(trainable),
            list(non_trainable),
            [variable.value for variable in model.metrics_variables],
            *batch,
            training=training,
            optimizer_variables=list(optimizer),
        )
        flat = getattr(model._compile_loss, "_flat_losses", None) or ()  # noqa: SLF001
        weights = tuple(each.loss_weights for each in flat)
    return Computed(unscaled, scaled, list(after), weights)


def on_standardized_inputs(told: Callable[[Any, Any], None]) -> None:
    """Tell of what functional models make of their inputs, before and after: they cast them."""
    original = Functional._standardize_inputs  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    @functools.wraps(original)
    def standardize(self: Functional, inputs: Any) -> Any:  # noqa: ANN401
        after = original(self, inputs)
        told(inputs, after)
        return after

    Functional._standardize_inputs = standardize  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def with_mask_of(value: Any, other: Any) -> Any:  # noqa: ANN401
    """The other value, with the mask that Keras has attached to the first one."""
    mask = getattr(value, "_keras_mask", None)
    if mask is not None:
        set_keras_mask(other, mask)
    return other


def is_masked(value: Any) -> bool:  # noqa: ANN401
    """Whether Keras leaves parts of this value out of a loss."""
    return getattr(value, "_keras_mask", None) is not None


def loss_function(loss: keras.losses.Loss) -> tuple[str, dict[str, Any], bool]:
    """Name and options of the function behind a loss, and whether it is one of Keras' own."""
    function = getattr(loss, "fn", None)
    if function is None:
        return loss.name, {"reduction": loss.reduction}, False
    name = getattr(function, "__name__", type(function).__name__)
    options = {**loss._fn_kwargs, "reduction": loss.reduction}  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]
    return name, options, getattr(function, "__module__", "") == _LOSSES


def is_own(thing: object) -> bool:
    """Whether a layer, an optimizer or a regulariser is exactly one of Keras' own."""
    return type(thing).__module__.startswith("keras.src.")


def settings(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - a layer, an optimizer
    """The configuration of one of Keras' own things, as plain values."""
    return {name: _plain(value) for name, value in thing.get_config().items()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        inside = value.get("config")
        if value.get("class_name") == "function" or not isinstance(inside, dict):
            return {key: _plain(each) for key, each in value.items() if key not in _BOOKKEEPING}
        return {"class_name": value.get("class_name"), **{key: _plain(each) for key, each in inside.items()}}
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return value if isinstance(value, str | int | float | bool | np.ndarray | None) else str(value)


def optimizer_of(model: keras.Model) -> keras.optimizers.Optimizer:
    """The model's optimizer with its slots; one like it where it has not trained yet and has none."""
    optimizer = model.optimizer
    if optimizer.built:
        return optimizer
    twin = type(optimizer).from_config(optimizer.get_config())
    for name in ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern"):
        if name in vars(optimizer):
            setattr(twin, name, vars(optimizer)[name])
    twin.build(model.trainable_variables)
    return twin


def slots(optimizer: keras.optimizers.Optimizer, count: int) -> dict[str, list[int | None]]:
    """Where each trainable variable's slots are among the optimizer's variables, by the name of the slot."""
    places = {id(variable): place for place, variable in enumerate(optimizer.variables)}
    found: dict[str, list[int | None]] = {}
    for name, value in vars(optimizer).items():
        if isinstance(value, list) and len(value) == count and name not in {"_variables", "_trainable_variables"}:
            row = [places.get(id(each)) for each in value]
            if any(place is not None for place in row):
                found[name.strip("_")] = row
    return found


def shared(optimizer: keras.optimizers.Optimizer) -> dict[str, int]:
    """Where the optimizer's single numbers are among its variables, by name; `iterations` is the first."""
    places = {id(variable): place for place, variable in enumerate(optimizer.variables)}
    named = {name.strip("_"): places.get(id(value)) for name, value in vars(optimizer).items()}
    return {name: place for name, place in named.items() if place is not None}


def decays(optimizer: keras.optimizers.Optimizer, variable: keras.Variable) -> bool:
    """Whether weight decay acts on a variable."""
    return optimizer.weight_decay is not None and bool(
        optimizer._use_weight_decay(variable)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    )


def learning_rate(optimizer: keras.optimizers.Optimizer, variables: Sequence[jax.Array]) -> jax.Array:
    """The learning rate of the step that comes, a schedule being asked."""
    with keras.StatelessScope(state_mapping=list(zip(optimizer.variables, variables, strict=True))):
        return jnp.asarray(optimizer.learning_rate, dtype="float32")


@contextlib.contextmanager
def _as_it_was(model: keras.Model) -> Generator[None]:
    """Put back what computing a loss leaves in a model.

    A compiled loss is built by its first use, and `model.fit` draws other random numbers when that is behind it.
    """
    loss = model._compile_loss  # noqa: SLF001
    before, metrics = dict(vars(loss)), list(loss.metrics)
    try:
        yield
    finally:
        loss.__dict__.update(before)
        loss.metrics[:] = metrics
        model._losses_override.clear()  # noqa: SLF001  # it holds tracers when the loss could not be computed


def reason(error: Exception) -> str:
    """The one line that says what Keras stumbled over, without what it wraps around errors inside layers."""
    text = str(error)
    inside = re.search(r"\x1b\[1m(.*?)\x1b\[0m", text, re.DOTALL)
    return (inside[1] if inside else text).strip().partition("\n")[0]


def values(model: keras.Model) -> tuple[list[Any], list[Any]]:
    """What the trainable and the other variables hold; also within a callback of `model.fit`."""
    model.jax_state_sync()
    return (
        [variable.value for variable in model.trainable_variables],
        [variable.value for variable in model.non_trainable_variables],
    )


def seeded(model: keras.Model, non_trainable: Sequence[Any], seed: int) -> list[Any]:
    """The same values, with every seed generator at a state that follows from the seed and the generator's place."""
    seeded = list(non_trainable)
    places = [place for place, each in enumerate(model.non_trainable_variables) if is_seed(each)]
    for place, word in zip(places, _words(seed, len(places)), strict=True):
        before = non_trainable[place]
        seeded[place] = jnp.asarray(np.array([word, 0]), dtype=before.dtype)
    return seeded


def is_seed(variable: keras.Variable) -> bool:
    """Whether a variable is the state of a seed generator."""
    return variable.name == _SEED_STATE


def layer_names(model: keras.Model, path: str = "") -> list[str]:
    """The names of a model's layers, those of nested models after the model's name."""
    names: list[str] = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            names += layer_names(layer, f"{path}{layer.name}/")
        elif not isinstance(layer, keras.layers.InputLayer):
            names.append(f"{path}{layer.name}")
    return names


def _words(seed: int, count: int) -> Array:
    return np.random.SeedSequence(seed).generate_state(count) if count else np.empty(0, np.uint32)


def compilation(model: keras.Model) -> tuple[object, ...]:
    """What a compiled program depends on, to be compared by identity.

    Something else after `model.compile`, a change of `trainable`, another list of layers, a new `adapt`, and so on.
    """
    parts: list[object] = [
        model.optimizer,
        model._compile_loss,  # noqa: SLF001
        *model.trainable_variables,
        *model.non_trainable_variables,
    ]
    for layer in model._flatten_layers(include_self=False):  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        own = vars(layer)
        parts.append(layer)
        parts.extend(own.get(name) for name in _READ_WHILE_COMPILING)
    return tuple(parts)
