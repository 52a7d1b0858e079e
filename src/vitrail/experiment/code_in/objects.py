"""Keras objects of a program: their class, looked up among Keras' own, and their settings as a description has them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from vitrail.errors import ExperimentError
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.values import Made, Symbol, Unknown, Value
from vitrail.models import check_entries, find_class, module_of

if TYPE_CHECKING:
    import ast

    from vitrail.models.build import Kind

KINDS: dict[str, Kind | None] = {
    "keras.layers": "layers",
    "keras.optimizers": "optimizers",
    "keras.losses": "losses",
    "keras.metrics": "metrics",
    "keras.callbacks": "callbacks",
    "keras.initializers": None,
    "keras.regularizers": None,
    "keras.constraints": None,
    "keras.optimizers.schedules": None,
}
"""Modules whose classes are read, and what an experiment calls those that stand for themselves."""

LOOKING_CALLBACKS = {"CSVLogger", "History", "ModelCheckpoint", "ProgbarLogger", "TensorBoard"}
"""Callbacks that only look at the training, and leave files."""

_BY_FUNCTION = {
    "add": "Add", "average": "Average", "concatenate": "Concatenate", "dot": "Dot", "maximum": "Maximum",
    "minimum": "Minimum", "multiply": "Multiply", "subtract": "Subtract",
}  # fmt: skip
"""Functions of `keras.layers` that make a layer and call it."""

_DTYPES = {"float16", "float32", "float64", "int32", "int64", "uint8", "bool"}


def is_class(module: str, name: str) -> bool:
    """Whether a call of this name makes a Keras object; `keras.regularizers.l2` is another name of a class."""
    return module in KINDS and (name[:1].isupper() or KINDS[module] is None)


def merging_layer(path: str) -> str | None:
    """The class that `keras.layers.add` and its like make and call."""
    module, _, name = path.rpartition(".")
    return _BY_FUNCTION.get(name) if module == "keras.layers" else None


def make(path: str, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Made:
    """A constructor call.

    Raises:
        ExperimentError: Keras has no such class, or a setting has no place in a description.
    """
    module, _, class_name = path.rpartition(".")
    if module == "keras.callbacks" and class_name in LOOKING_CALLBACKS:
        return Made(module, class_name, {}, getattr(node, "lineno", 0))
    cls = _class(module, class_name, node)
    named = dict(named)
    input_shape = _input_shape(named, node) if module == "keras.layers" else None
    try:
        signature = inspect.signature(cls)
        bound = signature.bind_partial(*arguments, **named).arguments
    except TypeError as error:
        raise refusal("call", node, what=source(node), reason=str(error)) from error
    bound |= bound.pop("kwargs", {})
    if class_name == "InputLayer" and input_shape is not None:
        bound["shape"], input_shape = input_shape, None
    usual = {name for name, parameter in signature.parameters.items() if parameter.default is None}
    config = {
        name: setting(value, name, node) for name, value in bound.items() if value is not None or name not in usual
    }
    try:
        check_entries(cls, config, field=class_name)
    except ExperimentError as error:
        entry = error.field.rpartition(".")[2]
        raise refusal("argument", node, what=class_name, entry=entry) from error
    class_name = class_name if class_name[:1].isupper() else cls.__name__
    return Made(module, class_name, config, getattr(node, "lineno", 0), input_shape)


def setting(value: Value, entry: str, node: ast.AST) -> Any:  # noqa: ANN401 - any JSON value
    """A value as a configuration holds it.

    Raises:
        ExperimentError: only a run could tell it, or it is nothing that a configuration holds.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [setting(inner, entry, node) for inner in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: setting(inner, key, node) for key, inner in value.items()}
        case Made() if value.module == module_of(entry):
            return {"class_name": value.class_name, "config": value.config}
        case Symbol():
            module, _, name = value.path.rpartition(".")
            if module == "keras.activations" and entry.endswith("activation"):
                return _function(module, name, node)
            if name in _DTYPES and entry == "dtype":
                return name
        case Unknown():
            raise refusal("unknown", node, what=entry, source=value.line, text=value.text)
        case _:
            pass
    raise refusal("setting", node, what=source(node), entry=entry)


def named(value: Value, kind: Kind, node: ast.AST) -> str | dict[str, Any]:
    """An optimizer, loss or metric: Keras' name, or class and configuration."""
    match value:
        case str():
            return value
        case Made() if KINDS.get(value.module) == kind:
            return {"class_name": value.class_name, "config": value.config}
        case Symbol() if value.path.startswith(f"keras.{kind}.") and kind != "optimizers":
            module, _, name = value.path.rpartition(".")
            return _function(module, name, node)
        case Unknown():
            raise refusal("unknown", node, what=kind, source=value.line, text=value.text)
        case _:
            pass
    raise refusal("setting", node, what=source(node), entry=kind)


def _function(module: str, name: str, node: ast.AST) -> str:
    """The name of one of Keras' functions, such as `relu`."""
    import keras

    found = vars(getattr(keras, module.removeprefix("keras."))).get(name)
    if not inspect.isfunction(found) or name in {"get", "serialize", "deserialize"}:
        raise refusal("no_class", node, name=f"{module}.{name}")
    return name


def _class(module: str, class_name: str, node: ast.AST) -> type[Any]:
    import keras

    kind = KINDS[module]
    if kind is not None:
        try:
            return find_class(kind, class_name, field=class_name)
        except ExperimentError as error:
            key = "foreign" if error.key == "error.experiment.foreign_code" or kind == "callbacks" else "no_class"
            raise refusal(key, node, name=f"{module}.{class_name}") from error
    found: Any = keras
    for name in module.split(".")[1:]:
        found = getattr(found, name)
    cls = vars(found).get(class_name)
    if not inspect.isclass(cls):
        raise refusal("no_class", node, name=f"{module}.{class_name}")
    return cls


def _input_shape(named: dict[str, Value], node: ast.AST) -> tuple[int | None, ...] | None:
    """`input_shape=(28, 28)`, or `input_dim=8`, which older programs give the first layer."""
    shape = named.pop("input_shape", None)
    if "input_dim" in named and "output_dim" not in named and not _is_embedding(node):
        shape = (named.pop("input_dim"),)
    if shape is None:
        return None
    sizes = setting(shape, "input_shape", node)
    return tuple(sizes) if isinstance(sizes, list) else (sizes,)


def _is_embedding(node: ast.AST) -> bool:
    """Whether `input_dim` is the class's own setting."""
    return source(getattr(node, "func", node)).endswith("Embedding")
