"""The addresses of what is kept: runs, files to hand on, saved workspaces."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from vitrail.errors import RequestError
from vitrail.experiment import Experiment, to_notebook
from vitrail.lab import keeping, keeping_file, keeping_list
from vitrail.lab.api import Named  # noqa: TC001 - the router reads annotations
from vitrail.lab.hub import Hub
from vitrail.lab.keeping_runs import LONGEST_NAME
from vitrail.types import Language  # noqa: TC001 - the router reads annotations
from vitrail.wire.kept_cards import WorkspaceEntry

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.lab.workspace import Workspace

RunFile = Literal["toml", "py", "ipynb", "keras", "json"]

router = APIRouter(prefix="/api")


async def _hub(request: Request) -> Hub:
    return request.app.state.hub


HubOf = Annotated[Hub, Depends(_hub)]


class RunName(BaseModel):
    """What a run is to be called; nothing leaves it its number."""

    name: str = Field(default="", max_length=LONGEST_NAME)


@router.get("/runs")
async def get_runs(workspace: Named) -> Response:
    """The kept runs, the newest first."""
    return _json(await run_in_threadpool(workspace.keeper.runs.cards))


@router.post("/runs")
async def post_run(workspace: Named, body: RunName) -> Response:
    """Keep the training as it is now."""
    return _json(await workspace.keep(body.name))


@router.patch("/runs/{run}")
async def patch_run(workspace: Named, run: str, body: RunName) -> Response:
    """Call a run something else."""
    await run_in_threadpool(workspace.keeper.runs.rename, run, body.name)
    return _changed(workspace)


@router.delete("/runs/{run}")
async def delete_run(workspace: Named, run: str) -> Response:
    """Take a run away."""
    await run_in_threadpool(workspace.keeper.runs.delete, run)
    return _changed(workspace)


@router.post("/runs/{run}/undelete")
async def undelete_run(workspace: Named, run: str) -> Response:
    """Bring back a run that was taken away since the workspace was opened."""
    await run_in_threadpool(workspace.keeper.runs.undelete, run)
    return _changed(workspace)


@router.post("/runs/{run}/restore")
async def restore_run(workspace: Named, run: str) -> Response:
    """Go on from a run: its experiment, weights, history and place in time."""
    await workspace.go_on_from(run)
    return Response(status_code=204)


@router.get("/runs/{run}/{file}")
async def get_run_file(workspace: Named, run: str, file: RunFile, lang: Language = "en") -> Response:
    """A file of a run: its experiment, its program, that program as a notebook, its model, its history."""
    folder, name = workspace.keeper.runs.folder(run), f"{run}.{file}"
    if file == "keras":
        return FileResponse(folder / "model.keras", media_type="application/zip", filename=name)
    if file == "json":
        return FileResponse(folder / "history.json", media_type="application/json", filename=name)
    experiment = await run_in_threadpool(Experiment.read, folder / "experiment.toml")
    if file == "ipynb":
        return _attached(to_notebook(experiment, lang), "application/x-ipynb+json", name)
    content = experiment.to_toml() if file == "toml" else experiment.to_code()
    return _attached(content, "application/toml" if file == "toml" else "text/x-python", name)


@router.get("/notebook")
async def get_notebook(workspace: Named, lang: Language = "en") -> Response:
    """The experiment's program as a notebook."""
    return _attached(to_notebook(workspace.experiment, lang), "application/x-ipynb+json", f"{workspace.name}.ipynb")


@router.get("/file")
async def get_file(workspace: Named, hub: HubOf) -> FileResponse:
    """The training as a `.vitrail` file: its experiment, weights, history, place in time, and own data."""
    run, path = hub.pool.scratch(""), hub.pool.scratch(keeping_file.SUFFIX)
    try:
        changes = await workspace.lend(run)
        kept = workspace.present()
        await run_in_threadpool(
            keeping_file.pack,
            run,
            path,
            changes=changes,
            data=keeping.own_data(workspace.folder),
            follow=kept.follow,
            focus=kept.focus,
        )
    finally:
        await run_in_threadpool(shutil.rmtree, run, ignore_errors=True)
    return FileResponse(
        path,
        media_type=keeping_file.MEDIA,
        filename=workspace.name + keeping_file.SUFFIX,
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


@router.post("/file/contents")
async def post_file_contents(request: Request, hub: HubOf) -> Response:
    """What is inside a `.vitrail` file; nothing is opened."""
    path = await _upload(request, hub)
    try:
        opened = await run_in_threadpool(keeping_file.inspect, path)
    finally:
        path.unlink(missing_ok=True)
    return _json(opened.card())


@router.post("/file")
async def post_file(request: Request, hub: HubOf, name: Annotated[str, Query(max_length=200)] = "opened") -> Response:
    """Open a `.vitrail` file in a workspace of its own, and tell its name."""
    path, run = await _upload(request, hub), hub.pool.scratch("")
    try:
        opened = await run_in_threadpool(keeping_file.unpack, path, run)
        workspace = hub.fresh(name)
        await workspace.take_in(opened, run)
    finally:
        path.unlink(missing_ok=True)
        await run_in_threadpool(shutil.rmtree, run, ignore_errors=True)
    return _json({"workspace": workspace.name})


@router.get("/workspaces")
async def get_workspaces(hub: HubOf) -> Response:
    """The saved workspaces of this machine, the newest first."""
    entries = await run_in_threadpool(keeping_list.entries, hub.root)
    return _json([WorkspaceEntry(entry.name, entry.saved, entry.data, entry.open) for entry in entries])


def _changed(workspace: Workspace) -> Response:
    workspace.keeper.announce()
    return Response(status_code=204)


def _json(value: Any) -> Response:  # noqa: ANN401 - whatever msgspec can encode; what is no number becomes null
    return Response(msgspec.json.encode(value), media_type="application/json")


def _attached(content: str, media: str, name: str) -> Response:
    return Response(
        content,
        media_type=f"{media}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _upload(request: Request, hub: Hub) -> Path:
    """What was sent, in a file. Whoever asked removes it.

    Raises:
        RequestError: it is too large.
    """
    path, size = hub.pool.scratch(keeping_file.SUFFIX), 0
    with path.open("xb") as stream:
        async for chunk in request.stream():
            size += len(chunk)
            if size > keeping_file.MOST_BYTES:
                stream.close()
                path.unlink()
                raise RequestError("error.lab.file_size", most=keeping_file.MOST_BYTES)
            stream.write(chunk)
    return path
