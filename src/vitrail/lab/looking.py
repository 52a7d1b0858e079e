"""What a page may look at: its messages become a view, or an error that says what does not exist."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, get_args

from vitrail.errors import RequestError
from vitrail.lab.orders import Own, View
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.lab.orders import Topic

Looking = (
    wire.Follow | wire.Try | wire.See | wire.Focus | wire.Walk | wire.EndWalk | wire.Speak | wire.Examine | wire.Explore
)
"""Messages that turn a page to something else."""


def turned(  # noqa: C901, PLR0911 - one for each message
    view: View, message: Looking, known: wire.Workspace, *, labelled: bool
) -> View:
    """What a page looks at next.

    Args:
        view: what it looked at.
        message: what it says.
        known: what there is to look at.
        labelled: whether labels are learnt, and not the inputs themselves.

    Raises:
        RequestError: it names a layer, a unit, an example or a tensor that does not exist, or an own example that does
            not fit.
    """
    match message:
        case wire.Follow(index=index):
            check_followed(known.dataset, index)
            return dataclasses.replace(view, follow=index)
        case wire.Try(values=values, label=label):
            return dataclasses.replace(view, follow=_own(known, values, label if labelled else 0.0))
        case wire.Examine(part=part, separation=separation):
            wanted: set[Topic] = set() if part is None else {part}
            return dataclasses.replace(view, topics=frozenset(wanted | ({"separation"} if separation else set())))
        case wire.See(layers=names, regions=regions, large=large):
            weighty = tuple(name for name in dict.fromkeys(names) if _layer(known, name).kernel_shape)
            for name in regions:
                _check_region(known, name)
            drawn = tuple(dict.fromkeys(regions))
            fine = tuple(name for name in drawn if name in large)
            return dataclasses.replace(view, see=weighty, regions=drawn, large=fine)
        case wire.Focus(layer=""):
            return dataclasses.replace(view, focus=None)
        case wire.Focus(layer=name, unit=unit):
            _check_unit(known, name, unit)
            walk = None if view.walk is None else wire.Walk(view.walk.grain, None)
            return dataclasses.replace(view, focus=(name, unit), walk=walk)
        case wire.Walk():
            return dataclasses.replace(view, walk=message)
        case wire.EndWalk():
            return dataclasses.replace(view, walk=None)
        case wire.Speak(language=language):
            return dataclasses.replace(view, language=language)
        case wire.Explore(name=name):
            _check_tensor(known, name)
            return dataclasses.replace(view, explore=name)


def check_followed(dataset: wire.DatasetCard, index: int | None) -> None:
    """Whether there is such an example.

    Raises:
        RequestError: there is none.
    """
    count = dataset.test_count + dataset.train_count
    if index is not None and index >= count:
        raise RequestError("error.lab.example", index=index, last=count - 1)


def check_examples(dataset: wire.DatasetCard, part: wire.Part, indices: Sequence[int]) -> None:
    """Whether there are such examples.

    Raises:
        RequestError: one of them does not exist.
    """
    count = dataset.train_count if part == "train" else dataset.test_count
    for index in indices:
        if index >= count:
            raise RequestError("error.lab.example", index=index, last=count - 1)


def _own(known: wire.Workspace, values: Sequence[float], target: float | None) -> Own:
    """An example of somebody's own that fits the data; where inputs are the targets, any target stands for itself."""
    dataset = known.dataset
    expected, words = math.prod(dataset.sample_shape), len(known.strip.vocabulary)
    if len(values) != expected:
        raise RequestError("error.lab.own_count", got=len(values), expected=expected)
    if not all(map(math.isfinite, values)):
        raise RequestError("error.lab.own_number")
    if words and not all(value.is_integer() and 0 <= value < words for value in values):
        raise RequestError("error.lab.own_word", last=words - 1)
    if target is None or not dataset.class_names:
        return Own(tuple(values), target if target is None or math.isfinite(target) else None)
    if not (target.is_integer() and 0 <= target < len(dataset.class_names)):
        raise RequestError("error.lab.own_class", last=len(dataset.class_names) - 1)
    return Own(tuple(values), target)


def _check_unit(known: wire.Workspace, name: str, unit: int) -> None:
    count = math.prod(_layer(known, name).output_shape)
    if unit >= count:
        raise RequestError("error.lab.unit", layer=name, unit=unit, last=count - 1)


def _check_tensor(known: wire.Workspace, name: str | None) -> None:
    """Whether a tensor can have this name; the worker, which knows what each layer has, refuses those that none has."""
    if name is None:
        return
    groups = get_args(wire.TensorGroup)
    group, _, rest = name.partition("/")
    if group not in groups:
        raise RequestError("error.lab.tensor", name=name[:60], known=", ".join(groups))
    if group != "data" and rest:
        _layer(known, rest.partition("/")[0].partition("@")[0])


def _check_region(known: wire.Workspace, name: str) -> None:
    if len(_layer(known, name).output_shape) != 1 or known.plane is None:
        raise RequestError("error.lab.no_regions", layer=name)


def _layer(known: wire.Workspace, name: str) -> wire.LayerCard:
    for layer in known.layers:
        if layer.name == name:
            return layer
    names = ", ".join(layer.name for layer in known.layers)
    raise RequestError("error.lab.layer", layer=name[:60], known=names)
