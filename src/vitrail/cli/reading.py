"""What a command is given (a file, a name of the catalogue, a run folder), opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.data import load_dataset
from vitrail.experiment import catalogue, open_any
from vitrail.runs import SavedRun, open_run

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.types import Array


def read_experiment(what: Path) -> Experiment:
    """The experiment in a file (TOML, JSON, or a Keras program, which is parsed), or the catalogue's of this name.

    Raises:
        VitrailError: neither can be opened.
    """
    if is_name(what) and not what.exists():
        return catalogue.named(str(what))
    return open_any(what)


def is_name(what: Path) -> bool:
    """Whether something typed looks like a name rather than a file: no folder, no suffix.

    Examples:
        >>> from pathlib import Path
        >>> is_name(Path("iris_mlp")), is_name(Path("iris.toml")), is_name(Path("runs/1"))
        (True, False, False)
    """
    return len(what.parts) == 1 and not what.suffix


def run_with_data(folder: Path) -> tuple[SavedRun, Dataset]:
    """A kept run, and the data it was trained on.

    Raises:
        VitrailError: one of them cannot be opened.
    """
    run = open_run(folder)
    return run, data_of(run)


def data_of(run: SavedRun) -> Dataset:
    """The data that a kept run was trained on.

    Raises:
        VitrailError: they cannot be had.
    """
    data = run.experiment.data
    return load_dataset(data.name, **dict(data.options))


def scaled(x: Array, scale: float) -> Array:
    """Inputs as the model gets them."""
    return x / scale if scale != 1 else x
