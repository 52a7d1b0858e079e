"""Arrays on the device, and the batches that a compiled step takes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import keras
import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array


class Feed(NamedTuple):
    """Samples on the device. A pytree, so that compiled programs take it as data.

    Arrays keep the dtype they came in; when `scale` is not none, the inputs of each batch are cast to floating point
    and divided by it inside the compiled step, which needs a quarter of the memory for pixels.
    """

    data: Any
    """What Keras' step takes, `(x, y)`, `(x, y, sample_weight)`, `(x,)` or `x`: each a structure of (samples, ...)."""
    scale: jax.Array | None = None

    @property
    def samples(self) -> int:
        """The number of samples."""
        return jax.tree.leaves(self.data)[0].shape[0]

    def gather(self, indices: jax.Array) -> Any:  # noqa: ANN401 - the structure of the data
        """The batch of some samples, as Keras' step takes it. The indices must lie within the samples."""
        return self._batch(lambda values: values.at[indices].get(mode="promise_in_bounds"))

    def slice(self, start: jax.Array | int, size: int) -> Any:  # noqa: ANN401 - the structure of the data
        """The batch of `size` samples from `start` on."""
        return self._batch(lambda values: jax.lax.dynamic_slice_in_dim(values, start, size))

    def whole(self) -> Any:  # noqa: ANN401 - the structure of the data
        """All samples as one batch."""
        return self._batch(lambda values: values)

    def _batch(self, take: Any) -> Any:  # noqa: ANN401 - a function of one array
        batch = jax.tree.map(take, self.data)
        if self.scale is None:
            return batch
        return (jnp.asarray(batch[0]).astype(self.scale.dtype) / self.scale, *batch[1:])


def feed(x: Array, y: Array, sample_weight: Array | None = None, *, scale: float = 1.0) -> Feed:
    """Put inputs, targets and weights on the device as Keras hands them to the model.

    Args:
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        sample_weight: (samples,) or none.
        scale: what `x` is divided by, to the same bits as `x / scale` in NumPy.
    """
    inside, before = divisor(x.dtype, scale)
    if before != 1:
        x = x / before
    return hold((x, y) if sample_weight is None else (x, y, sample_weight), inside)


def divisor(dtype: np.dtype[Any], scale: float) -> tuple[jax.Array | None, float]:
    """What inputs are divided by inside the compiled step, if anything, and what before it, 1 for nothing."""
    if scale != 1 and _divides_alike(dtype, scale):
        return jnp.asarray(scale, dtype=keras.config.floatx()), 1.0
    return None, scale


def hold(data: Any, scale: jax.Array | None = None) -> Feed:  # noqa: ANN401 - a structure of arrays
    """Put a structure of arrays on the device: floats in Keras' float type, integers as they are."""
    return Feed(jax.tree.map(lambda values: jnp.asarray(as_keras(values)), data), scale)


def as_keras(values: Array) -> Array:
    """Floating-point arrays in Keras' float type, all others as they are."""
    return values.astype(keras.config.floatx(), copy=False) if values.dtype.kind == "f" else values


def _divides_alike(dtype: np.dtype[Any], scale: float) -> bool:
    """Whether dividing in Keras' float type gives NumPy's `x / scale` to the bit, for all 256 values of a byte."""
    if dtype != np.uint8:
        return False
    values = np.arange(256, dtype=np.uint8)
    floatx = np.dtype(keras.config.floatx())
    inside = values.astype(floatx) / floatx.type(scale)
    return bool(np.array_equal(inside, (values / scale).astype(floatx)))
