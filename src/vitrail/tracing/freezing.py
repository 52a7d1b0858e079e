"""Makes records of arrays read-only, and lets them be sent all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import numpy as np


def freeze(record: Any) -> None:  # noqa: ANN401 - a frozen dataclass
    """Make every array of a record read-only, and every mapping."""
    for each in fields(record):
        object.__setattr__(record, each.name, _frozen(getattr(record, each.name)))


def _frozen(value: Any) -> Any:  # noqa: ANN401
    """A view of the same numbers that cannot be written to; all else as it is."""
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(each) for key, each in value.items()})
    return value


def reduced(record: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a frozen dataclass
    """How to send a record: read-only mappings cannot be sent as they are."""
    return type(record), tuple(_thawed(getattr(record, each.name)) for each in fields(record))


def _thawed(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {key: _thawed(each) for key, each in value.items()}
    return tuple(map(_thawed, value)) if isinstance(value, tuple) else value
