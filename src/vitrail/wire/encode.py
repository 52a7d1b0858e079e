"""Turns a training and its records into messages. Pure functions: what is shown is exactly what was computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from vitrail.data import images
from vitrail.locale import LANGUAGES, catalogue
from vitrail.wire import encode_plane
from vitrail.wire import messages as wire
from vitrail.wire.encode_files import files_card
from vitrail.wire.encode_table import table_card
from vitrail.wire.tensors import Tensor, rounded, tensor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vitrail.data import Dataset
    from vitrail.experiment import DataSpec
    from vitrail.tracing import Trace
    from vitrail.training import Clock, EpochRecord, Session
    from vitrail.types import Array

STRIP = 60
"""Test examples that the page can choose from."""

ROWS = 512
"""Epochs of a history that travel, at most; the last one comes on top."""

_INPUT = "InputLayer"
"""Computes nothing, and is shown as the data."""

_CHANNELS = (1, 3)
PASS_PIXELS = {"InputLayer", "Flatten", "Rescaling", "Normalization", "Dropout"}
"""Layers after which a pixel is still at its place, so that a unit's weights can be drawn as the picture they weigh."""


def clock(moment: Clock) -> wire.Clock:
    """Where a training stands."""
    return wire.Clock(moment.epoch, moment.batch, moment.batches_per_epoch, moment.updates)


def epoch_row(record: EpochRecord) -> wire.EpochRow:
    """One completed epoch."""
    return wire.EpochRow(record.epoch, record.seconds, dict(record.logs))


def kernel_of(layer: Any) -> Array | None:  # noqa: ANN401 - any Keras layer
    """The weights (inputs, units) of a layer whose units each weigh every input, or none."""
    kernel = getattr(layer, "kernel", None)
    if type(layer).__name__ != "Dense" or kernel is None or len(_shape(layer, "input")) != 1:
        return None
    return np.asarray(kernel.value)


def kernel(name: str, weights: Array) -> wire.Kernel:
    """A layer's weights (inputs, units) as pictures are drawn from them, one row for each unit."""
    return wire.Kernel(name, rounded(np.ascontiguousarray(weights.T)))


def workspace(session: Session) -> wire.Workspace:
    """What stays the same while a session trains."""
    return wire.Workspace(
        dataset=dataset_card(session.dataset, session.experiment.data),
        layers=layer_cards(session.blueprint.layers, session.dataset),
        settings=settings(session),
        strip=strip(session),
        code=session.experiment.to_code(),
        experiment=session.experiment.to_json(),
        plane=encode_plane.plane(session),
        floor=session.floor,
        table=table_card(session.dataset),
        files=files_card(session.dataset),
    )


def dataset_card(dataset: Dataset, data: DataSpec) -> wire.DatasetCard:
    """What is known about the data. Where inputs are the targets, no classes are learnt."""
    classified = data.target == "labels"
    return wire.DatasetCard(
        name=data.name,
        train_count=len(dataset.x_train),
        test_count=len(dataset.x_test),
        sample_shape=list(dataset.sample_shape),
        task=dataset.task if classified else "regression",
        class_names=list(dataset.class_names) if classified else [],
        provenance=dataset.provenance,
        licence=_licence(dataset.licence),
    )


def _licence(told: str) -> str:
    """A licence by its key, since it was told in a language that need not be the page's; as told where it has none."""
    texts = ((key, text) for language in LANGUAGES for key, text in catalogue(language).items())
    return next((key for key, text in texts if key.startswith("data.licence.") and text == told), told)


def layer_cards(layers: Sequence[Any], dataset: Dataset) -> list[wire.LayerCard]:
    """What is known about each layer."""
    cards: list[wire.LayerCard] = []
    picture = _picture_shape(dataset)
    for layer in layers:
        if type(layer).__name__ == _INPUT:
            continue
        weights = kernel_of(layer)
        cards.append(
            wire.LayerCard(
                name=layer.name,
                class_name=type(layer).__name__,
                activation=getattr(getattr(layer, "activation", None), "__name__", None),
                output_shape=_shape(layer, "output"),
                kernel_shape=[] if weights is None else list(weights.shape),
                picture_shape=picture if weights is not None and math.prod(picture) == len(weights) else [],
                parameters=int(layer.count_params()),
            )
        )
        if type(layer).__name__ not in PASS_PIXELS:
            picture = []
    return cards


def settings(session: Session) -> wire.Settings:
    """The numbers and names of the experiment that stand beside the network."""
    experiment = session.experiment
    compiled = experiment.compile
    return wire.Settings(
        scale=experiment.data.scale,
        optimizer=_name(compiled.optimizer),
        learning_rate=float(session.blueprint.optimizer.learning_rate),
        loss=_name(compiled.loss),
        batch_size=experiment.fit.batch_size,
        epochs=experiment.fit.epochs,
        seed=experiment.seed,
        parameters=int(session.blueprint.count_params()),
    )


def strip(session: Session) -> wire.Strip:
    """The first examples of the test set, as the source has them."""
    return samples(session, "test", range(min(STRIP, len(session.dataset.x_test))))


def samples(session: Session, part: wire.Part, indices: Sequence[int]) -> wire.Strip:
    """Some examples, as the source has them."""
    dataset = session.dataset
    x = dataset.x_train if part == "train" else dataset.x_test
    return wire.Strip(
        kind=kind_of(dataset),
        indices=list(indices),
        labels=[label(session, index, part) for index in indices],
        values=as_source(dataset, x[list(indices)]),
        feature_names=list(dataset.feature_names) if len(dataset.sample_shape) == 1 else [],
        full=full_light(dataset),
        vocabulary=list(dataset.vocabulary),
    )


