"""Where in a training the first value appeared that is NaN or infinite."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import jax
import jax.numpy as jnp
from jax.core import Tracer

from vitrail.errors import RunError
from vitrail.training import _keras

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import keras

    from vitrail.training.motion import Motion
    from vitrail.training.state import State, Variables

Kind = Literal["output", "preactivation", "activation", "loss", "gradient", "update"]

_NAMES: dict[Kind, str] = {"preactivation": "pre-activation"}


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first value of a training that is not finite, in the order in which a step computes them.

    Examples:
        >>> Divergence(epoch=2, batch=7, kind="gradient", layer="dense", variable="kernel").operation
        'gradient of kernel'
    """

    epoch: int
    """1 for the first."""
    batch: int
    """Of that epoch, 1 for the first."""
    kind: Kind
    layer: str | None = None
    """None for the loss."""
    variable: str | None = None
    """Of a gradient or an update."""

    @property
    def operation(self) -> str:
        """What was computed there, by its usual name."""
        name = _NAMES.get(self.kind, self.kind)
        return name if self.variable is None else f"{name} of {self.variable}"


class DivergenceError(RunError):
    """A batch would make the loss or a weight NaN or infinite; `.divergence` says where that begins."""

    def __init__(self, divergence: Divergence) -> None:
        super().__init__(
            f"error.run.diverged.{divergence.kind}",
            epoch=divergence.epoch,
            batch=divergence.batch,
            layer=divergence.layer or "",
            variable=divergence.variable or "",
        )
        self.divergence = divergence

    def __reduce__(self) -> tuple[Any, ...]:
        return DivergenceError, (self.divergence,)


def is_finite(model: keras.Model, variables: Variables) -> bool:
    """Whether the loss so far and every weight are finite. One small compiled reduction."""
    sums = tuple(variables.metrics[place] for place in _keras.loss_places(model))
    return bool(_all_finite((variables.trainable, variables.non_trainable, sums)))


def locate(motion: Motion, state: State) -> tuple[State, Divergence]:
    """Train on batch by batch to the first one that goes wrong, and look into it.

    Args:
        motion: what moves the state.
        state: a state from which the epoch under way does not end well.

    Returns:
        The state before that batch, and where in its step the first value appeared that is not finite.
    """
    while is_finite(motion.model, (after := motion.train(state, 1)).variables):
        assert after.clock.batch, "some batch of the epoch goes wrong"
        state = after
    kind, layer, variable = _look_into(motion, motion.begun(state), after)
    return state, Divergence(state.clock.epoch + 1, state.clock.batch + 1, kind, layer, variable)


def _look_into(motion: Motion, before: State, after: State) -> tuple[Kind, str | None, str | None]:
    model, batch = motion.model, motion.batch(before)
    with _watching(model) as found:
        loss = _keras.loss(model, before.variables, batch)
    if found:
        return *found[0], None
    if not jnp.isfinite(loss):
        return "loss", None, None
    gradients = _keras.gradients(model, before.variables, batch)
    trainable = list(zip(model.trainable_variables, gradients, strict=True))
    for variable, gradient in reversed(trainable):  # they are computed from the last layer to the first
        if not _all_finite(gradient):
            return "gradient", _layer_of(model, variable), variable.name
    updated = [
        *zip(model.trainable_variables, after.variables.trainable, strict=True),
        *zip(model.non_trainable_variables, after.variables.non_trainable, strict=True),
    ]
    for variable, value in updated:
        if not _all_finite(value):
            return "update", _layer_of(model, variable), variable.name
    return "loss", None, None  # the sum over the epoch's batches, where each of them is still finite


@jax.jit
def _all_finite(values: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    floats = [value for value in jax.tree.leaves(values) if jnp.issubdtype(value.dtype, jnp.inexact)]
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(value)) for value in floats])) if floats else jnp.asarray(True)  # noqa: FBT003


@contextlib.contextmanager
def _watching(model: keras.Model) -> Generator[list[tuple[Kind, str]]]:
    """Within the block, what layers compute that is not finite is noted: kind and layer, in the order of computing."""
    found: list[tuple[Kind, str]] = []

    def note(values: Any, kind: Kind, layer: str) -> None:  # noqa: ANN401 - whatever a layer gives
        seen = [value for value in jax.tree.leaves(values) if isinstance(value, jax.Array)]
        known = [value for value in seen if not isinstance(value, Tracer)]  # what a loop computes is hidden
        if known and not _all_finite(known):
            found.append((kind, layer))

    with contextlib.ExitStack() as stack:
        for layer in model.layers:
            own = vars(layer)  # past Keras' __setattr__, which would track the replacement
            stack.enter_context(_lent(own, "call", _noting(layer.call, note, layer.name)))
            if callable(own.get("activation")):
                stack.enter_context(_lent(own, "activation", _noting_both(own["activation"], note, layer.name)))
        yield found


def _noting(call: Callable[..., Any], note: Callable[..., None], layer: str) -> Callable[..., Any]:
    def noting(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        output = call(*args, **kwargs)
        note(output, "output", layer)
        return output

    return noting


def _noting_both(activation: Callable[..., Any], note: Callable[..., None], layer: str) -> Callable[..., Any]:
    def noting(z: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        note(z, "preactivation", layer)
        a = activation(z, *args, **kwargs)
        note(a, "activation", layer)
        return a

    return noting


@contextlib.contextmanager
def _lent(own: dict[str, Any], name: str, value: object) -> Generator[None]:
    had, before = name in own, own.get(name)
    own[name] = value
    try:
        yield
    finally:
        if had:
            own[name] = before
        else:
            del own[name]


def _layer_of(model: keras.Model, variable: keras.Variable) -> str | None:
    return next((layer.name for layer in model.layers if any(one is variable for one in layer.weights)), None)
