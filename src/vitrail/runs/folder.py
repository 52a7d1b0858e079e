"""The run folder, the one record of a training: written whole or not at all.

```
experiment.toml     what was to be trained, enough to train it again
model.keras         the trained model
history.json        loss and metrics of each epoch, as in Keras' history
preprocessing.json  what makes raw rows the model's inputs, where it learnt from a table
form.json           what makes raw texts, sounds or windows its inputs, where it learnt from some
run.json            format, versions, device, seed, times
```
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter

from vitrail import places
from vitrail._version import __version__
from vitrail.data import Preprocessing
from vitrail.data.sample_form import SampleForm
from vitrail.errors import RunError
from vitrail.experiment import Experiment
from vitrail.models import load_model

if TYPE_CHECKING:
    import keras

    from vitrail.data.tables.raw_rows import Rows
    from vitrail.data.tables.steps import Unknown
    from vitrail.training import Run
    from vitrail.types import Array

FORMAT = 1
PREPROCESSING = "preprocessing.json"
"""Of a run that learnt from a table."""
FORM = "form.json"
"""Of a run that learnt from texts, sounds or a series."""
_histories = TypeAdapter(dict[str, list[float]])


class Device(BaseModel):
    """What a run was trained on."""

    model_config = ConfigDict(frozen=True)

    platform: str
    """JAX's name for it, such as `"cpu"`."""
    kind: str
    machine: str
    """The processor's architecture."""


class Information(BaseModel):
    """What `run.json` tells beside the experiment and the history."""

    model_config = ConfigDict(frozen=True)

    format: int
    saved: dt.datetime
    seed: int
    epochs: int
    seconds: tuple[float, ...]
    """Wall-clock time of each epoch."""
    versions: dict[str, str]
    device: Device


@dataclass(frozen=True, eq=False)
class RowPredictions:
    """What a model says to raw rows."""

    outputs: Array
    """(rows, ...), as the model gives them."""
    class_names: tuple[str, ...]
    """Empty for a regression."""
    unknown: tuple[Unknown, ...]
    """Categories that were not among those learnt from."""

    @property
    def values(self) -> tuple[str, ...] | tuple[float, ...]:
        """The most probable class of each row, or its value."""
        from vitrail.evaluation import predicted_classes

        if self.class_names:
            return tuple(self.class_names[place] for place in predicted_classes(self.outputs))
        return tuple(float(value) for value in self.outputs.reshape(len(self.outputs), -1)[:, 0])


@dataclass(frozen=True)
class SavedRun:
    """A run folder, opened."""

    folder: Path
    experiment: Experiment
    history: dict[str, list[float]]
    information: Information

    def model(self) -> keras.Model:
        """The trained model.

        Raises:
            ModelError: the file is damaged, or would run code that is not Keras' own.
        """
        return load_model(self.folder / "model.keras")

    def preprocessing(self) -> Preprocessing | None:
        """What makes raw rows the model's inputs; none where it did not learn from a table.

        Raises:
            DataError: the file is damaged, or a later version wrote it.
        """
        path = self.folder / PREPROCESSING
        return Preprocessing.read(path) if path.is_file() else None

    def form(self) -> SampleForm | None:
        """What makes raw texts, sounds or windows of a series the model's inputs; none where it learnt from others.

        Raises:
            DataError: the file is damaged, or a later version wrote it.
        """
        path = self.folder / FORM
        return SampleForm.read(path) if path.is_file() else None

    def predict(self, rows: Rows, *, batch_size: int = 1024) -> RowPredictions:
        """What the model says to raw samples: rows as the table had them, texts, sounds, windows of a series.

        Args:
            rows: of a table a list of mappings from column to value, a mapping from column to values, or a table of
                polars or pandas; numbers and times may be texts. Of anything else what `SampleForm.apply` takes.
            batch_size: rows per compiled step.

        Raises:
            RunError: it learnt from nothing of the kind.
            DataError: a column is missing or unknown, or a value cannot be read.
            ModelError: the model's file is damaged.
        """
        from vitrail.evaluation import predict

        kept = self.preprocessing()
        form = self.form()
        if kept is not None:
            (x, unknown), class_names = kept.encode(rows), kept.target.class_names
        elif form is not None:
            x, unknown, class_names = form.apply(rows), (), form.class_names
        else:
            raise RunError("error.run.no_table", path=str(self.folder))
        outputs = predict(self.model(), self.experiment.inputs_of(x), batch_size=batch_size)
        return RowPredictions(outputs, class_names, unknown)


