"""Where Vitrail keeps things on this machine, each place named once.

| place | what | environment variable |
|---|---|---|
| `datasets` | downloaded data sets | |
| `pictures` | folders of pictures, decoded, so that they are decoded once | `VITRAIL_PICTURES` |
| `tables` | tables larger than memory, encoded, so that they are encoded once | `VITRAIL_TABLES` |
| `programs` | compiled programs, so that a new process need not compile again | `VITRAIL_COMPILATION_CACHE` |
| `runs` | kept trainings | |
| `workspaces` | what the lab saves of its workspaces | `VITRAIL_WORKSPACES` |
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAMS_VARIABLE = "VITRAIL_COMPILATION_CACHE"
PICTURES_VARIABLE = "VITRAIL_PICTURES"
TABLES_VARIABLE = "VITRAIL_TABLES"
WORKSPACES_VARIABLE = "VITRAIL_WORKSPACES"


def datasets() -> Path:
    """Downloaded data sets; may be deleted at any time."""
    return _cache() / "datasets"


def pictures() -> Path | None:
    """Decoded pictures; may be deleted at any time. None where the environment turns them off."""
    return _cache_unless_off("pictures", PICTURES_VARIABLE)


def tables() -> Path:
    """Tables larger than memory, encoded; may be deleted at any time."""
    chosen = os.environ.get(TABLES_VARIABLE)
    return Path(chosen) if chosen else _cache() / "tables"


def programs() -> Path | None:
    """Compiled programs; may be deleted at any time. None where the environment turns them off."""
    return _cache_unless_off("programs", PROGRAMS_VARIABLE)


def runs() -> Path:
    """Trainings that are kept when nobody says where."""
    from platformdirs import user_data_path

    return user_data_path("vitrail") / "runs"


def workspaces() -> Path:
    """What the lab saves of its workspaces, a folder for each."""
    chosen = os.environ.get(WORKSPACES_VARIABLE)
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("vitrail") / "workspaces"


def keras() -> Path:
    """Keras' own folder of settings and data sets, which Vitrail reads."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


def caches() -> Mapping[str, Path]:
    """What may be deleted at any time, by name."""
    found = {"datasets": datasets(), "pictures": pictures(), "programs": programs(), "tables": tables()}
    return {name: path for name, path in found.items() if path is not None}


def kept() -> Mapping[str, Path]:
    """What a person made here and nobody can make again, by name."""
    return {"runs": runs(), "workspaces": workspaces()}


def size(place: Path) -> int:
    """How many bytes a file, or the files below a folder, take; 0 where there is none.

    Examples:
        >>> size(Path("no such folder"))
        0
    """
    files = [place] if place.is_file() else place.rglob("*")
    return sum(path.lstat().st_size for path in files if path.is_file() or path.is_symlink())


def _cache_unless_off(name: str, variable: str) -> Path | None:
    chosen = os.environ.get(variable)
    if chosen == "off":
        return None
    return Path(chosen) if chosen else _cache() / name


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("vitrail")
