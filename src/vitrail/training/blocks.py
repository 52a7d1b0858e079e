"""Samples of arrays that are too large for the device, read block by block from where they lie."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from vitrail.errors import DataError
from vitrail.training.feed import Feed, as_keras, divisor

if TYPE_CHECKING:
    from vitrail.training.state import Variables
    from vitrail.types import Array

_ALIGNMENT = 64
"""Bytes: where an array begins at a multiple of it, JAX on a processor uses the memory itself and copies nothing."""


class Blocks:
    """Reads samples of arrays, some into arrays of their own, or a whole block into one of two buffers.

    The buffers take turns: one is filled while the device still works on the other, and none is allocated again, which
    costs as much as reading. Rows are read in the order in which they lie, so that a disk is read forward.

    Args:
        data: what Keras' step takes, each leaf a NumPy array (samples, ...).
        samples: of one block, at most.
        unchecked: names of the arrays that were too large to be looked through, by the place among the leaves.
        scale: what the first leaf is divided by, as `feed` does it.
    """

    def __init__(self, data: Any, samples: int, unchecked: dict[int, str], *, scale: float = 1.0) -> None:  # noqa: ANN401 - a structure of arrays
        self._leaves, self._structure = jax.tree.flatten(data)
        self._divisor, self._before = divisor(self._leaves[0].dtype, scale)
        self._samples, self._unchecked = samples, unchecked
        self._buffers: list[list[Array]] = []
        self._used: list[Variables | None] = [None, None]
        self._turn = 0

    def abstract(self) -> Feed:
        """A block's shapes and dtypes."""
        return self._feed(
            [
                jax.ShapeDtypeStruct((self._samples, *leaf.shape[1:]), jax.dtypes.canonicalize_dtype(dtype))
                for leaf, dtype in zip(self._leaves, self._dtypes(), strict=True)
            ]
        )

    def read(self, places: Array | slice) -> Any:  # noqa: ANN401 - the structure of the data
        """Some samples in the given order, in new arrays."""
        rows = [np.asarray(leaf[places]) for leaf in self._leaves]
        self._check(rows, places)
        if self._before != 1:
            rows[0] = rows[0] / self._before
        return Feed(self._structure.unflatten([as_keras(leaf) for leaf in rows]), self._divisor).whole()

    def block(self, places: Array | slice) -> tuple[Feed, Array | None]:
        """At most a block of samples on the device, and the rows of that block in the given order.

        The block is valid until the next but one is read. What is computed from it must be told to `used`.

        Args:
            places: of the samples, int32 (count,), or a slice; then the rows are as they lie, and none are returned.
        """
        order, taken = None, places
        if not isinstance(places, slice):
            ranks = np.argsort(places)
            taken, order = places[ranks], np.zeros(self._samples, np.int32)
            order[ranks] = np.arange(len(places), dtype=np.int32)
        count = places.stop - places.start if isinstance(places, slice) else len(places)
        buffers = self._free()
        rows = [buffer[:count] for buffer in buffers]
        for place, (leaf, target) in enumerate(zip(self._leaves, rows, strict=True)):
            if place == 0 and self._before != 1:
                np.copyto(target, leaf[taken] / self._before)
            else:
                _copy(leaf, taken, target)
        self._check(rows, taken)
        return self._feed([jnp.asarray(buffer) for buffer in buffers]), order

    def used(self, variables: Variables) -> None:
        """Note what the last block gave: its buffer is free once that is computed."""
        self._used[self._turn] = variables
        self._turn = 1 - self._turn

    def checked(self) -> None:
        """All samples were read once: they need not be looked through any more."""
        self._unchecked = {}

    def _free(self) -> list[Array]:
        """The buffers whose turn it is, one for each leaf, once the device is done with them."""
        if len(self._buffers) <= self._turn:
            shaped = zip(self._leaves, self._dtypes(), strict=True)
            self._buffers.append([_aligned((self._samples, *leaf.shape[1:]), dtype) for leaf, dtype in shaped])
        jax.block_until_ready(self._used[self._turn])
        return self._buffers[self._turn]

    def _feed(self, leaves: list[Any]) -> Feed:
        return Feed(self._structure.unflatten(leaves), self._divisor)

    def _dtypes(self) -> list[np.dtype[Any]]:
        """Of what is on the device: floats in Keras' float type."""
        floats = [leaf.dtype.kind == "f" for leaf in self._leaves]
        floats[0] |= self._before != 1
        kinds = zip(self._leaves, floats, strict=True)
        return [np.dtype(keras.config.floatx()) if is_float else leaf.dtype for leaf, is_float in kinds]

    def _check(self, leaves: list[Array], places: Array | slice) -> None:
        for place, what in self._unchecked.items():
            _check_finite(leaves[place], places, what)


def _copy(leaf: Array, places: Array | slice, target: Array) -> None:
    if isinstance(places, slice) or leaf.dtype != target.dtype:
        np.copyto(target, leaf[places])
    else:
        leaf.take(places, axis=0, out=target, mode="clip")  # other modes copy once more


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros that JAX takes without a copy."""
    size = math.prod(shape) * dtype.itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    begin = -memory.ctypes.data % _ALIGNMENT
    return memory[begin : begin + size].view(dtype).reshape(shape)


def _check_finite(values: Array, places: Array | slice, what: str) -> None:
    """Minimum and maximum carry every NaN and infinity, and need no second array as large as the first."""
    if values.dtype.kind != "f":
        return
    with np.errstate(invalid="ignore"):
        if math.isfinite(values.min()) and math.isfinite(values.max()):
            return
    at = tuple(int(place) for place in np.argwhere(~np.isfinite(values))[0])
    sample = places.start + at[0] if isinstance(places, slice) else int(places[at[0]])
    raise DataError("error.data.not_finite", what=what, value=str(values[at]), index=str((sample, *at[1:])))
