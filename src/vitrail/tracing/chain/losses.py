r"""Losses beside their derivatives, as Keras defines them.

`forward(y, p)` gives $l$, one value for each sample (and position), `backward(g, y, p)` gives $\partial L/\partial p$
from $g = \partial L/\partial l$. Sums and means run over the last axis, $K$ long. $p$ is what the model predicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.tracing.chain.activations import sigmoid, softmax, softplus

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Array

EPSILON = 1e-7
"""Keras keeps probabilities within [EPSILON, 1 - EPSILON] before it takes their logarithm."""


def _no_side(y: Array, p: Array) -> Array:  # noqa: ARG001
    return np.empty(0, bool)


def _over_y(y: Array, p: Array) -> Array:
    return p > y


def _within(y: Array, p: Array) -> Array:  # noqa: ARG001
    return (p > EPSILON) & (p < 1 - EPSILON)


def _positive(y: Array, p: Array) -> Array:  # noqa: ARG001
    return p > EPSILON


def _in_margin(y: Array, p: Array) -> Array:
    return 1 - _signs(y) * p > 0


def _worst(y: Array, p: Array) -> Array:
    wrong = (1 - y) * p
    return (wrong == wrong.max(axis=-1, keepdims=True)) & (wrong.max(axis=-1) - (y * p).sum(axis=-1) + 1 > 0)[..., None]


class Loss(NamedTuple):
    """One loss function."""

    forward: Callable[..., Array]
    backward: Callable[..., Array]
    sparse: bool = False
    """Whether the targets are class numbers."""
    side: Callable[[Array, Array], Array] = _no_side
    """Of (y, p): on which side of its kinks every value lies."""


def _mean_squared_error(y: Array, p: Array) -> Array:
    return ((p - y) ** 2).mean(axis=-1)


def _mean_squared_error_back(g: Array, y: Array, p: Array) -> Array:
    return g[..., None] * 2 * (p - y) / p.shape[-1]


def _mean_absolute_error(y: Array, p: Array) -> Array:
    return np.abs(p - y).mean(axis=-1)


def _mean_absolute_error_back(g: Array, y: Array, p: Array) -> Array:
    return g[..., None] * np.sign(p - y) / p.shape[-1]


def _mean_absolute_percentage_error(y: Array, p: Array) -> Array:
    return 100 * np.abs((y - p) / np.maximum(np.abs(y), EPSILON)).mean(axis=-1)


def _mean_absolute_percentage_error_back(g: Array, y: Array, p: Array) -> Array:
    return g[..., None] * 100 * np.sign(p - y) / np.maximum(np.abs(y), EPSILON) / p.shape[-1]


def _mean_squared_logarithmic_error(y: Array, p: Array) -> Array:
    return ((np.log1p(np.maximum(p, EPSILON)) - np.log1p(np.maximum(y, EPSILON))) ** 2).mean(axis=-1)


def _mean_squared_logarithmic_error_back(g: Array, y: Array, p: Array) -> Array:
    q = np.maximum(p, EPSILON)  # what is clipped does not move with p
    return g[..., None] * 2 * (np.log1p(q) - np.log1p(np.maximum(y, EPSILON))) / (1 + q) * (p > EPSILON) / p.shape[-1]


def _unit(v: Array) -> tuple[Array, Array]:
    norm = np.sqrt(np.maximum((v**2).sum(axis=-1, keepdims=True), 1e-12))
    return v / norm, norm


def _cosine_similarity(y: Array, p: Array) -> Array:
    return -(_unit(y)[0] * _unit(p)[0]).sum(axis=-1)


def _cosine_similarity_back(g: Array, y: Array, p: Array) -> Array:
    (u, norm), v = _unit(p), _unit(y)[0]
    return -g[..., None] * (v - u * (u * v).sum(axis=-1, keepdims=True)) / norm


def _huber(y: Array, p: Array, delta: float = 1.0) -> Array:
    e = np.abs(p - y)
    return np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2).mean(axis=-1)


def _huber_back(g: Array, y: Array, p: Array, delta: float = 1.0) -> Array:
    return g[..., None] * np.clip(p - y, -delta, delta) / p.shape[-1]


def _log_cosh(y: Array, p: Array) -> Array:
    e = p - y
    return (e + softplus(-2 * e) - np.log(2)).mean(axis=-1)


def _log_cosh_back(g: Array, y: Array, p: Array) -> Array:
    return g[..., None] * np.tanh(p - y) / p.shape[-1]


def _kl_divergence(y: Array, p: Array) -> Array:
    y, q = np.clip(y, EPSILON, 1), np.clip(p, EPSILON, 1)
    return (y * np.log(y / q)).sum(axis=-1)


def _kl_divergence_back(g: Array, y: Array, p: Array) -> Array:
    y, q = np.clip(y, EPSILON, 1), np.clip(p, EPSILON, 1)
    return -g[..., None] * y / q * (p == q)


def _poisson(y: Array, p: Array) -> Array:
    return (p - y * np.log(p + EPSILON)).mean(axis=-1)


def _poisson_back(g: Array, y: Array, p: Array) -> Array:
    return g[..., None] * (1 - y / (p + EPSILON)) / p.shape[-1]


def _signs(y: Array) -> Array:
    """Labels 0 and 1 as -1 and 1; all others as they are."""
    return 2 * y - 1 if np.isin(y, (0, 1)).all() else y


def _hinge(y: Array, p: Array) -> Array:
    return np.maximum(1 - _signs(y) * p, 0).mean(axis=-1)


def _hinge_back(g: Array, y: Array, p: Array) -> Array:
    y = _signs(y)
    return -g[..., None] * y * (1 - y * p > 0) / p.shape[-1]


def _squared_hinge(y: Array, p: Array) -> Array:
    return (np.maximum(1 - _signs(y) * p, 0) ** 2).mean(axis=-1)


def _squared_hinge_back(g: Array, y: Array, p: Array) -> Array:
    y = _signs(y)
    return -g[..., None] * 2 * y * np.maximum(1 - y * p, 0) / p.shape[-1]


def _categorical_hinge(y: Array, p: Array) -> Array:
    return np.maximum(((1 - y) * p).max(axis=-1) - (y * p).sum(axis=-1) + 1, 0)


def _categorical_hinge_back(g: Array, y: Array, p: Array) -> Array:
    wrong = (1 - y) * p
    worst = np.eye(p.shape[-1])[wrong.argmax(axis=-1)]
    active = wrong.max(axis=-1) - (y * p).sum(axis=-1) + 1 > 0
    return (g * active)[..., None] * (worst * (1 - y) - y)


def _smooth(y: Array, label_smoothing: float, classes: int) -> Array:
    return y * (1 - label_smoothing) + label_smoothing / classes


def _binary_crossentropy(y: Array, p: Array, *, from_logits: bool = False, label_smoothing: float = 0.0) -> Array:
    y = _smooth(y, label_smoothing, 2)
    if from_logits:
        return (softplus(p) - y * p).mean(axis=-1)
    q = np.clip(p, EPSILON, 1 - EPSILON)
    return -(y * np.log(q) + (1 - y) * np.log(1 - q)).mean(axis=-1)


def _binary_crossentropy_back(
    g: Array, y: Array, p: Array, *, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    y = _smooth(y, label_smoothing, 2)
    if from_logits:
        return g[..., None] * (sigmoid(p) - y) / p.shape[-1]
    q = np.clip(p, EPSILON, 1 - EPSILON)
    return g[..., None] * (q - y) / (q * (1 - q)) * (p == q) / p.shape[-1]


class _Focal(NamedTuple):
    """What the binary focal cross-entropy and its derivative are made of."""

    p: Array
    balance: Array | float
    cross: Array
    cross_slope: Array
    miss: Array
    """1 minus the probability of what is right, to the power of gamma."""
    miss_slope: Array


def _focal(
    y: Array,
    p: Array,
    *,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> _Focal:
    y = _smooth(y, label_smoothing, 2)
    p = sigmoid(p) if from_logits else p
    q = np.clip(p, EPSILON, 1 - EPSILON)
    miss = 1 - (y * p + (1 - y) * (1 - p))
    return _Focal(
        p,
        y * alpha + (1 - y) * (1 - alpha) if apply_class_balancing else 1.0,
        -(y * np.log(q) + (1 - y) * np.log(1 - q)),
        (q - y) / (q * (1 - q)) * (p == q),
        miss**gamma,
        gamma * miss ** (gamma - 1) * (1 - 2 * y),
    )


def _binary_focal_crossentropy(y: Array, p: Array, **options: Any) -> Array:  # noqa: ANN401
    focal = _focal(y, p, **options)
    return (focal.balance * focal.miss * focal.cross).mean(axis=-1)


def _binary_focal_crossentropy_back(g: Array, y: Array, p: Array, **options: Any) -> Array:  # noqa: ANN401
    focal = _focal(y, p, **options)
    slope = focal.balance * (focal.miss_slope * focal.cross + focal.miss * focal.cross_slope)
    slope = g[..., None] * slope / p.shape[-1]
    return slope * focal.p * (1 - focal.p) if options.get("from_logits") else slope


def _categorical_crossentropy(y: Array, p: Array, *, from_logits: bool = False, label_smoothing: float = 0.0) -> Array:
    y = _smooth(y, label_smoothing, p.shape[-1])
    if from_logits:
        shifted = p - p.max(axis=-1, keepdims=True)
        return -(y * (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))).sum(axis=-1)
    q = np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)
    return -(y * np.log(q)).sum(axis=-1)


def _through_the_sum(slope: Array, p: Array) -> Array:
    """dL/dp from dL/dq, where q = p / sum of p; 1 after a softmax, Keras divides by it all the same."""
    total = p.sum(axis=-1, keepdims=True)
    return (slope - (slope * p / total).sum(axis=-1, keepdims=True)) / total


def _categorical_crossentropy_back(
    g: Array, y: Array, p: Array, *, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    y = _smooth(y, label_smoothing, p.shape[-1])
    if from_logits:
        return g[..., None] * (softmax(p) * y.sum(axis=-1, keepdims=True) - y)
    q = p / p.sum(axis=-1, keepdims=True)
    inside = (q > EPSILON) & (q < 1 - EPSILON)  # what is clipped does not move with p
    return g[..., None] * _through_the_sum(np.where(inside, -y / np.where(inside, q, 1), 0), p)


class _CategoricalFocal(NamedTuple):
    """What the categorical focal cross-entropy and its derivative are made of."""

    p: Array
    value: Array
    slope: Array
    """Of the value by q = p / sum of p."""


def _categorical_focal(
    y: Array,
    p: Array,
    *,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> _CategoricalFocal:
    y = _smooth(y, label_smoothing, p.shape[-1])
    p = softmax(p) if from_logits else p
    share = p / p.sum(axis=-1, keepdims=True)
    q = np.clip(share, EPSILON, 1 - EPSILON)
    value = -alpha * (1 - q) ** gamma * y * np.log(q)
    slope = alpha * y * (gamma * (1 - q) ** (gamma - 1) * np.log(q) - (1 - q) ** gamma / q) * (share == q)
    return _CategoricalFocal(p, value, slope)


def _categorical_focal_crossentropy(y: Array, p: Array, **options: Any) -> Array:  # noqa: ANN401
    return _categorical_focal(y, p, **options).value.sum(axis=-1)


def _categorical_focal_crossentropy_back(g: Array, y: Array, p: Array, **options: Any) -> Array:  # noqa: ANN401
    focal = _categorical_focal(y, p, **options)
    slope = g[..., None] * _through_the_sum(focal.slope, focal.p)
    # the softmax' other term is 0: scaling p by a number changes no q
    return focal.p * slope if options.get("from_logits") else slope


def _one_hot(y: Array, classes: int) -> Array:
    return np.eye(classes)[y.astype(int)]


def _sparse_categorical_crossentropy(y: Array, p: Array, *, from_logits: bool = False) -> Array:
    return _categorical_crossentropy(_one_hot(y, p.shape[-1]), p, from_logits=from_logits)


def _sparse_categorical_crossentropy_back(g: Array, y: Array, p: Array, *, from_logits: bool = False) -> Array:
    return _categorical_crossentropy_back(g, _one_hot(y, p.shape[-1]), p, from_logits=from_logits)


def _categorical_generalized_cross_entropy(y: Array, p: Array, q: float = 0.5) -> Array:
    return (1 - (p * _one_hot(y, p.shape[-1])).sum(axis=-1) ** q) / q


def _categorical_generalized_cross_entropy_back(g: Array, y: Array, p: Array, q: float = 0.5) -> Array:
    hot = _one_hot(y, p.shape[-1])
    return -g[..., None] * hot * (p * hot).sum(axis=-1, keepdims=True) ** (q - 1)


def _axes(axis: int | tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    return tuple(range(rank)) if axis is None else tuple(np.atleast_1d(axis) % rank)


def _dice(y: Array, p: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    over = _axes(axis, p.ndim)
    return 1 - 2 * (y * p).sum(axis=over) / (y.sum(axis=over) + p.sum(axis=over) + EPSILON)


def _dice_back(g: Array, y: Array, p: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    over = _axes(axis, p.ndim)
    both, total = (y * p).sum(axis=over, keepdims=True), (y + p).sum(axis=over, keepdims=True) + EPSILON
    return -np.expand_dims(g, over) * 2 * (y * total - both) / total**2


def _tversky(
    y: Array, p: Array, alpha: float = 0.5, beta: float = 0.5, axis: int | tuple[int, ...] | None = None
) -> Array:
    over = _axes(axis, p.ndim)
    both = (y * p).sum(axis=over)
    return 1 - both / (both + alpha * ((1 - p) * y).sum(axis=over) + beta * (p * (1 - y)).sum(axis=over) + EPSILON)


def _tversky_back(
    g: Array, y: Array, p: Array, alpha: float = 0.5, beta: float = 0.5, axis: int | tuple[int, ...] | None = None
) -> Array:
    over = _axes(axis, p.ndim)
    both = (y * p).sum(axis=over, keepdims=True)
    whole = both + (alpha * (1 - p) * y + beta * p * (1 - y)).sum(axis=over, keepdims=True) + EPSILON
    slope = y - alpha * y + beta * (1 - y)  # of `whole`
    return -np.expand_dims(g, over) * (y * whole - both * slope) / whole**2


LOSSES: dict[str, Loss] = {
    "mean_squared_error": Loss(_mean_squared_error, _mean_squared_error_back),
    "mean_absolute_error": Loss(_mean_absolute_error, _mean_absolute_error_back, side=_over_y),
    "mean_absolute_percentage_error": Loss(
        _mean_absolute_percentage_error, _mean_absolute_percentage_error_back, side=_over_y
    ),
    "mean_squared_logarithmic_error": Loss(
        _mean_squared_logarithmic_error, _mean_squared_logarithmic_error_back, side=_positive
    ),
    "cosine_similarity": Loss(_cosine_similarity, _cosine_similarity_back),
    "huber": Loss(_huber, _huber_back),
    "log_cosh": Loss(_log_cosh, _log_cosh_back),
    "kl_divergence": Loss(_kl_divergence, _kl_divergence_back, side=_within),
    "poisson": Loss(_poisson, _poisson_back),
    "hinge": Loss(_hinge, _hinge_back, side=_in_margin),
    "squared_hinge": Loss(_squared_hinge, _squared_hinge_back, side=_in_margin),
    "categorical_hinge": Loss(_categorical_hinge, _categorical_hinge_back, side=_worst),
    "binary_crossentropy": Loss(_binary_crossentropy, _binary_crossentropy_back, side=_within),
    "binary_focal_crossentropy": Loss(_binary_focal_crossentropy, _binary_focal_crossentropy_back, side=_within),
    "categorical_crossentropy": Loss(_categorical_crossentropy, _categorical_crossentropy_back, side=_within),
    "categorical_focal_crossentropy": Loss(
        _categorical_focal_crossentropy, _categorical_focal_crossentropy_back, side=_within
    ),
    "sparse_categorical_crossentropy": Loss(
        _sparse_categorical_crossentropy, _sparse_categorical_crossentropy_back, sparse=True, side=_within
    ),
    "categorical_generalized_cross_entropy": Loss(
        _categorical_generalized_cross_entropy, _categorical_generalized_cross_entropy_back, sparse=True
    ),
    "dice": Loss(_dice, _dice_back),
    "tversky": Loss(_tversky, _tversky_back),
}
"""By the name of Keras' function."""


