"""The addresses that give and take files: the experiment, the model, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from vitrail.errors import ExperimentError, RequestError
from vitrail.experiment import Experiment
from vitrail.lab import pictures
from vitrail.lab.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.lab.hub import Hub

MOST_BYTES = 1_000_000
"""The largest experiment that is read."""

Format = Literal["toml", "json", "py"]

_MEDIA: Mapping[Format, str] = {"toml": "application/toml", "json": "application/json", "py": "text/x-python"}
_WRITE: Mapping[Format, Callable[[Experiment], str]] = {
    "toml": Experiment.to_toml,
    "json": Experiment.to_json,
    "py": Experiment.to_code,
}

router = APIRouter(prefix="/api")


async def _workspace(request: Request, workspace: str | None = None) -> Workspace:
    hub: Hub = request.app.state.hub
    return hub.workspace(workspace or hub.home)


Named = Annotated[Workspace, Depends(_workspace)]


@router.get("/experiment")
async def get_experiment(workspace: Named, format: Format = "toml") -> Response:  # noqa: A002 - its name in the address
    """The experiment as a file, in one of its forms."""
    return Response(
        _WRITE[format](workspace.experiment),
        media_type=f"{_MEDIA[format]}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="experiment.{format}"'},
    )


@router.put("/experiment")
async def put_experiment(workspace: Named, request: Request) -> Response:
    """Train another experiment instead; nothing changes when it cannot be trained."""
    content = await _text(request)
    await workspace.replace(await run_in_threadpool(_read, content))
    return Response(status_code=204)


@router.get("/model")
async def get_model(workspace: Named) -> FileResponse:
    """The model with its weights of this moment, as a `.keras` file."""
    path = await workspace.export()
    return FileResponse(
        path,
        media_type="application/zip",
        filename=f"{workspace.name}.keras",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


@router.get("/history")
async def get_history(workspace: Named) -> Response:
    """The history as `keras.callbacks.History` holds it; what is no number is null."""
    return Response(await workspace.history(), media_type="application/json")


@router.post("/picture")
async def post_picture(
    workspace: Named, request: Request, name: str = "?", *, invert: bool = False, centre: bool = False
) -> Response:
    """A picture as an example of the workspace's data."""
    await workspace.ready()
    content = await _body(request, pictures.MOST_BYTES, "error.lab.picture_large")
    sample = await run_in_threadpool(workspace.sample, content, name[:60], invert=invert, centre=centre)
    return Response(msgspec.json.encode(sample), media_type="application/json")


async def _text(request: Request) -> str:
    content = await _body(request, MOST_BYTES, "error.lab.too_large")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ExperimentError("error.lab.encoding", field="", reason=str(error)) from error


async def _body(request: Request, most: int, refusal: str) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise RequestError(refusal, most=most)
    return bytes(content)


def _read(content: str) -> Experiment:
    """JSON starts with a brace, which no TOML does."""
    return Experiment.from_json(content) if content.lstrip().startswith("{") else Experiment.from_toml(content)
