"""What a model is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vitrail.errors import ModelError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One layer."""

    name: str
    class_name: str
    output_shape: tuple[int | None, ...]
    """The batch axis first, as none."""
    parameters: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The layers of a model, and how many numbers it learns. Shows itself as a table."""

    model: str
    rows: tuple[SummaryRow, ...]
    trainable: int
    """Parameters that training changes."""
    non_trainable: int

    @property
    def parameters(self) -> int:
        """All parameters."""
        return self.trainable + self.non_trainable

    def __str__(self) -> str:
        cells = [("layer", "class", "output shape", "parameters")]
        cells += [(row.name, row.class_name, _shape(row.output_shape), f"{row.parameters:,}") for row in self.rows]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        lines = [
            f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {shape:<{widths[2]}}  {count:>{widths[3]}}".rstrip()
            for name, kind, shape, count in cells
        ]
        total = f"{self.parameters:,} parameters, {self.trainable:,} of them trainable"
        return "\n".join([self.model, *lines, total])

    __repr__ = __str__


def summary(model: keras.Model) -> Summary:
    """Count a model's layers and parameters.

    Args:
        model: a built Keras model.

    Returns:
        A record that shows itself as a table.

    Raises:
        ModelError: the model has not seen the shape of its input yet.

    Examples:
        >>> import keras, vitrail
        >>> model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])
        >>> vitrail.summary(model).parameters
        7850
    """
    if not model.built:
        raise ModelError("error.model.not_built", model=model.name)
    rows = tuple(
        SummaryRow(layer.name, type(layer).__name__, _output_shape(layer), layer.count_params())
        for layer in model.layers
    )
    trainable = sum(int(variable.value.size) for variable in model.trainable_weights)
    return Summary(model.name, rows, trainable, model.count_params() - trainable)


def _output_shape(layer: keras.layers.Layer) -> tuple[int | None, ...]:
    return tuple(getattr(layer.output, "shape", ()))


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("batch" if size is None else str(size) for size in shape) + ")"
