"""Formulas as trees. Each knows its value, so that one tree is shown in symbols and with numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array

SHOWN = 6
"""Addends of a long sum that are shown one by one."""


@dataclass(frozen=True)
class Number:
    """A number that stands in the formula itself."""

    value: float


@dataclass(frozen=True)
class Symbol:
    r"""A named number, such as $w_{3,1}$.

    Attributes:
        name: its letter, Greek ones written out (`"delta"`); derivatives begin with `"dL/d"`.
        value: what it stands for.
        lower: its index.
    """

    name: str
    value: float
    lower: str = ""


@dataclass(frozen=True)
class Sum:
    """Terms added up; one of them may be negated."""

    terms: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """The sum."""
        return math.fsum(term.value for term in self.terms)


@dataclass(frozen=True)
class Negative:
    """Minus something."""

    of: Expression

    @property
    def value(self) -> float:
        """The number of the other sign."""
        return -self.of.value


@dataclass(frozen=True)
class Product:
    """Factors multiplied."""

    factors: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """The product."""
        return math.prod(factor.value for factor in self.factors)


@dataclass(frozen=True)
class Quotient:
    """One thing over another."""

    top: Expression
    bottom: Expression

    @property
    def value(self) -> float:
        """The quotient; NaN over 0."""
        return self.top.value / self.bottom.value if self.bottom.value else math.nan


@dataclass(frozen=True)
class Power:
    """One thing to the power of another."""

    base: Expression
    exponent: Expression

    @property
    def value(self) -> float:
        """The power."""
        return self.base.value**self.exponent.value


@dataclass(frozen=True)
class Call:
    """A function of something, whose value was computed by the rule of that name.

    Attributes:
        function: `"log"`, `"sqrt"`, `"abs"`, `"sign"`, `"max0"` (the larger of 0 and z), `"step"` (1 where z is above
            0), or the name of an activation, with `'` for its derivative.
        argument: what it is a function of.
        value: its value.
    """

    function: str
    argument: Expression
    value: float


@dataclass(frozen=True)
class Extreme:
    """The largest or the smallest of some numbers."""

    which: Literal["max", "min"]
    of: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """That number."""
        values = [each.value for each in self.of]
        return max(values) if self.which == "max" else min(values)


@dataclass(frozen=True)
class Series:
    r"""A long sum $\sum_i$: the general term, the largest terms, and the exact sum of all others.

    Attributes:
        index: the letter that runs.
        body: the general term, in symbols.
        shown: the largest terms, by magnitude.
        rest: sum of the others.
        rest_count: how many they are.
    """

    index: str
    body: Expression
    shown: tuple[Expression, ...]
    rest: float
    rest_count: int

    @property
    def value(self) -> float:
        """The whole sum."""
        return math.fsum((*(term.value for term in self.shown), self.rest))


Expression = Number | Symbol | Sum | Negative | Product | Quotient | Power | Call | Extreme | Series


@dataclass(frozen=True)
class Equation:
    """One number of a trace, and the formula that it comes from.

    Attributes:
        key: what it is: its text in the catalogue is `trace.explain.` with this key.
        left: the number, as it was recorded.
        right: the formula; none where the number is only shown.
    """

    key: str
    left: Symbol
    right: Expression | None

    @property
    def value(self) -> float:
        """The recorded number."""
        return self.left.value


class Largest(NamedTuple):
    """The largest products of a sum of products, and what is left."""

    places: tuple[int, ...]
    rest: float
    rest_count: int


def largest(weights: Array, values: Array) -> Largest:
    """The largest of the products `weights * values` by magnitude, and the sum and number of the others, in float64.

    Examples:
        >>> largest(np.array([1.0, -3.0]), np.array([2.0, 4.0]))
        Largest(places=(1, 0), rest=0.0, rest_count=0)
    """
    products = weights.astype(np.float64) * values
    order = np.argsort(-np.abs(products), kind="stable")
    shown, others = order[:SHOWN], order[SHOWN:]
    return Largest(tuple(map(int, shown)), float(products[others].sum()), len(others))


def minus(left: Expression, right: Expression) -> Sum:
    """The difference."""
    return Sum((left, Negative(right)))


def square(base: Expression) -> Power:
    """The square."""
    return Power(base, Number(2))


def root(of: Expression) -> Call:
    """The square root."""
    return Call("sqrt", of, math.sqrt(max(of.value, 0.0)))
