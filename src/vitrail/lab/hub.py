"""The workspaces: each one experiment in training, and the pages that look at it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vitrail.errors import RequestError
from vitrail.lab.keeping_list import check_name, fresh
from vitrail.lab.pool import Lost, Pool
from vitrail.lab.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.experiment import Experiment
    from vitrail.lab.orders import News

_MOST = 64
"""Workspaces of one lab."""


class Hub:
    """Finds workspaces by name, and hands what workers say to the pages it is for.

    Args:
        experiment: what a new workspace opens with.
        workers: worker processes, at most.
        keep: trainings that one worker may hold in memory.
        folder: for exports.
        root: where workspaces are saved.
        home: the workspace of an address that names none.
    """

    def __init__(self, experiment: Experiment, *, workers: int, keep: int, folder: Path, root: Path, home: str) -> None:
        self._experiment = experiment
        self.root = root
        self.home = home
        self._workspaces: dict[str, Workspace] = {}
        self.pool = Pool(workers, keep, folder, self._on_report, self._on_lost)

    def workspace(self, name: str) -> Workspace:
        """The workspace of that name, a new one when there is none yet.

        Raises:
            RequestError: this cannot be a workspace's name, or there are too many.
            UnavailableError: another lab has it open.
        """
        if name not in self._workspaces:
            check_name(name)
            if len(self._workspaces) >= _MOST:
                raise RequestError("error.lab.workspaces", most=_MOST)
            self._workspaces[name] = Workspace(name, self._experiment, self.pool, self.root / name)
        return self._workspaces[name]

    def fresh(self, wanted: str) -> Workspace:
        """A new workspace, whose name is like what is wanted.

        Raises:
            RequestError: there are too many.
        """
        return self.workspace(fresh(self.root, wanted))

    async def close(self) -> None:
        """Save everything, end the workers, and let other labs have the workspaces."""
        keepers = [workspace.keeper for workspace in self._workspaces.values()]
        await asyncio.gather(*(keeper.close() for keeper in keepers))
        await self.pool.stop()
        for keeper in keepers:
            keeper.release()

    def _on_report(self, report: News) -> None:
        for workspace in self._workspaces.values():
            if workspace.session == report.session:
                workspace.receive(report)

    async def _on_lost(self, lost: Lost) -> None:
        workspaces = [workspace for workspace in self._workspaces.values() if workspace.session in lost.sessions]
        await asyncio.gather(*(workspace.come_back(lost) for workspace in workspaces))
