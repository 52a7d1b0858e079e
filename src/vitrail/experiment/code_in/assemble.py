"""A trained model of the program becomes the fields of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.errors import ExperimentError
from vitrail.experiment.code_in import objects
from vitrail.experiment.code_in.errors import refusal
from vitrail.experiment.code_in.values import Arrays, Made, Model, Tensor, Unknown, Value
from vitrail.models import LayerSpec, graph_of, outputs_of, thaw

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence


def choose(models: Sequence[Model], name: str | None) -> Model:
    """The model that a program trains, or the one of that name.

    Raises:
        ExperimentError: there is none, or there are several and no name was given.
    """
    named: dict[str, Model] = {}
    for model in models:
        if model.fitted is not None:
            count = sum(other.name == model.name for other in named.values())
            named[f"{model.name}-{count + 1}" if count else model.name] = model
    known = ", ".join(named)
    if not named:
        raise ExperimentError("error.code.no_fit", field="model")
    if name is not None and name not in named:
        raise ExperimentError("error.code.no_model", field="model", name=name, known=known)
    if name is None and len(named) > 1:
        raise ExperimentError("error.code.several", field="model", known=known)
    return named[name] if name is not None else next(iter(named.values()))


def fields(model: Model, seed: int) -> dict[str, Any]:
    """The fields of an experiment.

    Raises:
        ExperimentError: something of this model, its data or its training cannot be held by an experiment.
    """
    if model.problem is not None:
        raise model.problem
    given = dict(model.fitted or {})
    node: ast.AST = given.pop("node")
    layers = _chain(model) if model.outputs is None else _graph(model, model.outputs)
    if not layers:
        raise refusal("no_layers", model.line)
    return {
        "seed": seed,
        "data": _data(given, seed, node),
        "layers": layers,
        "compile": model.compiled,
        "fit": _fit(given, node),
    }


def _chain(model: Model) -> list[LayerSpec]:
    layers: list[Made] = []
    for item in model.layers:
        layer = item.layer if isinstance(item, Tensor) else item
        if isinstance(layer, Model):
            raise refusal("nested", layer.line, name=layer.name)
        if layer in layers:
            raise refusal("shared", layer.line, name=layer.class_name)
        layers.append(layer)
    first = layers[0].input_shape if layers else None
    specs = [LayerSpec(class_name=layer.class_name, config=layer.config) for layer in layers]
    if first is not None:
        specs.insert(0, LayerSpec(class_name="InputLayer", config={"shape": list(first)}))
    return specs


def _graph(model: Model, outputs: tuple[Tensor, ...]) -> list[LayerSpec]:
    needed: set[Tensor] = set()
    left = list(outputs)
    while left:
        tensor = left.pop()
        if tensor not in needed:
            needed.add(tensor)
            left.extend(tensor.inputs)
    tensors = [tensor for tensor in model.calls if tensor in needed]
    starts = [tensor for tensor in tensors if not tensor.inputs]
    if starts != model.layers:
        raise refusal("inputs", model.line)
    specs: list[LayerSpec] = []
    names: dict[Tensor, str] = {}
    for tensor in tensors:
        layer = tensor.layer
        if isinstance(layer, Model):
            raise refusal("nested", tensor.line, name=layer.name)
        if any(other.layer is layer for other in names):
            raise refusal("shared", tensor.line, name=layer.class_name)
        inputs = tuple(names[source] for source in tensor.inputs)
        specs.append(LayerSpec(class_name=layer.class_name, config=layer.config, inputs=inputs))
        names[tensor] = list(graph_of(specs))[-1]
    if outputs_of(graph_of(specs)) != tuple(names[tensor] for tensor in outputs):
        raise refusal("outputs", model.line)
    return specs


def _data(given: dict[str, Value], seed: int, node: ast.AST) -> dict[str, Any]:
    x, y = (_arrays(given.get(name), name, node) for name in ("x", "y"))
    target = _pair(x, y, "train", node)
    inputs = [x]
    if "validation_data" in given:
        x_test, y_test = _validation(given["validation_data"], node)
        if _pair(x_test, y_test, "test", node) != target or _treatment(x_test, y_test) != _treatment(x, y):
            raise refusal("validation", node)
        inputs.append(x_test)
    for draw, arrays in enumerate(inputs):
        if arrays.noise is not None and (arrays.noise.seed, arrays.noise.draw) != (seed, draw):
            raise refusal("noise", node, seed=seed)
    return {
        "name": x.source.name,
        "options": thaw(dict(x.source.options)),
        "scale": x.scale,
        "shape": x.shape,
        "target": target,
        "noise": 0.0 if x.noise is None else x.noise.deviation,
        "one_hot": y.one_hot,
        "features": x.features,
    }


def _validation(given: Value, node: ast.AST) -> tuple[Arrays, Arrays]:
    if not isinstance(given, list | tuple) or len(given) != 2:  # noqa: PLR2004 - inputs and targets
        raise refusal("validation", node)
    x, y = (_arrays(value, "validation_data", node) for value in given)
    return x, y


def _pair(x: Arrays, y: Arrays, part: str, node: ast.AST) -> str:
    """Whether the targets are labels or the inputs themselves; both must be of one part of one data set."""
    if x.source != y.source or (x.part, y.part, x.role) != (part, part, "x"):
        raise refusal("parts" if part == "train" else "validation", node)
    if y.role == "x" and y != x.changed(noise=None):
        raise refusal("target", node)
    return "inputs" if y.role == "x" else "labels"


def _treatment(x: Arrays, y: Arrays) -> tuple[Any, ...]:
    return x.source, x.scale, x.shape, x.noise and x.noise.deviation, x.features, y.one_hot


def _arrays(value: Value, what: str, node: ast.AST) -> Arrays:
    if isinstance(value, Arrays):
        return value
    if isinstance(value, Unknown):
        raise refusal("unknown", node, what=what, source=value.line, text=value.text)
    raise refusal("no_data", node, what=what)


def _fit(given: dict[str, Value], node: ast.AST) -> dict[str, Any]:
    split = given.get("validation_split", 0)
    validation = "test" if "validation_data" in given else "split" if split else "none"
    weights = given.get("class_weight", {})
    if not isinstance(weights, dict):
        raise refusal("argument", node, what="fit", entry="class_weight")
    return {
        "epochs": objects.setting(given.get("epochs", 1), "epochs", node),
        "batch_size": objects.setting(given.get("batch_size", 32), "batch_size", node),
        "shuffle": objects.setting(given.get("shuffle", True), "shuffle", node),
        "validation": validation,
        "validation_split": objects.setting(split if validation == "split" else 0.0, "validation_split", node),
        "class_weight": {label: objects.setting(weight, "class_weight", node) for label, weight in weights.items()},
        "callbacks": _callbacks(given.get("callbacks", []), node),
    }


def _callbacks(given: Value, node: ast.AST) -> list[dict[str, Any]]:
    callbacks = given if isinstance(given, list | tuple) else [given]
    described = [objects.named(callback, "callbacks", node) for callback in callbacks]
    return [it for it in described if isinstance(it, dict) and it["class_name"] not in objects.LOOKING_CALLBACKS]
