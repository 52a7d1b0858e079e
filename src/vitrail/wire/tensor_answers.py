"""What is answered to whoever explores a tensor, in a notebook or in the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.wire import encode_tensor
from vitrail.wire.tensor_messages import Arrange, Arrangement, Measure, Pick, TensorMessage, TensorRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors import Exploration
    from vitrail.types import Language

_TOLD_FIRST = ("feature", "unit", "channel")
"""Axes whose statistics say most."""


class TensorAnswers:
    """One tensor, to be asked by any number of people.

    Args:
        exploration: the tensor.
    """

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration

    def opening(
        self, language: Language, arrangement: Arrangement | None = None, axis: int | None = None
    ) -> Iterator[TensorMessage]:
        """What is shown before anything is asked.

        Args:
            language: of numbers.
            arrangement: of the slice; none for the first one.
            axis: of the statistics; none for the one that says most.
        """
        yield encode_tensor.card(self.exploration)
        wanted = None if arrangement is None else encode_tensor.arrangement_in(arrangement)
        yield encode_tensor.slab(self.exploration.slab(wanted), language)
        names = [axis.name for axis in self.exploration.description.axes]
        if names:
            first = next((names.index(name) for name in _TOLD_FIRST if name in names), 0)
            yield encode_tensor.statistics(self.exploration.statistics(first if axis is None else axis))

    def answer(self, request: TensorRequest, language: Language) -> TensorMessage:
        """One answer to one request.

        Raises:
            InputError: the tensor has no such arrangement, axis or part.
        """
        match request:
            case Arrange(arrangement=asked):
                return encode_tensor.slab(self.exploration.slab(encode_tensor.arrangement_in(asked)), language)
            case Measure(axis=axis):
                return encode_tensor.statistics(self.exploration.statistics(axis))
            case Pick(arrangement=asked, facets=facets, rows=rows, columns=columns):
                arrangement = encode_tensor.arrangement_in(asked)
                return encode_tensor.picked(self.exploration.select(arrangement, facets, rows, columns), language)