def kind_of(dataset: Dataset) -> wire.SampleKind:
    """What samples are, and how they are drawn."""
    if dataset.vocabulary:
        return "text"
    axes = dataset.axes[1:]
    if axes[:2] == ("height", "width") and math.prod(dataset.sample_shape[2:]) in _CHANNELS:
        return "image"
    return "series" if axes and axes[0] == "time" else "row"


def as_source(dataset: Dataset, x: Array) -> Tensor:
    """Samples in the form that they are drawn from."""
    kind = kind_of(dataset)
    if kind == "image":
        shape = [len(x), *(_picture_shape(dataset) or dataset.sample_shape)]
        whole = x.astype(np.uint8)
        return Tensor(shape, "uint8", whole.tobytes()) if np.array_equal(whole, x) else tensor(x.reshape(shape))
    return tensor(x if kind == "series" else x.reshape(len(x), -1))


def full_light(dataset: Dataset) -> float:
    """The value of a picture's brightest pixel: what a byte can hold, or the largest of the training set."""
    return images.full_light(dataset.x_train) if kind_of(dataset) == "image" else images.WHITE


def label(session: Session, index: int, part: wire.Part = "test") -> float:
    """An example's target as one number: a class or a value, the first of several; NaN where inputs are the targets."""
    if session.experiment.data.target != "labels":
        return math.nan
    known = session.dataset.y_train if part == "train" else session.dataset.y_test
    return float(np.asarray(known[index]).reshape(-1)[0])


def frame(
    session: Session, status: wire.Status, kernels: Iterable[wire.Kernel], regions: Iterable[wire.Region] = ()
) -> wire.Frame:
    """The state of a session."""
    return wire.Frame(
        clock=clock(session.clock),
        status=status,
        metrics=dict(session.metrics),
        last=epoch_row(session.history[-1]) if session.history else None,
        kernels=list(kernels),
        learning_rate=session.learning_rate,
        regions=list(regions),
    )


def history(records: Sequence[EpochRecord]) -> wire.History:
    """The completed epochs, as curves show them."""
    return wire.History([epoch_row(record) for record in thinned(records)])


def look(session: Session, record: Trace, index: int) -> wire.Look:
    """An example's way through the network and back.

    Args:
        session: the training.
        record: the trace of this one example, as a batch of one.
        index: its place among all examples.
    """
    part, place = placed(session, index)
    known = session.dataset.x_test if part == "test" else session.dataset.x_train
    sample = None if part == "test" and place < STRIP else as_source(session.dataset, known[place : place + 1])
    return _look(session, record, index, label(session, place, part), sample)


def placed(session: Session, index: int) -> tuple[wire.Part, int]:
    """The part of an example and its place there, by its place among all examples: those of the test set come first."""
    tested = len(session.dataset.x_test)
    return ("test", index) if index < tested else ("train", index - tested)


def own_look(session: Session, record: Trace, x: Array, target: float | None) -> wire.Look:
    """The way of an example of somebody's own; only forward where it is not known what it should give.

    Args:
        session: the training.
        record: the trace of this one example, as a batch of one.
        x: the example, as the data set has its samples.
        target: what it should give: a class, or a value.
    """
    known = target
    if session.experiment.data.target != "labels":
        known = math.nan
    return _look(session, record, wire.OWN, known, as_source(session.dataset, x[None]))


def _look(session: Session, record: Trace, index: int, target: float | None, sample: Tensor | None) -> wire.Look:
    back = target is not None
    return wire.Look(
        clock=clock(session.clock),
        index=index,
        label=target,
        prediction=record.layers[-1].a[0].reshape(-1).tolist(),
        loss=record.loss if back else None,
        layers=[
            wire.LayerLook(part.name, tensor(part.z[0]), tensor(part.a[0]), tensor(part.delta[0]) if back else None)
            for part in record
        ],
        sample=sample,
    )


def thinned(history: Sequence[EpochRecord]) -> Sequence[EpochRecord]:
    """All epochs of a history of usual length; of a longer one every second, fourth, ... and always the first and last.

    Small data sets pass thousands of epochs while somebody looks: to send all of them costs more than they do.
    """
    stride = 1
    while len(history) > stride * ROWS:
        stride *= 2
    chosen = history[::stride]
    return chosen if chosen[-1:] == history[-1:] else (*chosen, history[-1])


def _shape(layer: Any, side: Literal["input", "output"]) -> list[int]:  # noqa: ANN401 - any Keras layer
    """The shape of a layer's one input or output without the batch axis; empty where it is not one, or not fixed."""
    sizes = getattr(getattr(layer, side), "shape", ())[1:]
    return [] if None in sizes else [int(size) for size in sizes]


def _picture_shape(dataset: Dataset) -> list[int]:
    """(height, width) of samples that are pictures with one channel, otherwise empty."""
    grey = kind_of(dataset) == "image" and math.prod(dataset.sample_shape[2:]) == 1
    return list(dataset.sample_shape[:2]) if grey else []


def _name(what: Any) -> str:  # noqa: ANN401 - a name, or a class and its configuration
    return what if isinstance(what, str) else what.class_name
