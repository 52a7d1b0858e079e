"""The addresses that give and take files: the experiment, the model, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from vitrail.data import csv_file
from vitrail.errors import ExperimentError, RequestError
from vitrail.experiment import DataSpec, Experiment, adapting
from vitrail.experiment.catalogue import named
from vitrail.experiment.differences import differences, plain
from vitrail.lab import own, pictures
from vitrail.lab.workspace import Workspace
from vitrail.models import Json, freeze
from vitrail.wire.catalogue import catalogue
from vitrail.wire.messages import Edit

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
    fitting = adapting.adapted(workspace.experiment, experiment)
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
async def put_data(workspace: Named, request: Request) -> Response:
    """Train on own data: a CSV file, or points as JSON. The network is made to fit; the answer is what was changed."""
    content = await _body(request, csv_file.MOST_BYTES, "error.lab.too_large")
    target, classes = "auto", ()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            points = msgspec.json.decode(content, type=own.Points)
        except msgspec.DecodeError as error:
            raise RequestError("error.lab.points", reason=str(error)) from error
        content = await run_in_threadpool(own.written, points)
        target, classes = ("classes", tuple(points.class_names)) if points.class_names else ("numbers", ())
    asked, rows = await run_in_threadpool(_asked, content, target, classes)
    now = workspace.experiment
    said: dict[str, Json] = {"target": target, "classes": list(classes)}
    options = {name: value for name, value in said.items() if value not in ("auto", [])}
    features = adapting.kept_features(now.data, asked)
    spec = DataSpec(name=own.NAME, options=options, features=features)
    if now.data.name == own.NAME:
        options = freeze({**_split(now.data.options), **options})
        spec = now.data.model_copy(update={"options": options, "features": features})
    fitting = adapting.adapt(now, spec, asked)
    await workspace.replace(
        fitting, carry=True, data=content, says=Edit(key="lab.edit.own_data", arguments={"rows": rows})
    )
    return _changed(now, fitting)


@router.get("/data")
async def get_data(workspace: Named) -> FileResponse:
    """The workspace's own data, as the file that its program reads."""
    path = workspace.folder / own.NAME
    if not path.is_file():
        raise RequestError("error.lab.no_own_data", name=own.NAME)
    return FileResponse(path, media_type="text/csv", filename=own.NAME)


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


def _asked(content: bytes, target: csv_file.Target, classes: tuple[str, ...]) -> tuple[adapting.Asked, int]:
    """What own data ask of a network, and how many rows they are."""
    table = csv_file.read(content)
    data = csv_file.dataset(own.NAME, table, target=target, classes=classes)
    return adapting.Asked(data.sample_shape, data.task, len(data.class_names)), len(table.last)


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
