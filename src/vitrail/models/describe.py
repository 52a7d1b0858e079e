"""Reads the description of a built Keras model, or says why it has none: such a model stays *foreign*.

A foreign model can be trained and traced like any other; what it is made of can only be looked at.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.errors import ExperimentError, ModelError
from vitrail.models.build import check_entries, find_class
from vitrail.models.graph import INPUT, graph_of, outputs_of, shortest, snake_case, takes_each
from vitrail.models.nested import qualified
from vitrail.models.spec import LayerSpec, ObjectSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras

    from vitrail.models.build import Kind

_UNSAID = {"module", "registered_name", "build_config"}
"""What Keras adds to a serialised object, and a description does not need."""


class Description(NamedTuple):
    """What a compiled Keras model is made of."""

    layers: tuple[LayerSpec, ...]
    optimizer: ObjectSpec
    loss: str | ObjectSpec
    metrics: tuple[str | ObjectSpec, ...]


def describe(model: keras.Model) -> Description:
    """The description of a compiled model: classes, and the settings that differ from Keras' defaults.

    Names that Keras gave are left out; a model built from the description is named anew.

    Raises:
        ModelError: the model is not compiled, or a description cannot hold it; the text says why.

    Examples:
        >>> import keras
        >>> model = keras.Sequential([keras.layers.Dense(3, activation="relu")])
        >>> model.compile(optimizer="sgd", loss="mse")
        >>> describe(model).layers
        (LayerSpec(class_name='Dense', config=mappingproxy({'units': 3, 'activation': 'relu'}), inputs=()),)
    """
    layers = _layers(model)
    if not model.compiled or model.optimizer is None:
        raise ModelError("error.model.not_compiled", model=model.name)
    return Description(layers, *_compiled(model))


def foreign_reason(model: keras.Model) -> ModelError | None:
    """Why no experiment can hold this model; none where one can.

    Examples:
        >>> import keras
        >>> inner = keras.Sequential([keras.layers.Dense(1)], name="inner")
        >>> print(foreign_reason(keras.Sequential([keras.layers.Flatten(), inner], name="outer")))
        The model outer cannot be written as an experiment: layer inner is a Sequential, a model of its own. It \
