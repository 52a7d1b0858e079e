"""Checks of the arrays that a person gives. Done once, at the public edge; the inside trusts what came through.

Each check is total: whatever it is given, it returns a NumPy array or raises one of Vitrail's errors.
"""

from __future__ import annotations

import math
import reprlib
from typing import TYPE_CHECKING

import numpy as np

from vitrail.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array

SampleShape = tuple[int | None, ...]
"""The shape of one sample; None where any length will do."""


def check_array(x: object, *, what: str = "x") -> Array:
    """One array of real, finite numbers with at least one sample.

    Args:
        x: what a person gave: a NumPy array, nested lists, a memory map, or anything else that `numpy.asarray` takes,
            such as an array of JAX, PyTorch or pandas. Integers are not looked through: 60,000 images cost nothing.
        what: the array's name in an error.

    Returns:
        The same values as a NumPy array, (samples, ...). A dtype that NumPy itself does not have, such as bfloat16,
        becomes float32.

    Raises:
        ShapeError: a single number, where samples were expected.
        DataError: no numbers, complex numbers, ragged lists, nothing at all, NaN or infinity.

    Examples:
        >>> check_array([[1, 2], [3, 4]])
        array([[1, 2],
               [3, 4]])
        >>> check_array([0.5, float("nan")], what="x_train")
        Traceback (most recent call last):
        vitrail.errors.DataError: x_train holds nan at index (1,): expected finite numbers. Remove or replace such \
values.
    """
    array = _as_array(x, what)
    if array.ndim > 0 and len(array) == 0:
        raise DataError("error.data.empty", what=what)
    if array.size == 0:
        raise ShapeError("error.data.empty_samples", what=what, shape=str(array.shape))
    array = _real(array, what)
    if array.ndim == 0:
        raise ShapeError("error.data.rank_zero", what=what, got=str(array))
    if array.dtype.kind == "f":
        _check_finite(array, what)
    return array


def check_arrays(x: object, y: object, *, what: str = "") -> tuple[Array, Array]:
    """Inputs and targets: each as `check_array` wants it, and one target per sample.

    Args:
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        what: what stands before `x` and `y` in an error, such as `"validation_"`.

    Returns:
        Both as NumPy arrays.

    Raises:
        ShapeError: the lengths differ, or one of them is a single number.
        DataError: as for `check_array`.

    Examples:
        >>> check_arrays([[1.0], [2.0]], [0, 1, 1])
        Traceback (most recent call last):
        vitrail.errors.ShapeError: x holds 2 samples and y 3: expected as many targets as inputs. Check how both \
were sliced.
    """
    inputs = check_array(x, what=f"{what}x")
    targets = check_array(y, what=f"{what}y")
    check_lengths(inputs, targets, names=(f"{what}x", f"{what}y"))
    return inputs, targets


def check_lengths(x: Array, y: Array, *, names: tuple[str, str] = ("x", "y")) -> None:
    """One target per sample.

    Args:
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        names: of both in an error.

    Raises:
        ShapeError: the lengths differ.
    """
    if len(x) != len(y):
        raise ShapeError("error.data.lengths", x=names[0], y=names[1], inputs=len(x), targets=len(y))


def check_labels(y: Array, classes: int | None, *, what: str = "y") -> None:
    """Class numbers, as `sparse_categorical_crossentropy` takes them: whole numbers from 0 to `classes - 1`.

    Args:
        y: what `check_array` returned, any shape. Whole numbers in floating point will do, as they do for Keras.
        classes: how many there are; None where that is not known.
        what: the array's name in an error.

    Raises:
        DataError: a label is no whole number or out of range; the first such one is named with its index.

    Examples:
        >>> check_labels(np.array([0, 9, 10]), 10)
        Traceback (most recent call last):
        vitrail.errors.DataError: y holds the label 10 at index (2,): expected whole numbers from 0 to 9. Check the \
labels, or give the last layer more units.
    """
    if y.dtype.kind == "f" and not np.array_equal(whole := np.trunc(y), y):
        at = _first(whole != y)
        raise DataError("error.data.label_fraction", what=what, value=float(y[at]), index=str(at))
    lowest, highest = y.min(), y.max()
    if lowest >= 0 and (classes is None or highest < classes):
        return
    at = _first((y < 0) | (y >= (math.inf if classes is None else classes)))
    value = int(y[at])
    if classes is None:
        raise DataError("error.data.label_negative", what=what, value=value, index=str(at))
    raise DataError("error.data.label_range", what=what, value=value, index=str(at), last=classes - 1)


