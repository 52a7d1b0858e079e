"""What click says by itself, in the language of the person: the frame of a help page, and mistakes in a line typed."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import click

from vitrail.cli.on_machine import PROGRAM
from vitrail.locale import text

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from vitrail.types import Language

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")
"""How click says that more was typed than a command takes."""
_SECTIONS = {"Options": "cli.use.options", "Commands": "cli.use.commands"}


def frame(group: click.Group, language: Language) -> None:
    """Let the help pages of a group and its commands have headings in one language."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{text('cli.use.usage', language)} ")

        @contextlib.contextmanager
        def section(self, name: str) -> Generator[None]:
            with super().section(text(_SECTIONS[name], language) if name in _SECTIONS else name):
                yield

    class Context(click.Context):
        formatter_class = Formatter

    for command in (group, *group.commands.values()):
        command.context_class = Context
        command.short_help = command.help  # whole sentences: click would cut what it makes of them


def mistake(error: click.ClickException, language: Language) -> str:
    """What is wrong with what was typed, in one sentence or two."""
    match error:
        case click.exceptions.NoSuchCommand():
            said = text("cli.use.no_command", language, name=error.command_name)
            return _with_near(said, error.possibilities, language)
        case click.NoSuchOption():
            said = text("cli.use.no_option", language, name=error.option_name)
            return _with_near(said, error.possibilities, language)
        case click.BadOptionUsage():
            return text("cli.use.no_value", language, name=error.option_name)
        case click.MissingParameter(param=param) if param is not None:
            return text("cli.use.missing", language, name=_name(param))
        case click.BadParameter(param=param) if param is not None:
            return _wrong_value(param, error.message, language)
        case _:
            return _other(error, language)


def _other(error: click.ClickException, language: Language) -> str:
    if extra := _EXTRA.match(error.message):
        return text("cli.use.extra", language, extra=extra[1])
    return text("cli.use.other", language, reason=error.format_message().rstrip("."))


def asked(error: click.ClickException) -> str:
    """The command whose help page says how it is typed."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return PROGRAM if context is None else context.command_path


def _with_near(said: str, near: Sequence[str] | None, language: Language) -> str:
    return f"{said} {text('cli.use.near', language, near=', '.join(near))}" if near else said


def _wrong_value(param: click.Parameter, reason: str, language: Language) -> str:
    kind: Any = param.type
    if isinstance(kind, click.Choice):
        return text("cli.use.choice", language, name=_name(param), known=", ".join(kind.choices))
    if isinstance(kind, click.IntRange) and kind.max is not None:
        return text("cli.use.between", language, name=_name(param), low=int(kind.min or 0), high=int(kind.max))
    if isinstance(kind, click.IntRange):
        return text("cli.use.from", language, name=_name(param), low=int(kind.min or 0))
    return text("cli.use.other", language, reason=f"{_name(param)}: {reason.rstrip('.')}")


def _name(param: click.Parameter) -> str:
    """As it is typed: `--epochs`, or `RUN` for what has no option."""
    return param.opts[-1] if param.param_type_name == "option" else param.human_readable_name
