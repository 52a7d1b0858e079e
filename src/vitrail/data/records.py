"""The form of JSON that what was fitted is kept in beside a model: a number, a kind, its fields, Keras' like."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
_BESIDE = ("format", "kind", "keras")
"""What stands beside the fields."""

_Record = TypeVar("_Record")


def written(record: object, kind: str, keras: Mapping[str, Any] | None) -> dict[str, Any]:
    """A frozen dataclass as builtins.

    Args:
        record: of numbers, texts and tuples of them.
        kind: what it is called.
        keras: the layer that does the same, its class name and configuration; none where there is none.
    """
    fields = dataclasses.fields(record)  # pyright: ignore[reportArgumentType] - a dataclass
    values = {field.name: msgspec.to_builtins(getattr(record, field.name)) for field in fields}
    return {"format": FORMAT, "kind": kind, **values, "keras": keras}


def read(kept: object, kind: str, record: type[_Record]) -> _Record:
    """What `written` gave.

    Raises:
        DataError: it is damaged, of another kind, or a later version wrote it.
    """
    if not isinstance(kept, dict):
        raise DataError("error.data.record", kind=kind, reason=type(kept).__name__)
    found: dict[str, Any] = kept
    if found.get("format") != FORMAT:
        raise DataError("error.data.record_format", got=str(found.get("format"))[:60], known=FORMAT)
    names = {field.name for field in dataclasses.fields(record)}  # pyright: ignore[reportArgumentType] - a dataclass
    strange = sorted(set(found) - names - set(_BESIDE))
    if found.get("kind") != kind or strange:
        raise DataError("error.data.record", kind=kind, reason=", ".join(strange or [str(found.get("kind"))])[:60])
    try:
        return msgspec.convert({name: value for name, value in found.items() if name in names}, record)
    except msgspec.ValidationError as error:
        raise DataError("error.data.record", kind=kind, reason=str(error)) from error
