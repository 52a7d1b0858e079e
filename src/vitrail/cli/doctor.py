"""`vitrail doctor`: versions, devices, places and their sizes; what is wrong, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import Requirement

from vitrail import _backend, places
from vitrail._version import __version__
from vitrail.cli.words import aligned, console
from vitrail.errors import UnavailableError, VitrailError
from vitrail.lab import page
from vitrail.locale import text
from vitrail.locale.numbers import file_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vitrail.types import Language

_SHOWN = ("keras", "jax", "numpy", "scikit-learn")
"""Packages whose versions are printed; all that Vitrail needs are checked."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    """A package, or the key of a text."""
    value: str
    wrong: VitrailError | None = None

    def row(self, language: Language) -> tuple[str, str, str]:
        """Whether it is well, its name and its value."""
        mark = text("cli.doctor.wrong" if self.wrong else "cli.doctor.well", language)
        return mark, text(self.name, language) if self.name.startswith("cli.") else self.name, self.value


def doctor(language: Language) -> bool:
    """Print what was found.

    Returns:
        Whether all is well.
    """
    findings = [*_versions(), _devices(), *_places(language), _page()]
    out = console()
    out.print(aligned([found.row(language) for found in findings]))
    wrong = [found.wrong for found in findings if found.wrong]
    for error in wrong:
        out.print(f"- {error.render(language)}")
    out.print(text("cli.doctor.mend" if wrong else "cli.doctor.healthy", language, count=len(wrong)))
    return not wrong


def _needed() -> dict[str, Requirement]:
    """What Vitrail needs, by name."""
    requirements = [Requirement(line) for line in importlib.metadata.requires("vitrail") or ()]
    return {needed.name: needed for needed in requirements if needed.marker is None or needed.marker.evaluate()}


def _versions() -> Iterator[Finding]:
    yield Finding("vitrail", __version__)
    yield Finding("python", platform.python_version())
    for name, needed in _needed().items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong = UnavailableError("error.doctor.missing", name=name, needed=str(needed.specifier))
            yield Finding(name, "-", wrong)
            continue
        if not needed.specifier.contains(version, prereleases=True):
            yield Finding(
                name,
                version,
                UnavailableError("error.doctor.version", name=name, version=version, needed=str(needed.specifier)),
            )
        elif name in _SHOWN:
            yield Finding(name, version)


def _devices() -> Finding:
    """What JAX computes on, where Keras may run on it."""
    conflict = _backend.problem()
    if conflict:
        return Finding("cli.doctor.devices", "-", conflict)
    try:
        return Finding("cli.doctor.devices", ", ".join(_backend.devices()))
    except VitrailError as error:
        return Finding("cli.doctor.devices", "-", error)


def _places(language: Language) -> Iterator[Finding]:
    for name, path in {**places.caches(), **places.kept()}.items():
        wrong = None if _writable(path) else UnavailableError("error.doctor.unwritable", path=str(path))
        yield Finding(f"cli.place.{name}", f"{path} ({file_size(places.size(path), language)})", wrong)


def _writable(path: Path) -> bool:
    """Whether files can be made there, or in the nearest folder above it that exists."""
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _page() -> Finding:
    """The lab's page, which a clone has to build first."""
    try:
        page.entry(page.STATIC, "en")
    except VitrailError as error:
        return Finding("cli.doctor.page", "-", error)
    return Finding("cli.doctor.page", str(page.STATIC))