def check_sample_shape(x: Array, expected: Sequence[int | None], *, what: str = "x") -> None:
    """The shape of each sample.

    Args:
        x: what `check_array` returned, (samples, ...).
        expected: the shape of one sample, such as `model.input_shape[1:]`; None where any length will do.
        what: the array's name in an error.

    Raises:
        ShapeError: samples have another shape. The error says what would mend it where that can be told.

    Examples:
        >>> check_sample_shape(np.zeros((60, 28, 28)), (28, 28, 1))
        Traceback (most recent call last):
        vitrail.errors.ShapeError: x holds samples of shape (28, 28): expected (28, 28, 1). The channel axis is \
missing: give x[..., None].
    """
    wanted: SampleShape = tuple(expected)
    got: tuple[int, ...] = x.shape[1:]
    if _fits(got, wanted):
        return
    raise ShapeError(
        f"error.data.sample_shape.{_remedy(x.shape, wanted)}",
        what=what,
        got=str(got),
        expected=str(wanted),
        shape=str(x.shape),
    )


def of_one_kind(values: Array, known: Array) -> Array:
    """Values as a data set holds its own: rounded to the nearest, and not cut off, where those are whole.

    Args:
        values: of any number of samples.
        known: values of the data set.

    Examples:
        >>> of_one_kind(np.array([1.6, 2.0]), np.array([7], np.uint8))
        array([2, 2], dtype=uint8)
    """
    whole = np.issubdtype(known.dtype, np.integer)
    return (values.round() if whole else values).astype(known.dtype)


def _as_array(x: object, what: str) -> Array:
    """Whatever was given as an array of any dtype."""
    try:
        return np.asarray(x)
    except (TypeError, ValueError, RuntimeError) as error:
        if isinstance(x, list | tuple):
            raise DataError("error.data.ragged", what=what) from error
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError("error.data.no_array", what=what, type=type(x).__name__, reason=reason) from error


def _real(array: Array, what: str) -> Array:
    """The same values, when they are real numbers. The array is not empty."""
    kind = array.dtype.kind
    if kind in "biuf":
        return array
    if kind == "O":
        raise DataError("error.data.objects", what=what, found=type(array.flat[0]).__name__)
    if kind in "UST":
        raise DataError("error.data.strings", what=what, found=reprlib.repr(array.ravel()[:1].tolist()[0]))
    if np.can_cast(array.dtype, np.float32):  # bfloat16 and its kin, which JAX adds to NumPy
        return array.astype(np.float32)
    raise DataError("error.data.complex" if kind == "c" else "error.data.dtype", what=what, dtype=str(array.dtype))


def _check_finite(array: Array, what: str) -> None:
    """Minimum and maximum carry every NaN and infinity, and need no second array as large as the first."""
    with np.errstate(invalid="ignore"):
        if math.isfinite(array.min()) and math.isfinite(array.max()):
            return
    at = _first(~np.isfinite(array))
    raise DataError("error.data.not_finite", what=what, value=str(array[at]), index=str(at))


def _first(wrong: Array) -> tuple[int, ...]:
    """The index of the first True."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def _fits(got: tuple[int, ...], expected: SampleShape) -> bool:
    return len(got) == len(expected) and all(e is None or g == e for g, e in zip(got, expected, strict=True))


def _remedy(shape: tuple[int, ...], expected: SampleShape) -> str:
    """Which change would mend the samples' shape; the last part of the error's key."""
    got = shape[1:]
    if _fits(shape, expected):
        return "batch_axis"
    if _fits((*got, 1), expected):
        return "channel_axis"
    if got and got[-1] == 1 and _fits(got[:-1], expected):
        return "last_axis"
    if len(got) > 1 and _fits((*got[1:], got[0]), expected):
        return "channels_first"
    sizes = [size for size in expected if size is not None]
    if len(sizes) == len(expected) and math.prod(got) == math.prod(sizes):
        return "reshape"
    return "other"
