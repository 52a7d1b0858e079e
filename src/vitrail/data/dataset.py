"""A named set of samples and targets, for training and for testing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.arrays import check_array, check_labels, check_lengths, check_sample_shape
from vitrail.errors import ShapeError

if TYPE_CHECKING:
    from vitrail.data.fitted import Fitted
    from vitrail.data.image_folder import Pictures
    from vitrail.data.sample_form import SampleForm
    from vitrail.data.sounds import Sounds
    from vitrail.data.tables.preprocessing import Preprocessing
    from vitrail.data.tables.record import Finding, TableSource
    from vitrail.data.text_table import Texts
    from vitrail.data.whole_file import WholeFile
    from vitrail.data.windows import Windows
    from vitrail.types import Array, Axis, Task


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dataset:
    """Samples and targets with the names of what they hold. Two sets are equal when they are the same object.

    The arrays are read-only; one that could be written to is copied. Their values are those of the source: pixels from
    0 to 255, lengths in centimetres.

    Args:
        name: what `load_dataset` calls it.
        x_train: samples to learn from, (samples, ...).
        y_train: their targets, (samples,) or (samples, 1); class numbers from 0 for a classification.
        x_test: samples kept apart, (samples, ...).
        y_test: their targets, shaped as `y_train`.
        axes: what each axis of `x_train` and `x_test` runs over; the first is `"sample"`.
        feature_names: one name per feature, in the order of the last axis; empty where features have no names.
        class_names: one name per class, in the order of the class numbers; empty for a regression.
        task: what is asked of a model.
        provenance: where the values come from, and how they were chosen and split.
        licence: under which terms they may be used.
        vocabulary: the word that each number of a text stands for; empty where samples are no texts.
        source: of samples made from files of one's own, what each comes from and what was done to it; of windows over a
            series, where each lies.
        table: of samples made from a table, its raw rows, and the record of what was made of them.
        fitted: what was measured on the training part and applied to both, to be applied to new samples.

    Raises:
        ShapeError: lengths, sample shapes, axes and names do not fit each other.
        DataError: no numbers, NaN, infinity, nothing at all, or a label that no class name stands for.

    Examples:
        >>> from vitrail import load_dataset
        >>> data = load_dataset("iris")
        >>> data
        Dataset 'iris': 120 training + 30 test samples of shape (4,) float64 (feature), classification in 3 classes
        >>> data.x_train.shape, data.y_train.shape, data.sample_shape
        ((120, 4), (120,), (4,))
        >>> data.feature_names
        ('sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)')
        >>> data.x_train[0].tolist(), data.class_names[data.y_train[0]]
        ([5.1, 3.5, 1.4, 0.2], 'setosa')
    """

    name: str
    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    axes: tuple[Axis, ...]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    task: Task
    provenance: str
    licence: str
    vocabulary: tuple[str, ...] = ()
    source: Pictures | Sounds | Windows | Texts | WholeFile | None = None
    table: TableSource | None = None
    fitted: Fitted | None = None

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            names = (f"x_{part}", f"y_{part}")
            x, y = (check_array(getattr(self, name), what=name) for name in names)
            check_lengths(x, y, names=names)
            if self.class_names:
                check_labels(y, len(self.class_names), what=names[1])
            object.__setattr__(self, names[0], _read_only(x))
            object.__setattr__(self, names[1], _read_only(y))
        check_sample_shape(self.x_test, self.sample_shape, what="x_test")
        if len(self.axes) != self.x_train.ndim or self.axes[0] != "sample":
            raise ShapeError("error.data.axes", axes=", ".join(self.axes), shape=str(self.x_train.shape))
        if self.feature_names and len(self.feature_names) != self.x_train.shape[-1]:
            raise ShapeError(
                "error.data.feature_names", names=len(self.feature_names), features=int(self.x_train.shape[-1])
            )

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample: `x_train.shape` without its first axis."""
        return self.x_train.shape[1:]

    @property
    def preprocessing(self) -> Preprocessing | None:
        """Of samples made from a table: what makes raw rows a model's inputs."""
        return self.table.record.preprocessing if self.table else None

    @property
    def form(self) -> SampleForm | None:
        """Of samples made of texts, sounds or a series: what makes raw ones a model's inputs."""
        from vitrail.data.sample_form import SampleForm

        return SampleForm(self.fitted, self.sample_shape, self.class_names) if self.fitted else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What makes the test easier than new data would be, as far as it was looked for: in tables."""
        return self.table.record.findings if self.table else ()

    def __repr__(self) -> str:
        axes = " x ".join(self.axes[1:]) or "single numbers"
        classes = f" in {len(self.class_names)} classes" if self.class_names else ""
        return (
            f"Dataset {self.name!r}: {len(self.x_train)} training + {len(self.x_test)} test samples of shape "
            f"{self.sample_shape} {self.x_train.dtype} ({axes}), {self.task}{classes}"
        )


def _read_only(array: Array) -> Array:
    """The array itself where nobody can write to it through this reference, a copy otherwise."""
    if not array.flags.writeable:
        return array
    copy = np.array(array)
    copy.setflags(write=False)
    return copy
