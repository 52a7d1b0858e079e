"""The experiments that ship with Vitrail, by name, each with the quality that it reaches."""

from __future__ import annotations

import difflib
import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from vitrail.errors import ExperimentError
from vitrail.experiment.description import Experiment

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX = "catalogue.toml"


class CatalogueEntry(BaseModel):
    """What an experiment is for, and the stated quality after its last epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Literal["recap", "playground", "life_cycle", "kinds", "beyond"]
    """The part of the course it belongs to."""
    metric: str
    """A name of Keras' history."""
    at_least: float | None = None
    at_most: float | None = None

    def reached(self, value: float) -> bool:
        """Whether a value of the metric is of the stated quality.

        Examples:
            >>> entries()["perceptron_xor"].reached(0.5), entries()["perceptron_xor"].reached(1.0)
            (True, False)
        """
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@functools.cache
def entries() -> Mapping[str, CatalogueEntry]:
    """All experiments by name, in the order of the course.

    Examples:
        >>> list(entries())[:2]
        ['perceptron_or', 'perceptron_xor']
    """
    return TypeAdapter(dict[str, CatalogueEntry]).validate_python(tomllib.loads(_read(INDEX)))


def named(name: str) -> Experiment:
    """One experiment of the catalogue.

    Raises:
        ExperimentError: there is none of this name.

    Examples:
        >>> named("iris_mlp").data.name
        'iris'
    """
    if name not in entries():
        close = difflib.get_close_matches(name, entries(), n=1)
        key = "error.catalogue.unknown_name_close" if close else "error.catalogue.unknown_name"
        raise ExperimentError(key, field="", name=name, close=(*close, "")[0])
    return Experiment.from_toml(_read(f"{name}.toml"))


def _read(file: str) -> str:
    return resources.files("vitrail.experiment").joinpath("files", file).read_text(encoding="utf-8")
