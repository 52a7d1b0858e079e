"""The commands and their options, in the language of the person who types them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vitrail import _backend
from vitrail._version import __version__
from vitrail.errors import VitrailError
from vitrail.locale import LANGUAGES, language_of_environment, text
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.types import Language

BAD_USE = 2
"""Exit code for a mistake of the person who typed."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: what was typed after `vitrail`; taken from the process by default.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(typed))


def run(typed: Sequence[str]) -> int:
    """Run one command line.

    Returns:
        The exit code: 0, 2 for what cannot be done as it was asked, 130 when interrupted.
    """
    language = chosen_language(typed)
    try:
        _backend.select()
        commands(language).main(list(typed), prog_name="vitrail", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(text("cli.interrupted", language), INTERRUPTED)
    except click.ClickException as error:
        return _say(text("cli.bad_use", language, reason=error.format_message()), BAD_USE)
    except VitrailError as error:
        return _say(error.render(language), BAD_USE)
    return 0


def chosen_language(typed: Sequence[str]) -> Language:
    """What `--lang` asks for, wherever it stands, or else the environment.

    Examples:
        >>> chosen_language(["fit", "--lang", "fr"]), chosen_language(["--lang=en", "lab"])
        ('fr', 'en')
    """
    for place, word in enumerate(typed):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(typed):
            value = typed[place + 1]
        if value in LANGUAGES:
            return value
    return language_of_environment()


def commands(language: Language) -> click.Group:
    """All commands, their help written in one language."""

    def say(key: str) -> str:
        return text(f"cli.help.{key}", language)

    def lang(command: Callable[..., Any]) -> Callable[..., Any]:
        option = click.option("--lang", type=click.Choice(LANGUAGES), help=say("lang"), expose_value=False)
        return option(command)

    def lab_options(command: Callable[..., Any]) -> Callable[..., Any]:
        port = click.option("--port", type=click.IntRange(0, 65535), default=8899, show_default=True, help=say("port"))
        browser = click.option("--browser/--no-browser", default=True, help=say("browser"))
        return lang(port(browser(command)))

    @click.group(
        invoke_without_command=True, help=say("vitrail"), context_settings={"help_option_names": ["-h", "--help"]}
    )
    @click.version_option(__version__, message="vitrail %(version)s")
    @lab_options
    @click.pass_context
    def vitrail(context: click.Context, port: int, *, browser: bool) -> None:
        if context.invoked_subcommand is None:
            open_lab(None, port, browser=browser)

    @vitrail.command(help=say("lab"))
    @click.argument("experiment", type=click.Path(path_type=Path), required=False)
    @lab_options
    def lab(experiment: Path | None, port: int, *, browser: bool) -> None:
        open_lab(experiment, port, browser=browser)

    @vitrail.command(help=say("fit"))
    @click.argument("experiment", type=click.Path(path_type=Path), required=False)
    @click.option("--epochs", type=click.IntRange(1), help=say("epochs"))
    @click.option("--seed", type=click.IntRange(0, MAX_SEED), help=say("seed"))
    @click.option("--out", type=click.Path(path_type=Path), help=say("out"))
    @lang
    def fit(experiment: Path | None, epochs: int | None, seed: int | None, out: Path | None) -> None:
        from vitrail.cli.fit import fit

        fit(experiment, epochs=epochs, seed=seed, out=out, language=language)

    @vitrail.command(help=say("trace"))
    @click.argument("run", type=click.Path(path_type=Path))
    @click.option("--index", type=click.IntRange(0), default=0, show_default=True, help=say("index"))
    @click.option("--layer", help=say("layer"))
    @click.option("--unit", type=click.IntRange(0), default=0, show_default=True, help=say("unit"))
    @lang
    def trace(run: Path, index: int, layer: str | None, unit: int) -> None:
        from vitrail.cli.trace import trace

        trace(run, index=index, layer=layer, unit=unit, language=language)

    def open_lab(experiment: Path | None, port: int, *, browser: bool) -> None:
        from vitrail.experiment import Experiment, reference
        from vitrail.lab import serve

        chosen = Experiment.read(experiment) if experiment else reference("fashion_mnist_mini")
        serve(chosen, port=port, language=language, open_browser=browser, workers=None)

    return vitrail


def _say(line: str, code: int) -> int:
    click.echo(f"vitrail: {line}", err=True)
    return code
