"""What a page can choose from: experiments, data sets, what can be set of Keras' classes. Nothing here needs Keras."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vitrail.data import csv_file, dataset_entry, dataset_names, decoding, load_dataset, zipped
from vitrail.experiment import catalogue as experiments
from vitrail.models.palette import (
    ACTIVATIONS,
    CALLBACKS,
    INITIALIZERS,
    JOINING_LAYERS,
    LAYERS,
    LOSSES,
    METRICS,
    OPTIMIZERS,
    REGULARIZERS,
    Form,
    Setting,
    TargetKind,
)
from vitrail.types import MAX_SEED
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vitrail.data import Entry

THUMBNAILS = ("circle", "xor", "gauss", "spiral", "plane", "multi_gauss")
"""The sets of TensorFlow Playground, which are chosen by their picture."""

_THUMBNAIL_POINTS = 160

_POINTS = Setting("points", "whole", 500, 20, 5000)
_SEED = Setting("seed", "whole", 0, 0, MAX_SEED)
_RATIO = Setting("train_ratio", "number", 0.5, 0.1, 0.9)
_OPTIONS: Mapping[str, Setting] = {
    "points": _POINTS,
    "seed": _SEED,
    "train_ratio": _RATIO,
    "noise": Setting("noise", "number", 0.0, 0.0, 0.5),
    "centers": Setting("centers", "whole", 3, 2, 10),
    "steps": Setting("steps", "whole", 20, 1, 100),
    "language": Setting("language", "choice", "en", choices=("en", "fr")),
    "days": Setting("days", "whole", 730, 10, 1500),
    "window": Setting("window", "whole", 24, 1, 168),
    "horizon": Setting("horizon", "whole", 1, 1, 72),
    "stride": Setting("stride", "whole", 1, 1, 24),
    "scaling": Setting("scaling", "choice", "standard", choices=("standard", "none")),
    "form": Setting("form", "choice", "waveform", choices=("waveform", "spectrogram")),
}
"""The bounds of sliders, within those that a data set takes."""
_WIDER: Mapping[tuple[str, str], float] = {("blobs", "noise"): 5.0}


@dataclass(frozen=True, slots=True)
class CatalogueExperiment:
    """An experiment that ships with Vitrail; its words are `catalogue.` and its name, and `.title`, `.why`."""

    name: str
    subject: Literal["recap", "playground", "life_cycle", "kinds", "beyond"]
    dataset: str


@dataclass(frozen=True, slots=True)
class ThumbnailPoint:
    """One of some points that stand for a data set: each coordinate from 0 to 1, upwards; target from -1 to 1."""

    x: float
    y: float
    target: float


@dataclass(frozen=True, slots=True)
class DatasetForm:
    """A data set, before it is loaded."""

    name: str
    task: Literal["classification", "regression"]
    train: int
    test: int
    sample_shape: tuple[int, ...]
    classes: int
    """0 for a regression."""
    scale: float
    """What its values are divided by to lie near 1."""
    origin: Literal["download", "package", "scikit_learn", "computed"]
    here: bool
    """Whether it can be loaded without a network."""
    options: tuple[Setting, ...]
    points: tuple[ThumbnailPoint, ...]
    """Some of it as a picture; empty where it is chosen by its name."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A loss or a metric by Keras' name, and the targets that it is meant for."""

    name: str
    targets: tuple[TargetKind, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest own data that are read."""

    bytes: int
    """Of a table."""
    rows: int
    columns: int
    file_bytes: int
    """Of a file of arrays, or of all files of a folder."""
    array_bytes: int
    """Of all arrays, unpacked."""
    files: int
    """In a folder, or a zip of one."""
    pixels: int
    """Of one picture."""
    all_pixels: int
    """Of all pictures."""
    sample: int
    """Numbers of one sample."""
    tried_bytes: int
    """Of a picture or a sound that is tried on the network."""
    tried_pixels: int
    """Of such a picture."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the page's forms are made of."""

    experiments: tuple[CatalogueExperiment, ...]
    datasets: tuple[DatasetForm, ...]
    layers: tuple[Form, ...]
    """Those that can be added to a chain."""
    joining_layers: tuple[Form, ...]
    """Those that only stand in a graph."""
    activations: tuple[str, ...]
    initializers: tuple[Form, ...]
    regularizers: tuple[Form, ...]
    optimizers: tuple[Form, ...]
    losses: tuple[Meant, ...]
    metrics: tuple[Meant, ...]
    callbacks: tuple[Form, ...]
    own_data: Limits


def catalogue() -> Catalogue:
    """The catalogue of this installation. Which data sets are here is looked up anew each time.

    Examples:
        >>> [form.class_name for form in catalogue().optimizers][:2]
        ['SGD', 'Adam']
    """
    return Catalogue(
        experiments=_experiments(),
        datasets=tuple(_dataset(name, dataset_entry(name)) for name in dataset_names()),
        layers=LAYERS,
        joining_layers=JOINING_LAYERS,
        activations=ACTIVATIONS,
        initializers=INITIALIZERS,
        regularizers=REGULARIZERS,
        optimizers=OPTIMIZERS,
        losses=tuple(Meant(name, targets) for name, targets in LOSSES.items()),
        metrics=tuple(Meant(name, targets) for name, targets in METRICS.items()),
        callbacks=CALLBACKS,
        own_data=Limits(
            bytes=csv_file.MOST_BYTES,
            rows=csv_file.MOST_ROWS,
            columns=csv_file.MOST_COLUMNS,
            file_bytes=own_limits.FILE_BYTES,
            array_bytes=own_limits.ARRAY_BYTES,
            files=zipped.MOST_FILES,
            pixels=decoding.MOST_PIXELS,
            all_pixels=zipped.MOST_PIXELS,
            sample=own_limits.SAMPLE_VALUES,
            tried_bytes=own_limits.TRIED_BYTES,
            tried_pixels=own_limits.TRIED_PIXELS,
        ),
    )


@functools.cache
def _experiments() -> tuple[CatalogueExperiment, ...]:
    return tuple(
        CatalogueExperiment(name, entry.subject, experiments.named(name).data.name)
        for name, entry in experiments.entries().items()
    )


def _dataset(name: str, entry: Entry) -> DatasetForm:
    return DatasetForm(
        name=name,
        task=entry.task,
        train=entry.train,
        test=entry.test,
        sample_shape=entry.sample_shape,
        classes=entry.classes,
        scale=entry.scale,
        origin=entry.origin,
        here=entry.here,
        options=tuple(_options(name, entry)),
        points=thumbnail(name) if name in THUMBNAILS else (),
    )


def _options(name: str, entry: Entry) -> Iterator[Setting]:
    for option, default in entry.options.items():
        known = _OPTIONS[option]
        assert isinstance(default, bool | int | float | str), "options are plain values"
        high = _WIDER.get((name, option), known.high)
        yield Setting(option, known.kind, default, known.low, high, known.choices)


@functools.cache
def thumbnail(name: str) -> tuple[ThumbnailPoint, ...]:
    """Some points of a set of two features, without noise.

    Examples:
        >>> {point.target for point in thumbnail("circle")}
        {1.0, -1.0}
    """
    data = load_dataset(name, points=_THUMBNAIL_POINTS)
    places = data.x_train
    low, high = float(places.min()), float(places.max())
    classified = data.task == "classification"
    return tuple(
        ThumbnailPoint(
            round((float(x) - low) / (high - low), 3),
            round((float(y) - low) / (high - low), 3),
            round(2.0 * float(target) - 1.0 if classified else float(target), 2),
        )
        for (x, y), target in zip(places, data.y_train, strict=True)
    )
