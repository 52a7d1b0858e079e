"""`vitrail fit`: train an experiment, show each epoch and the confusion table, keep the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vitrail import runs
from vitrail.cli.confusion import confusion_table, has_table
from vitrail.cli.reading import read_experiment
from vitrail.data import load_dataset
from vitrail.errors import RunError, UnavailableError
from vitrail.evaluation import predict
from vitrail.experiment import reference
from vitrail.locale import decimal, text
from vitrail.training import Session

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.training import EpochRecord, Run
    from vitrail.types import Language

_CHUNKS = 20
"""How many times an epoch's progress bar moves."""


def fit(path: Path | None, *, epochs: int | None, seed: int | None, out: Path | None, language: Language) -> None:
    """Train, print and keep one experiment.

    Args:
        path: of the experiment, or a name of the catalogue; the reference one by default.
        epochs: instead of the experiment's.
        seed: instead of the experiment's.
        out: folder for the run.
        language: of what is printed.

    Raises:
        VitrailError: the experiment or its data cannot be used, or the folder cannot be written.
    """
    if out is not None and out.exists():
        raise RunError("error.run.exists", path=str(out))
    console = Console(highlight=False, soft_wrap=True)
    experiment, dataset = _with_data(read_experiment(path) if path else None, console, language)
    experiment = _changed(experiment, epochs, seed)
    console.print(
        text("cli.fit.start", language, data=experiment.data.name, count=len(dataset.x_train), seed=experiment.seed)
    )
    session = Session.open(experiment, dataset)
    run = _train(session, console, language)
    if has_table(dataset):
        outputs = predict(run.model, session.inputs("test"), batch_size=1024)
        console.print(confusion_table(dataset, outputs, language))
    folder = runs.save(run, experiment, out)
    console.print(text("cli.saved", language, path=str(folder)))
    console.print(text("cli.fit.next", language, path=str(folder)))


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


def _train(session: Session, console: Console, language: Language) -> Run:
    batches = session.clock.batches_per_epoch
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        for epoch in range(1, session.experiment.fit.epochs + 1):
            task = progress.add_task(text("cli.fit.epoch", language, epoch=epoch), total=batches)
            while len(session.history) < epoch:
                chunk = max(1, -(-batches // _CHUNKS))
                session.advance(batches=chunk)
                progress.advance(task, chunk)
            progress.remove_task(task)
            _print_epoch(session.history[-1], console, language)
    return session.run()


def _print_epoch(record: EpochRecord, console: Console, language: Language) -> None:
    if record.epoch == 1:
        names = ["epoch", *record.logs, "seconds"]
        console.print(
            _row([text(f"cli.column.{name}", language) if name in _NAMED else name for name in names]), style="bold"
        )
    values = [f"{value:.4f}" for value in record.logs.values()]
    console.print(
        _row([str(record.epoch), *(decimal(value, language) for value in [*values, f"{record.seconds:.2f}"])])
    )


_NAMED = {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
"""Columns that have a word of their own in every language; other metrics keep Keras' name."""


def _row(cells: list[str]) -> str:
    return "  ".join(
        f"{cell:>{max(7, len(cell))}}" if place == 0 else f"{cell:>16}" for place, cell in enumerate(cells)
    )
