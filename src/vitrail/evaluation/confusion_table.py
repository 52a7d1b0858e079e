"""The confusion table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array


def confusion(labels: Array, outputs: Array) -> Array:
    """How often each class was taken for each other.

    Args:
        labels: class numbers, (samples,).
        outputs: class scores, (samples, classes), or one score per sample, (samples, 1), of class 1 above a half.

    Returns:
        Counts, (classes, classes): row of the true class, column of the predicted one.

    Examples:
        >>> import numpy as np
        >>> confusion(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])).tolist()
        [[1, 0], [1, 1]]
    """
    from sklearn.metrics import confusion_matrix

    classes = 2 if outputs.shape[-1] == 1 else outputs.shape[-1]
    return np.asarray(confusion_matrix(labels.reshape(-1), predicted_classes(outputs), labels=range(classes)))


def predicted_classes(outputs: Array) -> Array:
    """The class of the highest score, (samples,); of single scores class 1 above a half.

    Args:
        outputs: as `confusion` takes them.
    """
    return (outputs[:, 0] > 0.5).astype(int) if outputs.shape[-1] == 1 else outputs.argmax(axis=-1)  # noqa: PLR2004 - the middle
