"""What a session learns from, validates on and is tested on: the arrays of an experiment, split and weighted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vitrail.errors import DataError
from vitrail.training import _keras, stream
from vitrail.training.feed import as_keras

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.training.feed import Feed
    from vitrail.training.stream import Stream
    from vitrail.types import Array

Part = Literal["train", "test"]


class Portions(NamedTuple):
    """Arrays as `experiment.prepare` gives them, and the part of the training set that is learnt from.

    Examples:
        >>> from vitrail import load_dataset
        >>> from vitrail.experiment import FitSpec, reference
        >>> fit = FitSpec(validation="split", validation_split=0.25)
        >>> experiment = reference("iris").model_copy(update={"fit": fit})
        >>> portions = Portions.of(experiment, load_dataset("iris"))
        >>> portions.learnt, len(portions.x_train)
        (90, 120)
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    scale: float
    """What the inputs are still to be divided by."""
    learnt: int
    """Samples of the training set that are learnt from; the others are validated on."""
    sample_weight: Array | None
    """(learnt,), by the experiment's class weights."""
    validates_on_test: bool
    batch_size: int

    @classmethod
    def of(cls, experiment: Experiment, dataset: Dataset) -> Portions:
        """The arrays of an experiment.

        Raises:
            DataError: the split leaves nothing to learn from.
        """
        x_train, y_train, x_test, y_test, scale = experiment.prepare(dataset)
        fitting, count = experiment.fit, len(x_train)
        learnt = math.floor(count * (1.0 - fitting.validation_split))  # as Keras rounds it
        if fitting.validation == "split" and not 0 < learnt < count:
            raise DataError("error.experiment.split", count=count, split=fitting.validation_split)
        weights = None
        if fitting.class_weight:
            packed, _ = _keras.pack(
                x_train[:learnt], y_train[:learnt], None, fitting.class_weight, fitting.batch_size, None
            )
            weights = packed[-1]
        return cls(
            x_train, y_train, x_test, y_test, scale, learnt, weights, fitting.validation == "test", fitting.batch_size
        )

    @property
    def shapes(self) -> object:
        """What compiled programs depend on."""
        arrays = (self.x_train, self.y_train, self.x_test, self.y_test)
        shapes = tuple((array.shape, array.dtype.str) for array in arrays)
        return shapes, self.scale, self.learnt, self.sample_weight is not None

    def training(self) -> Feed | Stream:
        """What each epoch goes through."""
        return self._fed(self.x_train[: self.learnt], self.y_train[: self.learnt], self.sample_weight)

    def validation(self) -> Feed | Stream | None:
        """What each epoch is validated on."""
        if self.validates_on_test:
            return self.whole("test")
        if self.learnt == len(self.x_train):
            return None
        return self._fed(self.x_train[self.learnt :], self.y_train[self.learnt :])

    def whole(self, part: Part) -> Feed | Stream:
        """All samples of a part."""
        return self._fed(self.x_train, self.y_train) if part == "train" else self._fed(self.x_test, self.y_test)

    def _fed(self, x: Array, y: Array, sample_weight: Array | None = None) -> Feed | Stream:
        beside = stream.nbytes((self.x_train, self.y_train, self.x_test, self.y_test)) - stream.nbytes((x, y))
        return stream.fed(x, y, sample_weight, batch_size=self.batch_size, scale=self.scale, beside=beside)

    def inputs(self, part: Part, place: Any = ...) -> Array:  # noqa: ANN401 - any index
        """Inputs as the model gets them, scaled."""
        x = (self.x_train if part == "train" else self.x_test)[place]
        return as_keras(x / self.scale if self.scale != 1 else x)

    def targets(self, part: Part, place: Any = ...) -> Array:  # noqa: ANN401 - any index
        """Targets as the loss gets them."""
        return as_keras((self.y_train if part == "train" else self.y_test)[place])
