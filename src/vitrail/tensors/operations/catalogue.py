"""All operations by name, in the order in which a menu offers them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from vitrail.errors import DataError
from vitrail.tensors.operations import elementwise, encodings, pictures, products, reductions, resizing, shapes
from vitrail.tensors.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tensors.operation import Operation

OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *(elementwise.Add, elementwise.Subtract, elementwise.Multiply, elementwise.Divide),
            *(elementwise.Square, elementwise.Sqrt, elementwise.Exp),
            *(shapes.Reshape, shapes.Flatten, shapes.Transpose, shapes.Squeeze, shapes.ExpandDims),
            *(shapes.Stack, shapes.Flip),
            *(reductions.Sum, reductions.Mean, reductions.Max, reductions.Min, reductions.Argmax),
            *(encodings.Cast, encodings.Scale, encodings.Standardise, encodings.OneHot, encodings.Threshold),
            *(pictures.Grey, pictures.ColourFilter, pictures.Blend, resizing.Resize, pictures.Crop, pictures.Pad),
            *(products.MatMul, products.Softmax),
        )
    }
)


def operation(name: str, **arguments: object) -> Operation:
    """An operation by its name.

    Args:
        name: one of `OPERATIONS`.
        **arguments: by the names of its parameters; those left out have their defaults.

    Raises:
        DataError: there is no such operation, it has no such parameter, or an argument cannot be used.

    Examples:
        >>> operation("scale", high=255)
        Scale(low=0.0, high=255.0)
    """
    kind = OPERATIONS.get(name)
    if kind is None:
        raise DataError("error.tensor.operation", got=name[:60], known=", ".join(OPERATIONS))
    known = [parameter.name for parameter in parameters(kind)]
    strangers = [argument for argument in arguments if argument not in known]
    if strangers:
        listed = ", ".join(known) or "-"
        raise DataError("error.tensor.parameter", operation=name, got=strangers[0][:60], known=listed)
    return kind(**arguments)
