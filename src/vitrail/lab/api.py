"""The addresses that give and take files: the experiment, the model, the history."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from vitrail.data import zipped
from vitrail.errors import ExperimentError, RequestError
from vitrail.experiment import Experiment, adapting
from vitrail.experiment.catalogue import named
from vitrail.experiment.differences import differences, plain
from vitrail.lab import keeping, offering, own
from vitrail.lab.workspace import Workspace
from vitrail.models import Json  # noqa: TC001 - the router reads annotations
from vitrail.wire import own_limits
from vitrail.wire.catalogue import catalogue
from vitrail.wire.messages import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.lab.hearing import Tried
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

_OWN_MEDIA = {own.TABLE: "text/csv", own.ARRAYS: "application/octet-stream", own.ZIP: "application/zip"}
_LONGEST_NAME = 100
"""Of a file, in letters: the end of a longer one, which says its kind."""

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
async def put_experiment(
    workspace: Named,
    request: Request,
    keep: bool = False,  # noqa: FBT001, FBT002 - both are said in the address
    adapt: bool = False,  # noqa: FBT001, FBT002
) -> Response:
    """Train another experiment instead; nothing changes when it cannot be trained.

    Args:
        workspace: whose.
        request: the experiment, as JSON or TOML.
        keep: go on with the weights where they can be taken over.
        adapt: make the network, the loss and the metrics fit the data where those are others, and answer what was
        changed.
    """
    content = await _text(request)
    experiment = await run_in_threadpool(_read, content)
    if not adapt:
        await workspace.replace(experiment, carry=keep)
        return Response(status_code=204)
    fitting = await run_in_threadpool(_fitting, workspace, experiment)
    await workspace.replace(fitting, carry=keep)
    return _changed(experiment, fitting)


@router.get("/catalogue")
async def get_catalogue() -> Response:
    """Everything that the page's forms are made of."""
    return Response(msgspec.json.encode(await run_in_threadpool(catalogue)), media_type="application/json")


@router.get("/catalogue/{name}")
async def get_catalogue_experiment(name: str) -> Response:
    """One experiment of the catalogue, as JSON."""
    return Response((await run_in_threadpool(named, name[:60])).to_json(), media_type="application/json")


@router.put("/data")
async def put_data(workspace: Named, request: Request, name: str = own.TABLE, x: str = "", y: str = "") -> Response:
    """Train on own data: a file, or points as JSON. The network is made to fit; the answer is what was changed.

    Args:
        workspace: whose.
        request: the file.
        name: of the file, which says what kind it is.
        x: which array holds the samples, where a file holds several.
        y: which one holds what is to be learnt; the number of a column of x, or nothing where samples are their own.
    """
    now, name = workspace.experiment, name[-_LONGEST_NAME:]
    options = {**(_split(now.data.options) if own.is_own(now) else {}), **_roles(x, y)}
    hub: Hub = request.app.state.hub
    folder = hub.pool.scratch("")
    try:
        upload = await _received(request, folder, name)
        if request.headers.get("content-type", "").startswith("application/json"):
            options |= await run_in_threadpool(_points, upload)
        offer = await run_in_threadpool(offering.offered, upload, name, options, folder)
        fitting = adapting.adapt(now, offering.spec(now.data, offer), offer.asked)
        says = Edit(key=f"lab.edit.own_{offer.file.suffix[1:]}", arguments={"rows": offer.samples})
        await workspace.replace(fitting, carry=True, data=offer.file, says=says)
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return _changed(now, fitting)


@router.get("/data")
async def get_data(workspace: Named) -> Response:
    """The workspace's own data, as the file that its program reads."""
    path = keeping.own_data(workspace.folder)
    if path is None:
        raise RequestError("error.lab.no_own_data", name=own.TABLE)
    content = await run_in_threadpool(path.read_bytes)  # at once: other data may take its place while it is sent
    headers = {"content-disposition": f'attachment; filename="{path.name}"'}
    return Response(content, media_type=_OWN_MEDIA[path.name], headers=headers)


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
    content = await _body(request, own_limits.TRIED_BYTES, "error.lab.picture_large")
    sample = await run_in_threadpool(workspace.sample, content, name[:60], invert=invert, centre=centre)
    return Response(msgspec.json.encode(sample), media_type="application/json")


