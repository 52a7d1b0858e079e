r"""Activation functions beside their derivatives: $a = f(z)$, and $\partial L/\partial z$ from $\partial L/\partial a$.

Where f has a kink, its derivative there is the one that Keras takes; `kinks` names the places.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Array


def _no_kinks(**_: Any) -> tuple[float, ...]:  # noqa: ANN401
    return ()


class Activation(NamedTuple):
    """One activation function."""

    forward: Callable[..., Array]
    """f(z, **options)."""
    backward: Callable[..., Array]
    """dL/dz from (dL/da, z, **options)."""
    kinks: Callable[..., tuple[float, ...]] = _no_kinks
    """The z at which f has no derivative."""


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
_erf = np.vectorize(math.erf, otypes=[float])


def _linear(z: Array) -> Array:
    return z


def _linear_back(upstream: Array, z: Array) -> Array:  # noqa: ARG001 - f' is 1 everywhere
    return upstream


def _relu(z: Array, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Array:
    a = np.where(z > threshold, z, negative_slope * (z - threshold))
    return a if max_value is None else np.minimum(a, max_value)


def _relu_back(
    upstream: Array, z: Array, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Array:
    slope = np.where(z > threshold, 1.0, negative_slope)
    return upstream * (slope if max_value is None else slope * (z < max_value))


def _relu_kinks(
    negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> tuple[float, ...]:
    return (threshold,) if negative_slope != 1 and max_value is None else (threshold, max_value or threshold)


def _leaky_relu(z: Array, negative_slope: float = 0.2) -> Array:
    return np.where(z > 0, z, negative_slope * z)


def _leaky_relu_back(upstream: Array, z: Array, negative_slope: float = 0.2) -> Array:
    return upstream * np.where(z > 0, 1, negative_slope)


def _kink_at_0(**_: Any) -> tuple[float, ...]:  # noqa: ANN401
    return (0.0,)


def _relu6(z: Array) -> Array:
    return np.clip(z, 0, 6)


def _relu6_back(upstream: Array, z: Array) -> Array:
    return upstream * ((z > 0) & (z < 6))  # noqa: PLR2004


def _elu(z: Array, alpha: float = 1.0) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def _elu_back(upstream: Array, z: Array, alpha: float = 1.0) -> Array:
    return upstream * np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


def _selu(z: Array) -> Array:
    return _SELU_SCALE * _elu(z, _SELU_ALPHA)


def _selu_back(upstream: Array, z: Array) -> Array:
    return upstream * _SELU_SCALE * np.where(z > 0, 1, _SELU_ALPHA * np.exp(np.minimum(z, 0)))


def _celu(z: Array, alpha: float = 1.0) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0) / alpha))


def _celu_back(upstream: Array, z: Array, alpha: float = 1.0) -> Array:
    return upstream * np.where(z > 0, 1, np.exp(np.minimum(z, 0) / alpha))


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return (1 + np.tanh(z / 2)) / 2


def _sigmoid_back(upstream: Array, z: Array) -> Array:
    return upstream * sigmoid(z) * (1 - sigmoid(z))


def _tanh(z: Array) -> Array:
    return np.tanh(z)


def _tanh_back(upstream: Array, z: Array) -> Array:
    return upstream * (1 - np.tanh(z) ** 2)


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), without overflow."""
    return np.logaddexp(0, z)


def _softplus_back(upstream: Array, z: Array) -> Array:
    return upstream * sigmoid(z)


def _softsign(z: Array) -> Array:
    return z / (1 + np.abs(z))


def _softsign_back(upstream: Array, z: Array) -> Array:
    return upstream / (1 + np.abs(z)) ** 2


def _silu(z: Array) -> Array:
    return z * sigmoid(z)


def _silu_back(upstream: Array, z: Array) -> Array:
    return upstream * (sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)))


def _gelu(z: Array) -> Array:
    return z * (1 + _erf(z / math.sqrt(2))) / 2