def runs_folder() -> Path:
    """Where runs are kept when nobody says where."""
    return places.runs()


def new_folder(experiment: Experiment) -> Path:
    """A folder that does not exist yet, named for the time and the data set."""
    stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{stamp}-{Path(experiment.data.name).absolute().name}"
    taken = {path.name.partition(".")[0] for path in runs_folder().glob(f"{name}*")}
    candidates = (f"{name}{suffix}" for suffix in ("", *(f"-{count}" for count in range(2, 1000))))
    return runs_folder() / next(candidate for candidate in candidates if candidate not in taken)


def save(run: Run, experiment: Experiment, folder: str | Path | None = None) -> Path:
    """Keep a training.

    Args:
        run: what was trained.
        experiment: what it followed.
        folder: the folder to make; a new one named for the time and the data set in `runs_folder()` by default.

    Returns:
        The folder.

    Raises:
        RunError: the folder exists already, or cannot be written.
    """
    final = Path(folder) if folder else new_folder(experiment)
    if final.exists():
        raise RunError("error.run.exists", path=str(final))
    unfinished: Path | None = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
        (unfinished / "experiment.toml").write_text(experiment.to_toml(), encoding="utf-8")
        (unfinished / "history.json").write_text(json.dumps(run.history, indent=1), encoding="utf-8")
        (unfinished / "run.json").write_text(_information(run, experiment).model_dump_json(indent=1), encoding="utf-8")
        if run.preprocessing is not None:
            (unfinished / PREPROCESSING).write_text(run.preprocessing.to_json(), encoding="utf-8")
        if run.form is not None:
            (unfinished / FORM).write_text(run.form.to_json(), encoding="utf-8")
        run.model.save(unfinished / "model.keras")
        unfinished.chmod(0o755)
        unfinished.rename(final)
    except OSError as error:
        raise RunError("error.run.write", path=str(final), reason=error.strerror or str(error)) from error
    finally:
        if unfinished is not None and unfinished.exists():
            shutil.rmtree(unfinished)
    return final


def open_run(folder: str | Path) -> SavedRun:
    """Open a run folder.

    Raises:
        RunError: this is no run folder, a part of it is missing or damaged, or a later version wrote it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError("error.run.missing", path=str(folder))
    try:
        information = (folder / "run.json").read_text(encoding="utf-8")
        history = _histories.validate_json((folder / "history.json").read_bytes())
        _check_format(folder, json.loads(information))
        experiment = Experiment.read(folder / "experiment.toml")
        return SavedRun(folder, experiment, history, Information.model_validate_json(information))
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError("error.run.folder", path=str(folder), reason=reason) from error
    except ValueError as error:  # what is wrong with a field, an experiment or JSON is a ValueError
        raise RunError("error.run.folder", path=str(folder), reason=str(error).splitlines()[0]) from error


def _check_format(folder: Path, information: object) -> None:
    got = information.get("format") if isinstance(information, dict) else None
    if got is not None and got != FORMAT:
        raise RunError("error.run.format", path=str(folder), got=str(got), known=FORMAT)


def _information(run: Run, experiment: Experiment) -> Information:
    import jax

    versions = {name: importlib.metadata.version(name) for name in ("keras", "jax", "numpy")}
    return Information(
        format=FORMAT,
        saved=dt.datetime.now(tz=dt.UTC).replace(microsecond=0),
        seed=experiment.seed,
        epochs=len(run.epochs),
        seconds=tuple(record.seconds for record in run.epochs),
        versions={"vitrail": __version__, "python": platform.python_version(), **versions},
        device=Device(platform=jax.default_backend(), kind=jax.devices()[0].device_kind, machine=platform.machine()),
    )
