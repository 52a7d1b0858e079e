"""Opens whatever a person keeps an experiment in."""

from __future__ import annotations

from pathlib import Path

from vitrail.experiment import reading
from vitrail.experiment.description import Experiment


def open_any(path: str | Path, *, model: str | None = None) -> Experiment:
    """Open a Keras program (`.py`), which is parsed and never run, or a file that holds an experiment.

    Args:
        path: of the file; what its name ends in says how it is read, TOML where that says nothing.
        model: the variable that holds the model, where a program trains several.

    Raises:
        ExperimentError: the file cannot be read, or what it says is wrong.
    """
    path = Path(path)
    if path.suffix == ".py":
        return Experiment.from_code(reading.read_text(path), model=model)
    return Experiment.read(path)