@router.post("/sound")
async def post_sound(workspace: Named, request: Request, name: str = "?") -> Response:
    """A WAV file as an example of the workspace's data."""
    await workspace.ready()
    content = await _body(request, own_limits.TRIED_BYTES, "error.lab.picture_large")
    return Response(msgspec.json.encode(await run_in_threadpool(_tried, workspace, content, name[-60:])))


@router.get("/sound")
async def get_sound(workspace: Named, index: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The sound that an example was made of; those of the test set are counted first."""
    return Response(await workspace.sound_of(index), media_type="application/json")


@router.post("/row")
async def post_row(workspace: Named, request: Request) -> Response:
    """A raw row of the table that is learnt from as an example: texts by the names of columns, as JSON."""
    content = await _body(request, MOST_BYTES, "error.lab.too_large")
    try:
        row = msgspec.json.decode(content, type=dict[str, str | None])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RequestError("error.lab.row", reason=str(error)) from error
    return Response(await workspace.encode(row), media_type="application/json")


@router.get("/row")
async def get_row(workspace: Named, index: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The raw row that an example was made of; those of the test set are counted first."""
    return Response(await workspace.raw(index), media_type="application/json")


def _tried(workspace: Workspace, content: bytes, name: str) -> Tried:
    with tempfile.TemporaryDirectory(prefix="vitrail-") as folder:
        path = Path(folder) / "sound.wav"
        path.write_bytes(content)
        with zipped.renamed({str(path): name}):
            return workspace.sound(path)


def _fitting(workspace: Workspace, draft: Experiment) -> Experiment:
    """An experiment made to fit data that are others, or read otherwise, than before."""
    now, data = workspace.experiment, draft.data
    if not own.is_own(draft) or data.options == now.data.options:
        return adapting.adapted(now, draft)
    found = own.load(draft, workspace.folder)
    return adapting.adapt(draft, offering.read_otherwise(now.data, data, found), offering.asked_by(found))


def _roles(x: str, y: str) -> dict[str, Json]:
    """Which array is which, as somebody said it: a column by its number."""
    if not x:
        return {}
    if not y:
        return {"x": x}
    return {"x": x, "y": int(y) if re.fullmatch(r"-?\d{1,4}", y, re.ASCII) else y}


def _points(upload: Path) -> dict[str, Json]:
    """Points that were drawn as a table in their place, and the options that read it."""
    try:
        points = msgspec.json.decode(upload.read_bytes(), type=own.Points)
    except msgspec.DecodeError as error:
        raise RequestError("error.lab.points", reason=str(error)) from error
    upload.write_bytes(own.written(points))
    return {"target": "classes", "classes": list(points.class_names)} if points.class_names else {"target": "numbers"}


async def _received(request: Request, folder: Path, name: str) -> Path:
    """What was sent, in a file of a new folder.

    Raises:
        RequestError: it is too large for a file of this name.
    """
    most, size = offering.most_bytes(name), 0
    await run_in_threadpool(folder.mkdir)
    path = folder / "upload"
    with path.open("xb") as stream:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise RequestError("error.lab.upload_large", file=name, most=most)
            stream.write(chunk)
    return path


def _split(options: Mapping[str, Json]) -> dict[str, Json]:
    """How own data are split, which stays when they are others."""
    return {name: options[name] for name in ("train_ratio", "seed") if name in options}


def _changed(before: Experiment, after: Experiment) -> JSONResponse:
    """What was changed beside the data, so that the rest fits them."""
    found = [one for one in differences(before, after) if not one.field.startswith("data.")]
    return JSONResponse([{"field": one.field, "before": plain(one.before), "after": plain(one.after)} for one in found])


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
