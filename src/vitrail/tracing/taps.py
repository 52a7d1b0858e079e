"""Taps: places in a running Keras model where a value is recorded and a zero is added.

The derivative of the loss with respect to such a zero is the derivative with respect to the value, so that one
differentiation gives every delta at once. While a trace is in progress, and only for its own thread, each layer's
`call` and `activation` are replaced on the instance for the length of that layer's call.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import keras
from jax.extend.core import get_opaque_trace_state

from vitrail.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

TapKey = tuple[str, str]
"""Name of a layer's call, and which of its values: `"z"`, `"a"` or `"output"`."""

_ACTIVE: ContextVar[Recorder | None] = ContextVar("vitrail_recorder", default=None)
_PATCHING = threading.RLock()
_ABSENT = object()


@functools.partial(
    jax.tree_util.register_dataclass,
    data_fields=["inputs", "z", "a", "mask"],
    meta_fields=["name", "class_name", "activation", "several", "parameters"],
)
@dataclass(frozen=True)
class Call:
    """One layer's call as it was recorded: a pytree, its names part of the structure."""

    inputs: tuple[Any, ...]
    z: Any
    """None where the layer has no activation function of its own: z is a."""
    a: Any
    mask: Any
    name: str
    class_name: str
    activation: str | None
    several: bool
    """Whether the inputs are shown as a tuple: the layer takes a list of them, or none."""
    parameters: tuple[tuple[str, int], ...]
    """Names of the trainable variables, and their places among the model's."""


