"""The data sets that Vitrail knows, by name."""

from __future__ import annotations

import difflib
import functools
import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vitrail.data import (
    clouds,
    fashion_mnist,
    fashion_mnist_mini,
    flats,
    functions,
    iris,
    keras_sets,
    loaders,
    playground,
    scikit_sets,
    sine_wave,
    spiral,
    temperatures,
    tiny_reviews,
    tones,
    truth_tables,
)
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vitrail.data.dataset import Dataset
    from vitrail.types import Task

Origin = Literal["download", "package", "scikit_learn", "computed"]
"""Where the values of a set come from; `data.origin.*` in the catalogue of texts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a data set before it is loaded. The counts are those that the default options give."""

    load: Callable[..., Dataset]
    task: Task
    train: int
    test: int
    sample_shape: tuple[int, ...]
    origin: Origin
    licence: str
    """Its key in the catalogue of texts is `data.licence.` and this."""
    classes: int = 0
    """0 for a regression."""
    scale: float = 1.0
    """What its values are divided by to lie near 1, where that is one number for all."""
    find: Callable[[], Path | None] | None = None
    """Where its files are on this machine; none where it needs no files."""
    fetch: Callable[[], Path] | None = None

    @property
    def options(self) -> Mapping[str, object]:
        """What it can be asked for, with the defaults."""
        return {name: option.default for name, option in inspect.signature(self.load).parameters.items()}

    @property
    def here(self) -> bool:
        """Whether it can be loaded without a network."""
        return self.find is None or self.find() is not None


_SETS: dict[str, Entry] = {
    "fashion_mnist": Entry(
        fashion_mnist.load,
        "classification",
        60_000,
        10_000,
        (28, 28),
        "download",
        "fashion_mnist",
        classes=10,
        scale=255.0,
        find=fashion_mnist.find,
        fetch=fashion_mnist.fetch,
    ),
    "fashion_mnist_mini": Entry(
        fashion_mnist_mini.load,
        "classification",
        10_000,
        2_000,
        (28, 28),
        "package",
        "fashion_mnist",
        classes=10,
        scale=255.0,
    ),
    "mnist": Entry(
        keras_sets.mnist,
        "classification",
        60_000,
        10_000,
        (28, 28),
        "download",
        "mnist",
        classes=10,
        scale=255.0,
        find=keras_sets.MNIST.find,
        fetch=keras_sets.MNIST.fetch,
    ),
    "cifar10": Entry(
        keras_sets.cifar10,
        "classification",
        50_000,
        10_000,
        (32, 32, 3),
        "download",
        "cifar10",
        classes=10,
        scale=255.0,
        find=keras_sets.CIFAR10.find,
        fetch=keras_sets.CIFAR10.fetch,
    ),
    "california_housing": Entry(
        keras_sets.california_housing,
        "regression",
        16_512,
        4_128,
        (8,),
        "download",
        "california_housing",
        find=keras_sets.HOUSING.find,
        fetch=keras_sets.HOUSING.fetch,
    ),
    "iris": Entry(iris.load, "classification", 120, 30, (4,), "scikit_learn", "uci", classes=3),
    "digits": Entry(
        scikit_sets.digits, "classification", 1_442, 355, (8, 8), "scikit_learn", "uci", classes=10, scale=16.0
    ),
    "wine": Entry(scikit_sets.wine, "classification", 144, 34, (13,), "scikit_learn", "uci", classes=3),
    "breast_cancer": Entry(
        scikit_sets.breast_cancer, "classification", 456, 113, (30,), "scikit_learn", "uci", classes=2
    ),
    "diabetes": Entry(scikit_sets.diabetes, "regression", 354, 88, (10,), "scikit_learn", "scikit_learn"),
    "flats": Entry(flats.load, "regression", 480, 120, (13,), "computed", "computed"),
    "circle": Entry(playground.circle, "classification", 250, 250, (2,), "computed", "computed", classes=2),
    "xor": Entry(playground.xor, "classification", 250, 250, (2,), "computed", "computed", classes=2),
    "gauss": Entry(playground.gauss, "classification", 250, 250, (2,), "computed", "computed", classes=2),
    "spiral": Entry(spiral.load, "classification", 250, 250, (2,), "computed", "computed", classes=2),
    "plane": Entry(playground.plane, "regression", 250, 250, (2,), "computed", "computed"),
    "multi_gauss": Entry(playground.multi_gauss, "regression", 250, 250, (2,), "computed", "computed"),
    "moons": Entry(clouds.moons, "classification", 250, 250, (2,), "computed", "computed", classes=2),
    "blobs": Entry(clouds.blobs, "classification", 250, 250, (2,), "computed", "computed", classes=3),
    "or": Entry(truth_tables.or_table, "classification", 4, 4, (2,), "computed", "computed", classes=2),
    "and": Entry(truth_tables.and_table, "classification", 4, 4, (2,), "computed", "computed", classes=2),
    "xor_table": Entry(truth_tables.xor_table, "classification", 4, 4, (2,), "computed", "computed", classes=2),
    "sine": Entry(functions.sine, "regression", 250, 250, (1,), "computed", "computed"),
    "piecewise": Entry(functions.piecewise, "regression", 250, 250, (1,), "computed", "computed"),
    "sine_wave": Entry(sine_wave.load, "regression", 784, 196, (20, 1), "computed", "computed"),
    "temperatures": Entry(temperatures.load, "regression", 13_992, 3_480, (24, 3), "computed", "computed"),
    "tones": Entry(tones.load, "classification", 480, 120, (512, 1), "computed", "computed", classes=3),
    "tiny_reviews": Entry(tiny_reviews.load, "classification", 1_200, 300, (11,), "computed", "computed", classes=2),
}


