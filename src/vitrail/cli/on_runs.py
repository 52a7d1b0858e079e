"""The commands that ask something of a kept run: trace, evaluate, predict, summary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Language

_PATH = click.Path(path_type=Path)


def add(
    group: click.Group, language: Language, say: Callable[[str], str], lang: Callable[[Callable[..., Any]], Any]
) -> None:
    """Add them to a group, their help written in one language."""

    @group.command(help=say("trace"))
    @click.argument("run", type=_PATH)
    @click.option("--index", type=click.IntRange(0), default=0, show_default=True, help=say("index"))
    @click.option("--layer", help=say("layer"))
    @click.option("--unit", type=click.IntRange(0), default=0, show_default=True, help=say("unit"))
    @lang
    def trace(run: Path, index: int, layer: str | None, unit: int) -> None:
        from vitrail.cli.trace import trace

        trace(run, index=index, layer=layer, unit=unit, language=language)

    @group.command(help=say("evaluate"))
    @click.argument("run", type=_PATH)
    @lang
    def evaluate(run: Path) -> None:
        from vitrail.cli.evaluate import evaluate

        evaluate(run, language=language)

    @group.command(help=say("predict"))
    @click.argument("run", type=_PATH)
    @click.argument("image", type=_PATH, required=False)
    @click.option("--row", help=say("row"))
    @click.option("--rows", type=_PATH, help=say("rows"))
    @click.option("--text", help=say("text"))
    @click.option("--index", type=click.IntRange(0), help=say("index"))
    @lang
    def predict(run: Path, image: Path | None, **asked: Any) -> None:  # noqa: ANN401 - typed above
        from vitrail.cli.predict import predict

        predict(run, image, **asked, language=language)

    @group.command(help=say("summary"))
    @click.argument("what", type=_PATH)
    @lang
    def summary(what: Path) -> None:
        from vitrail.cli.summary import summary

        summary(what, language=language)
