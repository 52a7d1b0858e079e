"""A folder of pictures by class: all brought to one size and to grey or colours, and said so."""

from __future__ import annotations

import hashlib
import math
import os
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail import locale, places
from vitrail.data import class_folders, decoding, options, picture_cache
from vitrail.data.dataset import Dataset
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.class_folders import Cut
    from vitrail.data.decoding import Changes
    from vitrail.types import Array, Axis, Language

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm"},
)
"""What the names of pictures end in."""
CACHED_FROM = 2_000
"""Pictures from which on they are decoded into the cache, and by several processes."""
COLOUR_NAMES = ("red", "green", "blue")

_GREY, _COLOURS = 1, 3
_LOOKED_AT = 50
"""Pictures whose size is looked at where nobody says which size samples are to have."""
_KEPT_SIDE = 128
_USUAL_SIDE = 64
"""Pictures of one size keep it up to the former; the longer side of others becomes the latter."""
_FORMAT = 1
"""Of what the cache holds: another number for another way to decode."""


class Bounds(NamedTuple):
    """What pictures may have together that somebody sent."""

    pixels: int
    """As they are in their files."""
    values: int
    """Of all samples."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where each sample of a folder comes from, and what was done to all of them."""

    folder: Path
    train: tuple[Path, ...]
    """The file of each training sample."""
    test: tuple[Path, ...]
    changes: Changes
    """How many were resized, made grey, or given colours."""
    passed_over: int
    """Files that are no pictures by their name."""
    shape: tuple[int, ...]
    """Of a sample."""
    given: bool = False
    """Whether there were `train/` and `test/`."""

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from, and what was done to it."""
        shape = " x ".join(map(str, self.shape))
        done = self.changes._asdict()
        return locale.text(
            "data.pictures.provenance", language, name=name, shape=shape, passed_over=self.passed_over, **done
        )


def load(
    path: Path,
    *,
    size: int | Sequence[int] | None = None,
    channels: int | None = None,
    classes: Sequence[str] = (),
    split: Cut = "stratified",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load a folder that has a folder of pictures for each class, or `train/` and `test/` with such folders.

    Many pictures are decoded once, into a cache on disk whose size is announced before, and mapped into memory from
    then on; `vitrail clean pictures` deletes it.

    Args:
        path: the folder.
        size: height and width of a sample in pixels, or one number for both. When left out, that of the pictures where
            they share one of at most 128 pixels; otherwise their median, made smaller until no side has more than 64.
        channels: 1 for grey, 3 for colours; grey when left out and no picture that is looked at has colours.
        classes: the names of the classes in their order; as they are sorted when left out.
        split: `"stratified"`, each class by itself, or `"random"`; what `train/` and `test/` hold is kept as it is.
        train_ratio: the share to train on.
        seed: of the order in which pictures are taken.

    Returns:
        x: (samples, height, width), with channels where there are three, uint8 from 0 to 255; y: (samples,) int64.
        `source` holds the file of each sample, as `Pictures`.

    Raises:
        DataError: no such folder, nothing in it, fewer than two classes, a class with a single picture, a picture that
            is damaged or too large (the file is named), or a wrong option.
        UnavailableError: there is no room for the cache.
    """
    return read(
        path,
        None,
        size=size,
        channels=channels,
        classes=classes,
        split=split,
        train_ratio=train_ratio,
        seed=seed,
    )


