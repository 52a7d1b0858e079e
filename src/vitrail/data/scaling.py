"""Numbers brought near 0, as they were spread where a model learnt: mean and deviation are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from vitrail.data import records
from vitrail.data.arrays import check_array, check_sample_shape
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array


@dataclass(frozen=True, slots=True)
class Scaling:
    """z = (x - mean) / deviation for each feature.

    Args:
        names: of the features, in the order of the last axis.
        mean: of each over the rows learnt from, in its unit.
        deviation: the standard deviation of each over the same rows; 1 where a feature does not vary.

    Examples:
        >>> scaling = Scaling.fit(np.array([[1.0, 5.0], [3.0, 5.0]]), ("t", "p"))
        >>> scaling
        Scaling(names=('t', 'p'), mean=(2.0, 5.0), deviation=(1.0, 1.0))
        >>> scaling.apply([[4.0, 6.0]]).tolist()
        [[2.0, 1.0]]
        >>> Scaling.from_dict(scaling.to_dict()) == scaling
        True
    """

    KIND: ClassVar[str] = "scaling"

    names: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.mean) == len(self.deviation):
            raise DataError("error.data.record", kind=self.KIND, reason="names, mean, deviation")
        if not np.isfinite((*self.mean, *self.deviation)).all() or min(self.deviation, default=1) <= 0:
            raise DataError("error.data.record", kind=self.KIND, reason="mean, deviation")

    @classmethod
    def none(cls, names: Sequence[str]) -> Scaling:
        """Features that keep their units."""
        return cls(tuple(names), (0.0,) * len(names), (1.0,) * len(names))

    @classmethod
    def fit(cls, x: Array, names: Sequence[str]) -> Scaling:
        """Measure some rows, (rows, feature), in float64."""
        wide = x.astype(np.float64)
        deviation = wide.std(axis=0)
        constant = wide.min(axis=0) == wide.max(axis=0)
        return cls(tuple(names), tuple(wide.mean(axis=0).tolist()), tuple(np.where(constant, 1.0, deviation).tolist()))

    def apply(self, raw: object) -> Array:
        """Scale rows in their units, (..., feature), to float32: computed in float64, as at training.

        Raises:
            ShapeError: they have another number of features.
            DataError: they are no finite numbers.
        """
        x = check_array(raw, what="raw")
        check_sample_shape(x.reshape(-1, x.shape[-1]), (len(self.names),), what="raw")
        return ((x - np.array(self.mean)) / np.array(self.deviation)).astype(np.float32)

    def undo(self, scaled: Array) -> Array:
        """What was scaled, (..., feature), in its units again, float64."""
        return np.asarray(scaled, np.float64) * np.array(self.deviation) + np.array(self.mean)

    def to_dict(self) -> dict[str, Any]:
        """For a file of JSON."""
        return records.written(self, self.KIND, self.keras_layer())

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Scaling:
        """What `to_dict` gave.

        Raises:
            DataError: it is damaged, or a later version wrote it.
        """
        return records.read(kept, cls.KIND, cls)

    def keras_layer(self) -> dict[str, Any]:
        """The layer of Keras that does the same: its class name and configuration."""
        variance = [deviation**2 for deviation in self.deviation]
        return {"class_name": "Normalization", "config": {"axis": -1, "mean": list(self.mean), "variance": variance}}
