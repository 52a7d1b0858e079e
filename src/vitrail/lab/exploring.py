"""What of a training can be explored as a tensor, and where one page explores one."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vitrail.errors import RequestError, VitrailError
from vitrail.lab.orders import Own
from vitrail.tensors import explore
from vitrail.wire import encode
from vitrail.wire import messages as wire
from vitrail.wire.tensor_answers import TensorAnswers
from vitrail.wire.tensor_messages import Arrange, Arrangement, Measure, Pick, TensorRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from vitrail.lab.frames import Exposure
    from vitrail.lab.orders import View
    from vitrail.tensors.axes import AxisName
    from vitrail.tracing import LayerTrace, Trace
    from vitrail.training import Session
    from vitrail.training.state import State
    from vitrail.types import Array

EVERY = 1 / 4
"""Shortest time between two moments of a tensor while the training plays, in seconds."""

SHARE = 0.1
"""Share of the time that this takes of a training that plays, at most."""

_SCALED = 2**26
"""Numbers of a set, at most, that is also shown as the model gets it where that takes an array of its own."""

_SHOWN = 12
"""Names that an error lists."""

_AXES: Mapping[tuple[str, str], tuple[AxisName, ...]] = {
    ("Dense", "kernel"): ("input", "unit"),
    ("Dense", "bias"): ("unit",),
    ("Embedding", "embeddings"): ("input", "unit"),
    ("Conv1D", "kernel"): ("time", "channel", "unit"),
    ("Conv1D", "bias"): ("unit",),
    ("Conv2D", "kernel"): ("height", "width", "channel", "unit"),
    ("Conv2D", "bias"): ("unit",),
}
"""What the axes of a layer's weights run over, where that is told by its class."""


@dataclass(frozen=True)
class Explorable:
    """A tensor of a training."""

    entry: wire.TensorEntry
    expression: str
    """The Python expression that gives it."""
    axes: tuple[AxisName | None, ...] | None
    """What its axes run over; none where that is to be guessed."""
    read: Callable[[], Array]
    """Gives its numbers."""


_NO_UNITS = {"Flatten", "Reshape", "Rescaling", "Normalization"}
"""Layers whose outputs are numbers of what they got, and no units."""


def explorables(
    exposure: Exposure, example: int | Own | None, group: wire.TensorGroup | None = None
) -> Iterator[Explorable]:
    """What can be explored of one moment of a training.

    Args:
        exposure: the moment.
        example: the followed example, whose activations and gradients are among it where it can be traced.
        group: the only one that is wanted; none for all.
    """
    if group in {None, "data"}:
        yield from _data(exposure.session)
    if group in {None, "weights"}:
        yield from _weights(exposure.session)
    if group in {"data", "weights"}:
        return
    try:
        trace = None if example is None else exposure.answers(example).trace
    except VitrailError:  # whoever follows the example is told by its look
        trace = None
    if trace is not None:
        told = not (isinstance(example, Own) and example.target is None)
        yield from _traced(trace, exposure.session, told=told)


def _data(session: Session) -> Iterator[Explorable]:
    """The arrays of the program, and as the source has them where that is not the same."""
    dataset, given = session.dataset, session.prepared_data()
    parts: tuple[wire.Part, ...] = ("train", "test")
    for part in parts:
        for sort in ("x", "y"):
            what = f"{sort}_{part}"
            source, array = getattr(dataset, what), getattr(given, what)
            divided = sort == "x" and given.scale != 1
            shape = dataset.axes if array.shape == source.shape and sort == "x" else None
            if divided and array.size <= _SCALED:
                read, dtype = functools.partial(session.inputs, part), session.inputs(part, 0).dtype
                yield _found("data", "", what, what, shape, read, array.shape, dtype)
            elif not divided:
                yield _found("data", "", what, what, shape, _constant(array), array.shape, array.dtype)
            if divided or array is not source:
                axes = dataset.axes if sort == "x" else None
                name = f"data.{what}"
                yield _found("data", "", name, name, axes, _constant(source), source.shape, source.dtype)


