"""What the web process and a worker process say to each other. Plain frozen values, pickled through one pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.wire.messages import Control, Notice, Part


Topic = Literal["train", "test", "separation"]
"""What can be measured on many samples."""


@dataclass(frozen=True, slots=True)
class Own:
    """An example of somebody's own."""

    values: tuple[float, ...]
    """In C order, as the data set has its samples."""
    target: float | None
    """What it should give, where that was said."""


@dataclass(frozen=True, slots=True)
class View:
    """What one page looks at. Nothing else is computed for it."""

    see: tuple[str, ...] = ()
    """Layers whose weights are visible."""
    follow: int | Own | None = None
    """The followed example: its place in the test set, or itself."""
    focus: tuple[str, int] | None = None
    """Layer and unit that are opened."""
    topics: frozenset[Topic] = frozenset()
    """What is measured on many samples."""


# From the web process to a worker ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """Hold a training: from its snapshot when the folder has one, from its first weights otherwise."""

    session: int
    experiment: str
    """In its JSON form."""
    folder: Path
    """Where its snapshots are written."""


@dataclass(frozen=True, slots=True)
class Close:
    """Forget a training."""

    session: int


@dataclass(frozen=True, slots=True)
class Command:
    """Train, stop, go back, or change what is trained by."""

    session: int
    what: Control


@dataclass(frozen=True, slots=True)
class Watch:
    """A page looks, or looks at something else."""

    session: int
    client: int
    view: View


@dataclass(frozen=True, slots=True)
class Leave:
    """A page looks no more."""

    session: int
    client: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The last pictures went out to the page: it may have the next ones."""

    session: int
    client: int


@dataclass(frozen=True, slots=True)
class Export:
    """Write the model, with its weights of this moment, as a `.keras` file."""

    session: int
    path: Path


@dataclass(frozen=True, slots=True)
class Recount:
    """Give the history, as the dictionary that Keras' users know."""

    session: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Give some examples of the data."""

    session: int
    part: Part
    indices: tuple[int, ...]


Question = Open | Export | Recount | Pick
"""What is answered."""

SessionOrder = Question | Close | Command | Watch | Leave | Shown


@dataclass(frozen=True, slots=True)
class Request:
    """An order that must be answered, by `Answer` or `Failure` of the same number."""

    number: int
    order: Question


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process."""


Order = SessionOrder | Request | Stop


# From a worker to the web process ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gave: an encoded message for `Open` and `Pick`, the JSON of `Recount`, nothing for `Export`."""

    number: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request could not be met."""

    number: int
    error: Exception


@dataclass(frozen=True, slots=True)
class Pictures:
    """Encoded messages for one page, all of the same moment. The next ones come only after `Shown`."""

    session: int
    client: int
    letters: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell everybody who looks at a training."""

    session: int
    notice: Notice


Report = Answer | Failure | Pictures | Told
