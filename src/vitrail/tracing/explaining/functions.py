"""Activations and losses as formulas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail.tracing.chain.activations import ACTIVATIONS
from vitrail.tracing.chain.losses import EPSILON
from vitrail.tracing.explaining.expression import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
    largest,
    minus,
    square,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.types import Array

ONE = Number(1)
SQUARED = {"mean_squared_error"}
CATEGORICAL = {"categorical_crossentropy", "sparse_categorical_crossentropy"}
ACROSS_UNITS = {"softmax", "log_softmax"}
"""Activations each of whose values depends on all units."""


def activation(name: str, options: Mapping[str, Any], z: Symbol) -> Expression:
    """f(z) of an activation that acts on each unit alone."""
    match name:
        case "linear":
            return z
        case "relu" if not any(options.values()):
            return Call("max0", z, max(z.value, 0.0))
        case "sigmoid":
            return Quotient(ONE, Sum((ONE, exponential(Negative(z)))))
        case "exponential":
            return exponential(z)
        case _:
            return Call(name, z, float(ACTIVATIONS[name].forward(np.array(z.value), **options)))


def slope(name: str, options: Mapping[str, Any], z: Symbol, a: Symbol) -> Expression:
    """f'(z) of an activation that acts on each unit alone."""
    match name:
        case "linear":
            return ONE
        case "relu" if not any(options.values()):
            return Call("step", z, float(z.value > 0))
        case "sigmoid":
            return Product((a, minus(ONE, a)))
        case "tanh":
            return minus(ONE, square(a))
        case "exponential":
            return a
        case _:
            return Call(f"{name}'", z, float(ACTIVATIONS[name].backward(np.array(1.0), np.array(z.value), **options)))


def softmax(z: Array, unit: int) -> Expression:
    """exp(z_j) over the sum of all."""
    own = exponential(Symbol("z", float(z[unit]), str(unit)))
    general = Power(Symbol("e", math.e), Symbol("z", 0.0, "k"))
    shown = largest(np.exp(z.astype(np.float64)), np.ones(len(z)))
    terms = tuple(exponential(Symbol("z", float(z[place]), str(place))) for place in shown.places)
    return Quotient(own, Series("k", general, terms, shown.rest, shown.rest_count))


def softmax_delta(upstream: Array, a: Array, unit: int) -> Expression:
    """The sum over k of dL/da_k a_k (1_jk - a_j)."""
    own = Symbol("a", float(a[unit]), str(unit))
    general = Product((Symbol("dL/da", 0.0, "k"), Symbol("a", 0.0, "k")))
    shown = largest(upstream, a)
    terms = tuple(
        Product((Symbol("dL/da", float(upstream[place]), str(place)), Symbol("a", float(a[place]), str(place))))
        for place in shown.places
    )
    mean = Series("k", general, terms, shown.rest, shown.rest_count)
    return Product((own, minus(Symbol("dL/da", float(upstream[unit]), str(unit)), mean)))


def exponential(argument: Expression) -> Power:
    """E to the power of something."""
    return Power(Symbol("e", math.e), argument)


def loss(name: str, options: Mapping[str, Any], y: Array, prediction: Array, value: float) -> Expression:
    """One sample's loss; y as the loss compares it, both (units,)."""
    plain = not options.get("from_logits") and not options.get("label_smoothing")
    if name in SQUARED:
        errors = y - prediction
        shown = largest(errors, errors)
        terms = tuple(_squared_error(y, prediction, place) for place in shown.places)
        general = square(minus(Symbol("y", 0.0, "k"), Symbol("yhat", 0.0, "k")))
        return Product(
            (Quotient(ONE, Symbol("K", float(len(y)))), Series("k", general, terms, shown.rest, shown.rest_count))
        )
    if name in CATEGORICAL and plain and np.count_nonzero(y) == 1:
        place = int(np.argmax(y))
        share = float(prediction[place] / prediction.sum())  # 1 after a softmax; Keras divides by the sum all the same
        clipped = min(max(share, EPSILON), 1 - EPSILON)
        return Negative(Call("log", Symbol("yhat", clipped, str(place)), math.log(clipped)))
    if name == "binary_crossentropy" and plain and len(y) == 1:
        clipped = min(max(float(prediction[0]), EPSILON), 1 - EPSILON)
        target, guess = Symbol("y", float(y[0])), Symbol("yhat", clipped)
        yes = Product((target, Call("log", guess, math.log(clipped))))
        no = Product((minus(ONE, target), Call("log", minus(ONE, guess), math.log(1 - clipped))))
        return Negative(Sum((yes, no)))
    return Call(name, Symbol("yhat", float(prediction.ravel()[0])), value)


def _squared_error(y: Array, prediction: Array, place: int) -> Power:
    return square(minus(Symbol("y", float(y[place]), str(place)), Symbol("yhat", float(prediction[place]), str(place))))


def loss_slope(
    name: str, options: Mapping[str, Any], y: Array, prediction: Array, unit: int, share: float, value: float
) -> Expression | None:
    """dL/dprediction of one unit; share is dL/dl of the sample. None where it is only shown as a number."""
    plain = not options.get("from_logits") and not options.get("label_smoothing")
    weight, guess = Symbol("dL/dell", share), Symbol("yhat", float(prediction[unit]), str(unit))
    target = Symbol("y", float(y[unit]), str(unit))
    if name in SQUARED:
        two = Quotient(Number(2), Symbol("K", float(len(y))))
        return Product((weight, two, minus(guess, target)))
    if name in CATEGORICAL and options.get("from_logits") and not options.get("label_smoothing"):
        return (
            Product((weight, minus(Call("softmax", guess, value / share + float(y[unit])), target))) if share else None
        )
    if name in CATEGORICAL and plain and EPSILON < prediction[unit] < 1 - EPSILON:
        return Product((weight, minus(ONE, Quotient(target, guess))))  # 1: Keras divides by the sum of the predictions
    if name == "binary_crossentropy" and plain and EPSILON < prediction[unit] < 1 - EPSILON:
        bottom = Product((guess, minus(ONE, guess)))
        return Product((weight, Quotient(ONE, Symbol("K", float(len(y)))), Quotient(minus(guess, target), bottom)))
    return None