def dataset_names() -> tuple[str, ...]:
    """The names that `load_dataset` takes.

    Examples:
        >>> dataset_names()[:3]
        ('fashion_mnist', 'fashion_mnist_mini', 'mnist')
    """
    return tuple(_SETS)


def dataset_entry(name: str) -> Entry:
    """What is known of a data set before it is loaded.

    Raises:
        DataError: there is no such data set.

    Examples:
        >>> dataset_entry("iris").sample_shape
        (4,)
    """
    entry = _SETS.get(name)
    if entry is None:
        raise _unknown_name(name)
    return entry


def load_dataset(name: str, **options: object) -> Dataset:
    """Load a data set, its values as they are in the source. The same name and options give the same values.

    `dataset_names()` gives all names; `vitrail data NAME` says what a set holds and what it can be asked for.

    Args:
        name: one of `dataset_names()`, or a file or a folder of one's own: a table (`.csv`, `.tsv`, `.parquet`,
            `.xlsx`, `.jsonl`, `.ndjson`), arrays (`.npy`, `.npz`, IDX), one picture, or a folder with a folder of
            pictures for each class; `./iris` is a folder, `iris` the set.
        **options: what that data set can be asked for; each has a default.

    Raises:
        DataError: no such data set or option, a wrong value for an option, or a damaged file.
        UnavailableError: the files are not on this machine and could not be downloaded, or there is no room for what
            they are decoded to.

    Examples:
        >>> load_dataset("spiral", points=200, noise=0.1)
        Dataset 'spiral': 100 training + 100 test samples of shape (2,) float32 (feature), classification in 2 classes
        >>> load_dataset("irsi")
        Traceback (most recent call last):
        vitrail.errors.DataError: There is no data set 'irsi'. Did you mean 'iris'? 'vitrail data' lists all of them.
    """
    if is_path(name):
        read = loaders.of(Path(name), options)
        known = tuple(inspect.signature(read).parameters)[1:]
        load = functools.partial(read, Path(name))
    else:
        entry = dataset_entry(name)
        known, load = tuple(entry.options), functools.partial(entry.load)
    for option in options:
        if option not in known:
            raise _unknown_option(name, option, known)
    return load(**options)


def is_path(name: str) -> bool:
    """Whether `load_dataset` takes a name for that of a file or a folder.

    Examples:
        >>> is_path("people.csv"), is_path("pictures/cats"), is_path("iris")
        (True, True, False)
    """
    return name not in _SETS and (loaders.is_file(name) or "/" in name or os.path.isdir(name))  # noqa: PTH112 - a Path raises for a name that is too long


def _unknown_name(name: str) -> DataError:
    if os.path.isfile(name):  # noqa: PTH113 - a Path raises for a name that is too long
        return DataError("error.data.unknown_file", name=name)
    close = difflib.get_close_matches(name.lower().replace("-", "_"), _SETS, n=1)
    if close:
        return DataError("error.data.unknown_name_close", name=name, close=close[0])
    return DataError("error.data.unknown_name", name=name)


def _unknown_option(name: str, option: str, known: tuple[str, ...]) -> DataError:
    if not known:
        return DataError("error.data.no_options", name=name, option=option)
    return DataError("error.data.unknown_option", name=name, option=option, known=", ".join(known))
