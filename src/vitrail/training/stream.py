"""Samples that are too large for the device, as compiled programs take them: block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from vitrail.training.blocks import Blocks
from vitrail.training.feed import Feed, feed
from vitrail.training.state import owned

if TYPE_CHECKING:
    from vitrail.training.program import Steps
    from vitrail.training.state import Variables
    from vitrail.types import Array

HELD_BYTES = 2**30
"""Arrays that take more than this together are streamed."""
BLOCK_BYTES = 2**24
"""What is on the device of streamed arrays: one block of about this size in use, and one on its way."""


class Stream:
    """Samples that are read from where they lie as they are used. Batches are those of a `Feed`, to the last bit.

    Args:
        data: what Keras' step takes, each leaf a NumPy array (samples, ...).
        batch_size: samples of a batch.
        unchecked: names of the arrays that were too large to be looked through, by the place among the leaves.
        scale: what the inputs, the first leaf, are divided by.
    """

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - a structure of arrays
        batch_size: int,
        unchecked: dict[int, str] | None = None,
        *,
        scale: float = 1.0,
    ) -> None:
        self.samples: int = jax.tree.leaves(data)[0].shape[0]
        self._batch_size = batch_size
        per_batch = nbytes(data) / self.samples * batch_size
        self.batches_per_block = max(1, min(int(BLOCK_BYTES / per_batch), self.samples // batch_size))
        self._blocks = Blocks(data, self.batches_per_block * batch_size, unchecked or {}, scale=scale)

    def abstract(self) -> Feed:
        """A block's shapes and dtypes."""
        return self._blocks.abstract()

    def checked(self) -> None:
        """All samples were read once: they need not be looked through any more."""
        self._blocks.checked()

    def gather(self, indices: Any) -> Any:  # noqa: ANN401 - arrays of either kind; the structure of the data
        """The batch of some samples, as Keras' step takes it."""
        return self._blocks.read(np.asarray(indices))

    def slice(self, start: int, size: int) -> Any:  # noqa: ANN401 - the structure of the data
        """The batch of `size` samples from `start` on."""
        return self._blocks.read(slice(start, start + size))

    def batches(self, order: Array | None, start: int, stop: int) -> Any:  # noqa: ANN401 - the structure of the data
        """The samples of batches `start` to `stop` (excluded)."""
        return self._blocks.read(self._places(order, start, stop))

    def run(self, steps: Steps, variables: Variables, order: Array | None, start: int, stop: int) -> Variables:
        """Run batches `start` to `stop` (excluded) of the samples in an order; as they lie when it is none."""
        for first in range(start, stop, self.batches_per_block):
            variables = self._piece(steps, variables, order, first, min(first + self.batches_per_block, stop))
        return variables

    def _piece(self, steps: Steps, variables: Variables, order: Array | None, start: int, stop: int) -> Variables:
        """The calls return before they are computed: the next block is read meanwhile, and no block after it."""
        whole = min(stop, self.samples // self._batch_size)
        if start < whole:
            block, rows = self._blocks.block(self._places(order, start, whole))
            variables = steps.many(variables, block, rows, 0, whole - start)
            self._blocks.used(variables)
        if stop > whole:
            variables, _ = steps.one(owned(variables), self.batches(order, whole, stop))
        return variables

    def _places(self, order: Array | None, start: int, stop: int) -> Array | slice:
        """Which samples some batches take, in their order."""
        first, last = start * self._batch_size, min(stop * self._batch_size, self.samples)
        return slice(first, last) if order is None else order[first:last]


def fed(
    x: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    batch_size: int,
    scale: float = 1.0,
    beside: int = 0,
) -> Feed | Stream:
    """Inputs, targets and weights on the device, or, where they are too large for it, where they lie.

    Args:
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        sample_weight: (samples,) or none.
        batch_size: samples of a batch.
        scale: what `x` is divided by, to the same bits as `x / scale` in NumPy.
        beside: bytes of other arrays that are on the device at the same time.
    """
    data = (x, y) if sample_weight is None else (x, y, sample_weight)
    if nbytes(data) + beside > HELD_BYTES:
        return Stream(data, batch_size, scale=scale)
    return feed(x, y, sample_weight, scale=scale)


def nbytes(data: Any) -> int:  # noqa: ANN401 - a structure of arrays
    """Bytes that arrays take together."""
    return sum(leaf.nbytes for leaf in jax.tree.leaves(data))
