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

    `x` keeps the dtype it came in; when `scale` is not none, each batch is cast to floating point and divided by it
    inside the compiled step, which needs a quarter of the memory for pixels.
    """

    x: jax.Array
    y: jax.Array
    sample_weight: jax.Array | None
    scale: jax.Array | None

    @property
    def samples(self) -> int:
        """The number of samples."""
        return self.x.shape[0]

    def gather(self, indices: jax.Array) -> tuple[Any, ...]:
        """The batch of some samples, as Keras' step takes it. The indices must lie within the samples."""
        return self._batch(lambda values: values.at[indices].get(mode="promise_in_bounds"))

    def slice(self, start: jax.Array | int, size: int) -> tuple[Any, ...]:
        """The batch of `size` samples from `start` on."""
        return self._batch(lambda values: jax.lax.dynamic_slice_in_dim(values, start, size))

    def _batch(self, take: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a function of one array
        x = take(self.x)
        if self.scale is not None:
            x = x.astype(self.scale.dtype) / self.scale
        if self.sample_weight is None:
            return x, take(self.y)
        return x, take(self.y), take(self.sample_weight)


def feed(x: Array, y: Array, sample_weight: Array | None = None, *, scale: float = 1.0) -> Feed:
    """Put arrays on the device as Keras hands them to the model: floats in Keras' float type, integers as they are.

    Args:
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        sample_weight: (samples,) or none.
        scale: what `x` is divided by, to the same bits as `x / scale` in NumPy.
    """
    divisor = None
    if scale != 1:
        if _divides_alike(x.dtype, scale):
            divisor = jnp.asarray(scale, dtype=keras.config.floatx())
        else:
            x = x / scale
    return Feed(
        jnp.asarray(as_keras(x)),
        jnp.asarray(as_keras(y)),
        None if sample_weight is None else jnp.asarray(as_keras(sample_weight)),
        divisor,
    )


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
