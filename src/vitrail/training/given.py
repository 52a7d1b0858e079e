"""What a person gave to `fit`, checked once, before anything is built or changed."""

from __future__ import annotations

import dataclasses
import math
import numbers
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from vitrail.data import arrays
from vitrail.errors import DataError, ShapeError
from vitrail.training import _keras, stream
from vitrail.training.checks import takes_class_numbers

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Given:
    """The arguments of `model.fit`, under its names and with its defaults."""

    x: Any = None
    y: Any = None
    batch_size: int | None = None
    epochs: int = 1
    verbose: int | str = "auto"
    callbacks: Any = None
    validation_split: float = 0.0
    validation_data: Any = None
    shuffle: bool | str = True
    class_weight: Any = None
    sample_weight: Any = None
    initial_epoch: int = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    validation_batch_size: int | None = None
    validation_freq: int | list[int] = 1

    @property
    def streams(self) -> bool:
        """Whether `x` yields batches, and is no array."""
        return _keras.is_dataset(self.x)

    def arguments(self) -> dict[str, Any]:
        """What `model.fit` is called with."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def checked(model: keras.Model, given: Given) -> Given:
    """The same, arrays as NumPy arrays and the validation split off.

    Raises:
        ShapeError: arrays do not fit each other or the model.
        DataError: empty arrays, NaN, infinity, labels out of range, an option out of range.
    """
    _check_options(given)
    if given.streams:
        _check_dataset(given)
    else:
        given = _split(_with_arrays(model, given))
    _check_class_weight(model, given)
    return dataclasses.replace(given, validation_data=_validation(model, given))


def structure_of(data: Any, what: str) -> Any:  # noqa: ANN401 - arrays in lists, tuples and dictionaries
    """The names of the arrays in a structure, such as `x[0]` or `x['image']`, in the same structure."""
    if isinstance(data, Mapping):
        return {key: structure_of(value, f"{what}[{key!r}]") for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [structure_of(value, f"{what}[{place}]") for place, value in enumerate(data)]
    return None if data is None else what


def large(data: Any) -> dict[int, str]:  # noqa: ANN401 - arrays in lists, tuples and dictionaries
    """The inputs that are looked through only as they are streamed: their places among the leaves, and names."""
    leaves, names = jax.tree.leaves(data), jax.tree.leaves(structure_of(data, "x"))
    if _bytes(data) <= stream.HELD_BYTES:
        return {}
    return {place: names[place] for place, leaf in enumerate(leaves) if leaf.nbytes > stream.BLOCK_BYTES}


def _check_options(given: Given) -> None:
    _check_count("epochs", given.epochs)
    _check_count("initial_epoch", given.initial_epoch, least=0)
    for name in ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size"):
        if getattr(given, name) is not None:
            _check_count(name, getattr(given, name))
    if not isinstance(given.validation_freq, list):
        _check_count("validation_freq", given.validation_freq)
    split = given.validation_split
    if split and not (isinstance(split, numbers.Real) and 0 < split < 1):
        raise DataError("error.fit.split", got=repr(split))


def _check_count(name: str, value: object, *, least: int = 1) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise DataError("error.fit.count", name=name, got=repr(value), least=least)


def _check_dataset(given: Given) -> None:
    kind = type(given.x).__name__
    generator = isinstance(given.x, types.GeneratorType)
    refused = ["y", "sample_weight", *(["class_weight"] if generator else [])]
    if given.validation_data is None:
        refused.append("validation_split")
    for name in refused:
        if getattr(given, name) is not None and not (name == "validation_split" and not given.validation_split):
            raise DataError("error.fit.beside_dataset", name=name, kind=kind)
    if generator and given.steps_per_epoch is None and given.epochs - given.initial_epoch > 1:
        raise DataError("error.fit.generator_once", what="x", steps="steps_per_epoch")


def _with_arrays(model: keras.Model, given: Given) -> Given:
    x, y, weights = _arrays(model, given.x, given.y, given.sample_weight, "")
    return dataclasses.replace(given, x=x, y=y, sample_weight=weights)


def _arrays(model: keras.Model, x: Any, y: Any, weights: Any, what: str) -> tuple[Any, Any, Any]:  # noqa: ANN401
    """Inputs, targets and weights as structures of NumPy arrays that fit each other and the model."""
    lazily = _bytes((x, y, weights)) > stream.HELD_BYTES
    x = _read(x, f"{what}x", lazily=lazily)
    y, weights = (_read(value, f"{what}{name}") for value, name in ((y, "y"), (weights, "sample_weight")))
    if x is None:
        raise DataError("error.fit.no_data")
    named = [
        *zip(jax.tree.leaves(structure_of(x, f"{what}x")), jax.tree.leaves(x), strict=True),
        *zip(jax.tree.leaves(structure_of(y, f"{what}y")), jax.tree.leaves(y), strict=True),
    ]
    count = named[0][1].shape[0]
    for name, array in named:
        if array.shape[0] != count:
            raise ShapeError("error.fit.samples", x=named[0][0], y=name, expected=count, got=array.shape[0])
    for array in jax.tree.leaves(weights):
        if array.shape[:1] != (count,):
            raise ShapeError("error.fit.weights", what=f"{what}sample_weight", shape=str(array.shape), count=count)
    _check_against_model(model, x, y, what)
    return x, y, weights


def _read(value: Any, what: str, *, lazily: bool = False) -> Any:  # noqa: ANN401 - arrays in structures
    if isinstance(value, Mapping):
        return {key: _read(inner, f"{what}[{key!r}]", lazily=lazily) for key, inner in value.items()}
    if isinstance(value, list | tuple) and _holds_arrays(value):
        return type(value)(_read(inner, f"{what}[{place}]", lazily=lazily) for place, inner in enumerate(value))
    if value is None or _keras.is_sparse(value):
        return value
    if lazily and isinstance(value, np.ndarray) and value.nbytes > stream.BLOCK_BYTES:
        arrays.check_array(value[:1], what=what)
        return value
    if type(value).__module__.startswith("pandas"):
        value = _keras.as_numpy(value)
    return arrays.check_array(value, what=what)


def _holds_arrays(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list stands for several inputs or outputs, rather than for the numbers of one."""
    return len(values) > 0 and all(
        value is None
        or isinstance(value, Mapping)
        or (_holds_arrays(value) if isinstance(value, list | tuple) else getattr(value, "shape", ()) != ())
        for value in values
    )


