"""Where samples come from that a file holds as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from vitrail import locale

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Language


class Held(NamedTuple):
    """An array that a file holds."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file of arrays, or of one sample."""

    path: Path
    targets: Literal["given", "own", "single"]
    """Whether the file has them, or each sample is its own; a single sample is for training and testing alike."""
    arrays: tuple[Held, ...] = ()
    """Those that a file of several holds."""
    x: str = ""
    """The name of the array of samples, or of those to learn from where both parts are given."""
    y: str | int = ""
    """The name of the array of targets, or the number of the column that they are in; empty where each sample is its
    own."""
    given: bool = False
    """Whether the file has its own parts for training and for testing."""

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from."""
        return locale.text(f"data.file.{self.targets}", language, name=name)
