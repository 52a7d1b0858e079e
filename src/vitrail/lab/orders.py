"""What the web process and a worker process say to each other. Plain frozen values, pickled through one pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Language
    from vitrail.wire.messages import (
        Check,
        Control,
        Guess,
        Notice,
        Part,
        ServerMessage,
        SetLearningRate,
        SetWeight,
        TensorRequest,
        Walk,
    )


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
    """The followed example: its place among all examples, or itself."""
    focus: tuple[str, int] | None = None
    """Layer and unit that are opened."""
    walk: Walk | None = None
    """The entry of the ledger that is shown, of the step that the followed example alone would make."""
    language: Language = "en"
    """Of formulas."""
    regions: tuple[str, ...] = ()
    """Layers whose units are drawn by the region that they respond to."""
    large: tuple[str, ...] = ()
    """Of these, those of which a unit is drawn in large."""
    topics: frozenset[Topic] = frozenset()
    """What is measured on many samples."""
    explore: str | None = None
    """The tensor that is explored: its name, or the beginning of one."""


# From the web process to a worker ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """Hold a training: from its snapshot when the folder has one, from its first weights otherwise."""

    session: int
    experiment: str
    """In its JSON form."""
    folder: Path
    """Where its snapshots are written, and its own data lie where it has some."""
    kept: bool = False
    """Whether a run folder holds the very snapshot that it starts from."""
    before: int | None = None
    """A training in the same process that it comes in the place of: its weights are taken over where they can be."""


@dataclass(frozen=True, slots=True)
class Close:
    """Forget a training."""

    session: int
    keep: bool = False
    """Whether it may be opened again, so that its last moment is written down first."""


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
class Ask:
    """A page asks something about the trace that it looks at, or about the tensor that it explores."""

    session: int
    client: int
    what: Check | Guess | TensorRequest


@dataclass(frozen=True, slots=True)
class Export:
    """Write the model, with its weights of this moment, as a `.keras` file."""

    session: int
    path: Path


@dataclass(frozen=True, slots=True)
class Change:
    """Change what is trained by, or a weight; gives the value that was there before."""

    session: int
    what: SetLearningRate | SetWeight


@dataclass(frozen=True, slots=True)
class Recount:
    """Give the history, as the dictionary that Keras' users know."""

    session: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Write the training as it is now as a run folder, with a snapshot to go on from.

    What it is now is remembered at once, and written after what somebody looks at has been shown.
    """

    session: int
    folder: Path
    """Made here."""
    least: int = 0
    """Completed epochs without which it is not worth keeping; nor is then what was kept last."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Give some examples of the data."""

    session: int
    part: Part
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Encode:
    """Make an example of one raw row of the table that is learnt from."""

    session: int
    row: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Raw:
    """Give the raw row that an example was made of."""

    session: int
    index: int
    """Among all examples, those of the test set first."""


@dataclass(frozen=True, slots=True)
class Hear:
    """Give the sound that an example was made of, as waveform and as spectrogram."""

    session: int
    index: int
    """Among all examples, those of the test set first."""


SessionOrder = (
    Open | Close | Command | Change | Watch | Leave | Shown | Ask | Export | Recount | Keep | Pick | Encode | Raw | Hear
)

Asked = Open | Change | Export | Recount | Keep | Pick | Encode | Raw | Hear
"""Orders that something comes of."""


@dataclass(frozen=True, slots=True)
class Request:
    """An order that must be answered, by `Answer` or `Failure` of the same number."""

    number: int
    order: Asked


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process."""


Order = SessionOrder | Request | Stop


# From a worker to the web process ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gave.

    An encoded message for `Open` and `Pick`, a number as JSON for `Change`, the JSON of `Recount`, `Encode`,
    `Raw` and `Hear`, nothing for `Export`. For `Keep` it is the number of changes by hand, in digits; nothing where
    nothing was kept.
    """

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


@dataclass(frozen=True, slots=True)
class Said:
    """What one page asked for, and newer numbers of the tensor that it explores."""

    session: int
    client: int
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot of a training is on disk. Told again to whoever comes to look."""

    session: int
    at: float
    """Seconds since 1970."""
    changes: int
    """What was changed by hand on the way there."""


News = Pictures | Told | Said | Saved
"""Reports that no request waits for."""

Report = Answer | Failure | News
