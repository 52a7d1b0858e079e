"""Keras objects (layers, optimizers, losses, metrics) described by their class and configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, PlainSerializer

Json: TypeAlias = JsonValue


def freeze(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A read-only view of nested JSON: mappings become proxies, lists become tuples."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(inner) for inner in value)
    return value


def thaw(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Plain dictionaries and lists again, the inverse of `freeze`."""
    if isinstance(value, Mapping):
        return {key: thaw(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [thaw(inner) for inner in value]
    return value


Config = Annotated[dict[str, Json], AfterValidator(freeze), PlainSerializer(thaw, return_type=dict[str, Json])]
"""A Keras configuration: what the class's constructor is called with. Left-out entries keep Keras' defaults."""


class ObjectSpec(BaseModel):
    """A Keras object in Keras' own serialised form, `class_name` and `config`.

    Examples:
        >>> dense = ObjectSpec(class_name="Dense", config={"units": 128, "activation": "relu"})
        >>> dense.config["units"]
        128
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    class_name: str
    config: Config = Field(default_factory=dict, validate_default=True)

    def thawed(self) -> dict[str, Any]:
        """The configuration as a plain dictionary that may be handed to Keras."""
        return thaw(self.config)


class LayerSpec(ObjectSpec):
    """A layer of a model: a Keras object, and the layers whose values it takes.

    Without `inputs` it takes the value of the layer before.

    Examples:
        >>> LayerSpec(class_name="Add", inputs=("dense", "flatten")).inputs
        ('dense', 'flatten')
    """

    inputs: tuple[str, ...] = ()


def inputs_of(layer: ObjectSpec) -> tuple[str, ...]:
    """The names that a layer gives as its inputs; none where it takes the layer before, or takes no layer at all."""
    return layer.inputs if isinstance(layer, LayerSpec) else ()
