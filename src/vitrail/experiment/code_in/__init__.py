"""Reads a Keras program as an experiment. The program is parsed, followed line by line, and never run.

| module | its one idea |
|---|---|
| `guard` | text becomes a tree, within limits of size, depth and statements |
| `names` | what a dotted name stands for, whatever it was imported as |
| `values` | what a variable of the program can hold, as far as a reader can tell |
| `folding` | arithmetic and text that can be worked out without a run |
| `data` | data sets, and what is done to their arrays |
| `objects` | Keras objects and their settings |
| `models` | models: their layers, `compile` and `fit` |
| `scope`, `expressions`, `calls`, `statements` | the program's own way from line to line |
| `assemble` | a trained model becomes the fields of an experiment |
"""

from __future__ import annotations

from typing import Any

from vitrail.experiment.code_in import assemble, guard
from vitrail.experiment.code_in.statements import Reader


def read(text: str, *, model: str | None = None) -> dict[str, Any]:
    """The fields of the experiment that a program describes.

    Args:
        text: the program.
        model: the variable that holds the model, where the program trains several.

    Raises:
        ExperimentError: the text is no Python, is too large, trains no model or several, or a line that the run
            depends on cannot be read.
    """
    reader = Reader()
    reader.follow(guard.parse(text))
    return assemble.fields(assemble.choose(reader.models, model), reader.seed or 0)
