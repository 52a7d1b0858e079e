"""Array, axis and seed aliases that the whole package shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[Any]"
"""A NumPy array of any dtype."""

FloatArray: TypeAlias = "NDArray[np.floating[Any]]"
"""A NumPy array of floating-point numbers."""

Axis = Literal["sample", "feature", "time", "height", "width", "channel", "frame"]
"""What an axis of a tensor runs over."""

Language = Literal["en", "fr"]
"""The languages that everything shown to a person is written in."""

Task = Literal["classification", "regression"]
"""What a data set asks of a model."""

MAX_SEED = 2**32 - 1
"""The largest seed that NumPy's global generator takes."""
