"""One finished training, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vitrail import locale

if TYPE_CHECKING:
    import keras

    from vitrail.data import Preprocessing
    from vitrail.data.sample_form import SampleForm
    from vitrail.training.state import EpochRecord
    from vitrail.types import Language

Path = Literal["epochs", "batches", "keras"]
"""Batches in one compiled loop; Keras' compiled step, batch after batch; Keras' own `model.fit`."""


@dataclass(frozen=True)
class Way:
    """Which way a training took, and why.

    Examples:
        >>> str(Way("batches", "callback", "TerminateOnNaN"))
        "Keras' compiled step, batch after batch: the callback TerminateOnNaN acts on each of them."
    """

    path: Path
    reason: str
    """Name of the reason in the catalogue, below `training.way`."""
    about: str = ""
    """Which callback, method or setting."""

    def render(self, language: Language = "en") -> str:
        """The way and its reason in one language."""
        return locale.text(f"training.way.{self.reason}", language, about=self.about)

    def __str__(self) -> str:
        return self.render()


WHOLE_EPOCHS = Way("epochs", "whole")


@dataclass(frozen=True)
class Run:
    """One training: its model, and what each epoch gave. `vitrail.runs.save` keeps one of an experiment on disk."""

    model: keras.Model
    """The trained model."""
    epochs: tuple[EpochRecord, ...]
    way: Way = WHOLE_EPOCHS
    """How its batches were run."""
    preprocessing: Preprocessing | None = None
    """What makes raw rows the model's inputs, where it learnt from a table."""
    form: SampleForm | None = None
    """What makes raw texts, sounds or windows of a series the model's inputs, where it learnt from some."""

    @property
    def history(self) -> dict[str, list[float]]:
        """The loss and metrics of each epoch by name, as in `keras.callbacks.History.history`."""
        names = dict.fromkeys(name for record in self.epochs for name in record.logs)
        return {name: [record.logs[name] for record in self.epochs if name in record.logs] for name in names}

    @property
    def seconds(self) -> float:
        """Wall-clock time of all epochs."""
        return sum(record.seconds for record in self.epochs)

    def __repr__(self) -> str:
        last = ", ".join(f"{name}={value:.4f}" for name, value in (self.epochs[-1].logs if self.epochs else {}).items())
        return f"Run({self.model.name!r}, {len(self.epochs)} epochs, {last})"
