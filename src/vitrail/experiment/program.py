"""Writes an experiment as a complete Keras program, to copy, run and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.models import ObjectSpec, expression, literal

if TYPE_CHECKING:
    from vitrail.experiment.description import CompileSpec, Experiment

_IN_KERAS = {"fashion_mnist"}
"""Data sets that `keras.datasets` loads with the same values."""


def render(experiment: Experiment) -> str:
    """The program. It selects the backend first, and every step of a model's life follows in its order."""
    parts = [
        _head(experiment),
        _data(experiment),
        _model(experiment),
        _compile(experiment.compile),
        _fit(experiment),
    ]
    return "\n".join(parts)


def _head(experiment: Experiment) -> str:
    lines = ["import os", "", 'os.environ["KERAS_BACKEND"] = "jax"', "", "import keras"]
    if experiment.data.name not in _IN_KERAS:
        lines.append("import vitrail")
    return "\n".join([*lines, "", f"keras.utils.set_random_seed({experiment.seed})", ""])


def _data(experiment: Experiment) -> str:
    data = experiment.data
    if data.name in _IN_KERAS:
        lines = [f"(x_train, y_train), (x_test, y_test) = keras.datasets.{data.name}.load_data()"]
    else:
        options = "".join(f", {name}={literal(value)}" for name, value in data.options.items())
        lines = [
            f'data = vitrail.load_dataset("{data.name}"{options})',
            "x_train, y_train = data.x_train, data.y_train",
            "x_test, y_test = data.x_test, data.y_test",
        ]
    if data.scale != 1:
        lines.append(f"x_train, x_test = x_train / {data.scale!r}, x_test / {data.scale!r}")
    return "\n".join([*lines, ""])


def _model(experiment: Experiment) -> str:
    layers = [f"    {expression(layer, 'keras.layers')}," for layer in experiment.layers]
    return "\n".join(["model = keras.Sequential([", *layers, "])"])


def _compile(spec: CompileSpec) -> str:
    metrics = ", ".join(_named(metric, "keras.metrics") for metric in spec.metrics)
    return "\n".join(
        [
            "model.compile(",
            f"    optimizer={_named(spec.optimizer, 'keras.optimizers')},",
            f"    loss={_named(spec.loss, 'keras.losses')},",
            *([f"    metrics=[{metrics}],"] if metrics else []),
            ")",
        ]
    )


def _fit(experiment: Experiment) -> str:
    fit = experiment.fit
    arguments = [f"epochs={fit.epochs}", f"batch_size={fit.batch_size}"]
    if not fit.shuffle:
        arguments.append("shuffle=False")
    if fit.validation == "test":
        arguments.append("validation_data=(x_test, y_test)")
    return "\n".join(
        [
            f"model.fit(x_train, y_train, {', '.join(arguments)})",
            "model.evaluate(x_test, y_test)",
            "model.predict(x_test)",
            "model.summary()",
            "",
        ]
    )


def _named(what: str | ObjectSpec, module: str) -> str:
    return expression(what, module) if isinstance(what, ObjectSpec) else literal(what)