can still be trained and traced.
    """
    try:
        _layers(model)
        if model.compiled:
            _compiled(model)
    except ModelError as reason:
        return reason
    return None


def _layers(model: keras.Model) -> tuple[LayerSpec, ...]:
    import keras

    if isinstance(model, keras.Sequential):
        every: Any = model.get_config()["layers"]
        objects = {layer.name: layer for layer in model.layers}
        return tuple(_layer(model, entry, objects.get(entry["config"]["name"]), {}) for entry in every)
    if type(model).__name__ != "Functional":
        raise _foreign(model, "subclass", class_name=type(model).__name__)
    config: dict[str, Any] = model.get_config()
    objects = {layer.name: layer for layer in model.layers}
    names: dict[str, str] = {}
    layers: list[LayerSpec] = []
    for entry in config["layers"]:
        layers.append(_layer(model, entry, objects.get(entry["name"]), names))
        names[entry["name"]] = list(graph_of(layers))[-1]
    outputs = tuple(names[name] for name in _ends(config["output_layers"]))
    if outputs != outputs_of(graph_of(layers)):
        raise _foreign(model, "outputs", outputs=", ".join(outputs))
    return shortest(layers)


def _layer(
    model: keras.Model,
    entry: dict[str, Any],
    layer: keras.layers.Layer | None,
    names: Mapping[str, str],
) -> LayerSpec:
    import keras

    class_name, config = entry["class_name"], entry["config"]
    name = config.get("name", entry.get("name", class_name))
    if isinstance(layer, keras.Model):
        raise _foreign(model, "nested", name=name, class_name=class_name)
    if class_name == INPUT:
        config = {**config, "shape": config["batch_shape"][1:], "batch_size": config["batch_shape"][0]}
        config = {key: value for key, value in config.items() if key not in {"batch_shape", "ragged"}}
    spec = _object(model, "layers", class_name, config, cls=None if layer is None else type(layer))
    nodes = entry.get("inbound_nodes", [])
    if len(nodes) > 1:
        raise _foreign(model, "shared", name=name)
    described = LayerSpec(class_name=class_name, config=spec.thawed())
    if not nodes:
        return described
    sources = list(_sources(model, name, nodes[0], each=takes_each(spec)))
    return described.model_copy(update={"inputs": tuple(names[source] for source in sources)})


def _sources(model: keras.Model, name: str, node: dict[str, Any], *, each: bool) -> Iterator[str]:
    """The layers whose values a layer is called with."""
    arguments = node["args"] if each or len(node["args"]) != 1 else _listed(node["args"][0])
    others = [value for value in node["kwargs"].values() if value not in (None, False)]
    if others or (len(node["args"]) > 1 and not each):
        raise _foreign(model, "call", name=name)
    for value in arguments:
        if not isinstance(value, Mapping) or value.get("class_name") != "__keras_tensor__":
            raise _foreign(model, "call", name=name)
        source, _, place = value["config"]["keras_history"]
        if place:
            raise _foreign(model, "call", name=name)
        yield source


def _compiled(model: keras.Model) -> tuple[ObjectSpec, str | ObjectSpec, tuple[str | ObjectSpec, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a function in it, which is refused below
        config: Any = model.get_compile_config() or {}
    for entry in ("loss_weights", "weighted_metrics"):
        if config.get(entry):
            raise _foreign(model, "compile", entry=entry)
    optimizer = config["optimizer"]
    loss, metrics = config["loss"], config["metrics"] or []
    if not isinstance(metrics, list):
        raise _foreign(model, "compile", entry="metrics")
    return (
        _object(model, "optimizers", optimizer["class_name"], optimizer["config"]),
        _named(model, "losses", loss),
        tuple(_named(model, "metrics", metric) for metric in metrics),
    )


def _named(model: keras.Model, kind: Kind, value: Any) -> str | ObjectSpec:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not str(value.get("class_name"))[:1].isupper():
        raise _foreign(model, "compile", entry=kind)
    return _object(model, kind, str(value["class_name"]), value["config"])


def _object(
    model: keras.Model, kind: Kind, class_name: str, config: Mapping[str, Any], cls: type[Any] | None = None
) -> ObjectSpec:
    """The settings that differ from those of an object that was given nothing but what it needs."""
    try:
        known = find_class(kind, class_name, field=kind)
        if cls not in {None, known}:
            raise _foreign(model, "class", class_name=class_name)
        plain = {key: _plain(model, value) for key, value in config.items()}
        if re.fullmatch(rf"((for|back)ward_)?{snake_case(class_name)}(_\d+)?", str(plain.get("name"))):
            del plain["name"]
        needed = {key: plain[key] for key in _needed(known, plain)}
        usual = {key: _plain(model, value) for key, value in _built(known, needed, kind).items()}
        changed = {key: value for key, value in plain.items() if key in needed or usual.get(key) != value}
        check_entries(known, changed, field=kind)
    except ExperimentError as error:
        raise _foreign(model, "class", class_name=class_name) from error
    if class_name == INPUT:
        changed = {"shape": plain["shape"], **{key: value for key, value in changed.items() if value is not None}}
    return ObjectSpec(class_name=class_name, config=changed)


def _built(cls: type[Any], config: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The whole configuration of an object that was given this much of it."""
    return cls.from_config(qualified(dict(config), field=kind)).get_config()


def _needed(cls: type[Any], config: Mapping[str, Any]) -> list[str]:
    parameters = inspect.signature(cls).parameters.values()
    return [
        item.name for item in parameters if item.name in config and (item.default is item.empty or item.name == "shape")
    ]


def _plain(model: keras.Model, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A serialised value without what Keras can look up itself."""
    if isinstance(value, list | tuple):
        return [_plain(model, inner) for inner in value]
    if isinstance(value, float) and float(shown := np.float32(value)) == value:
        return float(str(shown))  # what an optimizer keeps in a variable, as it was typed
    if not isinstance(value, Mapping):
        return value
    if "class_name" in value:
        if value.get("registered_name") not in {None, value["class_name"]} or not str(value.get("module")).startswith(
            "keras"
        ):
            raise _foreign(model, "class", class_name=str(value["class_name"]))
        if value["class_name"] == "DTypePolicy":
            return value["config"]["name"]
        if value.get("module") == "keras.layers":
            spec = _object(model, "layers", value["class_name"], value["config"])
            return {"class_name": spec.class_name, "config": spec.thawed()}
    unsaid = _UNSAID if "class_name" in value else ()
    return {key: _plain(model, inner) for key, inner in value.items() if key not in unsaid}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    return list(value) if isinstance(value, list | tuple) else [value]


def _ends(layers: list[Any]) -> list[str]:
    """The names in `[name, 0, 0]`, or in a list of such."""
    return [layers[0]] if isinstance(layers[0], str) else [entry[0] for entry in layers]


def _foreign(model: keras.Model, why: str, **arguments: str) -> ModelError:
    return ModelError(f"error.model.foreign.{why}", model=model.name, **arguments)
