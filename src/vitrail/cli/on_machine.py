"""The commands about this machine: data, doctor, clean, completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from vitrail.cli.clean import PLACES
from vitrail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Language

PROGRAM = "vitrail"
SHELLS = ("bash", "zsh", "fish")


def add(
    group: click.Group, language: Language, say: Callable[[str], str], lang: Callable[[Callable[..., Any]], Any]
) -> None:
    """Add them to a group, their help written in one language."""

    @group.command(help=say("data"))
    @click.argument("name", required=False, shell_complete=_names)
    @click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help=say("option"))
    @click.option("--fetch", is_flag=True, help=say("fetch"))
    @click.option("--where", is_flag=True, help=say("where"))
    @lang
    def data(name: str | None, *, options: tuple[str, ...], fetch: bool, where: bool) -> None:
        _data(name, options, fetch=fetch, where=where, language=language)

    @group.command(help=say("describe"))
    @click.argument("name", shell_complete=_names)
    @click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help=say("option"))
    @lang
    def describe(name: str, *, options: tuple[str, ...]) -> None:
        from vitrail.cli.describe import describe

        describe(name, options, language)

    @group.command(help=say("doctor"))
    @lang
    def doctor() -> None:
        from vitrail.cli.doctor import doctor

        if not doctor(language):
            raise click.exceptions.Exit(1)

    @group.command(help=say("clean"))
    @click.argument("places", nargs=-1, type=click.Choice(PLACES))
    @click.option("--yes", is_flag=True, help=say("yes"))
    @lang
    def clean(places: tuple[str, ...], *, yes: bool) -> None:
        from vitrail.cli.clean import clean

        clean(places, sure=yes, language=language)

    @group.command(help=say("completion"))
    @click.argument("shell", type=click.Choice(SHELLS))
    @lang
    def completion(shell: str) -> None:
        known = get_completion_class(shell)
        if known is not None:
            click.echo(known(group, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())


def _data(name: str | None, options: tuple[str, ...], *, fetch: bool, where: bool, language: Language) -> None:
    from vitrail.cli import data

    if where:
        data.where(language)
    elif name is None and fetch:
        raise InputError("error.data.fetch_what")
    elif name is None:
        data.list_all(language)
    elif fetch:
        data.fetch(name, language)
    else:
        data.describe_any(name, options, language)


def _names(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from vitrail.data import dataset_names

    return [CompletionItem(name) for name in dataset_names() if name.startswith(begun)]
