"""What a person gives to train or evaluate on, checked once, before anything is built or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.data import arrays
from vitrail.errors import ExperimentError, ModelError
from vitrail.training import _keras

if TYPE_CHECKING:
    import keras

    from vitrail.types import Array


def check_compiled(model: keras.Model) -> None:
    """Refuse a model that was not compiled.

    Raises:
        ModelError: it was not.
    """
    if not _keras.is_compiled(model):
        raise ModelError("error.model.not_compiled", model=model.name)


def check_single(model: keras.Model) -> None:
    """Refuse an experiment's model that takes or gives several arrays.

    Raises:
        ExperimentError: it does.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        outputs = ", ".join(model.output_names)
        raise ExperimentError("error.experiment.several", field="layers", outputs=outputs)


def check_data(model: keras.Model, x: Any, y: Any, *, what: str = "") -> tuple[Array, Array]:  # noqa: ANN401 - arrays
    """Arrays of inputs and targets that fit a model.

    Args:
        model: compiled; where it is built its input shape is checked, and where its loss takes class numbers, these.
        x: inputs, (samples, ...).
        y: targets, (samples, ...).
        what: what comes before `x` and `y` in an error, such as `"validation_"`.

    Returns:
        Both as NumPy arrays.

    Raises:
        ShapeError: lengths differ, or samples do not have the model's input shape.
        DataError: empty, NaN, infinite, of object dtype, or labels out of range.
    """
    x, y = arrays.check_arrays(x, y, what=what)
    if model.built and isinstance(getattr(model, "input_shape", None), tuple):
        arrays.check_sample_shape(x, model.input_shape[1:])
        if takes_class_numbers(model.loss) and isinstance(model.output_shape, tuple):
            arrays.check_labels(y, model.output_shape[-1])
    return x, y


def takes_class_numbers(loss: Any) -> bool:  # noqa: ANN401 - whatever Keras takes as a loss
    """Whether a loss compares a row of class scores with one class number, whatever that number is."""
    if getattr(loss, "ignore_class", None) is not None:
        return False
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return name.replace("_", "").lower() == "sparsecategoricalcrossentropy"
