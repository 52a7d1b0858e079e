"""Keras objects within a configuration, such as a regularizer: where they live, and that they are Keras' own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from vitrail.errors import ExperimentError

REFUSED = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
"""Layers that run code from outside Keras: an experiment is data, and opening one must run nothing of its author's."""

_MODULES = {
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "constraint": "keras.constraints",
    "learning_rate": "keras.optimizers.schedules",
    "activation": "keras.activations",
    "layer": "keras.layers",
    "cell": "keras.layers",
    "cells": "keras.layers",
}
"""Where a nested object lives, by the last word of the entry that holds it."""


def module_of(entry: str) -> str:
    """Keras' public module for the objects that an entry of a configuration may hold; `"keras"` where none is known.

    Examples:
        >>> module_of("kernel_regularizer")
        'keras.regularizers'
    """
    return next((place for end, place in _MODULES.items() if entry.endswith(end)), "keras")


def qualified(value: Any, *, field: str, entry: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """The same configuration, each nested object with the module that Keras looks it up in.

    Raises:
        ExperimentError: a nested object is none of Keras' own classes.
    """
    if isinstance(value, list):
        return [qualified(inner, field=f"{field}.{place}", entry=entry) for place, inner in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    inner = {name: qualified(item, field=f"{field}.{name}", entry=str(name)) for name, item in value.items()}
    if "class_name" not in value:
        return inner
    module = str(value.get("module") or module_of(entry))
    _check_class(module, str(value["class_name"]), field=f"{field}.class_name")
    return {**inner, "module": module}


def _check_class(module: str, class_name: str, *, field: str) -> None:
    import keras

    found: Any = keras if module.split(".", maxsplit=1)[0] == "keras" else None
    for name in module.split(".")[1:]:
        found = vars(found).get(name) if inspect.ismodule(found) else None
    cls = vars(found).get(class_name) if inspect.ismodule(found) else None
    if class_name in REFUSED or not inspect.isclass(cls):
        raise ExperimentError("error.experiment.foreign_code", field=field, class_name=class_name)
