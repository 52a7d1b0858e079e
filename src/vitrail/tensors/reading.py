"""Any value becomes an array of numbers, or what stands in the way is said: with its place, and with a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array

_DEEPEST = 32
"""Axes that NumPy's arrays may have less those that no data have."""
_NUMBERS = "biufc"
_FRAMES = ("pandas", "polars")
_SHOWN = 8
"""Names that an obstacle lists."""
_SAYS = 40
"""Characters of a value that an obstacle quotes."""


class Obstacle(NamedTuple):
    """Why a value is no tensor of numbers: a text of the catalogue by its key, with a remedy, and its arguments."""

    key: str
    arguments: dict[str, str | int]


class Read(NamedTuple):
    """What became of a value."""

    source: str
    """The library that it comes from; `list` and `number` are Python's own."""
    array: Array | None
    obstacle: Obstacle | None


def read(value: object) -> Read:  # noqa: PLR0911 - one for each kind of value
    """Read a value of any kind.

    Examples:
        >>> read([[1, 2], [3, 4]]).array.tolist()
        [[1, 2], [3, 4]]
        >>> read([[1, 2], [3]]).obstacle
        Obstacle(key='tensor.obstacle.ragged', arguments={'place': '[1]', 'length': 1, 'expected': 2})
    """
    library = type(value).__module__.partition(".")[0]
    if isinstance(value, np.ndarray | np.generic):
        return _checked("numpy", np.asarray(value))
    if isinstance(value, bool | int | float | complex):
        return _checked("number", np.asarray(value))
    if isinstance(value, str | bytes):
        return Read("list", None, Obstacle("tensor.obstacle.text", {"value": _quoted(value)}))
    if isinstance(value, list | tuple):
        return _of_list(value)
    if library in _FRAMES:
        return _of_frame(library, value)
    if isinstance(value, Mapping | set | frozenset) or value is None:
        return Read("python", None, Obstacle("tensor.obstacle.no_array", {"kind": type(value).__name__}))
    return _of_library("pillow" if library == "PIL" else library, value)


def _of_library(library: str, value: Any) -> Read:  # noqa: ANN401 - of any library
    """An array of another library, by DLPack or by NumPy's own protocol."""
    found = value.detach() if library == "torch" else value  # which refuses to hand out what it may differentiate
    if library == "torch" and str(found.dtype) == "torch.bfloat16":
        found = found.float()
    try:
        speaks_numpy = hasattr(found, "__array__") or hasattr(found, "__array_interface__")
        array = np.asarray(found) if speaks_numpy else np.from_dlpack(found)
    except (TypeError, ValueError, AttributeError, RuntimeError, BufferError):
        return Read(library, None, Obstacle("tensor.obstacle.no_array", {"kind": type(value).__name__}))
    return _checked(library, array)


def _of_frame(library: str, value: Any) -> Read:  # noqa: ANN401 - a frame or a series of either library
    """A table or a column of pandas or polars."""
    if not hasattr(value, "columns"):
        return _checked(library, np.asarray(value.to_numpy()))
    columns = {str(name): np.asarray(value[name].to_numpy()) for name in value.columns}
    words = [name for name, column in columns.items() if column.dtype.kind not in _NUMBERS]
    if words:
        listed = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
        return Read(library, None, Obstacle("tensor.obstacle.columns", {"columns": listed, "count": len(words)}))
    return _checked(library, np.column_stack(list(columns.values())) if columns else np.empty((len(value), 0)))


def _of_list(value: Sequence[object]) -> Read:
    """A nested list: as deep as its first elements, and nowhere shorter, longer or of another kind."""
    shape = _shape(value)
    if len(shape) > _DEEPEST:
        return Read("list", None, Obstacle("tensor.obstacle.deep", {"most": _DEEPEST}))
    obstacle = _first_obstacle(value, shape, "")
    if obstacle is not None:
        return Read("list", None, obstacle)
    try:
        array = np.array(value)
    except (ValueError, OverflowError):
        array = np.array(value, dtype=object)
    if array.dtype == object:  # whole numbers beyond 64 bits, or None for what is missing
        array = _as_numbers(value)
    return _checked("list", array)


def _as_numbers(value: Sequence[object]) -> Array:
    """Python's numbers as floats, or as complex numbers where one of them is; None becomes NaN."""
    try:
        return np.array(value, dtype=float)
    except TypeError:
        return np.array(value, dtype=complex)


def _shape(value: object) -> tuple[int, ...]:
    """The lengths on the way along first elements; a list that holds itself is deeper than any tensor."""
    lengths: list[int] = []
    while isinstance(value, list | tuple) and len(lengths) <= _DEEPEST:
        lengths.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(lengths)


def _first_obstacle(value: object, shape: tuple[int, ...], place: str) -> Obstacle | None:  # noqa: PLR0911
    if isinstance(value, list | tuple):
        if not shape:
            return Obstacle("tensor.obstacle.deeper", {"place": place})
        if len(value) != shape[0]:
            return Obstacle("tensor.obstacle.ragged", {"place": place, "length": len(value), "expected": shape[0]})
        inner = (_first_obstacle(one, shape[1:], f"{place}[{index}]") for index, one in enumerate(value))
        return next((found for found in inner if found is not None), None)
    if shape:
        return Obstacle("tensor.obstacle.shallow", {"place": place, "value": _quoted(value)})
    if isinstance(value, str | bytes):
        return Obstacle("tensor.obstacle.text_in", {"place": place, "value": _quoted(value)})
    if value is None or isinstance(value, bool | int | float | complex | np.number | np.bool_):
        return _too_large(value, place)
    return Obstacle("tensor.obstacle.other_in", {"place": place, "kind": type(value).__name__})


def _too_large(value: object, place: str) -> Obstacle | None:
    try:
        _ = float(value) if isinstance(value, int) else 0.0
    except OverflowError:
        return Obstacle("tensor.obstacle.large", {"place": place})
    return None


def _checked(source: str, array: Array) -> Read:
    """An array of numbers, or why it is none."""
    if array.dtype.kind in _NUMBERS:
        return Read(source, array, None)
    if array.dtype.kind == "V" and array.dtype.names is None and array.dtype.itemsize <= 2:  # noqa: PLR2004 - bfloat16, float8
        return Read(source, array.astype(np.float32), None)
    if array.dtype.kind in "OST" or array.dtype.kind == "U":
        return _of_objects(source, array)
    kind = "times" if array.dtype.kind in "mM" else "fields"
    return Read(source, None, Obstacle(f"tensor.obstacle.{kind}", {"dtype": str(array.dtype)[:_SAYS]}))


def _of_objects(source: str, array: Array) -> Read:
    """An array of Python's objects: what they are decides."""
    found = _of_list(array.tolist()) if array.ndim else read(array.item())
    return Read(source, found.array, found.obstacle)


def _quoted(value: object) -> str:
    said = value if isinstance(value, str) else repr(value)
    return said if len(said) <= _SAYS else f"{said[: _SAYS - 1]}…"
