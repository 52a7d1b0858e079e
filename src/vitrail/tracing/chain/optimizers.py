r"""The optimizers' rules, one variable at a time, as Keras defines them.

$w$ is the variable, $g = \partial L/\partial w$, $\eta$ the learning rate, $t$ the number of this step from 1 on. Slots
carry the names that Keras gives them. All run in float64.

References:
    The papers are named at each rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vitrail.types import Array

Slots = dict[str, "Array"]


class Hand(NamedTuple):
    """What an optimizer has in its hands for one variable."""

    w: Array
    g: Array
    slots: Mapping[str, Array]
    settings: Mapping[str, Any]
    eta: float
    t: int
    product: float = 1.0
    """Nadam's product of its momentum schedule, before this step."""


Rule = "Callable[[Hand], tuple[Array, Slots]]"


def _sgd(hand: Hand) -> tuple[Array, Slots]:
    """Robbins and Monro 1951; momentum: Polyak 1964; Nesterov: Sutskever et al. 2013."""
    beta = hand.settings["momentum"]
    if not beta:
        return hand.w - hand.eta * hand.g, {}
    m = beta * hand.slots["momentums"] - hand.eta * hand.g
    step = beta * m - hand.eta * hand.g if hand.settings["nesterov"] else m
    return hand.w + step, {"momentums": m}


def _rmsprop(hand: Hand) -> tuple[Array, Slots]:
    """Hinton's lecture 6e, 2012. Keras adds epsilon under the root."""
    rho, epsilon, beta = (hand.settings[name] for name in ("rho", "epsilon", "momentum"))
    slots = {"velocities": rho * hand.slots["velocities"] + (1 - rho) * hand.g**2}
    spread = slots["velocities"]
    if hand.settings["centered"]:
        slots["average_gradients"] = rho * hand.slots["average_gradients"] + (1 - rho) * hand.g
        spread = spread - slots["average_gradients"] ** 2
    step = hand.eta * hand.g / np.sqrt(spread + epsilon)
    if beta > 0:
        step = slots["momentums"] = beta * hand.slots["momentums"] + step
    return hand.w - step, slots


def _adagrad(hand: Hand) -> tuple[Array, Slots]:
    """Duchi, Hazan and Singer 2011. Keras adds epsilon under the root."""
    total = hand.slots["accumulators"] + hand.g**2
    return hand.w - hand.eta * hand.g / np.sqrt(total + hand.settings["epsilon"]), {"accumulators": total}


def _adadelta(hand: Hand) -> tuple[Array, Slots]:
    """Zeiler 2012."""
    rho, epsilon = hand.settings["rho"], hand.settings["epsilon"]
    squares = rho * hand.slots["accumulated_grads"] + (1 - rho) * hand.g**2
    steps = hand.slots["accumulated_delta_vars"]
    step = -np.sqrt(steps + epsilon) / np.sqrt(squares + epsilon) * hand.g
    kept = {"accumulated_grads": squares, "accumulated_delta_vars": rho * steps + (1 - rho) * step**2}
    return hand.w + hand.eta * step, kept


def _adam(hand: Hand) -> tuple[Array, Slots]:
    """Kingma and Ba 2014, as before section 2.1: epsilon is added to the uncorrected root. AMSGrad: Reddi 2018."""
    beta_1, beta_2, epsilon = (hand.settings[name] for name in ("beta_1", "beta_2", "epsilon"))
    m = beta_1 * hand.slots["momentums"] + (1 - beta_1) * hand.g
    v = beta_2 * hand.slots["velocities"] + (1 - beta_2) * hand.g**2
    slots = {"momentums": m, "velocities": v}
    if hand.settings["amsgrad"]:
        v = slots["velocity_hats"] = np.maximum(hand.slots["velocity_hats"], v)
    alpha = hand.eta * np.sqrt(1 - beta_2**hand.t) / (1 - beta_1**hand.t)
    return hand.w - alpha * m / (np.sqrt(v) + epsilon), slots


