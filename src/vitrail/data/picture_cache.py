"""Decoded pictures on disk: made once, announced before, mapped into memory.

```
pictures/
  <key>/          one folder of pictures in one form and order; the key is made of all that it depends on
    x.npy         (samples, height, width) or (samples, height, width, 3) uint8
    changes.json  how many pictures were resized, made grey or given colours
```
"""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING

import numpy as np

from vitrail import places
from vitrail.data import disk_cache
from vitrail.data.decoding import Changes, decode_into
from vitrail.locale import decimal, language_of_environment, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.types import Array


def cached(place: Path, key: str, files: Sequence[Path], shape: tuple[int, ...]) -> tuple[Array, Changes]:
    """Pictures out of the cache; decoded into it where they are not there yet.

    Args:
        place: the cache.
        key: stands for the files as they are now, and for the form and order of the samples.
        files: one for each sample.
        shape: of a sample.

    Returns:
        The samples, mapped and not read: the system reads what is used, and takes the memory back when it needs some;
        and how many pictures did not have their form.

    Raises:
        DataError: a file is no whole picture. Nothing was kept.
        UnavailableError: there is no room for them, or the cache cannot be written.
    """
    cache = disk_cache.Cache(place, places.PICTURES_VARIABLE)

    def make(folder: Path) -> None:
        size = len(files) * math.prod(shape)
        cache.make_room(size)
        _decode(folder, files, shape, _announcement(len(files), shape, size, place / key))

    return cache.kept(key, opened=_opened, make=make)


def _opened(folder: Path) -> tuple[Array, Changes]:
    changes = Changes(**json.loads((folder / "changes.json").read_bytes()))
    return np.load(folder / "x.npy", mmap_mode="r"), changes


def _decode(folder: Path, files: Sequence[Path], shape: tuple[int, ...], announcement: str) -> None:
    disk_cache.new_array(folder / "x.npy", (len(files), *shape), np.uint8)
    with disk_cache.announced(announcement, len(files)) as told:
        changes = decode_into(folder / "x.npy", files, os.cpu_count() or 1, told)
    (folder / "changes.json").write_text(json.dumps(changes._asdict()), encoding="ascii")


def _announcement(count: int, shape: tuple[int, ...], size: int, folder: Path) -> str:
    language = language_of_environment()
    megabytes = decimal(f"{size / 1e6:.1f}", language)
    form = " x ".join(map(str, shape))
    return text("data.pictures.caching", language, count=count, shape=form, megabytes=megabytes, path=str(folder))
