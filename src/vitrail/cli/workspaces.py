"""The saved workspaces of the lab: which one `vitrail lab` opens, and what is done with the others."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vitrail import places
from vitrail.cli.words import aligned, console
from vitrail.lab import keeping_list
from vitrail.locale import text
from vitrail.locale.numbers import file_size

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Language


def choose(experiment: Path | None, workspace: str | None) -> str:
    """The workspace to open: the one that was asked for, a new one for an experiment, or else the last.

    Where another lab has the last one open, a new one is taken, as it is where there is none.

    Raises:
        RequestError: the name that was asked for cannot be a workspace's.
    """
    root = places.workspaces()
    if workspace is not None:
        return keeping_list.check_name(workspace)
    if experiment is not None:
        return keeping_list.fresh(root, experiment.stem)
    return keeping_list.last(root) or keeping_list.fresh(root, keeping_list.FIRST)


def manage(*, listed: bool, rename: tuple[str, str] | None, delete: str | None, language: Language) -> None:
    """List the saved workspaces, or rename or delete one.

    Raises:
        VitrailError: there is no such workspace, another lab has it open, or its new name cannot be had.
    """
    root = places.workspaces()
    if rename:
        old, new = rename
        keeping_list.rename(root, old, new)
        console().print(text("cli.workspaces.renamed", language, name=old, to=new))
    if delete:
        keeping_list.delete(root, delete)
        console().print(text("cli.workspaces.deleted", language, name=delete))
    if listed:
        _list(root, language)


def _list(root: Path, language: Language) -> None:
    rows = [
        (
            entry.name,
            f"{dt.datetime.fromtimestamp(entry.saved).astimezone():%Y-%m-%d %H:%M}",
            file_size(places.size(root / entry.name), language),
            entry.data or text("cli.workspaces.damaged", language),
            text("cli.workspaces.open", language) if entry.open else "",
        )
        for entry in keeping_list.entries(root)
    ]
    console().print(aligned(rows) if rows else text("cli.workspaces.none", language))
