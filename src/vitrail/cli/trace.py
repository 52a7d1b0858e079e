"""`vitrail trace`: one test example's way through a kept run's model and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from vitrail.cli.reading import run_with_data, scaled
from vitrail.cli.words import class_names
from vitrail.errors import DataError
from vitrail.evaluation import predicted_classes
from vitrail.locale import text
from vitrail.locale.numbers import signed
from vitrail.tracing import trace as trace_step

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.tracing import Trace
    from vitrail.types import Array, Language


def trace(path: Path, *, index: int, layer: str | None, unit: int, language: Language) -> None:
    """Print the trace of one test example: tables of all layers, or the formulas of one unit, checked.

    Args:
        path: run folder.
        index: the example's place in the test set.
        layer: the layer whose unit is explained; none for the tables.
        unit: the unit's place in that layer.
        language: of what is printed.

    Raises:
        VitrailError: the run, its model or its data cannot be opened, or there is no such example, layer or unit.
    """
    run, dataset = run_with_data(path)
    if index >= len(dataset.x_test):
        raise DataError("error.trace.index", index=index, last=len(dataset.x_test) - 1)
    data, one = run.experiment.prepare(dataset), slice(index, index + 1)
    record = trace_step(run.model(), scaled(data.x_test[one], data.scale), data.y_test[one])
    console = Console(highlight=False)
    names = class_names(dataset, language) if run.experiment.data.target == "labels" else []
    if names or dataset.task == "regression":
        console.print(_headline(record, names, dataset.y_test[index].item(), index, language))
    console.print(text("cli.trace.loss", language, loss=signed(record.loss, language)))
    if layer is not None:
        record.check()
        console.print()
        console.print(record.explain(layer, unit=unit).text(language), markup=False)
        return
    console.print(_layers(record, language))
    console.print(_output(record, names, language))


def _headline(record: Trace, names: list[str], label: float, index: int, language: Language) -> str:
    output = record[-1].a[0].ravel()
    if names and output.size in {1, len(names)}:
        predicted = names[int(predicted_classes(output[None])[0])]
        return text("cli.trace.example", language, index=index, label=names[int(label)], predicted=predicted)
    shown = ", ".join(signed(value, language) for value in output)
    return text("cli.trace.value", language, index=index, label=signed(label, language), predicted=shown)


def _layers(record: Trace, language: Language) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, caption=text("cli.trace.range", language), caption_justify="left"
    )
    for column in (text("cli.trace.layer", language), "z", "a", "δ = ∂L/∂z"):
        table.add_column(column, overflow="fold")  # a narrow terminal breaks a range in two lines, and cuts none
    for layer in record.layers:
        ranges = [_range(values, language) for values in (layer.z, layer.a, layer.delta)]
        table.add_row(f"{layer.name} {'x'.join(map(str, layer.a.shape[1:]))}", *ranges)
    return table


def _output(record: Trace, names: list[str], language: Language) -> Table:
    last = record[-1]
    table = Table(
        box=box.SIMPLE_HEAD, title=text("cli.trace.output", language), title_justify="left", title_style="bold"
    )
    table.add_column(text("cli.trace.unit", language), overflow="fold")
    for column in ("z", "a", "δ"):
        table.add_column(column, justify="right", overflow="fold")
    for unit, values in enumerate(zip(last.z[0].ravel(), last.a[0].ravel(), last.delta[0].ravel(), strict=True)):
        name = f"{unit} {names[unit]}" if last.a[0].size == len(names) else str(unit)
        table.add_row(name, *(signed(value, language) for value in values))
    return table


def _range(values: Array, language: Language) -> str:
    return f"{signed(values.min(), language, 3)} .. {signed(values.max(), language, 3)}"
