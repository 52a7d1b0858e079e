"""What an operation can be told: the types, defaults and bounds of its parameters, and the checks of what is given."""

from __future__ import annotations

import dataclasses
import reprlib
from typing import Any, Literal, NamedTuple, TypeAlias

from vitrail.data import options
from vitrail.errors import DataError
from vitrail.tensors.kinds import MOST_ELEMENTS, MOST_RANK

Argument: TypeAlias = bool | int | float | str | tuple[int, ...] | None
ParameterType = Literal["whole", "number", "choice", "switch", "axis", "axes", "shape"]

_FARTHEST = 1e9
"""Of a number from zero."""


class Parameter(NamedTuple):
    """One parameter of an operation: what a form needs to ask for it."""

    type: ParameterType
    default: Argument
    low: float
    """Bounds of numbers, of axes, and of the lengths of a shape; both included."""
    high: float
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether it may be None: all axes at once."""
    name: str = ""

    def checked(self, operation: str, value: object) -> Argument:
        """A value for it, in its type.

        Raises:
            DataError: it is of another type, or out of its bounds.
        """
        option = f"{operation}.{self.name}"
        low, high = int(self.low), int(self.high)
        match self.type:
            case "choice":
                return options.choice(option, value, self.choices)
            case "switch":
                if isinstance(value, bool):
                    return value
                raise DataError("error.data.option_choice", option=option, got=reprlib.repr(value), known="False, True")
            case "number":
                return options.number(option, value, low=self.low, high=self.high)
            case "axes" | "shape":
                if not isinstance(value, list | tuple) or len(value) > MOST_RANK:
                    got = reprlib.repr(value)
                    raise DataError("error.tensor.parameter_list", option=option, got=got, most=MOST_RANK)
                return tuple(options.whole(option, one, low=low, high=high) for one in value)
            case _:
                return None if self.optional and value is None else options.whole(option, value, low=low, high=high)


def whole(default: int, *, low: int = 0, high: int = 4096) -> Any:  # noqa: ANN401 - a field of any type
    """A field that holds a whole number."""
    return _field(Parameter("whole", default, low, high))


def number(default: float, *, low: float = -_FARTHEST, high: float = _FARTHEST) -> Any:  # noqa: ANN401
    """A field that holds a number."""
    return _field(Parameter("number", default, low, high))


def choice(default: str, *choices: str) -> Any:  # noqa: ANN401
    """A field that holds one of a few words."""
    return _field(Parameter("choice", default, 0, 0, choices))


def switch(*, default: bool) -> Any:  # noqa: ANN401
    """A field that holds true or false."""
    return _field(Parameter("switch", default, 0, 1))


def axis(default: int | None, *, optional: bool = False) -> Any:  # noqa: ANN401
    """A field that names an axis, from the left or, by a negative number, from the right."""
    return _field(Parameter("axis", default, -MOST_RANK, MOST_RANK - 1, optional=optional))


def axes(default: tuple[int, ...] = ()) -> Any:  # noqa: ANN401
    """A field that names axes in an order."""
    return _field(Parameter("axes", default, -MOST_RANK, MOST_RANK - 1))


def shape(default: tuple[int, ...]) -> Any:  # noqa: ANN401
    """A field that holds a shape, of which one length may be -1: whatever is left."""
    return _field(Parameter("shape", default, -1, MOST_ELEMENTS))


def parameters(operation: Any) -> tuple[Parameter, ...]:  # noqa: ANN401 - a dataclass or one of its values
    """The parameters of an operation, in their order."""
    return tuple(field.metadata["parameter"]._replace(name=field.name) for field in dataclasses.fields(operation))


def _field(parameter: Parameter) -> Any:  # noqa: ANN401
    return dataclasses.field(default=parameter.default, metadata={"parameter": parameter})
