"""Models of a program: how they get their layers, and what `compile` and `fit` were called with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.errors import ExperimentError
from vitrail.experiment.code_in import objects
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.values import Made, Model, Tensor, Unknown, Value
from vitrail.models import ObjectSpec, takes_each

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

LOOKING = {
    "count_params", "evaluate", "get_config", "get_layer", "get_weights", "predict", "predict_on_batch", "save",
    "save_weights", "summary", "to_json", "export",
}  # fmt: skip
"""Methods of a model that leave it as it is."""

_COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly", "steps_per_execution",
            "jit_compile", "auto_scale_loss")  # fmt: skip
_HOW_ONLY = {"run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss"}
"""Arguments of `compile` that say how to compute, and not what."""
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
        "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch", "validation_steps",
        "validation_batch_size", "validation_freq")  # fmt: skip
_FIT_DEFAULTS = {"initial_epoch": 0, "validation_freq": 1}
_FIT_READ = {"x", "y", "batch_size", "epochs", "callbacks", "validation_split", "validation_data", "shuffle",
             "class_weight"}  # fmt: skip


def sequential(arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Model:
    """`keras.Sequential([...])`."""
    given = dict(zip(("layers", "trainable", "name"), arguments, strict=False)) | named
    model = Model(getattr(node, "lineno", 0))
    layers = given.pop("layers", None)
    if set(given) - {"name"} or not isinstance(layers, list | tuple | None):
        raise refusal("unread", node, what=source(node))
    for layer in layers or ():
        add(model, layer, node)
    return model


def functional(arguments: list[Value], named: dict[str, Value], calls: list[Tensor], node: ast.AST) -> Value:
    """`keras.Model(inputs, outputs)`; an unknown value where it is made of what cannot be read."""
    given = dict(zip(("inputs", "outputs"), arguments, strict=False)) | named
    inputs, outputs = (_tensors(given.get(name)) for name in ("inputs", "outputs"))
    if set(given) - {"inputs", "outputs", "name"} or inputs is None or outputs is None:
        return Unknown(getattr(node, "lineno", 0), source(node))
    return Model(getattr(node, "lineno", 0), layers=[*inputs], outputs=outputs, calls=list(calls))


def _tensors(value: Value) -> tuple[Tensor, ...] | None:
    """One or several values of the functional style; none where one of them cannot be read."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(values) if all(isinstance(it, Tensor) for it in values) else None


def add(model: Model, layer: Value, node: ast.AST) -> None:
    """`model.add(layer)`."""
    is_input = isinstance(layer, Tensor) and not layer.inputs and not model.layers
    is_layer = isinstance(layer, Made) and layer.module == "keras.layers"
    if model.outputs is not None or not (is_input or is_layer or isinstance(layer, Model)):
        if isinstance(layer, Unknown):
            raise refusal("unknown", node, what=source(node), source=layer.line, text=layer.text)
        raise refusal("unread", node, what=source(node))
    model.layers.append(layer)


def call(layer: Made | Model, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
    """`layer(x)`, `layer([a, b])`, `attention(query, value)`: the functional style."""
    named = {name: value for name, value in named.items() if value is not None}
    if isinstance(layer, Made) and takes_each(ObjectSpec(class_name=layer.class_name)):
        names = ("query", "value", "key")
        arguments = [*arguments, *(named.pop(name) for name in names[len(arguments) :] if name in named)]
    elif len(arguments) == 1 and isinstance(arguments[0], list | tuple):
        arguments = list(arguments[0])
    unknown = next((value for value in arguments if isinstance(value, Unknown)), None)
    if unknown is not None or not arguments or not all(isinstance(value, Tensor) for value in arguments) or named:
        return unknown or Unknown(getattr(node, "lineno", 0), source(node))
    return Tensor(layer, tuple(arguments), getattr(node, "lineno", 0))


def compile_model(model: Model, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> None:
    """`model.compile(...)`. What cannot be read is kept, and raised when this model is the chosen one."""

    def compiled() -> None:
        given = _given("compile", _COMPILE, arguments, named, node)
        for entry in ("loss_weights", "weighted_metrics"):
            if given.get(entry):
                raise refusal("argument", node, what="compile", entry=entry)
        metrics = given.get("metrics") or []
        metrics = metrics if isinstance(metrics, list | tuple) else [metrics]
        if given.get("loss") is None:
            raise refusal("no_loss", node)
        model.compiled = {
            "optimizer": objects.named(given.get("optimizer", "rmsprop"), "optimizers", node),
            "loss": objects.named(given["loss"], "losses", node),
            "metrics": [objects.named(metric, "metrics", node) for metric in metrics],
        }

    _keep_problem(model, compiled)


def fit_model(model: Model, arguments: list[Value], named: dict[str, Value], node: ast.AST) -> None:
    """`model.fit(...)`. What cannot be read is kept, and raised when this model is the chosen one."""

    def fitted() -> None:
        given = _given("fit", _FIT, arguments, named, node)
        if model.compiled is None and model.problem is None:
            raise refusal("not_compiled", node)
        if model.fitted is not None:
            raise refusal("twice", node)
        for entry in set(given) - _FIT_READ - {"verbose"}:
            if given[entry] not in (None, _FIT_DEFAULTS.get(entry)):
                raise refusal("argument", node, what="fit", entry=entry)
        model.fitted = {**{name: value for name, value in given.items() if value is not None}, "node": node}

    _keep_problem(model, fitted)
    if model.fitted is None:
        model.fitted = {"node": node}


def _given(
    what: str, order: tuple[str, ...], arguments: list[Value], named: dict[str, Value], node: ast.AST
) -> dict[str, Value]:
    if len(arguments) > len(order):
        raise refusal("argument", node, what=what, entry=str(len(order) + 1))
    given = dict(zip(order, arguments, strict=False)) | named
    for entry in given:
        if entry not in order:
            raise refusal("argument", node, what=what, entry=entry)
    return {entry: value for entry, value in given.items() if entry not in _HOW_ONLY}


def _keep_problem(model: Model, read: Callable[[], None]) -> None:
    try:
        read()
    except ExperimentError as problem:
        model.problem = model.problem or problem
