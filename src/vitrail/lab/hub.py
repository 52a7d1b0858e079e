"""The workspaces: each one experiment in training, and the pages that look at it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from vitrail.errors import RequestError
from vitrail.lab.pool import Pool
from vitrail.lab.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.experiment import Experiment
    from vitrail.lab.orders import SessionReport

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_MOST = 64
"""Workspaces of one lab."""


class Hub:
    """Finds workspaces by name, and hands what workers say to the pages it is for.

    Args:
        experiment: what a new workspace opens with.
        workers: worker processes, at most.
        keep: trainings that one worker may hold in memory.
        folder: for snapshots and exports.
    """

    def __init__(self, experiment: Experiment, *, workers: int, keep: int, folder: Path) -> None:
        self._experiment = experiment
        self._workspaces: dict[str, Workspace] = {}
        self.pool = Pool(workers, keep, folder, self._on_report, self._on_lost)

    def workspace(self, name: str) -> Workspace:
        """The workspace of that name, a new one when there is none yet.

        Raises:
            RequestError: this cannot be a workspace's name, or there are too many.
        """
        if name not in self._workspaces:
            if not _NAME.fullmatch(name):
                raise RequestError("error.lab.workspace_name", name=name[:60])
            if len(self._workspaces) >= _MOST:
                raise RequestError("error.lab.workspaces", most=_MOST)
            self._workspaces[name] = Workspace(name, self._experiment, self.pool)
        return self._workspaces[name]

    def _on_report(self, report: SessionReport) -> None:
        for workspace in self._workspaces.values():
            if workspace.session == report.session:
                workspace.receive(report)

    async def _on_lost(self, sessions: set[int]) -> None:
        lost = [workspace for workspace in self._workspaces.values() if workspace.session in sessions]
        await asyncio.gather(*(workspace.come_back() for workspace in lost))
