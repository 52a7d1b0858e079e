"""A lab on a free port, in a thread of the test's own process, and a page that speaks its protocol."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest
import websockets.sync.client

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, catalogue
from vitrail.lab import create_app
from vitrail.lab.server import create_server, listen
from vitrail.models import ObjectSpec
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI
    from playwright.sync_api import Browser, ConsoleMessage
    from playwright.sync_api import Page as PlaywrightPage

TOKEN = "a-secret-of-this-test"
_workspaces = itertools.count()
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

    def history(self, updates: int) -> list[wire.EpochRow]:
        """Read on to where a training stands still after some updates: its curves as the page has them then."""
        rows: list[wire.EpochRow] = []
        while not (
            isinstance(message := self.receive(), wire.Frame)
            and (message.status, message.clock.updates) == ("idle", updates)
        ):
            if isinstance(message, wire.History):
                rows = message.rows
        return rows

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


@pytest.fixture(scope="session")
def page_of() -> Callable[[websockets.sync.client.ClientConnection], Page]:
    """What speaks as a page over a socket of one's own."""
    return Page


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


# A real browser -------------------------------------------------------------------------------------------------------

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SLOW = 120_000
"""Milliseconds that anything may take on a busy machine, such as a first compilation."""


@dataclass(frozen=True)
class Site:
    """A lab in a process of its own, as people start it, its workspaces in a folder of its own."""

    process: subprocess.Popen[str]
    address: str
    """With its token."""

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]

    @property
    def cookie(self) -> dict[str, str]:
        port = self.origin.rpartition(":")[2]
        return {"name": f"vitrail-{port}", "value": self.address.partition("token=")[2], "url": self.origin}

    def open(self, workspace: str, experiment: str) -> None:
        """Put an experiment of the catalogue into a workspace, which is made where there is none."""
        cookie = f"{self.cookie['name']}={self.cookie['value']}"
        answer = httpx.put(
            f"{self.origin}/api/experiment?workspace={workspace}",
            content=catalogue.named(experiment).to_json(),
            headers={"Origin": self.origin, "Cookie": cookie},
            timeout=120,
            trust_env=False,
        )
        assert answer.status_code == 204, answer.text


@contextlib.contextmanager
def starting(root: Path, *typed: str) -> Iterator[Site]:
    """Start a lab as people do and kill it at the end; whoever wants it to end well asks it before."""
    command = [sys.executable, "-m", "vitrail", "lab", *typed, "--port", "0", "--no-browser", "--lang", "en"]
    environment = {**os.environ, "VITRAIL_WORKSPACES": str(root), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as lab:
        assert lab.stdout is not None, "it was asked for"
        try:
            yield Site(lab, next(match[0] for line in lab.stdout if (match := re.search(r"http://\S*token=\S+", line))))
        finally:
            lab.kill()


@pytest.fixture(scope="session")
def start_lab() -> Callable[..., contextlib.AbstractContextManager[Site]]:
    """What starts a lab of one's own: `start_lab(folder, "iris_mlp")`."""
    return starting


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One lab for all tests in a browser; each takes a workspace of its own."""
    with starting(tmp_path_factory.mktemp("workspaces")) as site:
        yield site
        site.process.send_signal(signal.SIGINT)
        site.process.communicate(timeout=30)


@pytest.fixture(scope="session")
def address(site: Site) -> str:
    """The address, with its token, of the lab for all tests in a browser."""
    return site.address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium without a window, whose waits are as long as a busy machine needs."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., PlaywrightPage]]:
    """What opens a page in a workspace of its own, of somebody who has seen the tour.

    `visit(experiment=, query=, at=, refused=, seen_tour=, **options)`: an experiment of the catalogue instead of the
    lab's first, more of the address, another lab (at the workspace that it opens itself), whether the lab will refuse
    something (of which the browser itself complains), and what `new_context` takes. No page may complain.
    """
    complaints: list[str] = []
    with contextlib.ExitStack() as stack:

        def opened(
            *,
            experiment: str | None = None,
            query: str = "",
            at: Site | None = None,
            refused: bool = False,
            seen_tour: bool = True,
            **options: object,
        ) -> PlaywrightPage:
            lab = at or site
            kept = [{"name": "vitrail.tour-seen", "value": "yes"}] if seen_tour else []
            context = browser.new_context(
                **{
                    "viewport": {"width": 1440, "height": 900},
                    "locale": "en-GB",
                    "reduced_motion": "reduce",
                    "accept_downloads": True,
                    "storage_state": {"origins": [{"origin": lab.origin, "localStorage": kept}]},
                    **options,
                }
            )
            stack.callback(context.close)
            context.add_cookies([lab.cookie])
            context.set_default_timeout(SLOW)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.extend(complaint(said, refused=refused)))
            own = "" if at else f"workspace=page-{next(_workspaces)}"
            if experiment is not None:
                lab.open(own.partition("=")[2], experiment)
            page.goto(f"{lab.origin}/?{own}{query}")
            page.get_by_test_id("play").wait_for()
            return page

        yield opened
    assert complaints == []


def complaint(said: ConsoleMessage, *, refused: bool) -> list[str]:
    """An error, but for the line that the browser itself writes about what the lab refused as it should."""
    return [said.text] if said.type == "error" and not (refused and "status of 4" in said.text) else []


@pytest.fixture(scope="session")
def violations() -> Callable[..., list[str]]:
    """What axe finds on a page as it is, or within one place of it, each with the first place."""

    def found(page: PlaywrightPage, within: str = "html") -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        axe = page.evaluate("place => axe.run(place)", within)
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in axe["violations"]]

    return found