class Recorder:
    """Follows the layers of one forward pass under differentiation.

    Args:
        places: place of each trainable variable among the model's, by the variable's `id`.
        zeros: what to add at each tap; taps that are not in it only record.
    """

    def __init__(self, places: Mapping[int, int], zeros: Mapping[TapKey, jax.Array]) -> None:
        self.calls: list[Call] = []
        self.refused: ModelError | None = None
        """Why the model cannot be traced. Raised after the pass: Keras rewrites what is raised inside a layer."""
        self.tapped: dict[TapKey, jax.Array] = {}
        self._places = places
        self._zeros = zeros
        self._home = get_opaque_trace_state()
        self._path: tuple[str, ...] = ()
        self._inside_layer = False

    @property
    def listens(self) -> bool:
        """Whether this thread, in this very JAX trace, is the one that records.

        Inside a user's own `scan`, `vmap` or `remat` another JAX trace runs, whose values must not leak out of it.
        """
        return _ACTIVE.get() is self and get_opaque_trace_state() == self._home

    def tap(self, key: TapKey, value: jax.Array) -> jax.Array:
        """Record a value and add the zero that belongs to it."""
        self.tapped[key] = value
        return value + self._zeros[key] if key in self._zeros else value

    def follow(self, proceed: Callable[..., Any], layer: keras.layers.Layer, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        """Let a layer run, and record it unless it runs inside another one."""
        if self._inside_layer:
            return proceed(layer, *args, **kwargs)
        opened = _OpenedLayer(self, layer, self._name_of(layer))
        if not self.listens:
            self.refused = self.refused or opened.refusal()
            return proceed(layer, *args, **kwargs)
        if isinstance(layer, keras.Model):
            with _lent(self, "_path", (*self._path, layer.name)):
                return proceed(layer, *args, **kwargs)
        with _lent(self, "_inside_layer", value=True), opened.patched():
            output = proceed(layer, *args, **kwargs)
        call = opened.finished(self._places)
        if call is None:
            self.refused = self.refused or opened.refusal()
        else:
            self.calls.append(call)
        return output

    def _name_of(self, layer: keras.layers.Layer) -> str:
        name = "/".join((*self._path, layer.name))
        times = sum(call.name.partition("@")[0] == name for call in self.calls)
        return f"{name}@{times + 1}" if times else name


class _OpenedLayer:
    """One layer for the length of one call, its `call` and `activation` replaced."""

    def __init__(self, recorder: Recorder, layer: keras.layers.Layer, name: str) -> None:
        self._recorder = recorder
        self._layer = layer
        self._name = name
        self._original_call: Callable[..., Any] = layer.call
        self._original_activation: Callable[..., Any] | None = vars(layer).get("activation")
        self._arguments: tuple[Any, ...] = ()
        self._z: Any = None
        self._a: Any = None
        self._mask: Any = None
        self._activations = 0
        self._ran = False
        self._output: Any = None

    @contextlib.contextmanager
    def patched(self) -> Generator[None]:
        own = self._layer.__dict__  # past Keras' __setattr__, which would track the replacement
        with contextlib.ExitStack() as stack:
            stack.enter_context(_lent_item(own, "call", _instead(self._original_call, self._call)))
            if callable(self._original_activation):
                replacement = _instead(self._original_activation, self._activate)
                stack.enter_context(_lent_item(own, "activation", replacement))
            yield

    def refusal(self) -> ModelError:
        """Why the call left nothing behind."""
        key = "error.trace.layer_output" if self._ran else "error.trace.layer_hidden"
        return ModelError(key, layer=self._name, class_name=type(self._layer).__name__)

    def finished(self, places: Mapping[int, int]) -> Call | None:
        """What the call left behind; none when the layer cannot be traced."""
        if self._output is None:
            return None
        inputs = self._arguments[0] if self._arguments else ()
        tensors = tuple(each for each in jax.tree.leaves(inputs) if hasattr(each, "shape"))
        opened = self._z is not None
        return Call(
            inputs=tensors,
            z=self._z,
            a=self._output,
            mask=self._mask,
            name=self._name,
            class_name=type(self._layer).__name__,
            activation=_activation_name(self._original_activation) if opened else None,
            several=isinstance(inputs, (list, tuple, dict)) or len(tensors) != 1,
            parameters=_parameters(self._layer, places),
        )

    def _call(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the layer takes
        if not self._recorder.listens:
            return self._original_call(*args, **kwargs)
        self._ran = True
        self._arguments = args or tuple(kwargs.values())
        output = self._run(*args, **kwargs)
        if not (isinstance(output, jax.Array) and jnp.issubdtype(output.dtype, jnp.floating)):
            return output
        if self._activations != 1 or output is not self._a:
            self._z = None
            output = self._recorder.tap((self._name, "output"), output)
        self._output = output
        return output

    def _run(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if not (isinstance(self._layer, keras.layers.Dropout) and args):
            return self._original_call(*args, **kwargs)
        inputs, *others = args

        def drop(values: jax.Array) -> Any:  # noqa: ANN401
            return self._original_call(values, *others, **kwargs)

        # each output is its input times the mask: its derivative in direction one is the mask that was drawn
        output, self._mask = jax.jvp(drop, (inputs,), (jnp.ones_like(inputs),))
        return output

    def _activate(self, z: jax.Array, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        assert self._original_activation is not None
        if not self._recorder.listens:
            return self._original_activation(z, *args, **kwargs)
        self._activations += 1
        if self._activations > 1:
            return self._original_activation(z, *args, **kwargs)
        self._z = self._recorder.tap((self._name, "z"), z)
        self._a = self._recorder.tap((self._name, "a"), self._original_activation(self._z, *args, **kwargs))
        return self._a


class _Hook:
    """`Layer.__call__` with a way in for the recorder that is active in the running thread."""

    installed = False

    @classmethod
    def install(cls) -> None:
        """Put it in place, once and for all; it does nothing as long as nobody records."""
        with _PATCHING:
            if cls.installed:
                return
            original = keras.layers.Layer.__call__

            @functools.wraps(original)
            def __call__(self: keras.layers.Layer, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N807
                recorder = _ACTIVE.get()
                if recorder is None:
                    return original(self, *args, **kwargs)
                return recorder.follow(original, self, args, kwargs)

            keras.layers.Layer.__call__ = __call__
            cls.installed = True


@contextlib.contextmanager
def recording(model: keras.Model, zeros: Mapping[TapKey, jax.Array]) -> Generator[Recorder]:
    """Record every layer that this thread runs inside the `with`. One thread at a time: instances are patched."""
    places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
    _Hook.install()
    with _PATCHING:
        recorder = Recorder(places, zeros)
        token = _ACTIVE.set(recorder)
        try:
            yield recorder
        finally:
            _ACTIVE.reset(token)


@contextlib.contextmanager
def _lent(owner: object, name: str, value: object) -> Generator[None]:
    with _lent_item(owner.__dict__, name, value):
        yield


@contextlib.contextmanager
def _lent_item(own: dict[str, Any], name: str, value: object) -> Generator[None]:
    """Another value for the length of the `with`."""
    before = own.get(name, _ABSENT)
    own[name] = value
    try:
        yield
    finally:
        if before is _ABSENT:
            del own[name]
        else:
            own[name] = before


def _instead(original: Callable[..., Any], replacement: Callable[..., Any]) -> Callable[..., Any]:
    """The replacement under the original's name and signature, which Keras looks at."""
    return functools.wraps(original)(functools.partial(replacement))


def _activation_name(function: Any) -> str:  # noqa: ANN401 - a function, or a layer used as one
    return getattr(function, "__name__", None) or getattr(function, "name", None) or type(function).__name__


def _parameters(layer: keras.layers.Layer, places: Mapping[int, int]) -> tuple[tuple[str, int], ...]:
    variables = [each for each in layer.trainable_variables if id(each) in places]
    names = [each.name for each in variables]
    if len(set(names)) < len(names):  # a layer made of layers has several kernels: tell them apart by their paths
        names = [each.path.partition(f"{layer.name}/")[2] or each.path for each in variables]
    return tuple((name, places[id(each)]) for name, each in zip(names, variables, strict=True))
