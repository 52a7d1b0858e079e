"""The Keras layers that do what a step does, told by class and configuration; some of them run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vitrail.data.tables.steps import MISSING, CategoryStep, NumberStep, TimeStep

if TYPE_CHECKING:
    from vitrail.data.tables.steps import Step

Config = dict[str, str | int | list[str] | list[int] | list[float]]


class KerasLayer(msgspec.Struct, frozen=True):
    """A Keras layer that does the same to one column."""

    column: str
    class_name: str
    """Empty where Keras has none."""
    config: Config
    runs_on_jax: bool


def equivalents(steps: tuple[Step, ...]) -> tuple[KerasLayer, ...]:
    """The layers of some steps, in their order; a number that stays as it is needs none."""
    return tuple(layer for step in steps for layer in _layers(step))


def normalization(layer: KerasLayer) -> Any:  # noqa: ANN401 - a Keras layer
    """The layer itself, built for inputs of shape (rows, 1)."""
    import keras

    made = keras.layers.Normalization.from_config({**layer.config})
    made.build((None, 1))
    return made


def _layers(step: Step) -> list[KerasLayer]:
    match step:
        case NumberStep(scaling="none"):
            return []
        case NumberStep():
            config: Config = {"axis": -1, "mean": [step.mean], "variance": [step.deviation**2]}
            return [KerasLayer(step.column, "Normalization", config, runs_on_jax=True)]
        case CategoryStep():
            return [_lookup(step)]
        case TimeStep():
            return [KerasLayer(step.column, "", {}, runs_on_jax=False)]


def _lookup(step: CategoryStep) -> KerasLayer:
    whole = step.kind == "number" and step.filling != "own" and all(_is_whole(word) for word in step.vocabulary)
    words = [*step.vocabulary, *([MISSING] if step.filling == "own" else [])]
    config: Config = {
        "vocabulary": [int(word) for word in words] if whole else words,
        "num_oov_indices": 1,
        "output_mode": "one_hot",
    }
    return KerasLayer(step.column, "IntegerLookup" if whole else "StringLookup", config, runs_on_jax=False)


def _is_whole(word: str) -> bool:
    return word.lstrip("-").isdecimal()
