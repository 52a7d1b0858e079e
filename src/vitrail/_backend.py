"""Chooses JAX as the backend of Keras before Keras is imported, and says clearly when that cannot be."""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

from vitrail import places
from vitrail.errors import BackendError, UnavailableError

BACKEND = "jax"

_WRITTEN_BY_KERAS = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}
"""What Keras writes into `keras.json` by itself, whatever its backend: nobody's choice, so no conflict."""


def select() -> None:
    """Make Keras run on JAX.

    Raises:
        BackendError: Keras is already imported on another backend, or `KERAS_BACKEND` names another one.

    Warns:
        UserWarning: somebody chose another backend in `keras.json`; JAX wins in this process.
    """
    keras = sys.modules.get("keras")
    if keras is not None:
        _check_imported(keras.config.backend())
        return
    conflict = _environment_conflict()
    if conflict is not None:
        raise conflict
    if not os.environ.get("KERAS_BACKEND"):
        _warn_of_settings()
        os.environ["KERAS_BACKEND"] = BACKEND


def problem() -> BackendError | None:
    """What stands against JAX in this process; none when nothing does."""
    return _environment_conflict() if os.environ.get("KERAS_BACKEND") else _settings_conflict()


def devices() -> list[str]:
    """What JAX computes on here, such as `"cpu"`.

    Raises:
        UnavailableError: JAX cannot use what `JAX_PLATFORMS` asks for.
    """
    import jax

    try:
        return [device.device_kind for device in jax.devices()]
    except RuntimeError as error:
        raise UnavailableError("error.backend.devices", reason=str(error).splitlines()[0]) from error


def started_as_command() -> bool:
    """Whether this process is the command `vitrail` itself, which calls `select` once it can report an error."""
    return Path(sys.argv[0]).stem == "vitrail" or sys.orig_argv[1:3] == ["-m", "vitrail"] if sys.argv else False


def _check_imported(backend: str) -> None:
    if backend != BACKEND:
        raise BackendError("error.backend.imported", backend=backend)


def _environment_conflict() -> BackendError | None:
    chosen = os.environ.get("KERAS_BACKEND")
    return BackendError("error.backend.environment", backend=chosen) if chosen and chosen != BACKEND else None


def _warn_of_settings() -> None:
    conflict = _settings_conflict()
    if conflict is not None:
        warnings.warn(str(conflict), stacklevel=4)


def _settings_conflict() -> BackendError | None:
    settings = places.keras() / "keras.json"
    try:
        written = json.loads(settings.read_text(encoding="utf-8"))
        backend = written.get("backend", BACKEND)
    except (OSError, ValueError, AttributeError):
        return None  # no settings, or settings that Keras itself will complain about
    if backend == BACKEND or written == _WRITTEN_BY_KERAS:
        return None
    return BackendError("error.backend.settings", backend=backend, path=str(settings))
