r"""Layers beside their derivatives.

`forward` gives z (the output, where a layer has no activation function of its own), `backward` takes
$\delta = \partial L/\partial z$ back to the inputs and to the parameters. Axes: $n$ samples, $i$ inputs, $j$ units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.tracing.chain import activations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.types import Array

EPSILON = 1e-7


class Given(NamedTuple):
    """What a layer has besides its inputs."""

    settings: Mapping[str, Any]
    parameters: Mapping[str, Array]
    mask: Array | None = None
    """What `Dropout` multiplies by."""
    training: bool = False


class Back(NamedTuple):
    """What comes back."""

    inputs: tuple[Array | None, ...]
    """dL/dinput of each input; none where it has no derivative (integers)."""
    parameters: Mapping[str, Array]


class Layer(NamedTuple):
    """One kind of layer."""

    forward: Callable[[Given, tuple[Array, ...]], Array]
    backward: Callable[[Given, tuple[Array, ...], Array], Back]


def _dense(given: Given, inputs: tuple[Array, ...]) -> Array:
    z = np.einsum("...i,ij->...j", inputs[0], given.parameters["kernel"], optimize=True)
    return z + given.parameters["bias"] if "bias" in given.parameters else z


def _dense_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    x, kernel = inputs[0].reshape(-1, inputs[0].shape[-1]), given.parameters["kernel"]
    flat = delta.reshape(-1, delta.shape[-1])
    found = {"kernel": x.T @ flat}
    if "bias" in given.parameters:
        found["bias"] = flat.sum(axis=0)
    return Back((np.einsum("...j,ij->...i", delta, kernel, optimize=True),), found)


def _reshape(given: Given, inputs: tuple[Array, ...]) -> Array:
    x, shape = inputs[0], given.settings.get("target_shape", (-1,))
    return x.reshape(len(x), *shape)


def _reshape_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:  # noqa: ARG001
    return Back((delta.reshape(inputs[0].shape),), {})


def _same(given: Given, inputs: tuple[Array, ...]) -> Array:  # noqa: ARG001
    return inputs[0]


def _same_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:  # noqa: ARG001
    return Back((delta,), {})


def _activation(given: Given, inputs: tuple[Array, ...]) -> Array:
    function, options = _function(given)
    return function.forward(inputs[0], **options)


def _activation_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    function, options = _function(given)
    return Back((function.backward(delta, inputs[0], **options),), {})


def _function(given: Given) -> tuple[activations.Activation, Mapping[str, Any]]:
    name = given.settings["function"]
    options = next(options for each, options in activations.OF_LAYERS.values() if each == name)
    return activations.ACTIVATIONS[name], {option: given.settings[option] for option in options}


def _prelu(given: Given, inputs: tuple[Array, ...]) -> Array:
    x = inputs[0]
    return np.where(x > 0, x, given.parameters["alpha"] * x)


def _prelu_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    x, alpha = inputs[0], given.parameters["alpha"]
    slope = delta * np.where(x > 0, 0, x)
    shared = tuple(axis for axis, size in enumerate((1, *alpha.shape)) if size == 1)
    return Back((delta * np.where(x > 0, 1, alpha),), {"alpha": slope.sum(axis=shared).reshape(alpha.shape)})


def _dropout(given: Given, inputs: tuple[Array, ...]) -> Array:
    return inputs[0] * (1 if given.mask is None else given.mask)


def _dropout_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:  # noqa: ARG001
    return Back((delta * (1 if given.mask is None else given.mask),), {})


class _Normalized(NamedTuple):
    hat: Array
    """(x - mean) / sqrt(variance + epsilon)."""
    scale: Array
    """1 / sqrt(variance + epsilon)."""
    axes: tuple[int, ...]
    """The axes that mean and variance are taken over."""


def _normalized(x: Array, axes: tuple[int, ...], epsilon: float) -> _Normalized:
    scale = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)
    return _Normalized((x - x.mean(axis=axes, keepdims=True)) * scale, scale, axes)


def _normalized_back(normalized: _Normalized, back: Array) -> Array:
    """dL/dx from dL/dx-hat: mean and variance depend on every x that they are taken over."""
    hat, scale, axes = normalized
    mean = back.mean(axis=axes, keepdims=True)
    return scale * (back - mean - hat * (back * hat).mean(axis=axes, keepdims=True))


def _along(values: Array, axis: int | tuple[int, ...], rank: int) -> Array:
    """Parameters of the axes `axis`, so that they meet an array of a rank."""
    axes = tuple(np.atleast_1d(axis) % rank)
    sizes = iter(values.shape)
    return values.reshape([next(sizes) if place in axes else 1 for place in range(rank)])


def _scaled(given: Given, hat: Array) -> Array:
    axis, rank = given.settings["axis"], hat.ndim
    gamma, beta = given.parameters.get("gamma"), given.parameters.get("beta")
    out = hat if gamma is None else _along(gamma, axis, rank) * hat
    return out if beta is None else out + _along(beta, axis, rank)


def _scaled_back(given: Given, hat: Array, delta: Array) -> tuple[Array, dict[str, Array]]:
    axis, rank = given.settings["axis"], hat.ndim
    others = tuple(place for place in range(rank) if place not in np.atleast_1d(axis) % rank)
    gamma, found = given.parameters.get("gamma"), {}
    if gamma is not None:
        found["gamma"] = (delta * hat).sum(axis=others)
    if "beta" in given.parameters:
        found["beta"] = delta.sum(axis=others)
    return delta if gamma is None else delta * _along(gamma, axis, rank), found


def _batch_normalized(given: Given, x: Array) -> _Normalized:
    axis, epsilon = given.settings["axis"], given.settings["epsilon"]
    if given.training and given.settings.get("trainable", True):
        return _normalized(x, tuple(place for place in range(x.ndim) if place != axis % x.ndim), epsilon)
    mean, variance = (_along(given.parameters[name], axis, x.ndim) for name in ("moving_mean", "moving_variance"))
    scale = 1 / np.sqrt(variance + epsilon)
    return _Normalized((x - mean) * scale, scale, ())


def _batch_normalization(given: Given, inputs: tuple[Array, ...]) -> Array:
    return _scaled(given, _batch_normalized(given, inputs[0]).hat)


def _batch_normalization_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    normalized = _batch_normalized(given, inputs[0])
    back, found = _scaled_back(given, normalized.hat, delta)
    if not normalized.axes:  # the moving mean and variance do not move with x
        return Back((back * normalized.scale,), found)
    return Back((_normalized_back(normalized, back),), found)


def _layer_normalized(given: Given, x: Array) -> _Normalized:
    return _normalized(x, tuple(np.atleast_1d(given.settings["axis"]) % x.ndim), given.settings["epsilon"])


def _layer_normalization(given: Given, inputs: tuple[Array, ...]) -> Array:
    return _scaled(given, _layer_normalized(given, inputs[0]).hat)


def _layer_normalization_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    normalized = _layer_normalized(given, inputs[0])
    back, found = _scaled_back(given, normalized.hat, delta)
    return Back((_normalized_back(normalized, back),), found)


def _embedding(given: Given, inputs: tuple[Array, ...]) -> Array:
    return given.parameters["embeddings"][inputs[0].astype(int)]


def _embedding_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    found = np.zeros_like(given.parameters["embeddings"])
    np.add.at(found, inputs[0].astype(int), delta)  # a row gathers what comes back from wherever it was looked up
    return Back((None,), {"embeddings": found})


def _unbroadcast(values: Array, shape: tuple[int, ...]) -> Array:
    """Sum over the axes along which an input of a shape was repeated."""
    over = tuple(place for place, size in enumerate(shape) if size == 1 and values.shape[place] > 1)
    return values.sum(axis=over, keepdims=True) if over else values


def _add(given: Given, inputs: tuple[Array, ...]) -> Array:  # noqa: ARG001
    return sum(inputs[1:], inputs[0])


def _add_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:  # noqa: ARG001
    return Back(tuple(_unbroadcast(delta, each.shape) for each in inputs), {})


def _multiply(given: Given, inputs: tuple[Array, ...]) -> Array:  # noqa: ARG001
    product = inputs[0]
    for each in inputs[1:]:
        product = product * each
    return product


def _multiply_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    others = [inputs[:place] + inputs[place + 1 :] for place in range(len(inputs))]
    return Back(
        tuple(
            _unbroadcast(delta * _multiply(given, other), each.shape)
            for each, other in zip(inputs, others, strict=True)
        ),
        {},
    )


def _concatenate(given: Given, inputs: tuple[Array, ...]) -> Array:
    return np.concatenate(inputs, axis=given.settings["axis"])


def _concatenate_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    axis = given.settings["axis"]
    cuts = np.cumsum([each.shape[axis] for each in inputs])[:-1]
    return Back(tuple(np.split(delta, cuts, axis=axis)), {})


def _rescaling(given: Given, inputs: tuple[Array, ...]) -> Array:
    return inputs[0] * np.asarray(given.settings["scale"]) + np.asarray(given.settings["offset"])


def _rescaling_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:  # noqa: ARG001
    return Back((delta * np.asarray(given.settings["scale"]),), {})


def _learnt(given: Given, name: str, rank: int) -> Array:
    """The mean or variance that a `Normalization` was given, or has learnt from data."""
    found = given.settings.get(name)
    values = np.asarray(given.parameters[name] if found is None else found, np.float64)
    axis = given.settings["axis"]
    return values if axis is None or values.size == 1 else _along(values.reshape(-1), axis, rank)


def _deviation(given: Given, rank: int) -> Array:
    return np.maximum(np.sqrt(_learnt(given, "variance", rank)), EPSILON)


def _normalization(given: Given, inputs: tuple[Array, ...]) -> Array:
    rank = inputs[0].ndim
    mean, deviation = _learnt(given, "mean", rank), _deviation(given, rank)
    if given.settings.get("invert"):
        return mean + inputs[0] * deviation
    return (inputs[0] - mean) / deviation


def _normalization_back(given: Given, inputs: tuple[Array, ...], delta: Array) -> Back:
    deviation = _deviation(given, inputs[0].ndim)
    return Back((delta * deviation if given.settings.get("invert") else delta / deviation,), {})


LAYERS: dict[str, Layer] = {
    "Dense": Layer(_dense, _dense_back),
    "Flatten": Layer(_reshape, _reshape_back),
    "Reshape": Layer(_reshape, _reshape_back),
    "Activation": Layer(_same, _same_back),
    "ReLU": Layer(_activation, _activation_back),
    "LeakyReLU": Layer(_activation, _activation_back),
    "ELU": Layer(_activation, _activation_back),
    "Softmax": Layer(_activation, _activation_back),
    "PReLU": Layer(_prelu, _prelu_back),
    "Dropout": Layer(_dropout, _dropout_back),
    "BatchNormalization": Layer(_batch_normalization, _batch_normalization_back),
    "LayerNormalization": Layer(_layer_normalization, _layer_normalization_back),
    "Embedding": Layer(_embedding, _embedding_back),
    "Add": Layer(_add, _add_back),
    "Multiply": Layer(_multiply, _multiply_back),
    "Concatenate": Layer(_concatenate, _concatenate_back),
    "Rescaling": Layer(_rescaling, _rescaling_back),
    "Normalization": Layer(_normalization, _normalization_back),
}
"""By the name of Keras' class."""
