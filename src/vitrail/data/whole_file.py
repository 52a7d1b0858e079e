"""Where samples come from that a file holds as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vitrail import locale

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Language


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file of arrays, or of one sample."""

    path: Path
    targets: Literal["given", "own", "single"]
    """Whether the file has them, or each sample is its own; a single sample is for training and testing alike."""

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from."""
        return locale.text(f"data.file.{self.targets}", language, name=name)
