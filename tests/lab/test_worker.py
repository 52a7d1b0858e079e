"""The loop of a worker, in a thread of the test's process, so that a session can be made to fail."""

from __future__ import annotations

import multiprocessing
import threading

import msgspec
import pytest

from vitrail import tracing
from vitrail.errors import ModelError
from vitrail.lab import orders
from vitrail.lab.player import Player
from vitrail.lab.worker import Worker
from vitrail.models import ObjectSpec
from vitrail.training import Session
from vitrail.wire import messages as wire


class Quiet:
    """A worker's connection without its words about snapshots, which come after each turn."""

    def __init__(self, connection):
        self._connection = connection
        self.send, self.close = connection.send, connection.close

    def recv(self):
        while isinstance(report := self._connection.recv(), orders.Saved):
            pass
        return report

    def poll(self):
        """Whether anything else is there by now."""
        while self._connection.poll():
            if not isinstance(self._connection.recv(), orders.Saved):
                return True
        return False


_decoder = msgspec.msgpack.Decoder(wire.ServerMessage)


@pytest.fixture
def connection(describe, tmp_path):
    """To a worker that holds session 1, which page 7 looks at."""
    ours, theirs = multiprocessing.Pipe()
    ours = Quiet(ours)
    thread = threading.Thread(target=Worker(theirs, keep=2).work)
    thread.start()
    ours.send(orders.Request(0, orders.Open(1, describe().to_json(), tmp_path / "one")))
    answer = ours.recv()
    assert (answer.number, _decoder.decode(answer.value).settings.seed) == (0, 1)
    ours.send(orders.Watch(1, 7, orders.View()))
    assert statuses(ours.recv()) == ["idle"]
    ours.send(orders.Shown(1, 7))
    yield ours
    ours.send(orders.Stop())
    thread.join()
    ours.close()
    theirs.close()


def messages(pictures):
    """What the page is shown, but for the history, which goes along at times of its own."""
    assert (pictures.session, pictures.client) == (1, 7)
    decoded = [_decoder.decode(letter) for letter in pictures.letters]
    return [message for message in decoded if not isinstance(message, wire.History)]


def statuses(pictures):
    return [message.status for message in messages(pictures)]


def test_first_batch_is_compiled_in_sight(connection):
    connection.send(orders.Command(1, wire.Step("batch")))
    assert statuses(connection.recv()) == ["compiling"]
    connection.send(orders.Shown(1, 7))
    (frame,) = messages(connection.recv())
    assert (frame.status, frame.clock.updates) == ("idle", 1)


def test_next_frame_waits_for_the_last_one_and_is_the_newest(connection):
    for _ in range(3):
        connection.send(orders.Command(1, wire.Step("batch")))
        connection.send(orders.Request(1, orders.Recount(1)))
    reports = [connection.recv() for _ in range(4)]
    assert [type(report) for report in reports].count(orders.Pictures) == 1
    assert connection.poll() is False
    connection.send(orders.Shown(1, 7))
    (frame,) = messages(connection.recv())
    assert frame.status == "idle"
    connection.send(orders.Shown(1, 7))
    connection.send(orders.Request(2, orders.Recount(1)))
    assert connection.recv() == orders.Answer(2, b"{}")


def test_training_that_fails_is_told_and_the_worker_goes_on(connection, monkeypatch):
    def fail(self, *, batches):
        raise ValueError("no such shape\nand more")

    monkeypatch.setattr(Session, "advance", fail)
    connection.send(orders.Command(1, wire.Play()))
    assert statuses(connection.recv()) == ["compiling"]
    assert connection.recv() == orders.Told(1, wire.Notice("error", "error.lab.keras", {"reason": "no such shape"}))
    connection.send(orders.Shown(1, 7))
    assert statuses(connection.recv()) == ["idle"]
    connection.send(orders.Request(1, orders.Recount(1)))
    assert connection.recv() == orders.Answer(1, b"{}")


