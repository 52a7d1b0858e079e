"""`vitrail code`: a Keras program becomes an experiment, an experiment a Keras program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vitrail.errors import ExperimentError
from vitrail.experiment import open_any

if TYPE_CHECKING:
    from pathlib import Path


def code(path: Path, *, model: str | None, out: Path | None) -> None:
    """Print the other form of a file, or write it.

    Args:
        path: a Keras program (.py), or an experiment.
        model: the variable that holds the model, where a program trains several.
        out: file to write instead of the terminal.

    Raises:
        ExperimentError: the file cannot be read as what its name says, or the other one cannot be written.
    """
    is_program = path.suffix == ".py"
    if model is not None and not is_program:
        raise ExperimentError("cli.code.both", field="model", option="--model", path=str(path))
    experiment = open_any(path, model=model)
    text = experiment.to_toml() if is_program else experiment.to_code()
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise ExperimentError("error.experiment.exists", field="", path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExperimentError("error.experiment.write", field="", path=str(path), reason=reason) from error
