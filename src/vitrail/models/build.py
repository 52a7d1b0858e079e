"""Builds Keras objects from their descriptions. Only classes of Keras' own public modules are ever built."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any, Literal

from vitrail.errors import ExperimentError
from vitrail.models.graph import graph_of, is_chain, outputs_of, snake_case, takes_each
from vitrail.models.nested import REFUSED, qualified

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

    from vitrail.models.spec import ObjectSpec

Kind = Literal["layers", "optimizers", "losses", "metrics", "callbacks"]

_SHORT = {"acc", "ce", "crossentropy"}
"""Metrics that `compile` chooses the class of by the loss."""

CALLBACKS = ("EarlyStopping", "ReduceLROnPlateau", "TerminateOnNaN")
"""The callbacks that an experiment may hold: they change the training, by no code of anybody's."""


def build_object(kind: Kind, spec: ObjectSpec, *, field: str, **defaults: str) -> Any:  # noqa: ANN401 - any Keras object
    """Build one Keras object.

    Args:
        kind: Keras' public module that the class is looked up in.
        spec: class and configuration.
        field: where the description stands in its experiment, for errors.
        **defaults: entries of the configuration that the description may override, such as a name.

    Raises:
        ExperimentError: no such class, a class that would run foreign code, or a configuration that Keras refuses.
    """
    cls = find_class(kind, spec.class_name, field=f"{field}.class_name")
    config = defaults | qualified(spec.thawed(), field=f"{field}.config")
    check_entries(cls, config, field=f"{field}.config")
    try:
        return _instance(cls, config)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        reason = str(error).strip().splitlines()
        raise ExperimentError(
            "error.experiment.config",
            field=f"{field}.config",
            class_name=spec.class_name,
            reason=reason[0] if reason else type(error).__name__,
        ) from error


def _instance(cls: type[Any], config: dict[str, Any]) -> Any:  # noqa: ANN401 - any Keras object
    if not hasattr(cls, "from_config"):
        return cls(**config)
    try:
        return cls.from_config(dict(config))
    except KeyError:  # some of Keras' own `from_config` want every setting
        return cls(**config)


def build_model(layers: Sequence[ObjectSpec], *, field: str = "layers") -> keras.Model:
    """Build a Sequential model where the layers are a plain chain, a functional one where they name their inputs.

    Layers are named as in a fresh Keras process, whatever was built before. A functional model begins at its
    `InputLayer`s; its outputs are the layers that no other layer takes, in their order.

    Raises:
        ExperimentError: a layer cannot be built, two layers have the same name, or the inputs do not make a graph.
    """
    import keras

    graph = graph_of(layers, field=field)
    if not is_chain(layers):
        return _functional(layers, graph, field=field)
    built = [
        build_object("layers", spec, field=f"{field}.{place}", name=name)
        for place, (spec, name) in enumerate(zip(layers, graph, strict=True))
    ]
    return keras.Sequential(built, name="sequential")


def _functional(layers: Sequence[ObjectSpec], graph: Mapping[str, tuple[str, ...]], *, field: str) -> keras.Model:
    import keras

    values: dict[str, Any] = {}
    for place, (spec, (name, inputs)) in enumerate(zip(layers, graph.items(), strict=True)):
        layer = build_object("layers", spec, field=f"{field}.{place}", name=name)
        if not inputs:
            values[name] = layer.output
            continue
        taken = [values[source] for source in inputs]
        try:
            values[name] = layer(*taken) if takes_each(spec) else layer(taken if len(taken) > 1 else taken[0])
        except (TypeError, ValueError) as error:
            raise ExperimentError(
                "error.experiment.call",
                field=f"{field}.{place}",
                name=name,
                shapes=", ".join(str(tuple(value.shape[1:])) for value in taken),
                reason=str(error).strip().splitlines()[0],
            ) from error
    starts, ends = [name for name, inputs in graph.items() if not inputs], outputs_of(graph)
    inputs, outputs = ([values[name] for name in chosen] for chosen in (starts, ends))
    return keras.Model(_single(inputs), _single(outputs), name="functional")


def _single(values: list[Any]) -> Any:  # noqa: ANN401 - one tensor or several
    return values[0] if len(values) == 1 else values


def known_name(kind: Kind, name: str, *, field: str) -> str:
    """A name such as `"adam"` or `"accuracy"`, checked to be one that Keras knows.

    Raises:
        ExperimentError: Keras knows no such name.
    """
    import keras

    module = getattr(keras, kind)
    if kind == "metrics" and name in _SHORT:
        return name
    try:
        module.get(name)
    except (TypeError, ValueError) as error:
        classes = [snake_case(entry) for entry in vars(module) if entry[0].isupper()]
        close = difflib.get_close_matches(name, classes, n=3, cutoff=0.3) or sorted(classes)[:3]
        raise ExperimentError(
            "error.experiment.unknown_name", field=field, name=name, kind=kind, close=", ".join(close)
        ) from error
    return name


def find_class(kind: Kind, class_name: str, *, field: str) -> type[Any]:
    """One of Keras' own classes, by its name.

    Raises:
        ExperimentError: Keras has no such class, or it would run code of somebody else's.
    """
    import keras

    if class_name in REFUSED:
        raise ExperimentError("error.experiment.foreign_code", field=field, class_name=class_name)
    module = getattr(keras, kind)
    base = {
        "layers": keras.layers.Layer,
        "optimizers": keras.optimizers.Optimizer,
        "losses": keras.losses.Loss,
        "metrics": keras.metrics.Metric,
        "callbacks": keras.callbacks.Callback,
    }[kind]
    known = {name: value for name, value in vars(module).items() if inspect.isclass(value) and issubclass(value, base)}
    if kind == "callbacks":
        known = {name: known[name] for name in CALLBACKS}
    if class_name not in known:
        close = difflib.get_close_matches(class_name, known, n=3, cutoff=0.5) or sorted(known)[:3]
        raise ExperimentError(
            "error.experiment.unknown_class", field=field, class_name=class_name, kind=kind, close=", ".join(close)
        )
    return known[class_name]


def check_entries(cls: type[Any], config: Mapping[str, Any], *, field: str) -> None:
    """Refuse entries that no constructor of the class's line knows, by name.

    Raises:
        ExperimentError: there is one.
    """
    known = {"name", "trainable", "dtype"}
    for ancestor in cls.__mro__[:-1]:
        known |= {name for name in inspect.signature(ancestor).parameters if name not in {"args", "kwargs"}}
    for name in config:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            raise ExperimentError(
                "error.experiment.unknown_entry",
                field=f"{field}.{name}",
                class_name=cls.__name__,
                close=", ".join(close or sorted(known)),
            )
