"""`vitrail predict --text`, a sound, or the end of a series: raw samples that a kept run's form makes its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail.cli.outputs import output_table
from vitrail.cli.words import console
from vitrail.data.scaling import Scaling
from vitrail.data.sound_form import SoundForm
from vitrail.data.tables import kinds, reading
from vitrail.data.vocabulary import Vocabulary
from vitrail.errors import DataError, RunError

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data.sample_form import SampleForm
    from vitrail.runs import SavedRun
    from vitrail.types import Array, Language


def predict(run: SavedRun, *, text: str | None, sound: Path | None, series: Path | None, language: Language) -> bool:
    """Print what a kept run's model says to one raw sample. Gives whether the run takes a sample of that kind.

    Args:
        run: that is asked.
        text: of a run on texts.
        sound: a WAV file, of a run on sounds.
        series: a table with the columns of the series, of a run on one; its last rows are the window.
        language: of what is printed.

    Raises:
        VitrailError: the run takes no texts, or the sample does not fit it.
    """
    form = run.form()
    raw: Any
    if form is not None and text is not None and isinstance(form.fitted, Vocabulary):
        raw = text
    elif form is not None and sound is not None and isinstance(form.fitted, SoundForm):
        raw = sound
    elif form is not None and series is not None and isinstance(form.fitted, Scaling):
        raw = _window(series, form, form.fitted)
    elif text is not None:
        raise RunError("error.run.no_texts", path=str(run.folder))
    elif sound is not None:
        raise RunError("error.run.no_sounds", path=str(run.folder))
    else:
        return False
    said = run.predict(raw)
    console().print(output_table(said.outputs[0].ravel(), said.class_names, language))
    return True


def _window(path: Path, form: SampleForm, scaling: Scaling) -> Array:
    """The last rows of a table, as many as a window has."""
    frame = kinds.typed(reading.read(path, least=1), path.name)
    missing = [name for name in scaling.names if name not in frame.names or frame[name].kind != "number"]
    if missing:
        raise DataError(
            "error.data.series_column", file=path.name, column=missing[0], known=", ".join(frame.names)[:200]
        )
    rows = np.column_stack([frame[name].values for name in scaling.names])
    window = form.shape[0]
    if len(rows) < window:
        raise DataError("error.predict.window", rows=len(rows), window=window)
    return rows[-window:]