def _weights(session: Session) -> Iterator[Explorable]:
    """The weights of each layer, at this moment."""
    for layer in session.blueprint.layers:
        for place, (name, values) in enumerate(session.weights(layer.name).items()):
            known = f'model.get_layer("{layer.name}")'
            expression = f"{known}.{name}" if hasattr(layer, name) else f"{known}.weights[{place}]"
            axes = _AXES.get((type(layer).__name__, name), (None,) * values.ndim)
            yield _found("weights", layer.name, name, expression, axes, _constant(values), values.shape, values.dtype)


def _traced(trace: Trace, session: Session, *, told: bool) -> Iterator[Explorable]:
    """What each layer computed for the followed example, and what came back where it is told what should come out."""
    for place, layer in enumerate(trace):
        known = f'trace["{layer.name}"]'
        given: dict[str, Array] = {} if place or isinstance(layer.inputs, tuple) else {"inputs": layer.inputs}
        given |= {"a": layer.a} if layer.activation is None else {"z": layer.z, "a": layer.a}
        for what, values in given.items():
            axes = _layer_axes(session, layer, values.ndim - 1, inputs=what == "inputs")
            yield _of_trace("activations", layer.name, what, f"{known}.{what}[0]", axes, values[0])
        if not told:
            continue
        back = {"upstream": layer.upstream} | ({} if layer.activation is None else {"delta": layer.delta})
        for what, values in back.items():
            axes = _layer_axes(session, layer, values.ndim - 1)
            yield _of_trace("gradients", layer.name, what, f"{known}.{what}[0]", axes, values[0])
        for name, values in layer.gradients.items():
            axes = _AXES.get((layer.class_name, name), (None,) * values.ndim)
            yield _of_trace("gradients", layer.name, name, f'{known}.gradients["{name}"]', axes, values)


def _layer_axes(session: Session, layer: LayerTrace, rank: int, *, inputs: bool = False) -> tuple[AxisName | None, ...]:
    """What the axes of one example's activations run over: as many as the data have, but units instead of features."""
    axes: tuple[AxisName, ...] = session.dataset.axes[1:]
    if inputs and len(axes) == rank:
        return axes
    last: AxisName = "feature" if inputs or layer.class_name in _NO_UNITS else "unit"
    if rank == 1:
        return (last,)
    if rank == 2 and axes[:1] == ("time",):  # noqa: PLR2004 - of a series
        return ("time", last)
    return ("height", "width", "channel" if last == "feature" else last) if rank == 3 else (None,) * rank  # noqa: PLR2004 - of maps


def _of_trace(
    group: wire.TensorGroup,
    layer: str,
    what: str,
    expression: str,
    axes: tuple[AxisName | None, ...] | None,
    values: Array,
) -> Explorable:
    return _found(group, layer, what, expression, axes, _constant(values), values.shape, values.dtype)


def _found(
    group: wire.TensorGroup,
    layer: str,
    what: str,
    expression: str,
    axes: Sequence[AxisName | None] | None,
    read: Callable[[], Array],
    shape: Sequence[int],
    dtype: object,
) -> Explorable:
    name = "/".join(part for part in (group, layer, what) if part)
    entry = wire.TensorEntry(name, group, layer, what, list(shape), str(dtype))
    return Explorable(entry, expression, None if axes is None else tuple(axes), read)


def _constant(values: Array) -> Callable[[], Array]:
    return lambda: values


