"""Expressions that can be copied are right whatever the tensor comes from."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image

from vitrail import explore

VALUES = [
    np.arange(6.0).reshape(2, 3),
    jnp.arange(6.0).reshape(2, 3),
    [[1, 2, 3], [4, None, 6]],
    ((True, False), (False, True)),
    pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}),
    pl.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}),
    pl.Series([1, 2, 3]),
    Image.new("RGB", (10, 9), (1, 2, 3)),
    3.5,
    [1j, None],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_expressions_hold_for_whatever_a_tensor_comes_from(value):
    found = explore(value)
    names = {"x": value, "np": np}
    assert np.array_equal(eval(found.whole, names), found.array, equal_nan=True)
    assert np.array_equal(eval(found.slab().expression, names), found.array[found.arrangement.index], equal_nan=True)
