"""Which layer takes the value of which: a chain where nothing is said, any graph where layers name their inputs."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

from vitrail.errors import ExperimentError
from vitrail.models.spec import inputs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vitrail.models.spec import LayerSpec, ObjectSpec

INPUT = "InputLayer"
"""The layer by which data enter a graph."""

_TAKE_EACH = {"MultiHeadAttention", "GroupQueryAttention"}


def takes_each(layer: ObjectSpec) -> bool:
    """Whether a layer is called as `layer(query, value)`; all others take several inputs as one list."""
    return layer.class_name in _TAKE_EACH


def is_chain(layers: Sequence[ObjectSpec]) -> bool:
    """Whether each layer takes the value of the one before, so that a Sequential model holds them.

    Examples:
        >>> from vitrail.models import LayerSpec
        >>> is_chain([LayerSpec(class_name="Flatten"), LayerSpec(class_name="Dense", config={"units": 1})])
        True
    """
    return not any(inputs_of(layer) or (place and layer.class_name == INPUT) for place, layer in enumerate(layers))


def graph_of(layers: Sequence[ObjectSpec], *, field: str = "layers") -> dict[str, tuple[str, ...]]:
    """Each layer's name, and the names of those whose values it takes; none for where data enter.

    Raises:
        ExperimentError: two layers have the same name, a layer takes one that does not stand before it, or a graph
            does not begin with an `InputLayer`.

    Examples:
        >>> from vitrail.models import LayerSpec
        >>> graph_of([LayerSpec(class_name="InputLayer", config={"shape": [2]}), LayerSpec(class_name="Flatten")])
        {'input_layer': (), 'flatten': ('input_layer',)}
    """
    names = layer_names(layers)
    twice = [name for name, count in collections.Counter(names).items() if count > 1]
    if twice:
        raise ExperimentError("error.experiment.name_twice", field=field, name=twice[0])
    if not is_chain(layers) and layers[0].class_name != INPUT:
        raise ExperimentError("error.experiment.no_input", field=f"{field}.0", name=names[0])
    graph: dict[str, tuple[str, ...]] = {}
    for place, (name, layer) in enumerate(zip(names, layers, strict=True)):
        given = inputs_of(layer)
        for source in given:
            if source not in graph or layer.class_name == INPUT:
                raise ExperimentError(
                    "error.experiment.unknown_input",
                    field=f"{field}.{place}.inputs",
                    name=source,
                    known=", ".join(graph),
                )
        graph[name] = given or (() if layer.class_name == INPUT else tuple(names[max(0, place - 1) : place]))
    return graph


def outputs_of(graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The layers that no other one takes: what the model gives, in their order.

    Examples:
        >>> outputs_of({"a": (), "b": ("a",), "c": ("a",)})
        ('b', 'c')
    """
    taken = {source for inputs in graph.values() for source in inputs}
    return tuple(name for name in graph if name not in taken)


def shortest(layers: Sequence[LayerSpec]) -> tuple[LayerSpec, ...]:
    """The same layers; one that names only the layer before it names none, so that equal graphs are equal values."""
    names = layer_names(layers)
    return tuple(
        layer.model_copy(update={"inputs": ()}) if place and layer.inputs == (names[place - 1],) else layer
        for place, layer in enumerate(layers)
    )


def layer_names(layers: Sequence[ObjectSpec]) -> list[str]:
    """The name of each layer: its own, or its class's in snake case, counted from the second on.

    Examples:
        >>> from vitrail.models import ObjectSpec
        >>> layer_names([ObjectSpec(class_name=name) for name in ("Flatten", "Dense", "Dense")])
        ['flatten', 'dense', 'dense_1']
    """
    return list(_names(layers))


def _names(layers: Sequence[ObjectSpec]) -> Iterator[str]:
    seen: collections.Counter[str] = collections.Counter()
    for spec in layers:
        own = spec.config.get("name")
        if isinstance(own, str):
            yield own
            continue
        base = snake_case(spec.class_name)
        yield f"{base}_{seen[base]}" if seen[base] else base
        seen[base] += 1


def snake_case(class_name: str) -> str:
    """`SimpleRNN` becomes `simple_rnn`, as Keras names its layers."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
