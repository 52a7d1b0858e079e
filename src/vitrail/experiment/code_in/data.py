"""Data sets, and what a program does to their arrays before the model sees them."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.values import (
    Arrays,
    Column,
    CountOf,
    Generator,
    Noise,
    ShapeOf,
    Source,
    Unknown,
    Value,
    is_plain,
)
from vitrail.experiment.keras_sets import KERAS_SETS
from vitrail.models import freeze

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from vitrail.experiment.features import Feature

_SAME = {"copy", "astype"}
"""Methods that leave the values as they are: Keras casts inputs to its own float type anyway."""
_SAME_TARGETS = {"flatten", "ravel", "squeeze"}
"""Methods that leave labels as they are: a column of labels is the labels."""
_FLOATS = {"float32", "float64", "float", "numpy.float32", "numpy.float64", "builtins.float", "tensorflow.float32"}
_COLUMNS: tuple[Feature, ...] = ("x1", "x2")
_PRODUCTS: dict[frozenset[Feature], Feature] = {
    frozenset({"x1"}): "x1^2",
    frozenset({"x2"}): "x2^2",
    frozenset({"x1", "x2"}): "x1*x2",
}
_SINES: dict[Feature, Feature] = {"x1": "sin(x1)", "x2": "sin(x2)"}
_TEXTURE = {"dtype", "ndim", "size", "nbytes", "T"}


def load_keras_set(name: str, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
    """`keras.datasets.<name>.load_data()`."""
    if name not in KERAS_SETS:
        raise refusal("data_set", node, name=name, known=", ".join(KERAS_SETS))
    if arguments or set(named) - {"path"}:
        raise refusal("argument", node, what=f"keras.datasets.{name}.load_data", entry=next(iter(named), "1"))
    train, test = (tuple(Arrays(Source(name), part, role) for role in ("x", "y")) for part in ("train", "test"))
    return train, test


def load_dataset(arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Source:
    """`vitrail.load_dataset(name, **options)`."""
    if len(arguments) == 1:
        (name,) = arguments
        if isinstance(name, str) and is_plain(named):
            return Source(name, tuple((option, freeze(value)) for option, value in named.items()))
    raise refusal("unread", node, what=source(node))


def attribute(value: Arrays | Source | ShapeOf, name: str, node: ast.AST) -> Value:
    """`data.x_train`, `x_train.shape`."""
    match value:
        case Source():
            role, _, part = name.partition("_")
            if role in {"x", "y"} and part in {"train", "test"}:
                return Arrays(value, part, role)
            return value if name == "class_names" else Unknown(getattr(node, "lineno", 0), source(node))
        case Arrays() if name == "shape":
            if value.samples is not None and value.sample_shape is not None:
                return (value.samples, *value.sample_shape)
            return ShapeOf(value)
        case _:
            pass
    return Unknown(getattr(node, "lineno", 0), source(node))


def count(value: Value) -> Value:
    """`len(x_train)`, `len(data.class_names)`; none for anything else."""
    if isinstance(value, Arrays):
        return CountOf(value) if value.samples is None else value.samples
    return value if isinstance(value, Source) else None


def item(value: Arrays | ShapeOf, index: Value, node: ast.Subscript) -> Value:
    """`x_train[..., None]` gives images their channel, `x_train.shape[0]` is their number, `x_train[:, 0]` a column."""
    if isinstance(value, ShapeOf) and index == 0:
        return CountOf(value.arrays)
    if isinstance(value, Arrays) and index in (("whole", 0), ("whole", 1)) and _is_table(value):
        return Column(node.lineno, source(node), value, _COLUMNS[index[1]])
    if isinstance(value, Arrays) and isinstance(index, tuple) and index and index[-1] is None:
        before = index[:-1]
        axes = 1 + len(value.sample_shape or ())
        if value.sample_shape and (before == (...,) or (len(before) == axes and all(it == "whole" for it in before))):
            return value.changed(shape=(*value.sample_shape, 1))
    return Unknown(node.lineno, source(node))


def method(value: Arrays, name: str, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
    """`x_train.reshape(...)`, `x_train.astype("float32")`; an unknown value for what only looks at the arrays."""
    if name in {"sort", "fill", "resize", "put", "partition", "setflags", "itemset", "byteswap"}:
        raise refusal("unread", node, what=source(node))
    if name == "reshape" and not named:
        return reshape(value, arguments[0] if len(arguments) == 1 else tuple(arguments), node)
    if name == "astype" and not _is_float(arguments, named):
        return value if value.role == "y" else Unknown(getattr(node, "lineno", 0), source(node))
    if name in _SAME or (value.role == "y" and name in _SAME_TARGETS):
        return value
    return Unknown(getattr(node, "lineno", 0), source(node))


def reshape(value: Arrays, shape: Value, node: ast.AST) -> Value:
    """`x_train.reshape((-1, 784))`: the same samples in another shape."""
    unknown = Unknown(getattr(node, "lineno", 0), source(node))
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    if value.role == "y":
        return value if sizes in {(-1,), (-1, 1)} else unknown
    if not sizes or value.features or sizes[0] not in (-1, value.samples, CountOf(value)):
        return unknown
    return _shaped(value, sizes, unknown)


def expand(value: Arrays, axis: Value, node: ast.AST) -> Value:
    """`numpy.expand_dims(x_train, -1)`."""
    if value.role == "x" and value.sample_shape and axis in {-1, len(value.sample_shape) + 1}:
        return value.changed(shape=(*value.sample_shape, 1))
    return Unknown(getattr(node, "lineno", 0), source(node))


def divide(value: Arrays, number: Value) -> Arrays | None:
    """`x_train / 255.0`; none for what an experiment cannot hold."""
    plain = isinstance(number, int | float) and not isinstance(number, bool) and number > 0
    if not plain or value.role != "x" or value.scale != 1 or value.noise or value.features:
        return None
    return value.changed(scale=float(number))


def multiply(one: Column, other: Column) -> Column | None:
    """`x1 * x2`; none for what is no feature."""
    feature = _PRODUCTS.get(frozenset({one.feature, other.feature}))
    return dataclasses.replace(one, feature=feature) if feature and one.arrays == other.arrays else None


def sine(column: Column) -> Column | None:
    """`numpy.sin(x1)`; none for what is no feature."""
    feature = _SINES.get(column.feature)
    return dataclasses.replace(column, feature=feature) if feature else None


def stack(columns: Sequence[Value]) -> Arrays | None:
    """`numpy.stack([x1, x2, x1 * x2], axis=1)`: samples of features; none of anything else."""
    given = [column for column in columns if isinstance(column, Column)]
    if not given or len(given) < len(columns) or any(column.arrays != given[0].arrays for column in given):
        return None
    return given[0].arrays.changed(features=tuple(column.feature for column in given))


def draw(generator: Generator, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Noise:
    """`random.normal(size=x_train.shape)` of a generator with a seed of its own."""
    if arguments or set(named) != {"size"}:
        raise refusal("unread", node, what=source(node))
    drawn = Noise(generator.seed, generator.draws, named["size"])
    generator.draws += 1
    return drawn


def louder(noise: Noise, factor: Value) -> Noise | None:
    """`0.3 * noise`."""
    plain = isinstance(factor, int | float) and not isinstance(factor, bool) and factor > 0
    return dataclasses.replace(noise, deviation=noise.deviation * float(factor)) if plain else None


def blur(value: Arrays, noise: Noise) -> Arrays | None:
    """`x_train + 0.3 * noise`; none where the noise has another shape."""
    shapes: list[Any] = [ShapeOf(value)]
    if value.samples is not None and value.sample_shape is not None:
        shapes.append((value.samples, *value.sample_shape))
    if value.role != "x" or value.noise or value.features or noise.shape not in shapes:
        return None
    return value.changed(noise=noise)


def to_categorical(arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
    """`keras.utils.to_categorical(y_train, 10)`: each label becomes a row."""
    given = dict(zip(("x", "num_classes"), arguments, strict=False)) | named
    labels, classes = given.pop("x", given.pop("y", None)), given.pop("num_classes", None)
    if given or not isinstance(labels, Arrays):
        return Unknown(getattr(node, "lineno", 0), source(node))
    known = KERAS_SETS.get(labels.source.name)
    fits = classes is None or classes == labels.source or (known.classes == classes if known else True)
    if labels.role != "y" or labels.one_hot or not fits:
        raise refusal("classes", node, what=source(node))
    return labels.changed(one_hot=True)


def _is_table(value: Arrays) -> bool:
    """Whether each sample may still be the row that its source has."""
    return value.role == "x" and not (value.shape or value.noise or value.features)


def _shaped(value: Arrays, sizes: tuple[Value, ...], unknown: Unknown) -> Value:
    """The sizes after the first, one of which may be left to NumPy where the set's own shape is known."""
    rest = sizes[1:]
    if not all(isinstance(size, int) and not isinstance(size, bool) for size in rest) or not rest:
        return unknown
    if any(size < 1 for size in rest):
        others = math.prod(size for size in rest if size != -1)
        if sizes[0] == -1 or rest.count(-1) != 1 or min(rest) < -1 or 0 in rest or not value.sample_shape:
            return unknown
        missing = math.prod(value.sample_shape) // others
        rest = tuple(missing if size == -1 else size for size in rest)
    if value.sample_shape and math.prod(rest) != math.prod(value.sample_shape):
        return unknown
    return value.changed(shape=rest)


def _is_float(arguments: list[Value], named: dict[str, Value]) -> bool:
    kinds = [*arguments, *named.values()]
    return len(kinds) == 1 and getattr(kinds[0], "path", kinds[0]) in _FLOATS
