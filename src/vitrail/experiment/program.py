"""Writes an experiment as a complete Keras program, to copy, run and change."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from vitrail.data import is_path, is_table
from vitrail.experiment.features import FORMULAS
from vitrail.experiment.keras_sets import KERAS_SETS
from vitrail.models import INPUT, ObjectSpec, expression, graph_of, is_chain, literal, outputs_of, takes_each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vitrail.experiment.description import Experiment
    from vitrail.experiment.parts import CompileSpec, DataSpec

_OTHER_NAMES = {"callbacks", "data", "keras", "model", "np", "os", "random", "vitrail", "x1", "x2"} | {
    f"{name}{end}" for name in ("x_train", "y_train", "x_test", "y_test") for end in ("", "_noisy")
}
"""Variables of the program that no layer may be called by."""


_TABLE = [
    "# Not plain Keras: Vitrail reads the table and makes numbers of its columns, fitted on the rows to train on.",
    "# data.preprocessing holds what was fitted, and applies it to new rows. Keras' own layers for categories",
    "# (StringLookup, IntegerLookup) do not run on JAX without TensorFlow.",
]


_FITTED = [
    "# Not plain Keras: Vitrail reads the file and makes numbers of it, fitted on the training part. data.fitted holds",
    "# what was fitted, and applies it to new samples.",
]


def render(experiment: Experiment) -> str:
    """The program. It selects the backend first, and every step of a model's life follows in its order."""
    return "\n".join([*steps(experiment).values(), ""])


def steps(experiment: Experiment) -> dict[str, str]:
    """The parts of the program by the step of a model's life that they are, in their order."""
    fit, evaluate, predict = _fit(experiment)
    return {
        "start": _head(experiment),
        "data": _data(experiment),
        "define": _model(experiment.layers),
        "compile": _compile(experiment.compile),
        "fit": fit,
        "evaluate": evaluate,
        "predict": predict,
    }


def _in_keras(data: DataSpec) -> bool:
    return data.name in KERAS_SETS and not data.options


def _head(experiment: Experiment) -> str:
    lines = ["import os", "", 'os.environ["KERAS_BACKEND"] = "jax"', "", "import keras"]
    if experiment.data.noise or experiment.data.features:
        lines.append("import numpy as np")
    if not _in_keras(experiment.data):
        lines.append("import vitrail")
    return "\n".join([*lines, "", f"keras.utils.set_random_seed({experiment.seed})", ""])


def _data(experiment: Experiment) -> str:
    data = experiment.data
    if _in_keras(data):
        lines = [f"(x_train, y_train), (x_test, y_test) = keras.datasets.{data.name}.load_data()"]
        classes = str(KERAS_SETS[data.name].classes)
    else:
        options = "".join(f", {name}={literal(value)}" for name, value in data.options.items())
        lines = [
            *_said(data),
            f"data = vitrail.load_dataset({literal(data.name)}{options})",
            "x_train, y_train = data.x_train, data.y_train",
            "x_test, y_test = data.x_test, data.y_test",
        ]
        classes = "len(data.class_names)"
    if data.shape:
        shape = ", ".join(str(size) for size in (-1, *data.shape))
        lines.append(f"x_train, x_test = x_train.reshape(({shape})), x_test.reshape(({shape}))")
    if data.scale != 1:
        lines.append(f"x_train, x_test = x_train / {data.scale!r}, x_test / {data.scale!r}")
    if data.features:
        stacked = f"np.stack([{', '.join(FORMULAS[name].code for name in data.features)}], axis=1)"
        for x in ("x_train", "x_test"):
            lines += [f"x1, x2 = {x}[:, 0], {x}[:, 1]", f"{x} = {stacked}"]
    if data.noise:
        lines.append(f"random = np.random.RandomState({experiment.seed})")
        lines += [f"{x}_noisy = {x} + {data.noise!r} * random.normal(size={x}.shape)" for x in ("x_train", "x_test")]
    if data.one_hot:
        lines += [f"{y} = keras.utils.to_categorical({y}, {classes})" for y in ("y_train", "y_test")]
    return "\n".join([*lines, ""])


def _said(data: DataSpec) -> list[str]:
    """What of a file is not plain Keras."""
    if is_path(data.name) and {"window", "text"} & set(data.options):
        return _FITTED
    return _TABLE if is_table(data.name) else []


def _model(layers: Sequence[ObjectSpec]) -> str:
    if is_chain(layers):
        rows = [f"    {expression(layer, 'keras.layers')}," for layer in layers]
        return "\n".join(["model = keras.Sequential([", *rows, "])"])
    graph = graph_of(layers)
    names = dict(zip(graph, _variables(graph), strict=True))
    lines = [
        f"{names[name]} = {_call(layer, [names[source] for source in inputs])}"
        for layer, (name, inputs) in zip(layers, graph.items(), strict=True)
    ]
    starts = [names[name] for name, inputs in graph.items() if not inputs]
    ends = [names[name] for name in outputs_of(graph)]
    return "\n".join([*lines, f"model = keras.Model({_listed(starts)}, {_listed(ends)})"])


def _variables(graph: Mapping[str, object]) -> Iterator[str]:
    taken = set(_OTHER_NAMES)
    for place, name in enumerate(graph):
        usable = name.isidentifier() and name.isascii() and not keyword.iskeyword(name) and name not in taken
        yield (variable := name if usable else f"layer_at_{place}")
        taken.add(variable)


def _call(layer: ObjectSpec, inputs: list[str]) -> str:
    if layer.class_name == INPUT:
        return expression(ObjectSpec(class_name="Input", config=layer.thawed()), "keras")
    values = ", ".join(inputs) if takes_each(layer) else _listed(inputs)
    return f"{expression(layer, 'keras.layers')}({values})"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


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


def _fit(experiment: Experiment) -> tuple[str, str, str]:
    """The lines that train, those that evaluate, and those that predict and sum up."""
    fit, data = experiment.fit, experiment.data
    inputs = "_noisy" if data.noise else ""
    target = "x" if data.target == "inputs" else "y"
    test = f"x_test{inputs}, {target}_test"
    arguments = [f"epochs={fit.epochs}", f"batch_size={fit.batch_size}"]
    if not fit.shuffle:
        arguments.append("shuffle=False")
    if fit.validation == "test":
        arguments.append(f"validation_data=({test})")
    if fit.validation == "split":
        arguments.append(f"validation_split={fit.validation_split!r}")
    if fit.class_weight:
        arguments.append(f"class_weight={literal(fit.class_weight)}")
    lines = [f"model.fit(x_train{inputs}, {target}_train, {', '.join(arguments)})"]
    if fit.callbacks:
        callbacks = [f"    {expression(spec, 'keras.callbacks')}," for spec in fit.callbacks]
        lines = ["callbacks = [", *callbacks, "]", lines[0].removesuffix(")") + ", callbacks=callbacks)"]
    return "\n".join(lines), f"model.evaluate({test})", f"model.predict(x_test{inputs})\nmodel.summary()"


def _named(what: str | ObjectSpec, module: str) -> str:
    return expression(what, module) if isinstance(what, ObjectSpec) else literal(what)