def read(
    path: Path,
    bounds: Bounds | None,
    *,
    size: int | Sequence[int] | None = None,
    channels: int | None = None,
    classes: Sequence[str] = (),
    split: Cut = "stratified",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load a folder as `load` does; one that was sent within bounds, and without a trace in the cache.

    Args:
        path: as of `load`, and so are the options.
        bounds: of what was sent; none where it is the person's own folder.
        size: as of `load`, as the following.
        channels: see there.
        classes: see there.
        split: see there.
        train_ratio: see there.
        seed: see there.

    Raises:
        DataError: as `load`; there is more of it than the bounds allow.
        UnavailableError: there is no room for the cache.
    """
    asked = None if size is None else options.sides("size", size)
    if channels is not None:
        options.among("channels", channels, (_GREY, _COLOURS))
    found = class_folders.find(path, SUFFIXES, classes=classes, split=split, train_ratio=train_ratio, seed=seed)
    shape = _shape(found.files, asked, channels)
    if bounds is not None:
        _check_bounds(path, found.files, shape, bounds)
    x, changes = _pixels(path, found.files, shape, places.pictures() if bounds is None else None)
    cut, name = len(found.train), path.resolve().name
    source = Pictures(path, found.train, found.test, changes, found.passed_over, shape, found.given)
    axes: tuple[Axis, ...] = ("sample", "height", "width", "channel")
    return Dataset(
        name=name,
        x_train=x[:cut],
        y_train=found.y_train,
        x_test=x[cut:],
        y_test=found.y_test,
        axes=axes[: x.ndim],
        feature_names=COLOUR_NAMES if len(shape) == _COLOURS else (),
        class_names=found.class_names,
        task="classification",
        provenance=source.render(name),
        licence=locale.text("data.licence.own"),
        source=source,
    )


def _shape(files: Sequence[Path], size: tuple[int, int] | None, channels: int | None) -> tuple[int, ...]:
    """The shape of a sample: as it was asked for, otherwise as some of the pictures suggest."""
    if size is None or channels is None:
        looked_at = np.linspace(0, len(files) - 1, min(len(files), _LOOKED_AT)).astype(int)
        forms = [decoding.picture_form(files[place]) for place in looked_at]
        size = size or _usual([form[:2] for form in forms])
        channels = channels or max(form[2] for form in forms)
    return size if channels == _GREY else (*size, _COLOURS)


def _usual(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """One size for pictures of several.

    Examples:
        >>> _usual([(28, 28), (28, 28)]), _usual([(600, 800), (600, 800), (90, 10)])
        ((28, 28), (48, 64))
    """
    if len(set(sizes)) == 1 and max(sizes[0]) <= _KEPT_SIDE:
        return sizes[0]
    height, width = (statistics.median_low(sides) for sides in zip(*sizes, strict=True))
    factor = min(1.0, _USUAL_SIDE / max(height, width))
    return max(1, round(height * factor)), max(1, round(width * factor))


def _check_bounds(path: Path, files: Sequence[Path], shape: tuple[int, ...], bounds: Bounds) -> None:
    values = len(files) * math.prod(shape)
    if values > bounds.values:
        raise DataError("error.data.zip_values", file=str(path), values=values, most=bounds.values)
    pixels = sum(math.prod(decoding.picture_form(file)[:2]) for file in files)
    if pixels > bounds.pixels:
        raise DataError("error.data.zip_pixels", file=str(path), pixels=pixels, most=bounds.pixels)


def _pixels(path: Path, files: Sequence[Path], shape: tuple[int, ...], cache: Path | None) -> tuple[Array, Changes]:
    if cache is None or len(files) < CACHED_FROM:
        x = np.empty((len(files), *shape), np.uint8)
        changes = decoding.decode(files, x, lambda _: None)
        x.setflags(write=False)
        return x, changes
    return picture_cache.cached(cache, _key(path, files, shape), files, shape)


def _key(path: Path, files: Sequence[Path], shape: tuple[int, ...]) -> str:
    """What the samples depend on: each file's path, size and time of change, in their order, and their form."""
    digest = hashlib.sha256(f"{_FORMAT} {path.resolve()} {shape}".encode())
    above = f"{path}{os.sep}"
    for file in map(str, files):  # there may be 200,000, and what `Path` does takes seconds
        known = os.stat(file)  # noqa: PTH116
        name = file.removeprefix(above)
        digest.update(f"\n{name} {known.st_size} {known.st_mtime_ns}".encode(errors="surrogateescape"))
    return digest.hexdigest()[:32]