def reduce(values: Array, sample_weight: Array | None, reduction: str) -> tuple[float, Array]:
    r"""L of one output from the losses l, and g = dL/dl.

    $$L = \frac1N \sum_n w_n\, l_n \qquad g_n = \frac{w_n}{N}$$

    N is the number of losses, 1 for the reduction `"sum"`, or the sum of the weights.
    """
    weights = np.ones_like(values) if sample_weight is None else _aligned(sample_weight, values)
    if values.ndim == 0 or reduction == "sum":
        share = weights
    elif reduction == "mean_with_sample_weight" and sample_weight is not None:
        share = weights / np.sum(sample_weight)
    else:
        share = weights / values.size
    return float((share * values).sum()), share


def _aligned(weights: Array, values: Array) -> Array:
    """One weight for each loss; positions of one sample share its weight."""
    weights = np.asarray(weights, np.float64)
    if weights.ndim == values.ndim + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    return np.broadcast_to(weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim)), values.shape)


def targets(loss: Loss, y: Array, p: Array) -> Array:
    """The targets in the shape that the loss compares."""
    y = np.asarray(y)
    if loss.sparse:
        return y.reshape(p.shape[:-1])
    return y.astype(np.float64).reshape(p.shape) if y.size == p.size else y.astype(np.float64)
