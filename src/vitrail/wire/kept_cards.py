"""What the lab tells, below /api, of what is kept: runs, workspaces and the files of them."""

from __future__ import annotations

import msgspec

from vitrail.wire.messages import EpochRow  # noqa: TC001 - of a field


class RunCard(msgspec.Struct, frozen=True):
    """One kept run of a workspace."""

    id: str
    number: int
    """1 for the first of the workspace: what it is called by until it has a name."""
    name: str
    automatic: bool
    """Kept because it would have been lost, and not named since: the oldest of these are dropped."""
    kept: str
    """When, in the form of ISO 8601."""
    epochs: int
    changes: int
    """What was changed by hand while it trained, which its experiment alone does not tell."""
    experiment: str
    """In its JSON form."""
    history: list[EpochRow]
    """Of a long one only some epochs, and always the first and the last."""


class FileCard(msgspec.Struct, frozen=True):
    """What a `.vitrail` file holds."""

    version: str
    """Of Vitrail, which wrote it."""
    saved: str
    """When, in the form of ISO 8601."""
    data: str
    """Name of the data set."""
    own_data: bool
    """Whether it holds data of a person's own."""
    epochs: int
    """Completed epochs of the training whose weights it holds."""
    changes: int
    """What was changed by hand on the way to these weights."""
    bytes: int


class WorkspaceEntry(msgspec.Struct, frozen=True):
    """One saved workspace of this machine."""

    name: str
    saved: float
    """Seconds since 1970."""
    data: str
    """Name of its data set; empty where what was saved is damaged."""
    open: bool
    """Whether a lab has it open."""
