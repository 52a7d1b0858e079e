"""Which cases of a long table run in `make test`: the others are of the same kinds, and run in `make soak`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Case = TypeVar("Case")


def short(cases: Iterable[Case], quick: Collection[Case]) -> list[object]:
    """The cases for `pytest.mark.parametrize`, all but the quick ones left to `make soak`."""
    cases = list(cases)
    assert set(quick) <= set(cases), "a quick case is none of them"
    return [
        case if case in quick else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.soak)
        for case in cases
    ]
