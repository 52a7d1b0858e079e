r"""Backpropagation by hand: the chain rule of a dense network in NumPy alone, in float64.

Unit j of a layer is fed by the units i of the layer before it, and feeds the units k of the one behind it:

$$z_j = \sum_i a_i w_{ij} + b_j \qquad a_j = f(z_j)$$

What comes back, with $\delta_j = \partial L / \partial z_j$, are the four equations of this module:

1. output units: $\delta_j = \frac{\partial L}{\partial a_j} f'(z_j)$
2. hidden units: $\delta_j = \bigl(\sum_k \delta_k w_{jk}\bigr) f'(z_j)$
3. weights: $\frac{\partial L}{\partial w_{ij}} = a_i \delta_j$
4. biases: $\frac{\partial L}{\partial b_j} = \delta_j$

L is the mean over the batch, so that equations 3 and 4 are summed over its samples n. Nothing here is differentiated
automatically, which is what makes it a check of `vitrail.tracing.trace`.

References:
    Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, Nature 323, 1986.
    Bishop, Pattern Recognition and Machine Learning, section 5.3, 2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.types import Array

EPSILON = 1e-7
"""Keras keeps probabilities within [EPSILON, 1 - EPSILON] before it takes their logarithm."""


class Dense(NamedTuple):
    """A dense layer: w (inputs, units), b (units,), and the name of its activation, a key of `ACTIVATIONS`."""

    w: Array
    b: Array
    activation: str = "linear"


class Passed(NamedTuple):
    """What a layer computed, and what came back to it; the first axis of `x`, `z`, `a`, `upstream`, `delta` is n."""

    x: Array
    """a_i, what the layer was given."""
    z: Array
    a: Array
    upstream: Array
    """dL/da_j."""
    delta: Array
    """dL/dz_j."""
    dw: Array
    """dL/dw_ij."""
    db: Array
    """dL/db_j."""


# Activations beside their derivatives: f(z), and what dL/da becomes on its way back through f ------------------------


def _linear(z: Array) -> Array:
    return z


def _linear_back(upstream: Array, z: Array) -> Array:  # noqa: ARG001 - f' is 1 everywhere
    return upstream


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


def _relu_back(upstream: Array, z: Array) -> Array:
    return upstream * (z > 0)  # f'(0) is 0, as in Keras


def _sigmoid(z: Array) -> Array:
    return (1 + np.tanh(z / 2)) / 2


def _sigmoid_back(upstream: Array, z: Array) -> Array:
    return upstream * _sigmoid(z) * (1 - _sigmoid(z))


def _tanh(z: Array) -> Array:
    return np.tanh(z)


def _tanh_back(upstream: Array, z: Array) -> Array:
    return upstream * (1 - np.tanh(z) ** 2)


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _softmax_back(upstream: Array, z: Array) -> Array:
    a = _softmax(z)  # each a_k depends on every z_j: da_k/dz_j = a_k (1_jk - a_j), the full Jacobian
    jacobian = a[:, :, None] * (np.eye(a.shape[-1]) - a[:, None, :])
    return np.einsum("nk,nkj->nj", upstream, jacobian)


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "linear": (_linear, _linear_back),
    "relu": (_relu, _relu_back),
    "sigmoid": (_sigmoid, _sigmoid_back),
    "tanh": (_tanh, _tanh_back),
    "softmax": (_softmax, _softmax_back),
}

# Losses beside their derivatives: l_n of each sample, and dl_n/da_j --------------------------------------------------


def _mean_squared_error(y: Array, a: Array) -> tuple[Array, Array]:
    error = a - y.reshape(a.shape)
    return (error**2).mean(axis=-1), 2 * error / a.shape[-1]


def _binary_crossentropy(y: Array, a: Array) -> tuple[Array, Array]:
    y, p = y.reshape(a.shape), np.clip(a, EPSILON, 1 - EPSILON)
    slope = np.where(p == a, (p - y) / (p * (1 - p)), 0)  # what is clipped does not move with a
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=-1), slope / a.shape[-1]


def _categorical_crossentropy(y: Array, a: Array) -> tuple[Array, Array]:
    total = a.sum(axis=-1, keepdims=True)  # 1 after a softmax; Keras divides by it all the same
    q = a / total
    p = np.clip(q, EPSILON, 1 - EPSILON)
    slope = np.where(p == q, -y / p, 0)
    return -(y * np.log(p)).sum(axis=-1), (slope - (slope * q).sum(axis=-1, keepdims=True)) / total


def _sparse_categorical_crossentropy(y: Array, a: Array) -> tuple[Array, Array]:
    return _categorical_crossentropy(np.eye(a.shape[-1])[y.reshape(-1).astype(int)], a)


LOSSES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "mean_squared_error": _mean_squared_error,
    "binary_crossentropy": _binary_crossentropy,
    "categorical_crossentropy": _categorical_crossentropy,
    "sparse_categorical_crossentropy": _sparse_categorical_crossentropy,
}

# The step ------------------------------------------------------------------------------------------------------------


def backpropagate(
    layers: Sequence[Dense], x: Array, y: Array, loss: str, *, sample_weight: Array | None = None
) -> tuple[float, list[Passed]]:
    """One step through a dense network and back.

    Args:
        layers: the network, from its input to its output.
        x: (samples, inputs), what the first layer is given.
        y: (samples, units) targets, or (samples,) class numbers for `"sparse_categorical_crossentropy"`.
        loss: a key of `LOSSES`.
        sample_weight: (samples,), weight of each sample in the mean.

    Returns:
        L, and what each layer computed and got back, in the order of `layers`.

    Examples:
        >>> network = [Dense(np.array([[1.0], [2.0]]), np.array([0.5]))]
        >>> loss, [out] = backpropagate(network, np.array([[3.0, 1.0]]), np.array([4.0]), "mean_squared_error")
        >>> loss, out.delta, out.dw
        (2.25, array([[3.]]), array([[9.],
               [3.]]))
    """
    forward: list[tuple[Array, Array, Array]] = []
    a = np.asarray(x, dtype=np.float64)
    for layer in layers:
        inputs, z = a, np.einsum("ni,ij->nj", a, layer.w, dtype=np.float64) + layer.b
        a = ACTIVATIONS[layer.activation][0](z)
        forward.append((inputs, z, a))

    losses, slopes = LOSSES[loss](np.asarray(y), a)
    share = np.full(len(a), 1 / len(a)) if sample_weight is None else np.asarray(sample_weight, np.float64) / len(a)
    upstream = share[:, None] * slopes  # dL/da_j of the output units

    passed: list[Passed] = []
    for layer, (inputs, z, a) in zip(reversed(layers), reversed(forward), strict=True):
        delta = ACTIVATIONS[layer.activation][1](upstream, z)  # (1) and (2)
        dw = np.einsum("ni,nj->ij", inputs, delta)  # (3)
        db = np.einsum("nj->j", delta)  # (4)
        passed.append(Passed(inputs, z, a, upstream, delta, dw, db))
        upstream = np.einsum("nk,jk->nj", delta, layer.w, dtype=np.float64)  # the sum in (2), for the layer before
    return float(share @ losses), passed[::-1]
