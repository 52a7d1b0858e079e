"""The application: what answers at which address."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from vitrail.errors import RequestError, UnavailableError, VitrailError
from vitrail.lab import api, api_keeping, page
from vitrail.lab.guard import Guard
from vitrail.lab.hub import Hub
from vitrail.lab.keeping_list import FIRST
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
    workspaces: Path | None = None,
    home: str = FIRST,
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
        workspaces: where workspaces are saved; a folder that goes with the lab when none is said.
        home: the workspace of an address that names none.
        static: the built front end.

    Raises:
        UnavailableError: the front end has not been built.
    """
    entry = page.entry(static, language)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        with tempfile.TemporaryDirectory(prefix="vitrail-lab-", ignore_cleanup_errors=True) as folder:
            count, passing = workers or os.cpu_count() or 1, Path(folder)
            root = workspaces or passing / "workspaces"
            hub = Hub(experiment, workers=count, keep=keep, folder=passing, root=root, home=home)
            app.state.hub = hub
            try:
                yield
            finally:
                await hub.close()

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        middleware=[Middleware(Guard, token=token, port=port, language=language)],
    )
    _answer_errors(app, language)
    app.include_router(api.router)
    app.include_router(api_keeping.router)

    async def index(request: Request) -> Response:
        if home == FIRST or "workspace" in request.query_params:  # the page takes the first where its address has none
            return HTMLResponse(entry)
        return RedirectResponse(f"/?{urlencode({'workspace': home, **request.query_params})}", status_code=307)

    async def socket(websocket: WebSocket, workspace: str | None = None) -> None:
        hub: Hub = app.state.hub
        try:
            found = hub.workspace(workspace or hub.home)
        except (RequestError, UnavailableError) as error:
            await refuse(websocket, error)
        else:
            await converse(websocket, found)

    app.add_api_route("/", index, response_model=None)
    app.add_api_route("/index.html", index, response_model=None)
    app.add_api_websocket_route("/ws", socket)
    app.mount("/", StaticFiles(directory=static))
    return app


def _answer_errors(app: FastAPI, language: Language) -> None:
    async def answer(_request: Request, error: Any) -> JSONResponse:  # noqa: ANN401 - starlette knows no narrower type
        assert isinstance(error, VitrailError), "registered for these alone"
        status = 503 if isinstance(error, UnavailableError) else 422
        body = {"key": error.key, "arguments": error.arguments, "message": error.render(language)}
        return JSONResponse(body, status_code=status)

    async def refuse_form(request: Request, error: Any) -> JSONResponse:  # noqa: ANN401
        """What does not have the form that a route asks for; the framework's own answer would hold the body."""
        wrong = error.errors()[0]
        reason = f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
        return await answer(request, RequestError("error.lab.message", reason=reason))

    app.add_exception_handler(VitrailError, answer)
    app.add_exception_handler(RequestValidationError, refuse_form)
