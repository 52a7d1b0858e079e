"""Regularisers beside their derivatives: what they add to L, and to the gradient of the values they act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.types import Array


class Regularizer(NamedTuple):
    """One regulariser."""

    forward: Callable[..., float]
    backward: Callable[..., Array]


def _l1(w: Array, l1: float) -> float:
    return float(l1 * np.abs(w).sum())


def _l1_back(w: Array, l1: float) -> Array:
    return l1 * np.sign(w)


def _l2(w: Array, l2: float) -> float:
    return float(l2 * (w**2).sum())


def _l2_back(w: Array, l2: float) -> Array:
    return 2 * l2 * w


def _l1_l2(w: Array, l1: float, l2: float) -> float:
    return float(l1 * np.abs(w).sum() + l2 * (w**2).sum())


def _l1_l2_back(w: Array, l1: float, l2: float) -> Array:
    return l1 * np.sign(w) + 2 * l2 * w


REGULARIZERS: dict[str, Regularizer] = {
    "L1": Regularizer(_l1, _l1_back),
    "L2": Regularizer(_l2, _l2_back),
    "L1L2": Regularizer(_l1_l2, _l1_l2_back),
}
"""By the name of Keras' class."""


def named(settings: Mapping[str, Any], what: str) -> tuple[Regularizer, dict[str, float]] | None:
    """The regulariser that acts on a layer's `what` (`"kernel"`, `"activity"`), and its options."""
    found = settings.get(f"{what}_regularizer")
    if not found:
        return None
    options = {name: float(value) for name, value in found.items() if name in {"l1", "l2"}}
    return REGULARIZERS[found["class_name"]], options


def known(settings: Mapping[str, Any]) -> bool:
    """Whether there is a rule for every regulariser of a layer."""
    found = [value for name, value in settings.items() if name.endswith("_regularizer") and value]
    return all(isinstance(each, dict) and each.get("class_name") in REGULARIZERS for each in found)