def _gelu_back(upstream: Array, z: Array) -> Array:
    return upstream * ((1 + _erf(z / math.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


def _exponential(z: Array) -> Array:
    return np.exp(z)


def _exponential_back(upstream: Array, z: Array) -> Array:
    return upstream * np.exp(z)


def _hard_sigmoid(z: Array) -> Array:
    return np.clip(z / 6 + 0.5, 0, 1)


def _hard_sigmoid_back(upstream: Array, z: Array) -> Array:
    return upstream * (np.abs(z) < 3) / 6  # noqa: PLR2004


def _kinks_at_3(**_: Any) -> tuple[float, ...]:  # noqa: ANN401
    return (-3.0, 3.0)


def _hard_silu(z: Array) -> Array:
    return z * _hard_sigmoid(z)


def _hard_silu_back(upstream: Array, z: Array) -> Array:
    return upstream * (_hard_sigmoid(z) + z * (np.abs(z) < 3) / 6)  # noqa: PLR2004


def _mish(z: Array) -> Array:
    return z * np.tanh(softplus(z))


def _mish_back(upstream: Array, z: Array) -> Array:
    t = np.tanh(softplus(z))
    return upstream * (t + z * (1 - t**2) * sigmoid(z))


def _log_sigmoid(z: Array) -> Array:
    return -softplus(-z)


def _log_sigmoid_back(upstream: Array, z: Array) -> Array:
    return upstream * (1 - sigmoid(z))


def softmax(z: Array, axis: int = -1) -> Array:
    """exp(z_j) / sum_k exp(z_k), without overflow."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _softmax_back(upstream: Array, z: Array, axis: int = -1) -> Array:
    a = np.moveaxis(softmax(z, axis), axis, -1)  # da_k/dz_j = a_k (1_jk - a_j), the full Jacobian
    jacobian = a[..., :, None] * (np.eye(a.shape[-1]) - a[..., None, :])
    return np.moveaxis(np.einsum("...k,...kj->...j", np.moveaxis(upstream, axis, -1), jacobian), -1, axis)


def _log_softmax(z: Array, axis: int = -1) -> Array:
    shifted = z - z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _log_softmax_back(upstream: Array, z: Array, axis: int = -1) -> Array:
    return upstream - softmax(z, axis) * upstream.sum(axis=axis, keepdims=True)


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(_linear, _linear_back),
    "relu": Activation(_relu, _relu_back, _relu_kinks),
    "leaky_relu": Activation(_leaky_relu, _leaky_relu_back, _kink_at_0),
    "relu6": Activation(_relu6, _relu6_back, lambda: (0.0, 6.0)),
    "elu": Activation(_elu, _elu_back, lambda alpha=1.0: () if alpha == 1 else (0.0,)),
    "selu": Activation(_selu, _selu_back, _kink_at_0),
    "celu": Activation(_celu, _celu_back),
    "sigmoid": Activation(sigmoid, _sigmoid_back),
    "tanh": Activation(_tanh, _tanh_back),
    "softplus": Activation(softplus, _softplus_back),
    "softsign": Activation(_softsign, _softsign_back),
    "silu": Activation(_silu, _silu_back),
    "gelu": Activation(_gelu, _gelu_back),
    "exponential": Activation(_exponential, _exponential_back),
    "hard_sigmoid": Activation(_hard_sigmoid, _hard_sigmoid_back, _kinks_at_3),
    "hard_silu": Activation(_hard_silu, _hard_silu_back, _kinks_at_3),
    "mish": Activation(_mish, _mish_back),
    "log_sigmoid": Activation(_log_sigmoid, _log_sigmoid_back),
    "softmax": Activation(softmax, _softmax_back),
    "log_softmax": Activation(_log_softmax, _log_softmax_back),
}
"""By the name that Keras gives the function."""

OF_LAYERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ReLU": ("relu", ("negative_slope", "max_value", "threshold")),
    "LeakyReLU": ("leaky_relu", ("negative_slope",)),
    "ELU": ("elu", ("alpha",)),
    "Softmax": ("softmax", ("axis",)),
}
"""The layers that are an activation function: its name, and its options among the layer's settings."""


def reference(activation: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 - as Keras writes it
    """The function that a configuration means, and its options; none where there is no rule for it.

    Examples:
        >>> reference({"class_name": "LeakyReLU", "name": "leaky", "negative_slope": 0.5})
        ('leaky_relu', {'negative_slope': 0.5})
    """
    if activation is None:
        return "linear", {}
    if isinstance(activation, str):
        return (activation, {}) if activation in ACTIVATIONS else None
    name, options = OF_LAYERS.get(activation.get("class_name"), ("", ()))
    return (name, {option: activation[option] for option in options}) if name else None