class Room:
    """Where one page explores: the tensor of a moment, and how the page looks at it."""

    def __init__(self) -> None:
        self.rests_until = -math.inf
        """When the next moment of a training that plays may come."""
        self.moves = True
        """Whether its numbers are others after each step of the training."""
        self._seen: tuple[object, ...] = ()
        """What the page had turned to when it was shown something last."""
        self._state: State | None = None
        """The moment of the training that it was shown then."""
        self._entry: wire.TensorEntry | None = None
        self._answers: TensorAnswers | None = None
        self._arrangement: Arrangement | None = None
        self._axis: int | None = None

    def show(self, exposure: Exposure, view: View) -> Iterator[wire.ServerMessage]:
        """What the page gets: all where it has turned to something else, and newer numbers where it has not.

        Raises:
            RequestError: there is no such tensor. What is explored stays.
        """
        turned = (view.explore, view.follow, view.language)
        fresh, self._seen = turned != self._seen, turned
        if not fresh and exposure.state is self._state:
            return
        self._state = exposure.state
        group = None if fresh or self._entry is None else self._entry.group
        known = list(explorables(exposure, view.follow, group))
        if fresh:
            yield wire.Tensors([one.entry for one in known])
        found = _named(known, view.explore or "")
        if found is None and fresh and "/" in (view.explore or ""):
            raise _unknown(known, view.explore or "")
        if found is None and self._entry is not None:
            found = _named(known, self._entry.name)
        if found is None:
            return
        self._open(found, view)
        assert self._answers is not None, "opened just now"
        moment = None if found.entry.group == "data" else encode.clock(exposure.session.clock)
        traced = found.entry.group in ("activations", "gradients")
        index = wire.OWN if isinstance(view.follow, Own) else view.follow
        yield wire.Explored(found.entry.name, moment, index if traced else None)
        yield from self._answers.opening(view.language, self._arrangement, self._axis)

    def answer(self, request: TensorRequest, exposure: Callable[[], Exposure], view: View) -> wire.ServerMessage:
        """One answer about the tensor that is shown, at the moment that is shown.

        Args:
            request: what the page asks.
            exposure: gives the moment, where the tensor was put away.
            view: what the page looks at.

        Raises:
            RequestError: nothing is explored.
            InputError: the tensor has no such arrangement, axis or part.
        """
        if self._answers is None and self._entry is not None:
            found = _named(explorables(exposure(), view.follow), self._entry.name)
            if found is not None:
                self._open(found, view)
        if self._answers is None:
            raise RequestError("error.lab.no_tensor")
        answer = self._answers.answer(request, view.language)
        match request:
            case Arrange(arrangement=arrangement):
                self._arrangement = arrangement
            case Measure(axis=axis):
                self._axis = axis
            case Pick():
                pass
        return answer

    def rest(self, began: float, ended: float) -> None:
        """Leave the training the time that is its own, before the next moment."""
        self.rests_until = max(began + EVERY, ended + (ended - began) * (1 / SHARE - 1))

    def put_away(self) -> None:
        """Hold on to no numbers."""
        self._answers = self._state = None

    def _open(self, found: Explorable, view: View) -> None:
        """Take a tensor's numbers of this moment; the page's arrangement stays where it fits."""
        before, self._entry = self._entry, found.entry
        self.moves = found.entry.group != "data"
        if before is None or (before.name, before.shape) != (found.entry.name, found.entry.shape):
            self._arrangement = self._axis = None
        elif not self.moves and self._answers is not None:
            return
        explored = explore(found.read(), name=found.expression, axes=found.axes, language=view.language)
        self._answers = TensorAnswers(explored)


def _named(known: Iterable[Explorable], name: str) -> Explorable | None:
    """The tensor of that name, or the first one whose name begins so, up to a slash."""
    known = list(known)
    exact = next((one for one in known if one.entry.name == name), None)
    return exact or next((one for one in known if one.entry.name.startswith(f"{name}/")), None)


def _unknown(known: Iterable[Explorable], name: str) -> RequestError:
    """What there is instead: of the group, at least."""
    group = name.partition("/")[0]
    names = [one.entry.name for one in known if one.entry.group == group]
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return RequestError("error.lab.tensor", name=name[:60], known=shown or "-")