def test_what_a_training_cannot_do_is_told_and_changes_nothing(connection):
    connection.send(orders.Command(1, wire.Rewind(4)))
    assert connection.recv() == orders.Told(
        1, wire.Notice("error", "error.session.epoch", {"epoch": 4, "first": 0, "last": 0})
    )
    assert statuses(connection.recv()) == ["idle"]
    connection.send(orders.Command(1, wire.SetLearningRate(-1.0)))
    assert connection.recv() == orders.Told(1, wire.Notice("error", "error.session.rate", {"got": "-1.0"}))


def test_training_that_diverges_stops_before_it_and_says_where(connection):
    connection.send(orders.Command(1, wire.SetLearningRate(1e38)))
    assert statuses(connection.recv()) == ["idle"]
    connection.send(orders.Shown(1, 7))
    connection.send(orders.Command(1, wire.Step("epoch")))
    told = connection.recv()
    while not isinstance(told, orders.Told):
        connection.send(orders.Shown(1, 7))
        told = connection.recv()
    assert told.notice.key.startswith("error.run.diverged.")
    assert told.notice.arguments["epoch"] == 1


def test_the_end_that_a_callback_puts_is_told_each_time_somebody_plays(connection, describe, tmp_path):
    stop = ObjectSpec(
        class_name="EarlyStopping",
        config={"monitor": "loss", "min_delta": 100.0, "patience": 1, "restore_best_weights": True},
    )
    order = orders.Open(2, describe(callbacks=(stop,)).to_json(), tmp_path / "two")
    connection.send(orders.Request(1, order))
    assert connection.recv().number == 1
    for _ in range(2):
        connection.send(orders.Command(2, wire.Play()))
        assert connection.recv() == orders.Told(2, wire.Notice("information", "training.stopped.early", {"epoch": 2}))
        assert connection.recv() == orders.Told(2, wire.Notice("information", "training.restored", {"epoch": 1}))
    connection.send(orders.Request(2, orders.Recount(2)))
    assert len(msgspec.json.decode(connection.recv().value)["loss"]) == 2


def test_look_that_fails_is_told_once(connection, monkeypatch):
    def fail(*_):
        raise ModelError("error.trace.failed", model="sequential", reason="never")

    monkeypatch.setattr(tracing, "trace", fail)
    connection.send(orders.Watch(1, 7, orders.View(follow=0)))
    (notice,) = messages(connection.recv())
    assert notice == wire.Notice("error", "error.trace.failed", {"model": "sequential", "reason": "never"})
    connection.send(orders.Shown(1, 7))
    connection.send(orders.Command(1, wire.Reset()))
    assert statuses(connection.recv()) == ["idle"]


def test_orders_for_a_training_that_is_closed_are_ignored(connection):
    connection.send(orders.Close(1))
    connection.send(orders.Command(1, wire.Play()))
    connection.send(orders.Request(1, orders.Open(2, "{", None)))
    failure = connection.recv()
    assert (failure.number, failure.error.key) == (1, "error.lab.keras")


class Reader:
    """A connection to a page that has read each frame by the end of the turn after it; it stops after some frames."""

    def __init__(self, orders_, frames):
        self._orders, self._frames = list(orders_), frames
        self.updates = []
        self._asked = 0

    def poll(self, _):
        self._asked += 1
        return bool(self._orders) and self._asked >= self._orders[0][0]

    def recv(self):
        return self._orders.pop(0)[1]

    def send(self, report):
        if isinstance(report, orders.Pictures):
            (frame,) = messages(report)
            self.updates.append(frame.clock.updates)
            done = len(self.updates) == self._frames
            self._orders.append((self._asked + 2, orders.Stop() if done else orders.Shown(1, 7)))


def test_every_turn_is_shown_to_a_page_that_reads(describe, tmp_path, monkeypatch):
    monkeypatch.setattr("vitrail.lab.album._NEAREST", 0.0)
    monkeypatch.setattr(Player, "turn", lambda self, _seconds: self.session.advance(batches=1))
    said = [
        orders.Request(0, orders.Open(1, describe().to_json(), tmp_path / "one")),
        orders.Watch(1, 7, orders.View()),
        orders.Command(1, wire.Play()),
    ]
    reader = Reader([(0, each) for each in said], frames=6)
    Worker(reader, keep=2).work()
    assert reader.updates[1:] == [*range(1, 6)]
