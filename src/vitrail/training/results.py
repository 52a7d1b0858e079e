"""The loss and the metrics that running sums stand for, to the digits of `model.fit`.

Keras computes them one operation after the other, which takes longer than a small network's epoch. They are compiled
where that cannot change a digit: where nothing happens but quotients, sums and choices of single numbers.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import jax

from vitrail.training import _keras
from vitrail.training.jaxprs import equations

if TYPE_CHECKING:
    import keras

    from vitrail.training.state import Variables

    Sums = tuple[jax.Array, ...]

_ALIKE = frozenset(
    {
        "add",
        "broadcast_in_dim",
        "convert_element_type",
        "copy",
        "div",
        "eq",
        "ge",
        "gt",
        "jit",
        "le",
        "lt",
        "max",
        "min",
        "ne",
        "pjit",
        "reshape",
        "select_n",
        "squeeze",
        "stop_gradient",
        "sub",
    }
)
"""Operations of single numbers that give the same digits compiled together and one by one. A product is none of them:
with a sum behind it a processor rounds once in place of twice."""
_WIDE = 4
"""Bytes of a number that no compiler computes in a wider one."""


class Results:
    """What one model's running sums stand for."""

    def __init__(self, model: keras.Model) -> None:
        self._model = weakref.ref(model)
        self._compiled = jax.jit(self._results)
        self._alike: bool | None = None

    def of(self, variables: Variables) -> dict[str, float]:
        """The logs of one epoch, or of what is done of it."""
        compute = self._compiled if self._compiles(variables.metrics) else self._results
        return _keras.as_logs(compute(variables.metrics))

    def _results(self, sums: Sums) -> Any:  # noqa: ANN401 - numbers in dictionaries
        model = self._model()
        assert model is not None, "logs are only asked for by someone who holds the model"
        return _keras.results(model, sums)

    def _compiles(self, sums: Sums) -> bool:
        """Whether compiling cannot change a digit."""
        if self._alike is None:
            self._alike = all(map(_is_alike, equations(jax.make_jaxpr(self._results)(sums).jaxpr)))
        return self._alike


def _is_alike(equation: Any) -> bool:  # noqa: ANN401 - JAX gives it no public type
    shapes = (variable.aval for variable in equation.outvars)
    return equation.primitive.name in _ALIKE and all(
        aval.size == 1 and (aval.dtype == bool or aval.dtype.itemsize >= _WIDE) for aval in shapes
    )
