"""`vitrail describe`: what a data set, or a file, is as tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.cli.data_table import parse_option
from vitrail.cli.words import console
from vitrail.data import load_dataset
from vitrail.locale import text
from vitrail.tensors import describe as describe_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Language


def describe(name: str, options: Sequence[str], language: Language) -> None:
    """Print what the inputs and the targets of a data set are as tensors.

    Args:
        name: of the data set, or of a file or folder.
        options: of the data set, each as `name=value`.
        language: of what is printed.

    Raises:
        VitrailError: it cannot be loaded.
    """
    dataset = load_dataset(name, **dict(map(parse_option, options)))
    out = console()
    for part in ("x_train", "y_train"):
        out.print(text(f"cli.describe.{part}", language))
        out.print(describe_value(getattr(dataset, part)).render(language))
        out.print()
