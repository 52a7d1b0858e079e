"""A lab on a free port, in a thread of the test's own process, and a page that speaks its protocol."""

from __future__ import annotations

import contextlib
import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest
import websockets.sync.client

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.lab import create_app
from vitrail.lab.server import create_server, listen
from vitrail.models import ObjectSpec
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

TOKEN = "a-secret-of-this-test"
_decoder = msgspec.msgpack.Decoder(wire.ServerMessage)


def small_experiment(seed: int = 1, **fit) -> Experiment:
    """Three species of iris in epochs of a few milliseconds; Dropout draws random numbers in each batch."""
    return Experiment(
        seed=seed,
        data=DataSpec(name="iris"),
        layers=(
            ObjectSpec(class_name="Dense", config={"units": 8, "activation": "relu"}),
            ObjectSpec(class_name="Dropout", config={"rate": 0.2}),
            ObjectSpec(class_name="Dense", config={"units": 3, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
        fit=FitSpec(**{"epochs": 3, "batch_size": 8, **fit}),
    )


class Page:
    """The socket of a page."""

    def __init__(self, socket: websockets.sync.client.ClientConnection) -> None:
        self._socket = socket

    def send(self, message: wire.ClientMessage | bytes | str) -> None:
        self._socket.send(message if isinstance(message, bytes | str) else msgspec.msgpack.encode(message))

    def receive(self) -> wire.ServerMessage:
        """The next message, but for those about what was saved, which come when the disk is ready."""
        while isinstance(message := self._next(), wire.Saved):
            pass
        return message

    def saved(self, **wanted) -> wire.Saved:
        """Read on to a word about what was saved whose fields are as wanted."""
        while True:
            message = self._next()
            if isinstance(message, wire.Saved) and all(getattr(message, key) == value for key, value in wanted.items()):
                return message

    def _next(self) -> wire.ServerMessage:
        return _decoder.decode(self._socket.recv(timeout=60))

    def until(self, kind: type, **wanted):
        """Read on to the next message of a kind whose fields are as wanted."""
        while True:
            message = self.receive()
            if isinstance(message, kind) and all(getattr(message, name) == value for name, value in wanted.items()):
                return message

    def idle(self, updates: int) -> wire.Frame:
        """Read on to the frame of a training that stands still after some updates."""
        while True:
            frame = self.until(wire.Frame, status="idle")
            if frame.clock.updates == updates:
                return frame


@dataclass(frozen=True)
class Lab:
    """A running lab."""

    app: FastAPI
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> str:
        return f"vitrail-{self.port}={TOKEN}"

    @property
    def pids(self) -> list[int]:
        return self.app.state.hub.pool.pids

    @contextlib.contextmanager
    def browse(self, workspace: str = "main", **options) -> Iterator[Page]:
        """Connect as the page of a workspace does."""
        with websockets.sync.client.connect(
            f"ws://127.0.0.1:{self.port}/ws?workspace={workspace}",
            origin=self.origin,
            additional_headers={"Cookie": self.cookie},
            proxy=None,
            **options,
        ) as socket:
            yield Page(socket)

    def request(self, method: str, path: str, **options) -> httpx.Response:
        """Send a request as the page does."""
        headers = {"Origin": self.origin, "Cookie": self.cookie}
        return httpx.request(method, self.origin + path, headers=headers, timeout=120, trust_env=False, **options)


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest page that could have been built."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text('<!doctype html><html lang="en"><title>Vitrail</title></html>', encoding="utf-8")
    (folder / "assets" / "page.js").write_text("export {};\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def describe() -> Callable[..., Experiment]:
    """What makes small experiments."""
    return small_experiment


@pytest.fixture(scope="session")
def run_lab(static: Path) -> Callable[..., contextlib.AbstractContextManager[Lab]]:
    """What serves a lab of one's own."""
    return functools.partial(running, static)


@contextlib.contextmanager
def running(static: Path, **options) -> Iterator[Lab]:
    """Serve a lab until the block ends."""
    with listen(0) as listener:
        port = listener.getsockname()[1]
        app = create_app(small_experiment(), port=port, token=TOKEN, static=static, **options)
        server = create_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Lab(app, port)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def lab(run_lab: Callable[..., contextlib.AbstractContextManager[Lab]]) -> Iterator[Lab]:
    """One lab with one worker for all tests that do not end it; each test takes a workspace of its own."""
    with run_lab(workers=1) as lab:
        yield lab
