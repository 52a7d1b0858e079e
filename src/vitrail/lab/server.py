"""Serves the lab on this machine until it is stopped."""

from __future__ import annotations

import contextlib
import errno
import secrets
import socket
import threading
import webbrowser
from typing import TYPE_CHECKING

import uvicorn
from rich.console import Console

from vitrail.errors import UnavailableError
from vitrail.lab.app import create_app
from vitrail.lab.keeping_list import FIRST
from vitrail.locale import language_of_environment, text
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from vitrail.experiment import Experiment
    from vitrail.types import Language

HOST = "127.0.0.1"
PORT = 8899

_PATIENCE = 3
"""Seconds that open connections get when the server stops."""

_LARGEST_MESSAGE = 10 * own_limits.SAMPLE_VALUES
"""Bytes: an example of somebody's own has nine of them for each number."""


def serve(
    experiment: Experiment,
    *,
    port: int = PORT,
    language: Language | None = None,
    open_browser: bool = True,
    workers: int | None = None,
    workspaces: Path | None = None,
    home: str = FIRST,
) -> None:
    """Serve the lab, and come back when it is stopped (Ctrl-C).

    Args:
        experiment: what the lab opens with.
        port: where it listens on 127.0.0.1; 0 takes any free one.
        language: of the page; the environment's when none is said.
        open_browser: whether to open the page.
        workers: worker processes, at most; as many as there are cores when none is said.
        workspaces: where workspaces are saved; they go with the lab when no folder is said.
        home: the workspace that it opens.

    Raises:
        UnavailableError: the port is taken, or the front end has not been built. Nothing was started then.
    """
    language = language or language_of_environment()
    token = secrets.token_urlsafe(24)
    with listen(port) as listener:
        actual = listener.getsockname()[1]
        app = create_app(
            experiment,
            port=actual,
            token=token,
            language=language,
            workers=workers,
            workspaces=workspaces,
            home=home,
        )
        address = f"http://{HOST}:{actual}/?token={token}"
        console = Console(soft_wrap=True, highlight=False)
        console.print(text("lab.server.address", language, address=address), markup=False)
        console.print(text("lab.server.stop", language))
        if open_browser:  # the listener holds the browser's request until the server answers
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            create_server(app).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """Take a port.

    Raises:
        UnavailableError: it is taken, or may not be.
    """
    # asyncio switches Nagle's delay of 40 ms off where the protocol is named, and only there
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise UnavailableError("error.lab.port_in_use", port=port) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise UnavailableError("error.lab.port", port=port, reason=reason) from error
    return listener


def create_server(app: FastAPI) -> uvicorn.Server:
    """What serves the application: quiet, and without compression, which costs more time than the network here."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            lifespan="on",
            server_header=False,
            ws_per_message_deflate=False,
            ws_max_size=_LARGEST_MESSAGE,
            timeout_graceful_shutdown=_PATIENCE,
        )
    )
