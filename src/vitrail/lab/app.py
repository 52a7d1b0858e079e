"""The application: what answers at which address."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, WebSocket
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from vitrail.errors import RequestError, UnavailableError, VitrailError
from vitrail.lab import api, page
from vitrail.lab.guard import Guard
from vitrail.lab.hub import Hub
from vitrail.lab.sockets import converse, refuse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vitrail.experiment import Experiment
    from vitrail.types import Language

KEEP = 8
"""Trainings that one worker holds in memory."""


def create_app(
    experiment: Experiment,
    *,
    port: int,
    token: str,
    language: Language = "en",
    workers: int | None = None,
    keep: int = KEEP,
    static: Path = page.STATIC,
) -> FastAPI:
    """The lab as an ASGI application. Its worker processes end with its lifespan.

    Args:
        experiment: what a new workspace opens with.
        port: where it will be served; requests to another one are refused.
        token: the secret that lets a browser in.
        language: of its pages and messages.
        workers: worker processes, at most; as many as there are cores when none is said.
        keep: trainings that one worker holds in memory.
        static: the built front end.

    Raises:
        UnavailableError: the front end has not been built.
    """
    entry = page.entry(static, language)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        with tempfile.TemporaryDirectory(prefix="vitrail-lab-", ignore_cleanup_errors=True) as folder:
            hub = Hub(experiment, workers=workers or os.cpu_count() or 1, keep=keep, folder=Path(folder))
            app.state.hub = hub
            try:
                yield
            finally:
                await hub.pool.stop()

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        middleware=[Middleware(Guard, token=token, port=port, language=language)],
    )
    _answer_errors(app, language)
    app.include_router(api.router)

    async def index() -> HTMLResponse:
        return HTMLResponse(entry)

    async def socket(websocket: WebSocket, workspace: str = "main") -> None:
        hub: Hub = app.state.hub
        try:
            found = hub.workspace(workspace)
        except RequestError as error:
            await refuse(websocket, error)
        else:
            await converse(websocket, found)

    app.add_api_route("/", index, response_class=HTMLResponse)
    app.add_api_route("/index.html", index, response_class=HTMLResponse)
    app.add_api_websocket_route("/ws", socket)
    app.mount("/", StaticFiles(directory=static))
    return app


def _answer_errors(app: FastAPI, language: Language) -> None:
    async def answer(_request: Request, error: Any) -> JSONResponse:  # noqa: ANN401 - starlette knows no narrower type
        assert isinstance(error, VitrailError), "registered for these alone"
        status = 503 if isinstance(error, UnavailableError) else 422
        body = {"key": error.key, "arguments": error.arguments, "message": error.render(language)}
        return JSONResponse(body, status_code=status)

    app.add_exception_handler(VitrailError, answer)