def _bytes(data: Any) -> int:  # noqa: ANN401 - anything
    return sum(getattr(leaf, "nbytes", 0) for leaf in jax.tree.leaves(data))


def _check_against_model(model: keras.Model, x: Any, y: Any, what: str) -> None:  # noqa: ANN401
    shape = getattr(model, "input_shape", None) if model.built else None
    if not isinstance(shape, tuple) or not isinstance(x, np.ndarray):
        return
    if not _adds_or_drops_an_axis(x.shape[1:], shape[1:]):
        arrays.check_sample_shape(x, shape[1:], what=f"{what}x")
    if takes_class_numbers(model.loss) and isinstance(model.output_shape, tuple) and isinstance(y, np.ndarray):
        arrays.check_labels(y, model.output_shape[-1], what=f"{what}y")


def _adds_or_drops_an_axis(got: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether Keras itself makes the samples fit: it adds or drops a last axis of 1."""
    return (len(got) + 1 == len(wanted) and wanted[-1] == 1) or (len(got) == len(wanted) + 1 and got[-1] == 1)


def _split(given: Given) -> Given:
    """The last part of the samples becomes the validation set, as Keras cuts it."""
    if not given.validation_split or given.validation_data is not None:
        return given
    parts = given.x, given.y, given.sample_weight
    count = jax.tree.leaves(parts)[0].shape[0]
    cut = math.floor(count * (1.0 - given.validation_split))
    if cut == 0:
        raise DataError("error.fit.split_empty", got=repr(given.validation_split), count=count)
    x, y, weights = jax.tree.map(lambda array: array[:cut], parts)
    rest = jax.tree.map(lambda array: array[cut:], parts)
    return dataclasses.replace(given, x=x, y=y, sample_weight=weights, validation_data=rest, validation_split=0.0)


def _check_class_weight(model: keras.Model, given: Given) -> None:
    if given.class_weight is None:
        return
    if not isinstance(given.class_weight, Mapping):
        raise DataError("error.fit.class_weight", got=type(given.class_weight).__name__)
    if given.sample_weight is not None:
        raise DataError("error.fit.weights_twice")
    if not given.streams and not isinstance(given.y, np.ndarray):
        raise DataError("error.fit.class_weight_outputs")
    shape = getattr(model, "output_shape", None) if model.built else None
    classes = shape[-1] if isinstance(shape, tuple) and shape[-1] not in {None, 1} else None
    for key, weight in given.class_weight.items():
        whole = _number(key) in range(classes or sys.maxsize)
        if not whole or not 0 <= _number(weight) < math.inf:
            last = str(classes - 1) if classes else "n - 1"
            raise DataError("error.fit.class_weight_item", key=repr(key), value=repr(weight), last=last)


def _number(value: object) -> float:
    """A real number as it is; whatever else is none."""
    return float(value) if isinstance(value, int | float | np.integer | np.floating) else math.nan


def _validation(model: keras.Model, given: Given) -> Any:  # noqa: ANN401 - a data set, three structures, or none
    data = given.validation_data
    if data is None:
        return None
    if _keras.is_dataset(data):
        if isinstance(data, types.GeneratorType) and given.validation_steps is None and _validations(given) > 1:
            raise DataError("error.fit.generator_once", what="validation_data", steps="validation_steps")
        return data
    if not isinstance(data, tuple | list):
        data = (data,)
    if not 0 < len(data) <= 3 or (not given.streams and given.y is not None and len(data) < 2):  # noqa: PLR2004
        raise ShapeError("error.fit.validation", got=type(given.validation_data).__name__)
    x, y, weights = (*data, None, None)[:3]
    return _arrays(model, x, y, weights, "validation_")


def _validations(given: Given) -> int:
    epochs = range(given.initial_epoch + 1, given.epochs + 1)
    if isinstance(given.validation_freq, list):
        return len(set(given.validation_freq) & set(epochs))
    return sum(epoch % given.validation_freq == 0 for epoch in epochs)


def sparse(given: Given) -> bool:
    """Whether some array only holds what is not zero."""
    data = given.validation_data
    parts = [] if given.streams else [given.x, given.y, given.sample_weight]
    parts += [] if _keras.is_dataset(data) else [data]
    return any(_keras.is_sparse(leaf) for leaf in jax.tree.leaves(parts))
