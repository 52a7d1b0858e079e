"""How well each class is told from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vitrail.types import Array


@dataclass(frozen=True, slots=True)
class ClassScore:
    r"""One class of a confusion table.

    $$\text{precision} = \frac{TP}{TP + FP} \qquad \text{recall} = \frac{TP}{TP + FN} \qquad
    F_1 = \frac{2 \cdot TP}{2 \cdot TP + FP + FN}$$

    A ratio of nothing to nothing is none.
    """

    precision: float | None
    """Share of what was taken for this class that is of it."""
    recall: float | None
    """Share of this class that was taken for it."""
    f1: float | None
    """The harmonic mean of both."""


def class_scores(counts: Array) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of every class.

    Args:
        counts: (classes, classes), as `confusion` gives them: row of the true class, column of the predicted one.

    Examples:
        >>> import numpy as np
        >>> for score in class_scores(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])):
        ...     print(score)
        ClassScore(precision=1.0, recall=0.75, f1=0.8571428571428571)
        ClassScore(precision=0.8, recall=1.0, f1=0.8888888888888888)
        ClassScore(precision=None, recall=None, f1=None)
    """
    right, taken, true = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    return tuple(
        ClassScore(_share(tp, predicted), _share(tp, actual), _share(2 * tp, predicted + actual))
        for tp, predicted, actual in zip(right.tolist(), taken.tolist(), true.tolist(), strict=True)
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
