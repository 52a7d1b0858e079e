"""How far apart a representation keeps the classes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array


def separation(values: Array, labels: Array) -> float:
    """The share of samples whose nearest other sample is of the same class.

    This is the accuracy of the nearest-neighbour rule when each sample in turn is left out, with Euclidean distances;
    among equally near samples the first one counts. One means that classes lie apart, the share of the largest class
    that the representation says little about them.

    Args:
        values: (samples, numbers), such as a layer's activations.
        labels: class of each sample, (samples,).

    Returns:
        From 0 to 1; NaN where a value is not finite, or where there is no other sample.

    Examples:
        >>> separation(np.array([[0.0], [0.1], [5.0], [5.1]]), np.array([0, 0, 1, 1]))
        1.0
        >>> separation(np.array([[0.0], [0.1], [5.0], [5.1]]), np.array([0, 1, 0, 1]))
        0.0

    References:
        T. M. Cover, P. E. Hart, Nearest neighbor pattern classification, 1967.
    """
    if len(values) < 2 or not np.isfinite(values).all():  # noqa: PLR2004 - one sample and another
        return math.nan
    centred = values - values.mean(axis=0)  # distances stay, and lose fewer digits
    squares = np.square(centred).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * (centred @ centred.T)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    return float((labels[nearest] == labels).mean())
