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

    single = outputs.shape[-1] == 1
    predicted = (outputs[:, 0] > 0.5).astype(int) if single else outputs.argmax(axis=-1)  # noqa: PLR2004 - the middle
    classes = 2 if single else outputs.shape[-1]
    return np.asarray(confusion_matrix(labels.reshape(-1), predicted, labels=range(classes)))
