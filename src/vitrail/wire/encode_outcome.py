"""What comes out of a whole part of the data, as messages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from vitrail.evaluation import class_scores, confusion, predicted_classes
from vitrail.wire import encode
from vitrail.wire import messages as wire
from vitrail.wire.tensors import Tensor

if TYPE_CHECKING:
    from vitrail.training import Clock, Session
    from vitrail.training.examining import Examined
    from vitrail.types import Array

_BYTE = 256


def report(session: Session, clock: Clock, part: wire.Part, examined: Examined) -> wire.Report:
    """What the network makes of a part of the data.

    Args:
        session: the training.
        clock: the moment that was examined.
        part: of the data.
        examined: what was found.
    """
    kind = kind_of(session, examined.outputs)
    targets, outputs = session.targets(part), examined.outputs
    counts, classes, residuals = None, [], {}
    if kind == "classes":
        labels = _source_labels(session, part)
        table = confusion(labels, outputs)
        answers = predicted_classes(outputs)
        counts = Tensor(list(table.shape), "int32", np.ascontiguousarray(table, "<i4").tobytes())
        classes = [wire.ClassRow(row.precision, row.recall, row.f1) for row in class_scores(table)]
    elif kind == "numbers":
        labels, answers = targets.reshape(-1), outputs.reshape(-1)
        residuals = _residuals(labels.astype(np.float64), answers.astype(np.float64))
    else:
        labels = _source_labels(session, part)
        answers = np.square(outputs.reshape(len(outputs), -1) - targets.reshape(len(targets), -1)).mean(axis=1)
    return wire.Report(
        clock=encode.clock(clock),
        part=part,
        scores=dict(examined.logs),
        kind=kind,
        labels=_vector(labels),
        answers=_vector(answers),
        counts=counts,
        classes=classes,
        residuals=residuals,
    )


def kind_of(session: Session, outputs: Array) -> Literal["classes", "numbers", "distances"]:
    """What the network's outputs are compared by."""
    learnt = session.experiment.data.target == "labels"
    names = len(session.dataset.class_names)
    scores = math.prod(outputs.shape[1:])
    if learnt and names and outputs.ndim == 2 and (scores >= names or (scores == 1 and names == 2)):  # noqa: PLR2004 - (samples, scores), two classes
        return "classes"
    return "numbers" if scores == 1 else "distances"


def _source_labels(session: Session, part: wire.Part) -> Array:
    return (session.dataset.y_train if part == "train" else session.dataset.y_test).reshape(-1)


def _residuals(targets: Array, answers: Array) -> dict[str, float]:
    """In float64: the mean absolute error, the root of the mean squared one, and the share of variance explained."""
    squared = np.square(answers - targets).mean()
    found = {"mae": float(np.abs(answers - targets).mean()), "rmse": float(np.sqrt(squared))}
    variance = targets.var()
    return found if variance == 0 else found | {"r2": float(1.0 - squared / variance)}


def _vector(values: Array) -> Tensor:
    """Class numbers as bytes where a byte holds them, all else as float32."""
    if values.dtype.kind in "iub" and values.size and values.min() >= 0 and values.max() < _BYTE:
        return Tensor([len(values)], "uint8", values.astype(np.uint8).tobytes())
    return encode.tensor(values)
