"""Opens saved Keras models, running none of their author's code."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from vitrail.errors import ModelError

if TYPE_CHECKING:
    import keras


def load_model(path: str | Path) -> keras.Model:
    """Open a `.keras` file.

    Args:
        path: of the file.

    Returns:
        The model, compiled as it was saved.

    Raises:
        ModelError: there is no such file, it is no Keras archive, or opening it would run code that is not Keras' own,
            such as that of a `Lambda` layer.
    """
    import keras

    path = Path(path)
    if not path.is_file():
        raise ModelError("error.model.no_file", path=str(path))
    if not zipfile.is_zipfile(path):
        raise ModelError("error.model.no_archive", path=str(path))
    try:
        model = keras.saving.load_model(path, safe_mode=True)
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        key = "error.model.lambda" if "Lambda" in reason or "lambda" in reason else "error.model.unreadable"
        raise ModelError(key, path=str(path), reason=reason) from error
    if not isinstance(model, keras.Model):
        raise ModelError("error.model.unreadable", path=str(path), reason=type(model).__name__)
    return model
