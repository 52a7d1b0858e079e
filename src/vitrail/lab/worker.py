"""What a worker process does: take orders, train in turns, show what somebody looks at, keep snapshots."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import RunError, UnavailableError, VitrailError
from vitrail.experiment import Experiment
from vitrail.lab import hearing, orders, own, rows
from vitrail.lab.album import FRAME_SECONDS
from vitrail.lab.frames import Exposure, letter
from vitrail.lab.keeping_runs import SNAPSHOT
from vitrail.lab.pulse import TURN_SECONDS, WORK_SECONDS, Pulse
from vitrail.lab.shelf import Shelf
from vitrail.wire import encode
from vitrail.wire.messages import Check, Guess, Notice, Samples

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from vitrail.lab.album import Due
    from vitrail.lab.shelf import Place
    from vitrail.training import Session
    from vitrail.training.state import State
    from vitrail.wire.messages import Control
    from vitrail.wire.tensor_messages import TensorRequest

_TURN = 0.005
"""Shortest turn, in seconds, however many trainings play."""

_SAVE_EVERY = 1.0
"""Shortest time between two snapshots of a training that plays, in seconds: the epochs of small data sets take less."""

_SAVE_SHARE = 0.05
"""The largest share of its time that a training that plays is saved for: a long history takes long to write."""


@dataclass(frozen=True)
class Chore:
    """A run that is to be written: a training as it was when somebody asked, or when it was about to be lost."""

    number: int
    """Of the request that waits for it."""
    place: Place
    session: Session
    experiment: Experiment
    state: State
    folder: Path

    def do(self) -> None:
        """Write it.

        Raises:
            VitrailError: it cannot be written.
        """
        from vitrail.runs import save
        from vitrail.training import snapshot

        now = self.session.state
        self.session.state = self.state
        try:
            save(self.session.run(), self.experiment, self.folder)
        finally:
            self.session.state = now
        snapshot.write(self.folder / SNAPSHOT, self.experiment, self.state)
        own.take(self.place.folder, self.folder / SNAPSHOT)  # whoever goes on from it learns from the same data


def run(connection: Connection, keep: int, pulse: Pulse) -> None:
    """Work until told to stop, or until the web process is gone."""
    try:
        Worker(connection, keep, pulse).work()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody is left to work for


class Worker:
    """The loop of one worker process.

    Args:
        connection: to the web process.
        keep: sessions that may be in memory.
        pulse: where it says what it is at.
    """

    def __init__(self, connection: Connection, keep: int, pulse: Pulse | None = None) -> None:
        self._connection = connection
        self._pulse = pulse or Pulse()
        self._shelf = Shelf(keep, _open, _restore, time.perf_counter)
        self._chores: deque[Chore] = deque()
        """Runs that are still to be written: what somebody looks at comes first."""

    def work(self) -> None:
        """Take orders and train by turns.

        Raises:
            EOFError: the web process is gone.
        """
        examining = False
        while self._receive(0.0 if examining else self._patience()):
            playing = [place for place in self._shelf if _plays(place)]
            self._pulse.play(place.number for place in playing if _plays_on(place))
            for place in playing:
                self._train(place, max(_TURN, FRAME_SECONDS / len(playing)))
            examining = sum(self._examine(place) for place in self._shelf) > 0
            if playing and not self._receive(0.0):  # whose pictures went out during the turn gets those of its end
                break
            for place in self._shelf:
                self._pulse.begin(place.number, seconds=WORK_SECONDS)
                self._show(place, playing=_plays(place))
            for place in self._shelf:
                self._pulse.begin(place.number, seconds=WORK_SECONDS)
                self._save(place)
            if self._chores:
                self._keep(self._chores.popleft())
        self._leave()

    def _patience(self) -> float | None:
        """Seconds until there is something to do beside orders; none where there is nothing."""
        if self._chores:
            return 0.0
        return min((place.player.rest for place in self._shelf if place.player and _plays(place)), default=None)

    def _receive(self, patience: float | None) -> bool:
        """Carry out what was ordered, waiting so long for the first order. Gives false when told to stop."""
        self._pulse.rest()
        while self._connection.poll(patience):
            order: orders.Order = self._connection.recv()
            if isinstance(order, orders.Stop):
                return False
            self._carry_out(order)
            self._pulse.rest()
            patience = 0.0
        return True

    def _carry_out(self, order: orders.SessionOrder | orders.Request) -> None:
        asked = order.order if isinstance(order, orders.Request) else order
        self._pulse.begin(asked.session, seconds=WORK_SECONDS)
        if isinstance(order, orders.Request):
            if isinstance(order.order, orders.Keep) and order.order.session in self._shelf:
                self._plan(order.number, order.order)
                return
            try:
                self._report(orders.Answer(order.number, self._answer(order.order)))
            except Exception as error:  # noqa: BLE001 - Keras raises anything for a wrong layer; the other sessions go on
                self._report(orders.Failure(order.number, _readable(error)))
        elif order.session in self._shelf:
            self._do(order)

    def _leave(self) -> None:
        """Write what is still to be written."""
        for chore in self._chores:
            self._keep(chore)
        for place in self._shelf:
            if place.player is not None:
                with contextlib.suppress(VitrailError):  # the last snapshot is still there, and nobody listens any more
                    self._shelf.save(place)

    def _plan(self, number: int, order: orders.Keep) -> None:
        """Remember what a training is now, to be kept; or answer that it is not worth it."""
        place = self._shelf.place(order.session)
        session = self._shelf.player(order.session).session
        if order.least and (session.clock.epoch < order.least or session.state is place.kept):
            self._report(orders.Answer(number, b""))
            return
        place.kept = session.state
        self._chores.append(Chore(number, place, session, session.experiment, session.state, order.folder))

    def _keep(self, chore: Chore) -> None:
        self._pulse.begin(chore.place.number, seconds=WORK_SECONDS)
        try:
            chore.do()
        except Exception as error:  # noqa: BLE001 - Keras raises anything as it writes; the other sessions go on
            self._report(orders.Failure(chore.number, _readable(error)))
        else:
            self._report(orders.Answer(chore.number, str(chore.state.changes).encode()))
        chore.place.album.put_away()  # the session's model held other weights for a while

    def _answer(self, order: orders.Asked) -> bytes:  # noqa: PLR0911 - one for each order
        match order:
            case orders.Open():
                return letter(encode.workspace(self._shelf.open(order)))
            case orders.Change(session=number, what=what):
                place = self._shelf.place(number)
                before = self._shelf.player(number).change(what)
                place.album.outdate()
                return msgspec.json.encode(before)
            case orders.Keep():
                raise UnavailableError("error.lab.worker_lost")
            case orders.Export(session=number, path=path):
                self._shelf.player(number).session.synchronize().save(path)
                return b""
            case orders.Recount(session=number):
                history = self._shelf.player(number).session.history
                names = dict.fromkeys(name for record in history for name in record.logs)
                return msgspec.json.encode({name: [record.logs.get(name) for record in history] for name in names})
            case orders.Pick(session=number, part=part, indices=indices):
                session = self._shelf.player(number).session
                return letter(Samples(part, encode.samples(session, part, indices)))
            case orders.Encode(session=number, row=row):
                return rows.encoded(self._shelf.player(number).session.dataset, row)
            case orders.Raw(session=number, index=index):
                return rows.raw(self._shelf.player(number).session.dataset, index)
            case orders.Hear(session=number, index=index):
                dataset = self._shelf.player(number).session.dataset
                return hearing.heard(dataset, self._shelf.place(number).folder, index)

    def _do(self, order: orders.SessionOrder) -> None:
        place = self._shelf.place(order.session)
        match order:
            case orders.Command(what=what):
                self._obey(place, what)
            case orders.Watch(client=client, view=view):
                place.album.watch(client, view)
                place.told = None
            case orders.Leave(client=client):
                place.album.leave(client)
            case orders.Shown(client=client):
                place.album.shown(client)
            case orders.Ask(client=client, what=what):
                self._ask(place, client, what)
            case orders.Close(keep=keep):
                if keep and place.player is not None:
                    self._shelf.save(place)
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

    def _ask(self, place: Place, client: int, what: Check | Guess | TensorRequest) -> None:
        """Answer a page about the tensor that it explores, or about the trace of the example that it follows."""
        try:
            match what:
                case Check() | Guess():
                    self._ask_of_trace(place, client, what)
                case _:
                    view, room = place.album.view(client), place.album.room(client)
                    answer = room.answer(what, lambda: self._exposure(place), view)
                    self._report(orders.Said(place.number, client, answer))
        except VitrailError as error:
            self._report(orders.Said(place.number, client, Notice("error", error.key, error.arguments)))

    def _ask_of_trace(self, place: Place, client: int, what: Check | Guess) -> None:
        example = place.album.view(client).follow
        if example is None:
            return
        answers = self._exposure(place).answers(example)
        match what:
            case Check():
                answers.trace.check()
                place.album.checked(example)
            case Guess():
                self._report(orders.Said(place.number, client, answers.judged(what)))

    def _train(self, place: Place, seconds: float) -> None:
        player = self._shelf.player(place.number)
        self._pulse.begin(place.number, seconds=TURN_SECONDS if player.warm else WORK_SECONDS)
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
            if due.tensor:
                self._explore(place, due)
            letters = tuple(self._exposure(place).letters(due, player.status, player.speed))
            self._report(orders.Pictures(place.number, due.client, letters))

    def _explore(self, place: Place, due: Due) -> None:
        """Show the tensor that a page explores; like its answers in the order in which they are reported."""
        room, began = due.watcher.room, time.perf_counter()
        try:
            for message in room.show(self._exposure(place), due.watcher.view):
                self._report(orders.Said(place.number, due.client, message))
        except VitrailError as error:
            self._report(orders.Said(place.number, due.client, Notice("error", error.key, error.arguments)))
        room.rest(began, time.perf_counter())

    def _exposure(self, place: Place) -> Exposure:
        session = self._shelf.player(place.number).session
        exposure = place.album.exposure
        if exposure is None or exposure.state is not session.state:
            exposure = place.album.exposure = Exposure(session, place.survey)
        return exposure

    def _save(self, place: Place) -> None:
        if place.player is not None and self._is_due(place, place.player.session):
            try:
                self._shelf.save(place)
            except VitrailError as error:  # a full disk: training goes on, and the next moment is tried
                place.saved_at = time.perf_counter()
                self._tell(place, error)
        if place.saved is not None and place.told is not place.saved:
            place.told = place.saved
            self._report(orders.Saved(place.number, place.saved_on, place.saved.changes))

    @staticmethod
    def _is_due(place: Place, session: Session) -> bool:
        """Whether a snapshot is to be written now: when the training stands still, or an epoch ended a while ago."""
        if not _plays(place):
            return True
        saved_epoch = 0 if place.saved is None else place.saved.clock.epoch
        pause = max(_SAVE_EVERY, place.saving / _SAVE_SHARE)
        return session.clock.epoch > saved_epoch and time.perf_counter() - place.saved_at >= pause

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


def _open(order: orders.Open, before: Session | None) -> Session:
    from vitrail.training import Session

    experiment = Experiment.from_json(order.experiment)
    if before is None:
        return Session.open(experiment, own.load_if_own(experiment, order.folder), on_nan="stop")
    same = (
        before.experiment.data.name == experiment.data.name
        and before.experiment.data.options == experiment.data.options
    )
    kept = before.dataset if same and not own.is_own(experiment) else own.load_if_own(experiment, order.folder)
    return before.carry_on(experiment, kept)


def _restore(folder: Path) -> Session:
    from vitrail.training import Session
    from vitrail.training.snapshot import read

    kept = read(folder)
    return Session.resume(kept, own.load_if_own(kept.experiment, folder), on_nan="stop")


def _plays(place: Place) -> bool:
    return place.player is not None and place.player.goal is not None


def _plays_on(place: Place) -> bool:
    """Whether it plays, and not only a step."""
    return place.player is not None and not place.player.stepping


def _readable(error: Exception) -> VitrailError:
    """An error of ours, which travels as its key and arguments."""
    if isinstance(error, VitrailError):
        return error
    reason = str(error).strip().splitlines()
    return RunError("error.lab.keras", reason=reason[0] if reason else type(error).__name__)
