"""What the units of a training respond to, over the plane of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.wire import encode_plane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.data import Dataset
    from vitrail.experiment import DataSpec
    from vitrail.training import Session
    from vitrail.types import Array


class Survey:
    """The grid over the plane of one training's data, as its model gets it. It is laid once."""

    def __init__(self) -> None:
        self._laid_over: tuple[Dataset, DataSpec] | None = None
        self._inputs: Array

    def regions(self, session: Session) -> Mapping[str, Array]:
        """What each layer of units gives over the grid, (units, places)."""
        dataset, data = session.dataset, session.experiment.data
        if self._laid_over is None or self._laid_over[0] is not dataset or self._laid_over[1] != data:
            self._inputs = session.experiment.inputs_of(encode_plane.grid(encode_plane.bounds(session)))
            self._laid_over = dataset, data
        return session.responses(self._inputs)
