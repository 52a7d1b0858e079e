"""Judges a number that somebody worked out, before they are told the right one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vitrail.errors import InputError
from vitrail.locale import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vitrail.types import Language

Mistake = Literal["sign", "derivative", "index", "batch_mean", "bias", "activation"]
"""The sign is turned; the activation's derivative is missing; it is another unit's number; the mean over the batch was
forgotten; the bias is missing; the activation function was not applied."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NARROW = 0.05
"""The tolerance of few digits ends at this share of the value: 0 is no answer to 0.002."""
_EXACT = 1e-3
"""A fraction is exact; this share of the value is left to float32 and to rounded inputs."""


@dataclass(frozen=True)
class Verdict:
    """What a guess was worth.

    Attributes:
        right: whether it is the number, as far as its digits go.
        typed: the number as it was read.
        tolerance: how far it may be off: half a unit of its last digit.
        mistakes: the usual mistakes that would give it, likeliest first; empty where it is right or matches none.
    """

    right: bool
    typed: float
    tolerance: float
    mistakes: tuple[Mistake, ...]

    def lines(self, language: Language = "en") -> list[str]:
        """The verdict in words."""
        if self.right:
            return [text("trace.guess.right", language)]
        return [text("trace.guess.wrong", language), *(text(f"trace.guess.{each}", language) for each in self.mistakes)]


@dataclass(frozen=True)
class Typed:
    """A number as somebody wrote it, and how exactly."""

    value: float
    unit: float
    """Half a unit of its last digit; 0 of a fraction."""


def read(typed: str) -> Typed:
    """A number with a comma or a point, or a fraction of two.

    Raises:
        InputError: it is none.

    Examples:
        >>> read("0,25"), read("-1/4"), read("2.5e-3").value
        (Typed(value=0.25, unit=0.005), Typed(value=-0.25, unit=0.0), 0.0025)
    """
    plain = re.sub(r"\s", "", typed).replace("\N{MINUS SIGN}", "-")
    parts = plain.split("/")
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):  # noqa: PLR2004 - a fraction has two
        raise InputError("error.trace.guess", typed=typed)
    values = [float(part.replace(",", ".")) for part in parts]
    if not all(map(math.isfinite, values)):
        raise InputError("error.trace.guess", typed=typed)
    if len(values) > 1:
        if values[1] == 0:
            raise InputError("error.trace.guess", typed=typed)
        return Typed(values[0] / values[1], 0.0)
    mantissa, _, exponent = plain.lower().replace(",", ".").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return Typed(values[0], 0.5 * 10.0 ** (int(exponent or 0) - decimals))


def judge(typed: str, value: float, mistakes: Mapping[Mistake, Sequence[float]]) -> Verdict:
    """Compare a typed number with the right one, and with those that the usual mistakes give.

    Args:
        typed: as somebody wrote it.
        value: the right number.
        mistakes: for each mistake the numbers that it can give.

    Raises:
        InputError: it is no number.

    Examples:
        >>> judge("-0,25", 0.2512, {"sign": [-0.2512]}).mistakes
        ('sign',)
    """
    read_as = read(typed)
    if _matches(read_as, value):
        return Verdict(right=True, typed=read_as.value, tolerance=_tolerance(read_as, value), mistakes=())
    found: tuple[Mistake, ...] = tuple(
        mistake for mistake, values in mistakes.items() if any(_matches(read_as, each) for each in values)
    )
    return Verdict(right=False, typed=read_as.value, tolerance=_tolerance(read_as, value), mistakes=found)


def _tolerance(typed: Typed, value: float) -> float:
    if value == 0:
        return typed.unit
    return min(typed.unit, _NARROW * abs(value)) if typed.unit else _EXACT * abs(value)


def _matches(typed: Typed, value: float) -> bool:
    rounding = 1e-6 * abs(value)
    return abs(typed.value - value) <= _tolerance(typed, value) + rounding