def _adamax(hand: Hand) -> tuple[Array, Slots]:
    """Kingma and Ba 2014, section 7.1."""
    beta_1, beta_2, epsilon = (hand.settings[name] for name in ("beta_1", "beta_2", "epsilon"))
    m = beta_1 * hand.slots["m"] + (1 - beta_1) * hand.g
    u = np.maximum(beta_2 * hand.slots["u"], np.abs(hand.g))
    return hand.w - hand.eta * m / ((1 - beta_1**hand.t) * (u + epsilon)), {"m": m, "u": u}


def _nadam(hand: Hand) -> tuple[Array, Slots]:
    """Dozat 2016, with its schedule of momentum."""
    beta_1, beta_2, epsilon = (hand.settings[name] for name in ("beta_1", "beta_2", "epsilon"))
    now, then = (beta_1 * (1 - 0.5 * 0.96**step) for step in (hand.t, hand.t + 1))
    product = hand.product * now
    m = beta_1 * hand.slots["momentums"] + (1 - beta_1) * hand.g
    v = beta_2 * hand.slots["velocities"] + (1 - beta_2) * hand.g**2
    m_hat = then * m / (1 - product * then) + (1 - now) * hand.g / (1 - product)
    v_hat = v / (1 - beta_2**hand.t)
    return hand.w - hand.eta * m_hat / (np.sqrt(v_hat) + epsilon), {"momentums": m, "velocities": v}


def _lion(hand: Hand) -> tuple[Array, Slots]:
    """Chen et al. 2023."""
    beta_1, beta_2, m = hand.settings["beta_1"], hand.settings["beta_2"], hand.slots["momentums"]
    step = np.sign(beta_1 * m + (1 - beta_1) * hand.g)
    return hand.w - hand.eta * step, {"momentums": beta_2 * m + (1 - beta_2) * hand.g}


def _ftrl(hand: Hand) -> tuple[Array, Slots]:
    """McMahan et al. 2013."""
    power, l1 = -hand.settings["learning_rate_power"], hand.settings["l1_regularization_strength"]
    l2 = hand.settings["l2_regularization_strength"] + hand.settings["beta"] / (2 * hand.eta)
    g = hand.g + 2 * hand.settings["l2_shrinkage_regularization_strength"] * hand.w
    before = hand.slots["accumulators"]
    total = before + hand.g**2
    linear = hand.slots["linears"] + g - (total**power - before**power) / hand.eta * hand.w
    w = (np.clip(linear, -l1, l1) - linear) / (total**power / hand.eta + 2 * l2)
    return w, {"accumulators": total, "linears": linear}


OPTIMIZERS: dict[str, Callable[[Hand], tuple[Array, Slots]]] = {
    "SGD": _sgd,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "Adam": _adam,
    "AdamW": _adam,
    "Adamax": _adamax,
    "Nadam": _nadam,
    "Lion": _lion,
    "Ftrl": _ftrl,
}
"""By the name of Keras' class. AdamW is Adam with `decay` before it (Loshchilov and Hutter 2017)."""


def clip(gradients: Sequence[Array], settings: Mapping[str, Any]) -> list[Array]:
    """The gradients as the optimizer takes them: cut to a norm each, to a norm together, or value by value."""
    if norm := settings.get("clipnorm"):
        return [g * norm / max(norm, float(np.sqrt((g**2).sum()))) for g in gradients]
    if norm := settings.get("global_clipnorm"):
        together = float(np.sqrt(sum((g**2).sum() for g in gradients)))
        return [g * norm / max(norm, together) for g in gradients]
    if value := settings.get("clipvalue"):
        return [np.clip(g, -value, value) for g in gradients]
    return list(gradients)


def decay(w: Array, eta: float, settings: Mapping[str, Any]) -> Array:
    """Weight decay, which comes before the rule."""
    return w - w * (settings.get("weight_decay") or 0.0) * eta
