"""Features of the plane: what a model gets of data with two features, x1 and x2, instead of these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail.errors import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vitrail.types import Array

Feature = Literal["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
FEATURES: tuple[Feature, ...] = get_args(Feature)
"""Those that a model can get, in their usual order."""

USUAL: tuple[Feature, ...] = ("x1", "x2")
"""Those that a model gets when nothing is said."""

SOURCES = 2
"""Numbers that features are made of."""


class Formula(NamedTuple):
    """One feature, computed and as Python."""

    of: Callable[[Array, Array], Array]
    code: str


FORMULAS: Mapping[Feature, Formula] = {
    "x1": Formula(lambda x1, _: x1, "x1"),
    "x2": Formula(lambda _, x2: x2, "x2"),
    "x1^2": Formula(lambda x1, _: x1**2, "x1**2"),
    "x2^2": Formula(lambda _, x2: x2**2, "x2**2"),
    "x1*x2": Formula(lambda x1, x2: x1 * x2, "x1 * x2"),
    "sin(x1)": Formula(lambda x1, _: np.sin(x1), "np.sin(x1)"),
    "sin(x2)": Formula(lambda _, x2: np.sin(x2), "np.sin(x2)"),
}


def expand(x: Array, features: Sequence[Feature]) -> Array:
    """The features of some places, (places, features), in their order.

    Args:
        x: (places, 2).
        features: which.

    Raises:
        ExperimentError: samples are no two numbers.

    Examples:
        >>> expand(np.array([[2.0, 3.0]]), ["x1", "x1^2", "x1*x2"]).tolist()
        [[2.0, 4.0, 6.0]]
    """
    if x.shape[1:] != (SOURCES,):
        raise ExperimentError("error.experiment.features", field="data.features", shape=str(x.shape[1:]))
    return np.stack([FORMULAS[name].of(x[:, 0], x[:, 1]) for name in features], axis=1)
