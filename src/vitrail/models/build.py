"""Builds Keras objects from their descriptions. Only classes of Keras' own public modules are ever built."""

from __future__ import annotations

import collections
import difflib
import inspect
import re
from typing import TYPE_CHECKING, Any, Literal

from vitrail.errors import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras

    from vitrail.models.spec import ObjectSpec

Kind = Literal["layers", "optimizers", "losses", "metrics"]

_REFUSED = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
"""Layers that run code from outside Keras: an experiment is data, and opening one must run nothing of its author's."""


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
    cls = _find_class(kind, spec.class_name, field=f"{field}.class_name")
    config = defaults | spec.thawed()
    _check_entries(cls, config, field=field)
    try:
        return cls.from_config(config)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        reason = str(error).strip().splitlines()
        raise ExperimentError(
            "error.experiment.config",
            field=f"{field}.config",
            class_name=spec.class_name,
            reason=reason[0] if reason else type(error).__name__,
        ) from error


def build_sequential(layers: Sequence[ObjectSpec], *, field: str = "layers") -> keras.Sequential:
    """Build a Sequential model, its layers named as in a fresh Keras process, whatever was built before.

    Raises:
        ExperimentError: a layer cannot be built, or two layers have the same name.
    """
    import keras

    names = layer_names(layers)
    twice = [name for name, count in collections.Counter(names).items() if count > 1]
    if twice:
        raise ExperimentError("error.experiment.name_twice", field=field, name=twice[0])
    built = [
        build_object("layers", spec, field=f"{field}.{place}", name=name)
        for place, (spec, name) in enumerate(zip(layers, names, strict=True))
    ]
    return keras.Sequential(built, name="sequential")


def layer_names(layers: Sequence[ObjectSpec]) -> list[str]:
    """The name of each layer: its own, or its class's in snake case, counted from the second on.

    Examples:
        >>> from vitrail.models import ObjectSpec
        >>> layer_names([ObjectSpec(class_name=name) for name in ("Flatten", "Dense", "Dense")])
        ['flatten', 'dense', 'dense_1']
    """
    return list(_names(layers))


def known_name(kind: Kind, name: str, *, field: str) -> str:
    """A name such as `"adam"` or `"accuracy"`, checked to be one that Keras knows.

    Raises:
        ExperimentError: Keras knows no such name.
    """
    import keras

    module = getattr(keras, kind)
    try:
        module.get(name)
    except (TypeError, ValueError) as error:
        classes = [_snake_case(entry) for entry in vars(module) if entry[0].isupper()]
        close = difflib.get_close_matches(name, classes, n=3, cutoff=0.3) or sorted(classes)[:3]
        raise ExperimentError(
            "error.experiment.unknown_name", field=field, name=name, kind=kind, close=", ".join(close)
        ) from error
    return name


def _names(layers: Sequence[ObjectSpec]) -> Iterator[str]:
    seen: collections.Counter[str] = collections.Counter()
    for spec in layers:
        own = spec.config.get("name")
        if isinstance(own, str):
            yield own
            continue
        base = _snake_case(spec.class_name)
        yield f"{base}_{seen[base]}" if seen[base] else base
        seen[base] += 1


def _snake_case(class_name: str) -> str:
    """`SimpleRNN` becomes `simple_rnn`, as Keras names its layers."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def _find_class(kind: Kind, class_name: str, *, field: str) -> type[Any]:
    import keras

    if class_name in _REFUSED:
        raise ExperimentError("error.experiment.foreign_code", field=field, class_name=class_name)
    module = getattr(keras, kind)
    base = {
        "layers": keras.layers.Layer,
        "optimizers": keras.optimizers.Optimizer,
        "losses": keras.losses.Loss,
        "metrics": keras.metrics.Metric,
    }[kind]
    known = {name: value for name, value in vars(module).items() if inspect.isclass(value) and issubclass(value, base)}
    if class_name not in known:
        close = difflib.get_close_matches(class_name, known, n=3, cutoff=0.5) or sorted(known)[:3]
        raise ExperimentError(
            "error.experiment.unknown_class", field=field, class_name=class_name, kind=kind, close=", ".join(close)
        )
    return known[class_name]


def _check_entries(cls: type[Any], config: dict[str, Any], *, field: str) -> None:
    """Refuse entries that no constructor of the class's line knows, by name."""
    known = {"name", "trainable", "dtype"}
    for ancestor in cls.__mro__[:-1]:
        known |= {name for name in inspect.signature(ancestor).parameters if name not in {"args", "kwargs"}}
    for name in config:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            raise ExperimentError(
                "error.experiment.unknown_entry",
                field=f"{field}.config.{name}",
                class_name=cls.__name__,
                close=", ".join(close or sorted(known)),
            )
