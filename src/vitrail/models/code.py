"""Writes Keras objects as the expressions a person would type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vitrail.models.nested import module_of
from vitrail.models.spec import ObjectSpec

_POSITIONAL = {
    "Dense": ("units",),
    "Dropout": ("rate",),
    "Activation": ("activation",),
    "Rescaling": ("scale",),
    "Conv2D": ("filters", "kernel_size"),
    "Embedding": ("input_dim", "output_dim"),
    "LSTM": ("units",),
    "GRU": ("units",),
    "SimpleRNN": ("units",),
}
"""The arguments that people write without their name."""


def expression(spec: ObjectSpec, module: str) -> str:
    """A constructor call.

    Examples:
        >>> from vitrail.models import ObjectSpec
        >>> expression(ObjectSpec(class_name="Dense", config={"units": 10, "activation": "softmax"}), "keras.layers")
        'keras.layers.Dense(10, activation="softmax")'
    """
    config = dict(spec.config)
    leading: list[str] = []
    for name in _POSITIONAL.get(spec.class_name, ()):
        if name not in config:
            break
        leading.append(literal(config.pop(name), entry=name))
    named = [f"{name}={literal(value, entry=name)}" for name, value in config.items()]
    return f"{module}.{spec.class_name}({', '.join(leading + named)})"


def literal(value: Any, *, entry: str = "") -> str:  # noqa: ANN401 - any JSON value
    """A JSON value as Python source; a nested Keras object as its constructor call.

    Examples:
        >>> literal([3, 3])
        '(3, 3)'
        >>> literal({"class_name": "L2", "config": {"l2": 0.01}}, entry="kernel_regularizer")
        'keras.regularizers.L2(l2=0.01)'
    """
    if isinstance(value, Mapping):
        if "class_name" in value:
            return _nested(value, entry)
        inner = ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _nested(value: Mapping[str, Any], entry: str) -> str:
    spec = ObjectSpec(class_name=value["class_name"], config=value.get("config", {}))
    return expression(spec, value.get("module") or module_of(entry))
