"""Taps: places in a running Keras model where a value is recorded and a zero is added.

The derivative of the loss with respect to such a zero is the derivative with respect to the value, so that one
differentiation gives every delta at once. While a trace is in progress, and only for its own thread, each layer's
`call` and `activation` are replaced on the instance for the length of that layer's call.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import keras
from jax.extend.core import get_opaque_trace_state

from vitrail.errors import ModelError
from vitrail.tracing import _keras
from vitrail.tracing.record import INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

TapKey = tuple[str, str]
"""Name of a layer's call, and which of its values: `"z"`, `"a"`, `"output"`, `"input 0"`; of a loss `"prediction"`."""

_ACTIVE: ContextVar[Recorder | None] = ContextVar("vitrail_recorder", default=None)
_PATCHING = threading.RLock()
_ABSENT = object()


@functools.partial(
    jax.tree_util.register_dataclass,
    data_fields=["inputs", "z", "a", "mask"],
    meta_fields=["name", "class_name", "activation", "several", "sources", "masked", "layer"],
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
    sources: tuple[str | None, ...]
    masked: bool
    """Whether Keras told the layer to leave out part of its inputs."""
    layer: int
    """Place of the Keras layer in `Recorder.layers`."""


@functools.partial(
    jax.tree_util.register_dataclass,
    data_fields=["target", "prediction", "sample_weight", "value"],
    meta_fields=["name", "source", "masked", "loss"],
)
@dataclass(frozen=True)
class Compared:
    """One output's loss as it was recorded."""

    target: Any
    prediction: Any
    sample_weight: Any
    value: Any
    name: str
    source: str | None
    masked: bool
    loss: int
    """Place of the Keras loss in `Recorder.losses`."""


class Recorder:
    """Follows the layers of one forward pass under differentiation.

    Args:
        given: the model's inputs.
        zeros: what to add at each tap; taps that are not in it only record.
        wanted: the layers to record, by the name of their calls without a number; None for all of them.
    """

    def __init__(
        self, given: Sequence[Any], zeros: Mapping[TapKey, jax.Array], wanted: frozenset[str] | None = None
    ) -> None:
        self.calls: list[Call] = []
        self.compared: list[Compared] = []
        self.layers: list[keras.layers.Layer] = []
        self.losses: list[keras.losses.Loss] = []
        self.left_out: list[str] = []
        self.refused: ModelError | None = None
        """Why the model cannot be traced. Raised after the pass: Keras rewrites what is raised inside a layer."""
        self.tapped: dict[TapKey, jax.Array] = {}
        self._zeros = zeros
        self._wanted = wanted
        self._names: Counter[str] = Counter()
        self._made: dict[int, tuple[Any, str]] = {}  # the value is kept, so that its id is not used again
        for value in given:
            self.made(value, INPUT)
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
        if key not in self._zeros:
            return value
        return _keras.with_mask_of(value, value + self._zeros[key])

    def made(self, value: Any, source: str) -> None:  # noqa: ANN401
        """Remember where a value comes from."""
        self._made[id(value)] = value, source

    def source_of(self, value: Any) -> str | None:  # noqa: ANN401
        """The name of the layer that made a value."""
        return self._made[id(value)][1] if id(value) in self._made else None

    def standardized(self, before: Any, after: Any) -> None:  # noqa: ANN401
        """A functional model has cast its inputs: they still come from where they came from."""
        pairs = zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=False)
        for one, other in pairs:
            source = self.source_of(one)
            if source is not None and (source == INPUT or one.shape == other.shape):
                self.made(other, source)

    def compare(
        self,
        proceed: Callable[..., Any],
        loss: keras.losses.Loss,
        y: Any,  # noqa: ANN401 - whatever the loss takes
        prediction: Any,  # noqa: ANN401
        weight: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Let a loss compare an output with its targets, and record it."""
        if self._inside_layer or not self.listens or not hasattr(prediction, "shape"):
            return proceed(loss, y, prediction, weight)
        name, source = f"loss {len(self.compared)}", self.source_of(prediction)
        tapped = self.tap((name, "prediction"), prediction)
        value = proceed(loss, y, tapped, weight)
        masked = _keras.is_masked(tapped)
        self.compared.append(Compared(y, tapped, weight, value, name, source, masked, len(self.losses)))
        self.losses.append(loss)
        return value

    def follow(self, proceed: Callable[..., Any], layer: keras.layers.Layer, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        """Let a layer run, and record it unless it runs inside another one."""
        if self._inside_layer:
            return proceed(layer, *args, **kwargs)
        if self.listens and isinstance(layer, keras.Model):
            with _lent(self, "_path", (*self._path, layer.name)):
                return proceed(layer, *args, **kwargs)
        whole = "/".join((*self._path, layer.name))
        opened = _OpenedLayer(self, layer, f"{whole}@{self._names[whole] + 1}" if self._names[whole] else whole)
        if not self.listens:
            self.refused = self.refused or opened.refusal()
            return proceed(layer, *args, **kwargs)
        self._names[whole] += 1
        if self._wanted is not None and whole not in self._wanted:
            with _lent(self, "_inside_layer", value=True):
                output = proceed(layer, *args, **kwargs)
            self.left_out.append(opened.name)
            self.made(output, opened.name)
            return output
        with _lent(self, "_inside_layer", value=True), opened.patched():
            output = proceed(layer, *args, **kwargs)
        call = opened.finished(len(self.layers))
        if call is None:
            self.refused = self.refused or opened.refusal()
        else:
            self.calls.append(call)
            self.layers.append(layer)
            self.made(output, call.name)
        return output


class _OpenedLayer:
    """One layer for the length of one call, its `call` and `activation` replaced."""

    def __init__(self, recorder: Recorder, layer: keras.layers.Layer, name: str) -> None:
        self._recorder = recorder
        self._layer = layer
        self.name = name
        self._original_call: Callable[..., Any] = layer.call
        self._original_activation: Callable[..., Any] | None = vars(layer).get("activation")
        self._arguments: tuple[Any, ...] = ()
        self._sources: tuple[str | None, ...] = ()
        self._masked = False
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
        return ModelError(key, layer=self.name, class_name=type(self._layer).__name__)

    def finished(self, place: int) -> Call | None:
        """What the call left behind; none when the layer cannot be traced."""
        if self._output is None:
            return None
        inputs, tensors = self._arguments[0] if self._arguments else (), _tensors(self._arguments)
        opened = self._z is not None
        return Call(
            inputs=tensors,
            z=self._z,
            a=self._output,
            mask=self._mask,
            name=self.name,
            class_name=type(self._layer).__name__,
            activation=_activation_name(self._original_activation) if opened else None,
            several=isinstance(inputs, (list, tuple, dict)) or len(tensors) != 1,
            sources=self._sources,
            masked=self._masked or any(map(_keras.is_masked, tensors)),
            layer=place,
        )

    def _call(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the layer takes
        if not self._recorder.listens:
            return self._original_call(*args, **kwargs)
        self._ran = True
        self._masked = kwargs.get("mask") is not None
        self._sources = tuple(self._recorder.source_of(each) for each in _tensors(args or tuple(kwargs.values())))
        args = self._tapped(args)
        self._arguments = args or tuple(kwargs.values())
        output = self._run(*args, **kwargs)
        if not (isinstance(output, jax.Array) and jnp.issubdtype(output.dtype, jnp.floating)):
            return output
        if self._activations != 1 or output is not self._a:
            self._z = None
            output = self._recorder.tap((self.name, "output"), output)
        self._output = output
        return output

    def _tapped(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        places = itertools.count()

        def tap(value: Any) -> Any:  # noqa: ANN401
            if not hasattr(value, "shape"):
                return value
            place = next(places)
            if not jnp.issubdtype(value.dtype, jnp.floating):
                return value
            return self._recorder.tap((self.name, f"input {place}"), value)

        return jax.tree.map(tap, args)

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
        self._z = self._recorder.tap((self.name, "z"), z)
        self._a = self._recorder.tap((self.name, "a"), self._original_activation(self._z, *args, **kwargs))
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

            compare = keras.losses.Loss.__call__

            @functools.wraps(compare)
            def __compare__(self: keras.losses.Loss, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # noqa: ANN401, N807
                recorder = _ACTIVE.get()
                if recorder is None:
                    return compare(self, y_true, y_pred, sample_weight)
                return recorder.compare(compare, self, y_true, y_pred, sample_weight)

            def standardized(before: Any, after: Any) -> None:  # noqa: ANN401
                recorder = _ACTIVE.get()
                if recorder is not None:
                    recorder.standardized(before, after)

            keras.layers.Layer.__call__ = __call__
            keras.losses.Loss.__call__ = __compare__
            _keras.on_standardized_inputs(standardized)
            cls.installed = True


@contextlib.contextmanager
def recording(
    given: Sequence[Any], zeros: Mapping[TapKey, jax.Array], wanted: frozenset[str] | None = None
) -> Generator[Recorder]:
    """Record every layer that this thread runs inside the `with`. One thread at a time: instances are patched."""
    _Hook.install()
    with _PATCHING:
        recorder = Recorder(given, zeros, wanted)
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


def _tensors(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in jax.tree.leaves(arguments) if hasattr(each, "shape"))
