"""What a worker process does: take orders, train in turns, show what somebody looks at, keep snapshots."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import RunError, VitrailError
from vitrail.experiment import Experiment
from vitrail.lab import orders
from vitrail.lab.album import FRAME_SECONDS
from vitrail.lab.frames import Exposure, letter
from vitrail.lab.shelf import Shelf
from vitrail.wire import encode
from vitrail.wire.messages import Notice, Samples

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from vitrail.lab.shelf import Place
    from vitrail.training import Session
    from vitrail.wire.messages import Control

_TURN = 0.005
"""Shortest turn, in seconds, however many trainings play."""

_SAVE_EVERY = 1.0
"""Shortest time between two snapshots of a training that plays, in seconds: the epochs of small data sets take less."""


def run(connection: Connection, keep: int) -> None:
    """Work until told to stop, or until the web process is gone."""
    try:
        Worker(connection, keep).work()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody is left to work for


class Worker:
    """The loop of one worker process.

    Args:
        connection: to the web process.
        keep: sessions that may be in memory.
    """

    def __init__(self, connection: Connection, keep: int) -> None:
        self._connection = connection
        self._shelf = Shelf(keep, _open, _restore, time.perf_counter)

    def work(self) -> None:
        """Take orders and train by turns.

        Raises:
            EOFError: the web process is gone.
        """
        examining = False
        while self._receive(wait=not (examining or any(_plays(place) for place in self._shelf))):
            playing = [place for place in self._shelf if _plays(place)]
            for place in playing:
                self._train(place, max(_TURN, FRAME_SECONDS / len(playing)))
            examining = sum(self._examine(place) for place in self._shelf) > 0
            for place in self._shelf:
                self._show(place, playing=_plays(place))
            for place in self._shelf:
                self._save(place)

    def _receive(self, *, wait: bool) -> bool:
        """Carry out what was ordered. Gives false when told to stop."""
        while wait or self._connection.poll():
            order: orders.Order = self._connection.recv()
            if isinstance(order, orders.Stop):
                return False
            self._carry_out(order)
            wait = False
        return True

    def _carry_out(self, order: orders.SessionOrder | orders.Request) -> None:
        if isinstance(order, orders.Request):
            try:
                self._report(orders.Answer(order.number, self._answer(order.order)))
            except Exception as error:  # noqa: BLE001 - Keras raises anything for a wrong layer; the other sessions go on
                self._report(orders.Failure(order.number, _readable(error)))
        elif order.session in self._shelf:
            self._do(order)

    def _answer(self, order: orders.Question) -> bytes:
        match order:
            case orders.Open():
                return letter(encode.workspace(self._shelf.open(order)))
            case orders.Export(session=number, path=path):
                self._shelf.player(number).session.synchronize().save(path)
                return b""
            case orders.Recount(session=number):
                history = self._shelf.player(number).session.history
                names = history[0].logs if history else ()
                return msgspec.json.encode({name: [record.logs[name] for record in history] for name in names})
            case orders.Pick(session=number, part=part, indices=indices):
                session = self._shelf.player(number).session
                return letter(Samples(part, encode.samples(session, part, indices)))

    def _do(self, order: orders.SessionOrder) -> None:
        place = self._shelf.place(order.session)
        match order:
            case orders.Command(what=what):
                self._obey(place, what)
            case orders.Watch(client=client, view=view):
                place.album.watch(client, view)
            case orders.Leave(client=client):
                place.album.leave(client)
            case orders.Shown(client=client):
                place.album.shown(client)
            case orders.Close():
                self._shelf.close(order.session)
            case _:
                raise AssertionError(order)

    def _obey(self, place: Place, what: Control) -> None:
        player = self._shelf.player(place.number)
        try:
            player.obey(what)
        except Exception as error:  # noqa: BLE001 - the way back trains again, see _train
            self._tell(place, error)
        place.album.outdate()

    def _train(self, place: Place, seconds: float) -> None:
        player = self._shelf.player(place.number)
        if player.status == "compiling":
            self._show(place, playing=False)
        try:
            player.turn(seconds)
        except Exception as error:  # noqa: BLE001 - Keras raises anything while it compiles; the other sessions go on
            player.goal = None
            self._tell(place, error)
        else:
            if player.goal is None:
                self._tell_end(place, player.session)
        place.album.outdate()

    def _examine(self, place: Place) -> bool:
        """Measure a little of what somebody looks at. Gives whether there was anything to measure."""
        topics = place.album.topics
        if not topics:
            return False
        try:
            return place.examiner.work(self._shelf.player(place.number).session, topics, playing=_plays(place))
        except Exception as error:  # noqa: BLE001 - Keras raises anything while it compiles; the other sessions go on
            self._tell(place, error)
            return True

    def _show(self, place: Place, *, playing: bool) -> None:
        for due in place.album.due(time.perf_counter(), playing=playing, found=place.examiner.found):
            player = self._shelf.player(place.number)
            exposure = place.album.exposure
            if exposure is None or exposure.state is not player.session.state:
                exposure = place.album.exposure = Exposure(player.session)
            letters = tuple(exposure.letters(due, player.status))
            self._report(orders.Pictures(place.number, due.client, letters))

    def _save(self, place: Place) -> None:
        if place.player is None:
            return
        if _plays(place):
            saved_epoch = 0 if place.saved is None else place.saved.clock.epoch
            ended = place.player.session.clock.epoch > saved_epoch
            if not ended or time.perf_counter() - place.saved_at < _SAVE_EVERY:
                return
        self._shelf.save(place)

    def _tell(self, place: Place, error: Exception) -> None:
        told = _readable(error)
        self._report(orders.Told(place.number, Notice("error", told.key, told.arguments)))

    def _tell_end(self, place: Place, session: Session) -> None:
        """What callbacks made of the end, where it is one."""
        if session.stopped:
            key, epoch = f"training.stopped.{session.stopped.reason}", session.stopped.epoch
            self._report(orders.Told(place.number, Notice("information", key, {"epoch": epoch})))
        if session.state.restored:
            told = Notice("information", "training.restored", {"epoch": session.state.restored})
            self._report(orders.Told(place.number, told))

    def _report(self, report: orders.Report) -> None:
        self._connection.send(report)


def _open(order: orders.Open) -> Session:
    from vitrail.training import Session

    return Session.open(Experiment.from_json(order.experiment), on_nan="stop")


def _restore(folder: Path) -> Session:
    from vitrail.training import Session
    from vitrail.training.snapshot import read

    return Session.resume(read(folder), on_nan="stop")


def _plays(place: Place) -> bool:
    return place.player is not None and place.player.goal is not None


def _readable(error: Exception) -> VitrailError:
    """An error of ours, which travels as its key and arguments."""
    if isinstance(error, VitrailError):
        return error
    reason = str(error).strip().splitlines()
    return RunError("error.lab.keras", reason=reason[0] if reason else type(error).__name__)
