"""A chain of operations on named tensors: immutable, kept as JSON, applied under observation, written as code."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from vitrail.errors import DataError, ShapeError
from vitrail.locale import language_of_environment
from vitrail.tensors import kinds
from vitrail.tensors.operations import operation
from vitrail.tensors.steps import Step
from vitrail.tensors.watched import Watched, WatchedStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tensors.dialects import Library
    from vitrail.types import Array, Language

FORMAT = 1
MOST_STEPS = 100
MOST_WATCHED = 50_000_000
"""Elements of all results together: 200 MB of float32."""


class _KeptStep(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    operation: str
    of: str
    arguments: dict[str, Any] = {}
    second: Any = None


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    steps: list[_KeptStep]


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in their order, each of whose results has a name that later steps may take.

    Args:
        steps: names that are no earlier step's are tensors that `apply` is given.

    Raises:
        DataError: two steps have one name, a step takes the result of a later one, or there are too many.

    Examples:
        >>> from vitrail.tensors import operations as o
        >>> chain = Chain((Step("small", o.Scale(), "photo"), Step("bright", o.Threshold(), "small")))
        >>> print(chain.apply({"photo": [[0, 255], [51, 204]]}))
        small = Scale(low=0.0, high=255.0): (2, 2) int32 -> (2, 2) float32
        bright = Threshold(value=0.5): (2, 2) float32 -> (2, 2) bool
    """

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        if len(self.steps) > MOST_STEPS:
            raise DataError("error.tensor.steps", count=len(self.steps), most=MOST_STEPS)
        names = [step.name for step in self.steps]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise DataError("error.tensor.step_twice", step=name)
        for number, step in enumerate(self.steps):
            for taken in step.takes:
                if taken in names[number:]:
                    raise DataError("error.tensor.step_later", step=step.name, taken=taken)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the tensors that `apply` has to be given, in the order in which they are first taken."""
        names = {step.name for step in self.steps}
        return tuple(dict.fromkeys(name for step in self.steps for name in step.takes if name not in names))

    def with_step(self, step: Step, *, at: int | None = None) -> Chain:
        """The chain with one step more.

        Args:
            step: the new one.
            at: the place that it comes to, from 0; at the end where none is named.

        Raises:
            DataError: the steps do not go together in this order.
        """
        place = len(self.steps) if at is None else at
        return Chain((*self.steps[:place], step, *self.steps[place:]))

    def without_step(self, name: str) -> Chain:
        """The chain without one step; those that took its result take what it took.

        Raises:
            DataError: there is no such step.
        """
        place = self._place(name)
        kept = self.steps[:place] + self.steps[place + 1 :]
        return Chain(tuple(_renamed(step, name, self.steps[place].of) for step in kept))

    def replaced(self, name: str, step: Step) -> Chain:
        """The chain with another step in the place of one; those that took its result take that of the new one.

        Raises:
            DataError: there is no such step, or the steps do not go together any more.
        """
        place = self._place(name)
        later = (_renamed(after, name, step.name) for after in self.steps[place + 1 :])
        return Chain((*self.steps[:place], step, *later))

    def moved(self, name: str, at: int) -> Chain:
        """The chain with one step at another place.

        Args:
            name: of the step.
            at: the place that it comes to, from 0.

        Raises:
            DataError: there is no such step, or a step would take the result of a later one.
        """
        place = self._place(name)
        others = self.steps[:place] + self.steps[place + 1 :]
        return Chain((*others[:at], self.steps[place], *others[at:]))

    def apply(self, tensors: Mapping[str, object], *, language: Language | None = None) -> Watched:
        """Compute each step, and keep what it was given and what it gave.

        Args:
            tensors: a value for each of `inputs`, of any kind that `describe` knows as a tensor; others are left alone.
                Whole numbers but bytes become int32, and floats float32.
            language: of what a notebook shows; none for that of the environment.

        Raises:
            DataError: a tensor is missing or cannot be used, or a step does not take what it is given; then `arguments`
                of the error name it as `step`.
            ShapeError: shapes do not go together, or results would be too large.
        """
        known = self._given(tensors)
        given, watched, room = dict(known), list[WatchedStep](), MOST_WATCHED
        for step in self.steps:
            before = [known[name] for name in step.takes]
            if step.constant is not None:
                before.append(step.constant)
            try:
                room = _left(room, step, before)
                known[step.name] = step.operation.apply(*before)
            except (DataError, ShapeError) as error:
                raise type(error)(error.key, **{**error.arguments, "step": step.name}) from error
            watched.append(WatchedStep(step, tuple(before), known[step.name]))
        spoken = language_of_environment() if language is None else language
        return Watched(self, MappingProxyType(given), tuple(watched), spoken)

    def code(self, library: Library, tensors: Mapping[str, object]) -> str:
        """A program that does the same, with the same names, and prints the last result.

        Args:
            library: `"numpy"`, `"keras"` or `"tensorflow"`.
            tensors: as for `apply`. Small ones are written into the program; larger ones it reads with `np.load` from
                NAME.npy, where `np.save` has to put them.

        Raises:
            DataError: as `apply`, or the library is none of the three.
            ShapeError: as `apply`.
        """
        return self.apply(tensors).code(library)

    def to_dict(self) -> dict[str, Any]:
        """For a file of JSON.

        Examples:
            >>> from vitrail.tensors import operations
            >>> Chain((Step("y", operations.Squeeze(), "x"),)).to_dict()["steps"]
            [{'name': 'y', 'operation': 'squeeze', 'of': 'x', 'arguments': {'axis': 0}, 'second': None}]
        """
        kept = [
            _KeptStep(step.name, step.operation.name, step.of, step.operation.arguments, step.second)
            for step in self.steps
        ]
        return msgspec.to_builtins(_Kept(FORMAT, kept), builtin_types=())

    @classmethod
    def from_dict(cls, kept: object) -> Chain:
        """What `to_dict` gave, and nothing else.

        Raises:
            DataError: it is damaged, a later version wrote it, or its steps do not go together.
            ShapeError: a constant is too large.
        """
        if isinstance(kept, dict) and kept.get("format", FORMAT) != FORMAT:
            raise DataError("error.tensor.chain_format", got=str(kept["format"])[:60], known=FORMAT)
        try:
            read = msgspec.convert(kept, _Kept)
        except msgspec.ValidationError as error:
            raise DataError("error.tensor.chain", reason=str(error)) from error
        return cls(
            tuple(Step(one.name, operation(one.operation, **one.arguments), one.of, one.second) for one in read.steps)
        )

    def _given(self, tensors: Mapping[str, object]) -> dict[str, Array]:
        missing = [name for name in self.inputs if name not in tensors]
        if missing:
            listed = ", ".join(map(str, tensors))[:60] or "-"
            raise DataError("error.tensor.missing", name=missing[0], got=listed)
        return {name: kinds.tensor(tensors[name], what=name) for name in self.inputs}

    def _place(self, name: str) -> int:
        names = [step.name for step in self.steps]
        if name not in names:
            raise DataError("error.tensor.step_unknown", got=name[:60], known=", ".join(names) or "-")
        return names.index(name)


def _left(room: int, step: Step, before: list[Array]) -> int:
    """How many elements later results may have, found before this one is computed."""
    left = room - step.operation.plan(*map(kinds.kind_of, before)).size
    if left < 0:
        raise ShapeError("error.tensor.watched", most=MOST_WATCHED)
    return left


def _renamed(step: Step, old: str, new: str) -> Step:
    of = new if step.of == old else step.of
    second = new if isinstance(step.second, str) and step.second == old else step.second
    return dataclasses.replace(step, of=of, second=second)
