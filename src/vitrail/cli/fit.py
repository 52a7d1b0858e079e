"""`vitrail fit`: train an experiment, show each epoch and the confusion table, keep the run, lose nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vitrail import runs
from vitrail.cli.confusion import confusion_table, has_table
from vitrail.cli.reading import read_experiment
from vitrail.cli.words import column
from vitrail.data import load_dataset
from vitrail.errors import RunError, UnavailableError
from vitrail.evaluation import predict
from vitrail.experiment import reference
from vitrail.locale import decimal, text
from vitrail.locale.numbers import integer
from vitrail.training import Checkpoints, DivergenceError, Session, interruptible
from vitrail.training.snapshot import read as read_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.runs import Places
    from vitrail.training import EpochRecord
    from vitrail.training.session import OnNaN
    from vitrail.types import Language

_CHUNKS = 20
"""How many times an epoch's progress bar moves, at least."""
_CHUNK_SECONDS = 0.5
"""How long a chunk may take: Ctrl-C waits for its end."""


def fit(
    path: Path | None, *, epochs: int | None, seed: int | None, out: Path | None, on_nan: OnNaN, language: Language
) -> bool:
    """Train, print and keep one experiment.

    Args:
        path: of the experiment, or a name of the catalogue; the reference one by default.
        epochs: instead of the experiment's.
        seed: instead of the experiment's.
        out: folder for the run.
        on_nan: whether to stop before a batch that makes the loss or a weight NaN or infinite.
        language: of what is printed.

    Returns:
        Whether the training came to its end; false when Ctrl-C stopped it.

    Raises:
        VitrailError: the experiment or its data cannot be used, or a folder cannot be written.
    """
    console = Console(highlight=False, soft_wrap=True)
    experiment, dataset = _with_data(read_experiment(path) if path else None, console, language)
    experiment = _changed(experiment, epochs, seed)
    places = runs.new_places(experiment, out)
    count = integer(len(dataset.x_train), language)
    console.print(text("cli.fit.start", language, data=experiment.data.name, count=count, seed=experiment.seed))
    for finding in dataset.findings:
        console.print(text("cli.table.finding", language, finding=finding.render(language)), markup=False)
    session = Session.open(experiment, dataset, on_nan=on_nan)
    with places.held():
        return _carry_out(session, places, console, language)


def resume(folder: Path, *, on_nan: OnNaN, language: Language) -> bool:
    """Go on with a run that was stopped or killed, to the digits of one that never was.

    Args:
        folder: of the run, or of its checkpoints.
        on_nan: as in `fit`.
        language: of what is printed.

    Returns:
        As `fit`.

    Raises:
        VitrailError: there is nothing to go on from, somebody trains it already, its data cannot be had, or a folder
            cannot be written.
    """
    console = Console(highlight=False, soft_wrap=True)
    places = runs.places_of(folder)
    with places.held():
        return _go_on(places, console, on_nan=on_nan, language=language)


def _go_on(places: Places, console: Console, *, on_nan: OnNaN, language: Language) -> bool:
    kept = read_snapshot(places.unfinished)
    for damaged in kept.damaged:
        console.print(text("error.run.snapshot_damaged", language, path=str(damaged)))
    clock = kept.state.clock
    console.print(text("cli.fit.resumed", language, epoch=clock.epoch + 1, batch=clock.batch + 1))
    session = Session.resume(kept, on_nan=on_nan)
    for record in session.history:
        _print_epoch(record, console, language)
    return _carry_out(session, places, console, language)


def _carry_out(session: Session, places: Places, console: Console, language: Language) -> bool:
    """Train to the end and keep the run; however that ends, say how to go on."""
    checkpoints = Checkpoints(session, places.unfinished)
    hint = text("cli.fit.resume", language, path=str(places.unfinished))
    try:
        finished = _train(session, checkpoints, console, language)
        checkpoints.write()
        if not finished:
            console.print(text("cli.fit.stopped", language, epoch=session.clock.epoch + 1, batch=session.clock.batch))
            console.print(hint)
            return False
        _print_end(session, console, language)
        run = session.run()
        if has_table(session.dataset, session.experiment):
            outputs = predict(run.model, session.inputs("test"), batch_size=1024)
            console.print(confusion_table(session.dataset, outputs, language))
        folder = runs.save(run, session.experiment, places.final)
    except KeyboardInterrupt:
        console.print(hint)
        return False
    except DivergenceError:
        checkpoints.write()
        console.print(hint)
        raise
    except RunError:
        console.print(hint)
        raise
    places.clear()
    console.print(text("cli.saved", language, path=str(folder)))
    console.print(text("cli.fit.next", language, path=str(folder)))
    return True


def _with_data(experiment: Experiment | None, console: Console, language: Language) -> tuple[Experiment, Dataset]:
    """The experiment and its data; where the full Fashion-MNIST cannot be had, the mini set, with a word about it."""
    if experiment is not None:
        return experiment, load_dataset(experiment.data.name, **dict(experiment.data.options))
    try:
        return reference(), load_dataset("fashion_mnist")
    except UnavailableError as error:
        console.print(error.render(language))
        console.print(text("cli.fit.mini", language))
        return reference("fashion_mnist_mini"), load_dataset("fashion_mnist_mini")


def _changed(experiment: Experiment, epochs: int | None, seed: int | None) -> Experiment:
    fitting = experiment.fit if epochs is None else experiment.fit.model_copy(update={"epochs": epochs})
    return experiment.model_copy(update={"fit": fitting, "seed": experiment.seed if seed is None else seed})


def _train(session: Session, checkpoints: Checkpoints, console: Console, language: Language) -> bool:
    """Train to the end, or to a Ctrl-C. Says whether the end was reached."""
    chunk = most = max(1, -(-session.clock.batches_per_epoch // _CHUNKS))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with interruptible() as interruption, progress:
        while not session.finished:
            clock, done = session.clock, len(session.history)
            epoch = text("cli.fit.epoch", language, epoch=clock.epoch + 1)
            task = progress.add_task(epoch, total=clock.batches_per_epoch, completed=clock.batch)
            while len(session.history) == done:
                if interruption.asked:
                    return False
                began = time.perf_counter()
                session.advance(batches=chunk)
                progress.advance(task, chunk)
                chunk = max(1, min(most, int(chunk * _CHUNK_SECONDS / (time.perf_counter() - began))))
                checkpoints.offer()
            progress.remove_task(task)
            _print_epoch(session.history[-1], console, language)
    return True


def _print_end(session: Session, console: Console, language: Language) -> None:
    """What callbacks made of the end."""
    if session.stopped:
        console.print(text(f"training.stopped.{session.stopped.reason}", language, epoch=session.stopped.epoch))
    if session.state.restored:
        console.print(text("training.restored", language, epoch=session.state.restored))


def _print_epoch(record: EpochRecord, console: Console, language: Language) -> None:
    if record.epoch == 1:
        names = ["epoch", *record.logs, "seconds"]
        console.print(_row([column(name, language) for name in names]), style="bold")
    values = [f"{value:.4f}" for value in record.logs.values()]
    console.print(
        _row([str(record.epoch), *(decimal(value, language) for value in [*values, f"{record.seconds:.2f}"])])
    )


def _row(cells: list[str]) -> str:
    return "  ".join(
        f"{cell:>{max(7, len(cell))}}" if place == 0 else f"{cell:>16}" for place, cell in enumerate(cells)
    )
