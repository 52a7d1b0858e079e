"""The commands and their options, in the language of the person who types them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vitrail import _backend, places
from vitrail._version import __version__
from vitrail.cli import clicks, on_machine, on_runs
from vitrail.errors import VitrailError
from vitrail.locale import LANGUAGES, language_of_environment, text
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.training.session import OnNaN
    from vitrail.types import Language

BAD_USE = 2
"""Exit code for a mistake of the person who typed."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
_WITHOUT_KERAS = {"doctor", "clean", "completion"}
"""Commands that work, and may be what is needed, where Keras cannot run."""


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
        The exit code: 0, 1 where the doctor finds something wrong, 2 for what cannot be done as it was asked, 130 when
        interrupted.
    """
    language = chosen_language(typed)
    try:
        left = commands(language).main(list(typed), prog_name=on_machine.PROGRAM, standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return _say(text("cli.interrupted", language), INTERRUPTED)
    except click.ClickException as error:
        reason, command = clicks.mistake(error, language), clicks.asked(error)
        return _say(text("cli.bad_use", language, reason=reason, command=command), BAD_USE)
    except VitrailError as error:
        return _say(error.render(language), BAD_USE)
    return left or 0  # click gives the code that a command left with


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
        return option(click.help_option("-h", "--help", help=say("help"))(command))

    def lab_options(command: Callable[..., Any]) -> Callable[..., Any]:
        port = click.option("--port", type=click.IntRange(0, 65535), default=8899, show_default=True, help=say("port"))
        browser = click.option("--browser/--no-browser", default=True, help=say("browser"))
        return lang(port(browser(command)))

    @click.group(invoke_without_command=True, help=say("vitrail"))
    @click.version_option(__version__, message="vitrail %(version)s", help=say("version"))
    @lab_options
    @click.pass_context
    def vitrail(context: click.Context, port: int, *, browser: bool) -> None:
        if context.invoked_subcommand not in _WITHOUT_KERAS:
            _backend.select()
        if context.invoked_subcommand is None:
            _open_lab(None, port, language, browser=browser)

    vitrail.add_command(_lab(language, say, lab_options))
    vitrail.add_command(_fit(language, say, lang))

    @vitrail.command(help=say("code"))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--model", metavar="NAME", help=say("model"))
    @click.option("--out", type=click.Path(path_type=Path), help=say("code_out"))
    @lang
    def code(file: Path, model: str | None, out: Path | None) -> None:
        from vitrail.cli.code import code

        code(file, model=model, out=out)

    on_runs.add(vitrail, language, say, lang)
    on_machine.add(vitrail, language, say, lang)
    clicks.frame(vitrail, language)

    return vitrail


def _lab(language: Language, say: Callable[[str], str], lab_options: Callable[..., Any]) -> click.Command:
    @click.command(help=say("lab"))
    @click.argument("experiment", type=click.Path(path_type=Path), required=False)
    @click.option("--workspace", metavar="NAME", help=say("workspace"))
    @click.option("--list", "listed", is_flag=True, help=say("workspaces"))
    @click.option("--rename", nargs=2, metavar="OLD NEW", help=say("rename"))
    @click.option("--delete", metavar="NAME", help=say("delete"))
    @lab_options
    def lab(experiment: Path | None, port: int, *, browser: bool, workspace: str | None, **managing: Any) -> None:  # noqa: ANN401 - typed above
        asked = [bool(value) for value in (experiment, workspace, *managing.values())]
        if sum(asked) > 1:
            raise click.UsageError(text("cli.workspaces.alone", language))
        if any(managing.values()):
            from vitrail.cli.workspaces import manage

            manage(**managing, language=language)
        else:
            _open_lab(experiment, port, language, browser=browser, workspace=workspace)

    return lab


def _fit(language: Language, say: Callable[[str], str], lang: Callable[..., Any]) -> click.Command:
    @click.command(help=say("fit"))
    @click.argument("experiment", type=click.Path(path_type=Path), required=False)
    @click.option("--list", "listed", is_flag=True, help=say("list"))
    @click.option("--epochs", type=click.IntRange(1), help=say("epochs"))
    @click.option("--seed", type=click.IntRange(0, MAX_SEED), help=say("seed"))
    @click.option("--out", type=click.Path(path_type=Path), help=say("out"))
    @click.option("--resume", type=click.Path(path_type=Path), help=say("resume"))
    @click.option(
        "--on-nan", type=click.Choice(["stop", "continue"]), default="stop", show_default=True, help=say("on_nan")
    )
    @lang
    def fit(resume: Path | None, on_nan: OnNaN, *, listed: bool, **begun: Any) -> int:  # noqa: ANN401 - typed above
        from vitrail.cli import experiments
        from vitrail.cli import fit as command

        if listed:
            experiments.list_all(language)
            return 0
        if resume is None:
            finished = command.fit(begun.pop("experiment"), **begun, on_nan=on_nan, language=language)
        elif any(value is not None for value in begun.values()):
            raise click.UsageError(text("cli.fit.resume_alone", language))
        else:
            finished = command.resume(resume, on_nan=on_nan, language=language)
        return 0 if finished else INTERRUPTED

    return fit


def _open_lab(
    experiment: Path | None, port: int, language: Language, *, browser: bool, workspace: str | None = None
) -> None:
    from vitrail.cli.reading import read_experiment
    from vitrail.cli.workspaces import choose
    from vitrail.experiment import reference
    from vitrail.lab import serve

    chosen = read_experiment(experiment) if experiment else reference("fashion_mnist_mini")
    home, root = choose(experiment, workspace), places.workspaces()
    serve(chosen, port=port, language=language, open_browser=browser, workspaces=root, home=home)


def _say(line: str, code: int) -> int:
    click.echo(f"vitrail: {line}", err=True)
    return code
