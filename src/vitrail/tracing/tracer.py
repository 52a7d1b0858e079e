"""Opens one step of a Keras model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from vitrail.data import arrays
from vitrail.errors import DataError, InputError, ModelError, ShapeError, VitrailError
from vitrail.tracing import _keras
from vitrail.tracing.program import Step, program_of
from vitrail.tracing.record import LayerTrace, Trace
from vitrail.training.checks import check_compiled, check_data
from vitrail.training.feed import as_keras
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    import keras

    from vitrail.tracing.taps import Call
    from vitrail.types import Array


def trace(
    model: keras.Model,
    x: Any,  # noqa: ANN401 - array-like
    y: Any,  # noqa: ANN401 - array-like
    *,
    sample: int | None = None,
    sample_weight: Any = None,  # noqa: ANN401 - array-like
    training: bool = False,
    seed: int | None = None,
) -> Trace:
    r"""Run one step forward and back, and keep every number of it.

    $$L = \frac1B \sum_{n=1}^{B} w_n\, \ell\bigl(y_n, \hat y_n\bigr) + R
    \qquad \delta = \frac{\partial L}{\partial z}$$

    L is the scalar that `model.fit` minimises, computed by the model itself: the mean over the batch of $B$ samples
    with their weights $w_n$, plus what regularisers $R$ add. Every `delta` and gradient belongs to this L, so that
    in a batch each sample's delta carries the factor $1/B$. With `sample=i` the batch is that one sample.

    The model is left as it was: weights, optimizer, metrics and seed generators. The first trace of a model compiles
    for the batch's shape; further ones take about as long as a training step, whatever the weights.

    What is shown is what was computed. Keras keeps the probabilities that go into a cross-entropy within
    $[10^{-7}, 1 - 10^{-7}]$: where a softmax or sigmoid saturates beyond that, the derivative is exactly 0, although
    $p - y$ is not. A loss with `from_logits=True` has no such edge.

    Args:
        model: compiled and built, with one input and one output. Sequential, functional or subclassed.
        x: (samples, ...), inputs as `model.fit` takes them. Floats become Keras' float type, integers stay.
        y: (samples, ...), targets as the loss takes them.
        sample: place of the one sample to trace; negative places count from the end. None for all of them as one batch.
        sample_weight: (samples,), weight of each sample in the loss.
        training: run the layers as in training, with `Dropout` at work.
        seed: 0 to 2**32 - 1, fixes what `Dropout` draws in training. None for what the next training step would draw.
            Where nothing is drawn it changes nothing.

    Returns:
        The step, as a frozen record of read-only NumPy arrays.

    Raises:
        ModelError: the model is not compiled or not built, has several inputs or outputs, or one of its layers cannot
            be traced.
        ShapeError: an array does not have the shape that the model or another array asks for.
        DataError: empty, NaN, infinite, of object dtype, or labels out of range.
        InputError: `sample` or `seed` is out of range.

    Examples:
        >>> import keras, numpy as np
        >>> from vitrail.tracing import trace
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")])
        >>> model.compile(loss="mse")
        >>> model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
        >>> step = trace(model, np.array([[3.0, 1.0]]), np.array([[4.0]]))
        >>> step.loss  # (3 + 2 + 0.5 - 4)^2
        2.25
        >>> step["out"].delta  # 2 (5.5 - 4)
        array([[3.]], dtype=float32)
        >>> step["out"].gradients["kernel"]
        array([[9.],
               [3.]], dtype=float32)
        >>> step
        Trace: loss 2.25, 1 layer
        layer  class  activation  shape  z           a           delta
        out    Dense  linear      1x1    5.5 .. 5.5  5.5 .. 5.5  3 .. 3

    References:
        Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, Nature 323, 1986.
    """
    _check_model(model)
    if sample is not None:
        x, y, sample_weight = _one(x, y, sample_weight, sample)
    x, y = check_data(model, x, y)
    weights = None if sample_weight is None else as_keras(_check_weights(sample_weight, len(x)))
    trainable, non_trainable = _keras.values(model)
    if seed is not None:
        non_trainable = _keras.seeded(model, non_trainable, _check_seed(seed))
    program = program_of(model, training=training)
    try:
        step = program.run(trainable, non_trainable, (as_keras(x), as_keras(y), weights))
    except VitrailError:
        raise
    except (ValueError, TypeError) as error:
        raise ModelError("error.trace.failed", model=model.name, reason=_keras.reason(error)) from error
    return _record(jax.device_get(step), training=training)


def _record(step: Step, *, training: bool) -> Trace:
    return Trace(float(step.loss), tuple(_layer(call, step) for call in step.calls), training)


def _layer(call: Call, step: Step) -> LayerTrace:
    opened = call.z is not None
    return LayerTrace(
        name=call.name,
        class_name=call.class_name,
        activation=call.activation,
        inputs=call.inputs if call.several else call.inputs[0],
        z=call.z if opened else call.a,
        a=call.a,
        delta=step.deltas[call.name, "z" if opened else "output"],
        upstream=step.deltas[call.name, "a" if opened else "output"],
        gradients={name: step.gradients[place] for name, place in call.parameters},
        mask=call.mask,
    )


def _check_model(model: keras.Model) -> None:
    check_compiled(model)
    if not model.built:
        raise ModelError("error.trace.not_built", model=model.name)
    for shapes in (getattr(model, "input_shape", ()), getattr(model, "output_shape", ())):
        if not isinstance(shapes, tuple):
            raise ModelError("error.trace.several", model=model.name)


def _one(x: Any, y: Any, sample_weight: Any, sample: int) -> tuple[Any, Any, Any]:  # noqa: ANN401
    """One sample of each as a batch of one."""
    if not (hasattr(x, "__len__") and hasattr(y, "__len__") and len(x) == len(y)):
        x, y = arrays.check_arrays(x, y)
    count = len(x)
    if sample_weight is not None:
        sample_weight = _check_weights(sample_weight, count)
    if not -count <= sample < count:
        raise InputError("error.trace.sample", sample=sample, count=count, last=count - 1)
    one = slice(sample % count, sample % count + 1)
    return x[one], y[one], None if sample_weight is None else sample_weight[one]


def _check_weights(sample_weight: Any, count: int) -> Array:  # noqa: ANN401
    weights = np.asarray(sample_weight)
    if weights.dtype.kind not in "fiub" or not np.isfinite(weights).all():
        raise DataError("error.trace.weight_values")
    if weights.shape != (count,):
        raise ShapeError("error.trace.weight_shape", received=str(weights.shape), count=count)
    return weights


def _check_seed(seed: int) -> int:
    if not 0 <= seed <= MAX_SEED:
        raise InputError("error.trace.seed", seed=seed, largest=MAX_SEED)
    return seed
