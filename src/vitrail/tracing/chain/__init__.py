"""Backpropagation by hand: the chain rule of every layer, loss and optimizer that Vitrail opens, in NumPy and float64.

Each rule stands beside its local derivative. Nothing here is differentiated automatically, and nothing imports Keras or
JAX: that is what makes it a check. `vitrail.tracing.backprop` tells the same story on one screen, for dense networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.tracing.chain import activations, regularizers
from vitrail.tracing.chain.layers import LAYERS
from vitrail.tracing.chain.losses import LOSSES
from vitrail.tracing.chain.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSUPPORTED = ("lora_rank", "renorm", "synchronized", "rms_scaling", "quantization_config")
"""Settings of layers, each of which asks for a rule of its own."""
_MASKABLE = {"BatchNormalization", "Softmax"}
_OVER_ALL_AXES = {"dice", "tversky"}
_MANY_STEPS = ("gradient_accumulation_steps", "use_ema", "loss_scale_factor")
"""Settings of optimizers whose rule spans several steps."""


def knows_layer(class_name: str, settings: Mapping[str, Any], *, masked: bool = False) -> bool:
    """Whether there is a rule for a layer of Keras' own with these settings.

    Args:
        class_name: the layer's class.
        settings: its configuration.
        masked: whether it leaves out part of its input (padding).
    """
    return (
        class_name in LAYERS
        and not any(settings.get(name) for name in _UNSUPPORTED)
        and not (masked and class_name in _MASKABLE)
        and not str(settings.get("data_format") or "channels_last").endswith("first")
        and activations.reference(settings.get("activation")) is not None
        and regularizers.known(settings)
    )


def knows_loss(name: str, settings: Mapping[str, Any]) -> bool:
    """Whether there is a rule for a loss function of Keras' own with these options."""
    over_last = name in _OVER_ALL_AXES or settings.get("axis", -1) == -1
    return name in LOSSES and over_last and settings.get("ignore_class") is None


def loss_options(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the loss' rule takes."""
    own = {"reduction", "ignore_class"} if name in _OVER_ALL_AXES else {"reduction", "ignore_class", "axis"}
    return {option: value for option, value in settings.items() if option not in own}


def knows_optimizer(name: str, settings: Mapping[str, Any]) -> bool:
    """Whether there is a rule for an optimizer of Keras' own with these settings."""
    return name in OPTIMIZERS and not any(settings.get(setting) for setting in _MANY_STEPS)
