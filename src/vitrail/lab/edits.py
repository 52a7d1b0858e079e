"""What a person changed in a workspace, and how each change is undone and done again.

Stepping back in time is something else: it undoes training, not a change. Everything here is plain and immutable, so
that it can be written as JSON (`msgspec.json`) and read again with the workspace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail.experiment.differences import differences, plain
from vitrail.models import layer_names
from vitrail.wire.messages import Edit, SetLearningRate, SetWeight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.experiment import Experiment

MOST = 100
"""Changes that can be undone; older ones are forgotten."""


class Moment(msgspec.Struct, frozen=True):
    """A training that can be opened again, since its snapshot is kept."""

    session: int
    experiment: str
    """In its JSON form."""


class Swap(msgspec.Struct, frozen=True, tag="swap"):
    """One training took the place of another."""

    says: Edit
    before: Moment
    after: Moment


class Turn(msgspec.Struct, frozen=True, tag="turn"):
    """A training went on with another learning rate or weight."""

    says: Edit
    before: SetLearningRate | SetWeight
    after: SetLearningRate | SetWeight


Change = Swap | Turn


class Edits(msgspec.Struct, frozen=True):
    """The changes of a workspace: those that can be undone, and those that can be done again.

    Examples:
        >>> says = Edit(key="lab.edit.set", arguments={"before": 0.1, "after": 0.2})
        >>> edits = Edits().with_change(Turn(says, SetLearningRate(0.1), SetLearningRate(0.2)))
        >>> edits.undone().redoable == edits.undoable
        True
        >>> edits.undone().redone() == edits
        True
    """

    undoable: tuple[Change, ...] = ()
    """The newest last."""
    redoable: tuple[Change, ...] = ()
    """The next one last."""

    def with_change(self, change: Change) -> Edits:
        """After one more change: what was undone before it cannot be done again."""
        return Edits((*self.undoable, change)[-MOST:])

    def undone(self) -> Edits:
        """Without the newest change."""
        return Edits(self.undoable[:-1], (*self.redoable, self.undoable[-1]))

    def redone(self) -> Edits:
        """With the change that was undone last."""
        return Edits((*self.undoable, self.redoable[-1]), self.redoable[:-1])

    def sessions(self) -> frozenset[int]:
        """The trainings whose snapshots are needed."""
        return frozenset(moment.session for moment in self._moments())

    def _moments(self) -> Iterator[Moment]:
        for change in (*self.undoable, *self.redoable):
            if isinstance(change, Swap):
                yield change.before
                yield change.after


def said(before: Experiment, after: Experiment) -> Edit:
    """What makes one experiment of another, in words.

    Examples:
        >>> from vitrail.experiment import reference
        >>> said(reference(), reference().model_copy(update={"seed": 7}))
        Edit(key='lab.edit.set', arguments={'field': 'seed', 'before': '42', 'after': '7'})
        >>> said(reference(), reference().model_copy(update={"layers": reference().layers[1:]}))
        Edit(key='lab.edit.layer_removed', arguments={'layer': 'flatten'})
    """
    found = differences(before, after)
    data = next((one for one in found if one.field == "data.name"), None)
    if data is not None:
        return Edit(key="lab.edit.data", arguments={"before": str(data.before), "after": str(data.after)})
    layers = [one for one in found if one.field.split(".")[0] == "layers"]
    if layers and len(before.layers) != len(after.layers):
        added = len(after.layers) > len(before.layers)
        longer, shorter = (after, before) if added else (before, after)
        place = next(
            (
                place
                for place, pair in enumerate(zip(longer.layers, shorter.layers, strict=False))
                if pair[0] != pair[1]
            ),
            len(shorter.layers),
        )
        key = "lab.edit.layer_added" if added else "lab.edit.layer_removed"
        return Edit(key=key, arguments={"layer": layer_names(longer.layers)[place]})
    if not found:
        return Edit(key="lab.edit.opened", arguments={})
    if len(found) != 1:
        return Edit(key="lab.edit.settings", arguments={"count": len(found)})
    (one,) = found
    values: dict[str, str | int | float] = {
        "field": one.field.rpartition(".")[2],
        "before": plain(one.before),
        "after": plain(one.after),
    }
    if not layers:
        return Edit(key="lab.edit.set", arguments=values)
    return Edit(
        key="lab.edit.layer_set", arguments={"layer": layer_names(after.layers)[int(one.field.split(".")[1])], **values}
    )
