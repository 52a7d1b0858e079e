"""The addresses that give and take files: the experiment, the model, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from vitrail.data import csv_file
from vitrail.errors import ExperimentError, RequestError
from vitrail.experiment import DataSpec, Experiment, adapting
from vitrail.experiment.catalogue import named
from vitrail.experiment.differences import differences, plain
from vitrail.lab import offering, own, pictures
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
async def put_data(workspace: Named, request: Request, name: str = own.NAME) -> Response:
    """Train on own data: a table's file, or points as JSON. The network is made to fit; the answer is what was changed.

    Args:
        workspace: whose.
        request: the file.
        name: of the file, which says what kind of table it is.
    """
    content = await _body(request, csv_file.MOST_BYTES, "error.lab.too_large")
    options: dict[str, Json] = {}
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            points = msgspec.json.decode(content, type=own.Points)
        except msgspec.DecodeError as error:
            raise RequestError("error.lab.points", reason=str(error)) from error
        content = await run_in_threadpool(own.written, points)
        options = {"target": "numbers"}
        if points.class_names:
            options = {"target": "classes", "classes": list(points.class_names)}
    now = workspace.experiment
    split = _split(now.data.options) if own.is_own(now) else {}
    offer = await run_in_threadpool(offering.offered, content, name[:60], {**split, **options})
    features = adapting.kept_features(now.data, offer.asked)
    spec = DataSpec(name=own.NAME, options=offer.options, features=features)
    if own.is_own(now):
        spec = now.data.model_copy(update={"options": freeze(offer.options), "features": features})
    fitting = adapting.adapt(now, spec, offer.asked)
    await workspace.replace(
        fitting, carry=True, data=offer.content, says=Edit(key="lab.edit.own_data", arguments={"rows": offer.rows})
    )
    return _changed(now, fitting)


@router.get("/data")
async def get_data(workspace: Named) -> Response:
    """The workspace's own data, as the file that its program reads."""
    path = workspace.folder / own.NAME
    if not path.is_file():
        raise RequestError("error.lab.no_own_data", name=own.NAME)
    content = await run_in_threadpool(path.read_bytes)  # at once: other data may take its place while it is sent
    headers = {"content-disposition": f'attachment; filename="{own.NAME}"'}
    return Response(content, media_type="text/csv", headers=headers)


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


def _fitting(workspace: Workspace, draft: Experiment) -> Experiment:
    """An experiment made to fit data that are others, or read otherwise, than before."""
    now, data = workspace.experiment, draft.data
    if not own.is_own(draft) or data.options == now.data.options:
        return adapting.adapted(now, draft)
    asked = offering.asked_by(own.load(draft, workspace.folder))
    features = adapting.kept_features(data, asked)
    return adapting.adapt(draft, data.model_copy(update={"features": features}), asked)


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
