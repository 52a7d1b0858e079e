"""Turns what is wrong with a file into one clear error that names the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.errors import ExperimentError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import ValidationError

MAX_BYTES = 1_000_000
"""The longest file that is read."""

_KEYS = {
    "missing": "error.experiment.missing",
    "extra_forbidden": "error.experiment.unknown_field",
}


def check_format(values: Any, known: int) -> None:  # noqa: ANN401 - whatever a file held
    """Refuse what is no experiment at all, or one of a later format.

    Raises:
        ExperimentError: not a table, no `format`, or another one than this version reads.
    """
    if not isinstance(values, dict):
        raise ExperimentError("error.experiment.no_table", field="", got=type(values).__name__)
    if "format" not in values:
        raise ExperimentError("error.experiment.no_format", field="format", known=known)
    if values["format"] != known or isinstance(values["format"], bool):
        raise ExperimentError("error.experiment.format", field="format", got=str(values["format"]), known=known)


def read_text(path: Path) -> str:
    """What a file of at most `MAX_BYTES` holds.

    Raises:
        ExperimentError: it cannot be read, or is longer.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ExperimentError("error.experiment.long", field="", path=str(path), limit=MAX_BYTES)
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ExperimentError("error.experiment.file", field="", path=str(path), reason=reason) from error


def first_error(error: ValidationError) -> ExperimentError:
    """The first thing that pydantic found, as an error of ours."""
    errors = error.errors(include_url=False)
    found = errors[0]
    if isinstance(found["input"], dict):  # a table where a name would also do: say what is wrong with the table
        found = next((other for other in errors if "ObjectSpec" in other["loc"]), found)
    field = ".".join(str(part) for part in found["loc"] if part not in {"str", "ObjectSpec"}) or "experiment"
    key = _KEYS.get(found["type"])
    if key:
        return ExperimentError(key, field=field)
    return ExperimentError("error.experiment.value", field=field, reason=found["msg"], got=_short(found["input"]))


def _short(value: Any) -> str:  # noqa: ANN401 - whatever a file held
    shown = repr(value)
    limit = 60
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
