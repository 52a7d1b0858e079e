"""Opens one step of a Keras model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from vitrail.data import arrays
from vitrail.errors import DataError, InputError, ModelError, ShapeError, VitrailError
from vitrail.tracing import _keras
from vitrail.tracing.choosing import choose
from vitrail.tracing.program import Values, program_of
from vitrail.tracing.recording import Recording
from vitrail.training import compilation
from vitrail.training.checks import check_compiled, check_data
from vitrail.training.feed import as_keras
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

    from vitrail.tracing.record import Named, Trace
    from vitrail.types import Array


def trace(
    model: keras.Model,
    x: Any,  # noqa: ANN401 - array-like
    y: Any = None,  # noqa: ANN401 - array-like
    *,
    sample: int | None = None,
    samples: Sequence[int] | None = None,
    layers: Sequence[str | Named] | None = None,
    units: Mapping[str | Named, Sequence[int]] | None = None,
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
        model: compiled and built. Sequential, functional or subclassed.
        x: (samples, ...), inputs as `model.fit` takes them. Floats become Keras' float type, integers stay. A list or
            dictionary of arrays for several inputs.
        y: (samples, ...), targets as the loss takes them; a list or dictionary of arrays for several outputs. A trace
            without targets would have no loss, no deltas and no gradients: use `vitrail.predict`.
        sample: place of the one sample to trace; negative places count from the end. None for all of them as one batch.
        samples: places of the samples whose numbers are kept. The step is still that of the whole batch, whose loss,
            gradients and update are kept; this bounds the memory of a large one. None for all.
        layers: names of the layers (or the Keras layers) whose numbers are kept, in a model too large to keep them
            all. None for all.
        units: of some layers the units, by their places on the last axis, whose numbers are kept; of a dense layer
            their weights alone. Layers that are not named, and what was left out by `layers`, stay as they are.
        sample_weight: (samples,), weight of each sample in the loss.
        training: run the layers as in training, with `Dropout` at work.
        seed: 0 to 2**32 - 1, fixes what `Dropout` draws in training. None for what the next training step would draw.
            Where nothing is drawn it changes nothing.

    Returns:
        The step, as a frozen record of read-only NumPy arrays.

    Raises:
        ModelError: the model is not compiled or not built, or one of its layers cannot be traced.
        ShapeError: an array does not have the shape that the model or another array asks for.
        DataError: empty, NaN, infinite, of object dtype, or labels out of range.
        InputError: there are no targets; `sample`, `samples`, `units` or `seed` is out of range.

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
    if y is None:
        raise InputError("error.trace.no_targets", model=model.name)
    if sample is not None:
        x, y, sample_weight = _one(x, y, sample_weight, sample)
    batch, count = _batch(model, x, y, sample_weight)
    chosen = {} if units is None else {name: each for key, each in units.items() for name in _calls(model, key)}
    rows = None if samples is None else _rows(samples, count)
    trainable, non_trainable = _keras.values(model)
    if seed is not None:
        non_trainable = _keras.seeded(model, non_trainable, _check_seed(seed))
    compilation.keep()
    program = program_of(model, training=training, wanted=_wanted(model, layers))
    values = Values(trainable, non_trainable, program.optimizer_values(model))
    try:
        step = program.run(values, batch, None if rows is None else np.asarray(rows, np.int32))
    except VitrailError:
        raise
    except (ValueError, TypeError) as error:
        raise ModelError("error.trace.failed", model=model.name, reason=_keras.reason(error)) from error
    before, after = jax.device_get((values, step))
    return choose(Recording(model, program, before, after).trace(training=training, batch=count, samples=rows), chosen)


def _check_model(model: keras.Model) -> None:
    check_compiled(model)
    if not model.built:
        raise ModelError("error.trace.not_built", model=model.name)


def _batch(model: keras.Model, x: Any, y: Any, sample_weight: Any) -> tuple[tuple[Any, Any, Any], int]:  # noqa: ANN401
    """The batch as Keras takes it, checked, and the number of its samples."""
    shapes = getattr(model, "input_shape", ()), getattr(model, "output_shape", ())
    if not (_is_nested(x) or _is_nested(y) or any(isinstance(shape, list | dict) for shape in shapes)):
        x, y = check_data(model, x, y)
        count = len(x)
    else:
        x, y = _each(x, "x"), _each(y, "y")
        _check_number(model, "x", getattr(model, "input_shape", None), x)
        _check_number(model, "y", getattr(model, "output_shape", None), y)
        count = len(jax.tree.leaves(x)[0])
        for each in jax.tree.leaves((x, y)):
            arrays.check_lengths(jax.tree.leaves(x)[0], each)
    weights = None
    if sample_weight is not None:
        nested = _is_nested(sample_weight)
        weights = (
            jax.tree.map(lambda each: as_keras(_check_weights(each, count)), sample_weight)
            if nested
            else as_keras(_check_weights(sample_weight, count))
        )
    return (jax.tree.map(as_keras, x), jax.tree.map(as_keras, y), weights), count


def _check_number(model: keras.Model, what: str, shapes: Any, arrays: Any) -> None:  # noqa: ANN401
    """As many arrays as the model has inputs or outputs."""
    expected = len(shapes) if isinstance(shapes, list | dict) else 1
    received = len(jax.tree.leaves(arrays))
    if received != expected:
        raise ShapeError("error.trace.several", model=model.name, what=what, expected=expected, received=received)


def _is_nested(values: Any) -> bool:  # noqa: ANN401
    """Whether these are several arrays: a dictionary, or a list of arrays rather than of numbers."""
    if isinstance(values, dict):
        return True
    return isinstance(values, list | tuple) and len(values) > 0 and all(hasattr(each, "shape") for each in values)


def _each(values: Any, what: str) -> Any:  # noqa: ANN401
    if isinstance(values, dict):
        return {name: arrays.check_array(each, what=f"{what}[{name!r}]") for name, each in values.items()}
    if _is_nested(values):
        return [arrays.check_array(each, what=f"{what}[{place}]") for place, each in enumerate(values)]
    return arrays.check_array(values, what=what)


def _one(x: Any, y: Any, sample_weight: Any, sample: int) -> tuple[Any, Any, Any]:  # noqa: ANN401
    """One sample of each as a batch of one."""
    if _is_nested(x) or _is_nested(y):
        x, y = _each(x, "x"), _each(y, "y")
        count = len(jax.tree.leaves(x)[0])
    else:
        if not (hasattr(x, "__len__") and hasattr(y, "__len__") and len(x) == len(y)):
            x, y = arrays.check_arrays(x, y)
        count = len(x)
    if sample_weight is not None and not _is_nested(sample_weight):
        sample_weight = _check_weights(sample_weight, count)
    place = _place(sample, count)
    one = slice(place, place + 1)
    parts = ((x, _is_nested(x)), (y, _is_nested(y)), (sample_weight, _is_nested(sample_weight)))
    x, y, sample_weight = (
        jax.tree.map(lambda each: each[one], part) if nested else None if part is None else part[one]
        for part, nested in parts
    )
    return x, y, sample_weight


def _place(sample: int, count: int) -> int:
    if not -count <= sample < count:
        raise InputError("error.trace.sample", sample=sample, count=count, last=count - 1)
    return sample % count


def _rows(samples: Sequence[int], count: int) -> tuple[int, ...]:
    if len(samples) == 0:
        raise InputError("error.trace.no_samples")
    return tuple(_place(int(sample), count) for sample in samples)


def _wanted(model: keras.Model, layers: Sequence[str | Named] | None) -> frozenset[str] | None:
    """The chosen layers by the names of their calls without a number."""
    if layers is None:
        return None
    return frozenset(name for layer in layers for name in _calls(model, layer))


def _calls(model: keras.Model, layer: str | Named) -> set[str]:
    """The names of a layer's calls without a number."""
    known = _keras.layer_names(model)
    name = layer if isinstance(layer, str) else layer.name
    found = {each for each in known if name in {each, each.rpartition("/")[2]}}
    if not found:
        raise ModelError("error.trace.name", name=name, names=", ".join(known))
    return found


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
