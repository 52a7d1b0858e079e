"""The checks of arrays: whole messages, and that nothing slips through them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vitrail import locale
from vitrail.data import arrays
from vitrail.errors import DataError, InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vitrail.types import Array

ANY_ARRAY = hnp.arrays(
    dtype=st.one_of(
        hnp.scalar_dtypes(),
        st.just(np.dtype(object)),
        st.just(np.dtype([("a", np.int8), ("b", np.float64)])),
    ),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    elements=None,
    fill=None,
) | hnp.arrays(np.float16, (2, 2), elements=st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf]))
NESTED: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)


def refused(call: Callable[[], object], kind: type[InputError]) -> str:
    """The English text of the error; that it has a French one is checked on the way."""
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.render("fr") != str(caught.value)
    return str(caught.value)


@given(ANY_ARRAY | NESTED)
def test_array_check_is_total(x: Any):
    try:
        array = arrays.check_array(x)
    except InputError as refusal:
        texts = [refusal.render(language) for language in locale.LANGUAGES]
        assert all(text.startswith("x ") for text in texts)
    else:
        assert array.ndim > 0
        assert array.size > 0
        assert array.dtype.kind in "biuf"
        assert np.isfinite(array).all()
        assert np.array_equal(array, np.asarray(x))


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=4)), st.data())
def test_first_wrong_number_is_named(x: Array, data: st.DataObject):
    x = np.nan_to_num(x, posinf=0, neginf=0)
    wrong = data.draw(st.sets(st.integers(0, x.size - 1), min_size=1))
    x.flat[list(wrong)] = data.draw(st.sampled_from([math.nan, math.inf, -math.inf]))
    first = tuple(map(int, np.unravel_index(min(wrong), x.shape)))
    with pytest.raises(DataError) as caught:
        arrays.check_array(x, what="a")
    assert caught.value.key == "error.data.not_finite"
    assert caught.value.arguments == {"what": "a", "value": str(x[first]), "index": str(first)}


def test_numbers_that_only_their_sum_makes_infinite_pass():
    x = np.full(3, np.finfo(np.float64).max)
    assert arrays.check_array(x) is x


class Unwilling:
    """Refuses to become an array, as a tensor on another device does."""

    def __array__(self, *_: object, **__: object) -> Array:
        raise RuntimeError("first line\nsecond line")


@pytest.mark.parametrize(
    ("x", "kind", "text"),
    [
        ([], DataError, "x is empty: expected at least one sample. Check how it was loaded or sliced."),
        (
            np.zeros((2, 0)),
            ShapeError,
            (
                "x has shape (2, 0), so that its samples hold no values: expected at least one. Check how it was "
                "sliced or reshaped."
            ),
        ),
        (
            5,
            ShapeError,
            "x is the single number 5: expected an array of samples. Put it into a list, or give all samples at once.",
        ),
        (
            [[1, 2], [3]],
            DataError,
            (
                "x has rows of different lengths or kinds: expected nested lists of numbers, as many in each row. Pad "
                "or cut the rows to one length."
            ),
        ),
        (
            np.array([[1], [2, 3]], dtype=object),
            DataError,
            (
                "x holds Python objects (the first is of type list): expected numbers, as many in each row. Convert it "
                "to a numeric dtype, and give rows one length."
            ),
        ),
        (
            None,
            DataError,
            (
                "x holds Python objects (the first is of type NoneType): expected numbers, as many in each row. "
                "Convert it to a numeric dtype, and give rows one length."
            ),
        ),
        (
            ["cat", "dog"],
            DataError,
            (
                "x holds strings (the first is 'cat'): expected numbers. Turn them into numbers, classes for instance "
                "into class numbers."
            ),
        ),
        (
            [1j],
            DataError,
            "x holds complex numbers (complex128): expected real ones. Give its real part or its modulus.",
        ),
        (
            np.array(["2026-01-01"], "M8[D]"),
            DataError,
            "x has dtype datetime64[D]: expected numbers. Convert it to integers or floating-point numbers.",
        ),
        (
            [[0.0, math.inf]],
            DataError,
            "x holds inf at index (0, 1): expected finite numbers. Remove or replace such values.",
        ),
        (
            Unwilling(),
            DataError,
            (
                "x cannot be read as an array (a Unwilling: first line): expected a NumPy array or nested lists of "
                "numbers. Convert it with numpy.asarray."
            ),
        ),
    ],
)
def test_each_refusal_is_one_clear_sentence(x: Any, kind: type[InputError], text: str):
    assert refused(lambda: arrays.check_array(x), kind) == text


def test_jax_arrays_pass():
    jnp = pytest.importorskip("jax.numpy")
    got = arrays.check_array(jnp.array([1.5, 2.5]))
    assert (type(got), got.dtype, got.tolist()) == (np.ndarray, np.float32, [1.5, 2.5])


def test_numbers_that_numpy_lacks_become_float32():
    jnp = pytest.importorskip("jax.numpy")
    got = arrays.check_array(jnp.array([1.5, 2.5], jnp.bfloat16))
    assert (got.dtype, got.tolist()) == (np.float32, [1.5, 2.5])
    assert refused(lambda: arrays.check_array(jnp.array([math.nan], jnp.bfloat16)), DataError) == (
        "x holds nan at index (0,): expected finite numbers. Remove or replace such values."
    )


@pytest.mark.oracle
def test_torch_tensors_pass():
    import torch

    got = arrays.check_array(torch.tensor([[1, 2]]))
    assert (type(got), got.dtype, got.tolist()) == (np.ndarray, np.int64, [[1, 2]])


def test_memory_maps_are_not_copied(tmp_path: Path):
    values = np.memmap(tmp_path / "values", np.uint8, "w+", shape=(3, 2))
    assert np.shares_memory(arrays.check_array(values), values)


def test_arrays_pass_uncopied():
    x, y = np.zeros((3, 2)), np.zeros(3, np.uint8)
    got = arrays.check_arrays(x, y)
    assert got[0] is x
    assert got[1] is y


@pytest.mark.parametrize(
    ("x", "y", "kind", "text"),
    [
        (
            [1, 2],
            [1],
            ShapeError,
            "val_x holds 2 samples and val_y 1: expected as many targets as inputs. Check how both were sliced.",
        ),
        (
            [1],
            [math.nan],
            DataError,
            "val_y holds nan at index (0,): expected finite numbers. Remove or replace such values.",
        ),
        ([], [1], DataError, "val_x is empty: expected at least one sample. Check how it was loaded or sliced."),
    ],
)
def test_pairs_name_the_array_that_is_wrong(x: Any, y: Any, kind: type[InputError], text: str):
    assert refused(lambda: arrays.check_arrays(x, y, what="val_"), kind) == text


@given(
    hnp.arrays(st.sampled_from([np.uint8, np.int64, np.bool_]), hnp.array_shapes(max_dims=2, max_side=4))
    | hnp.arrays(np.float32, (3,), elements=st.sampled_from([-1.0, 0.0, 0.5, 2.0, 300.0, 1e30])),
    st.none() | st.integers(1, 400),
)
def test_labels_pass_exactly_when_they_number_classes(y: Array, classes: int | None):
    fine = [float(v).is_integer() and v >= 0 and (classes is None or v < classes) for v in y.ravel().tolist()]
    if all(fine):
        assert arrays.check_labels(y, classes) is None
        return
    with pytest.raises(DataError) as caught:
        arrays.check_labels(y, classes)
    if all(float(v).is_integer() for v in y.ravel().tolist()):
        first = tuple(map(int, np.unravel_index(fine.index(False), y.shape)))
        assert caught.value.arguments["index"] == str(first)
        assert caught.value.arguments["value"] == int(y[first])
    else:
        assert caught.value.key == "error.data.label_fraction"


@pytest.mark.parametrize(
    ("y", "classes", "text"),
    [
        (
            np.array([[0], [10]], np.uint8),
            10,
            (
                "y holds the label 10 at index (1, 0): expected whole numbers from 0 to 9. Check the labels, or give "
                "the last layer more units."
            ),
        ),
        (
            np.array([1, -1]),
            3,
            (
                "y holds the label -1 at index (1,): expected whole numbers from 0 to 2. Check the labels, or give the "
                "last layer more units."
            ),
        ),
        (
            np.array([1, -1]),
            None,
            "y holds the label -1 at index (1,): expected whole numbers from 0. Number the classes from 0.",
        ),
        (
            np.array([1.0, 0.5]),
            3,
            (
                "y holds the label 0.5 at index (1,): expected whole numbers. Give class numbers, or choose a loss for "
                "regression."
            ),
        ),
    ],
)
def test_wrong_labels_are_named(y: Array, classes: int | None, text: str):
    assert refused(lambda: arrays.check_labels(y, classes), DataError) == text


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((5, 28, 28), (28, 28)), ((5,), ()), ((5, 7, 3), (None, 3)), ((1, 2), (None,)), ((5, 28, 28), [28, 28])],
)
def test_sample_shapes_that_fit(shape: tuple[int, ...], expected: tuple[int | None, ...]):
    assert arrays.check_sample_shape(np.zeros(shape), expected) is None


@pytest.mark.parametrize(
    ("shape", "expected", "text"),
    [
        (
            (28, 28),
            (28, 28),
            (
                "x has the shape (28, 28) of one sample: expected an array of samples. The batch axis is missing: give "
                "x[None]."
            ),
        ),
        (
            (5, 28, 28),
            (28, 28, 1),
            "x holds samples of shape (28, 28): expected (28, 28, 1). The channel axis is missing: give x[..., None].",
        ),
        (
            (5,),
            (1,),
            "x holds samples of shape (): expected (1,). The channel axis is missing: give x[..., None].",
        ),
        (
            (5, 28, 28, 1),
            (28, 28),
            "x holds samples of shape (28, 28, 1): expected (28, 28). The last axis is one too many: give x[..., 0].",
        ),
        (
            (5, 3, 32, 32),
            (32, 32, 3),
            (
                "x holds samples of shape (3, 32, 32): expected (32, 32, 3). The channels come first: give "
                "numpy.moveaxis(x, 1, -1)."
            ),
        ),
        (
            (5, 28, 28),
            (784,),
            (
                "x holds samples of shape (28, 28): expected (784,), as many values in another arrangement. Reshape x, "
                "or begin the model with a Flatten or Reshape layer."
            ),
        ),
        (
            (5, 27, 28),
            (28, 28),
            "x holds samples of shape (27, 28): expected (28, 28). Check the data, or build the model for this shape.",
        ),
        (
            (5, 4),
            (None, 3),
            "x holds samples of shape (4,): expected (None, 3). Check the data, or build the model for this shape.",
        ),
    ],
)
def test_wrong_sample_shapes_come_with_what_mends_them(
    shape: tuple[int, ...], expected: tuple[int | None, ...], text: str
):
    assert refused(lambda: arrays.check_sample_shape(np.zeros(shape), expected), ShapeError) == text


@given(
    hnp.array_shapes(min_dims=1, max_dims=5, min_side=1, max_side=3),
    st.lists(st.none() | st.integers(1, 3), max_size=5),
)
def test_sample_shape_check_is_total(shape: tuple[int, ...], expected: list[int | None]):
    fits = len(shape) == len(expected) + 1 and all(e in (None, s) for s, e in zip(shape[1:], expected, strict=True))
    if fits:
        arrays.check_sample_shape(np.zeros(shape), expected)
        return
    with pytest.raises(ShapeError) as caught:
        arrays.check_sample_shape(np.zeros(shape), expected)
    for language in locale.LANGUAGES:
        assert caught.value.render(language).startswith("x ")
