"""Turns data with two features, and what layers give over their plane, into messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.experiment.features import FEATURES, USUAL, expand
from vitrail.wire import messages as wire
from vitrail.wire.tensors import rounded, tensor

if TYPE_CHECKING:
    from vitrail.training import Session
    from vitrail.types import Array

SIDE = 80
"""Places of the grid along each feature: enough for the largest picture, which is drawn smoothly."""

POINTS = 1000
"""Of the training set, and of the test set, that are drawn at most."""

_MARGIN = 0.1
"""Room around the outermost points, as a share of what lies between them."""

_FEATURES = 2


def has_plane(session: Session) -> bool:
    """Whether samples are places in a plane, and the model is asked for their labels."""
    data, dataset = session.experiment.data, session.dataset
    return dataset.sample_shape == (_FEATURES,) and not data.shape and data.target == "labels"


def plane(session: Session) -> wire.Plane | None:
    """The plane of a session's data; none where samples are no two numbers."""
    if not has_plane(session):
        return None
    dataset, data = session.dataset, session.experiment.data
    places = grid(bounds(session)) / data.scale
    pictures = {name: rounded(picture(expand(places, [name]).T)[0]) for name in FEATURES}
    inputs = data.features or USUAL
    return wire.Plane(
        bounds=bounds(session),
        side=SIDE,
        train=_points(dataset.x_train, dataset.y_train),
        test=_points(dataset.x_test, dataset.y_test),
        features=[wire.FeatureCard(name, name in inputs, values) for name, values in pictures.items()],
        inputs=list(inputs),
    )


def bounds(session: Session) -> list[float]:
    """Lowest and highest first feature, lowest and highest second feature of what is drawn."""
    points = np.concatenate([session.dataset.x_train, session.dataset.x_test]).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, _MARGIN * (high - low), 1.0)
    return np.stack([low - margin, high + margin], axis=1).ravel().tolist()


def grid(bounds: list[float]) -> Array:
    """The places of the grid, (side * side, 2), row by row from the highest second feature.

    Examples:
        >>> places = grid([0.0, 1.0, -2.0, 2.0])
        >>> places.shape, places[0].tolist(), places[-1].tolist()
        ((6400, 2), [0.0, 2.0], [1.0, -2.0])
    """
    left, right, bottom, top = bounds
    across, down = np.meshgrid(np.linspace(left, right, SIDE), np.linspace(top, bottom, SIDE))
    return np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float32)


def picture(values: Array) -> Array:
    """Numbers over the grid, (units, side * side), as pictures, (units, side, side)."""
    return values.reshape(-1, SIDE, SIDE)


def region(layer: str, activations: Array, *, fine: bool) -> wire.Region:
    """What a layer's units give over the grid, (units, side * side): there, or on half the side as is drawn small."""
    pictures = picture(activations)
    return wire.Region(layer, rounded(pictures if fine else halved(pictures)))


def halved(pictures: Array) -> Array:
    """Means of squares of four places: (units, side, side) becomes (units, side / 2, side / 2).

    Examples:
        >>> halved(np.array([[[1.0, 3.0], [5.0, 7.0]]])).tolist()
        [[[4.0]]]
    """
    rows = pictures[:, ::2] + pictures[:, 1::2]
    return (rows[:, :, ::2] + rows[:, :, 1::2]) / 4


def weights(name: str, kernel: Array, bias: Array | None) -> wire.Kernel:
    """The exact weights of a layer, and its bias.

    Args:
        name: of the layer.
        kernel: its weights, (inputs, units).
        bias: (units,); none where it has none.
    """
    return wire.Kernel(name, tensor(kernel.T), None if bias is None else tensor(bias))


def _points(places: Array, labels: Array) -> wire.Points:
    return wire.Points(tensor(places[:POINTS]), tensor(labels[:POINTS].reshape(-1)))
