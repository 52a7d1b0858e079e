"""What a variable of the program can hold, as far as a reader can tell. Plain Python values stand for themselves."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from vitrail.experiment.keras_sets import KERAS_SETS

if TYPE_CHECKING:
    import ast

    from vitrail.errors import ExperimentError
    from vitrail.experiment.features import Feature

Value: TypeAlias = Any
"""A plain value, or one of the classes below."""


@dataclass(frozen=True)
class Unknown:
    """Something that only a run could tell, such as an accuracy; where it came from."""

    line: int
    text: str


@dataclass(frozen=True)
class Symbol:
    """A module, class or function outside the program, by its one name."""

    path: str


@dataclass(frozen=True)
class Method:
    """A method of a value."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class Function:
    """A function that the program defines, and the scopes it sees."""

    node: ast.FunctionDef
    scopes: tuple[dict[str, Value], ...]


@dataclass(frozen=True)
class Opaque:
    """A function without a name, which changes nothing: what it gives is not followed."""


@dataclass(frozen=True, eq=False)
class Made:
    """A Keras object: an optimizer, a loss, a layer."""

    module: str
    class_name: str
    config: dict[str, Any]
    line: int
    input_shape: tuple[int | None, ...] | None = None
    """Of a layer that was given the shape of its input."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value of the functional style: what a layer gives when it is called with others."""

    layer: Made | Model
    inputs: tuple[Tensor, ...]
    line: int


@dataclass(eq=False)
class Model:
    """A model of the program, as it stands at the line that is being read."""

    line: int
    layers: list[Made | Model | Tensor] = field(default_factory=list)
    """Of a Sequential model, or the inputs of a functional one."""
    outputs: tuple[Tensor, ...] | None = None
    """Of a functional model; none for a Sequential one."""
    calls: list[Tensor] = field(default_factory=list)
    """Every call of a layer so far, in the program's order."""
    name: str = "model"
    compiled: dict[str, Any] | None = None
    fitted: dict[str, Any] | None = None
    problem: ExperimentError | None = None
    """What could not be read of it; raised when this model is the chosen one."""


@dataclass(frozen=True)
class Source:
    """A data set, by its name and options."""

    name: str
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Noise:
    """Numbers drawn from a normal distribution by a generator of their own."""

    seed: int
    draw: int
    """How many were drawn before from this generator."""
    shape: Value
    deviation: float = 1.0


@dataclass(eq=False)
class Generator:
    """`numpy.random.RandomState(seed)`."""

    seed: int
    draws: int = 0


@dataclass(frozen=True)
class Arrays:
    """Inputs or targets of one part of a data set, and what was done to them."""

    source: Source
    part: str
    """train or test"""
    role: str
    """x or y"""
    scale: float = 1.0
    shape: tuple[int, ...] = ()
    one_hot: bool = False
    noise: Noise | None = None
    features: tuple[Feature, ...] = ()

    @property
    def samples(self) -> int | None:
        """How many; none where only loading the set could tell."""
        known = KERAS_SETS.get(self.source.name)
        return None if known is None or self.source.options else getattr(known, self.part)

    @property
    def sample_shape(self) -> tuple[int, ...] | None:
        """The shape of one sample; none where only loading the set could tell."""
        known = KERAS_SETS.get(self.source.name)
        if self.role == "y":
            return () if known else None
        return self.shape or (known.sample_shape if known else None)

    def changed(self, **changes: Any) -> Arrays:  # noqa: ANN401 - of its own fields
        """The same with other fields."""
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True)
class Column(Unknown):
    """One number of each sample. Features are made of such; to all else it is something that only a run could tell."""

    arrays: Arrays
    feature: Feature


@dataclass(frozen=True)
class ShapeOf:
    """The shape of arrays that only loading the set could tell."""

    arrays: Arrays


@dataclass(frozen=True)
class CountOf:
    """How many samples there are, where only loading the set could tell."""

    arrays: Arrays


def is_plain(value: Value) -> bool:
    """Whether a value, with all that it holds, is known to the last bit."""
    if isinstance(value, list | tuple | set):
        return all(is_plain(inner) for inner in value)
    if isinstance(value, dict):
        return all(is_plain(inner) for inner in (*value.keys(), *value.values()))
    return value is None or isinstance(value, bool | int | float | str | range)


def holds(value: Value, kinds: type | tuple[type, ...]) -> bool:
    """Whether a value is of a kind, or holds one that is."""
    if isinstance(value, list | tuple | set):
        return any(holds(inner, kinds) for inner in value)
    if isinstance(value, dict):
        return any(holds(inner, kinds) for inner in value.values())
    return isinstance(value, kinds)
