"""What somebody gives becomes a workspace's own data: one file, and what it asks of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.data import csv_file, idx_files, loaders, zipped
from vitrail.data.images import WHITE
from vitrail.data.sound_form import SoundForm
from vitrail.data.tables import kinds, reading, roles, writing
from vitrail.data.whole_file import WholeFile
from vitrail.errors import DataError
from vitrail.experiment import DataSpec, adapting
from vitrail.lab import hearing, offering_arrays, own
from vitrail.models import freeze
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.data import Dataset
    from vitrail.models import Json

_DECIBELS = 100.0
"""From silence to as loud as can be."""
_PICTURE_RANK = 2


class Offer(NamedTuple):
    """Data as a workspace keeps them."""

    file: Path
    """Named as own data are."""
    options: dict[str, Json]
    """Which the experiment needs to read it as it was meant."""
    asked: adapting.Asked
    samples: int
    own_targets: bool
    """Whether each sample is its own target."""


def most_bytes(name: str) -> int:
    """How large a file of this name may be."""
    return csv_file.MOST_BYTES if _is_table(name) else own_limits.FILE_BYTES


def offered(upload: Path, name: str, options: Mapping[str, Json], folder: Path) -> Offer:
    """Look at a file that somebody gives.

    Args:
        upload: the file.
        name: what it is called, which says what kind it is; a CSV file where it says nothing.
        options: of the data set.
        folder: where the file to keep is made.

    Raises:
        DataError: it cannot be read, is too large, or the options do not fit it; or nobody can tell which of its arrays
            is which.
    """
    with zipped.renamed({str(upload): name, f"{folder}/": ""}):
        if loaders.is_single(name):
            raise DataError("error.lab.one_sample", file=name)
        if _is_table(name):
            return _table(upload.read_bytes(), name, options, folder)
        if name.lower().endswith(zipped.SUFFIX) and not offering_arrays.are_inside(upload):
            file = folder / own.ZIP
            upload.replace(file)
            with zipped.renamed({str(file): name}):
                told = hearing.usual(file, options) if zipped.of(file) is zipped.recordings else dict(options)
        else:
            file = folder / own.ARRAYS
            told = offering_arrays.kept(upload, name, options, file)
        with zipped.renamed({file.name: name}):
            return _offer(file, told, own.read(file, told))


def spec(now: DataSpec, offer: Offer) -> DataSpec:
    """What an experiment says of data that it is offered; of another table what it said of the one before."""
    features = adapting.kept_features(now, offer.asked)
    if now.name == offer.file.name == own.TABLE:
        return now.model_copy(update={"options": freeze(offer.options), "features": features})
    return DataSpec(
        name=offer.file.name,
        options=offer.options,
        scale=offer.asked.scale,
        features=features,
        target="inputs" if offer.own_targets else "labels",
    )


def read_otherwise(before: DataSpec, after: DataSpec, data: Dataset) -> DataSpec:
    """What an experiment says of own data that it reads otherwise than before.

    Args:
        before: as it was.
        after: with other options.
        data: as these read them.
    """
    asked = asked_by(data)
    changes: dict[str, object] = {"features": adapting.kept_features(after, asked)}
    if _are_own(data):
        changes["target"] = "inputs"
    elif before.options.get("y") != after.options.get("y"):
        changes["target"] = "labels"
    if any(before.options.get(name) != after.options.get(name) for name in ("x", "form")):
        changes["scale"] = asked.scale
    return after.model_copy(update=changes)


def asked_by(data: Dataset) -> adapting.Asked:
    """What own data ask of a network."""
    scale = 1.0
    if data.x_train.dtype == np.uint8 and len(data.sample_shape) >= _PICTURE_RANK:
        scale = WHITE
    elif isinstance(data.fitted, SoundForm) and data.fitted.form == "spectrogram":
        scale = _DECIBELS
    return adapting.Asked(
        data.sample_shape,
        data.task,
        len(data.class_names),
        scale=scale,
        words=len(data.vocabulary),
        outputs=1 if data.class_names else data.y_train[0].size,
    )


def _offer(file: Path, options: dict[str, Json], data: Dataset) -> Offer:
    samples = data.table.record.rows if data.table else len(data.x_train) + len(data.x_test)
    return Offer(file, options, asked_by(data), samples, _are_own(data))


def _are_own(data: Dataset) -> bool:
    return isinstance(data.source, WholeFile) and data.source.targets == "own"


def _is_table(name: str) -> bool:
    return not (name.lower().endswith((*loaders.ARRAYS, zipped.SUFFIX)) or idx_files.is_idx(name))


def _table(content: bytes, name: str, options: Mapping[str, Json], folder: Path) -> Offer:
    roles_told: dict[str, Json] = {}
    if reading.SUFFIXES.get(Path(name).suffix.lower(), "csv") != "csv":
        content, roles_told = _rewritten(content, name)
    told: dict[str, Json] = {**options, **({"roles": roles_told} if roles_told else {})}
    file = folder / own.TABLE
    file.write_bytes(content)
    data = own.read(file, told)
    if data.table and not csv_file.names_columns(content):
        file.write_bytes(writing.to_csv(data.table.frame))  # so that roles can be given by names
    return _offer(file, told, data)


def _rewritten(content: bytes, name: str) -> tuple[bytes, dict[str, Json]]:
    """A table of another kind as CSV, and the roles of columns that would be taken for something else there."""
    raw = reading.parse(content, name)
    if len(raw.lines) > csv_file.MOST_ROWS:
        raise DataError("error.data.csv_rows", rows=len(raw.lines), most=csv_file.MOST_ROWS)
    frame = kinds.typed(raw, name)
    written = writing.to_csv(frame)
    again = kinds.typed(reading.parse(written, own.TABLE), own.TABLE)
    pairs = zip(roles.guess(frame), roles.guess(again), strict=True)
    return written, {before.name: before.role for before, after in pairs if before.role != after.role}
