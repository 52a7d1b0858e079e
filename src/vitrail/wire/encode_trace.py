"""Turns one trace into messages, from its frozen record alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.tracing.explaining.expression import largest
from vitrail.tracing.explaining.rendering import Renderer
from vitrail.tracing.record import INPUT
from vitrail.wire import encode
from vitrail.wire import messages as wire
from vitrail.wire.tensors import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tracing.explaining.expression import Equation
    from vitrail.tracing.ledger import Entry
    from vitrail.tracing.record import LayerTrace, Trace
    from vitrail.types import Array, Language

STRIP = 60
"""Samples that one can choose from."""
USES = 8
"""Entries that another one uses are shown up to this number."""

_PICTURE_AXES = 2
_CLASSES = {"sparse_categorical_crossentropy", "categorical_crossentropy"}


def workspace(trace: Trace) -> wire.Workspace:
    """The network and the samples of a step."""
    samples = _samples(trace)
    task = "classification" if trace.outputs and trace.outputs[0].loss in _CLASSES else "regression"
    parameters = sum(int(values.size) for layer in trace for values in layer.parameters.values())
    update = trace.update
    return wire.Workspace(
        dataset=wire.DatasetCard("", trace.batch, 0, list(samples.shape[1:]), task, [], "", ""),
        layers=[_card(trace, layer) for layer in trace],
        settings=wire.Settings(
            scale=1.0,
            optimizer="" if update is None else update.optimizer,
            learning_rate=math.nan if update is None else update.learning_rate,
            loss=", ".join(output.loss for output in trace.outputs),
            batch_size=trace.batch,
            epochs=0,
            seed=0,
            parameters=parameters,
        ),
        strip=_strip(samples, _labels(trace, len(samples))),
        code="",
        notes=list(_notes(trace)),
    )


def frame(trace: Trace) -> wire.Frame:
    """The weights of the step, where they lead from one column to the next."""
    kernels = [
        encode.kernel(layer.name, layer.parameters["kernel"])
        for layer in trace
        if is_chain(trace) and _kernel_shape(layer)
    ]
    return wire.Frame(_clock(trace), "idle", {"loss": trace.loss}, None, kernels)


def look(trace: Trace, sample: int) -> wire.Look:
    """One sample's way through the network and back; L is that of the step."""
    return wire.Look(
        clock=_clock(trace),
        index=sample,
        label=next(iter(_labels(trace, sample + 1)[sample:]), math.nan),
        prediction=trace[-1].a[sample].reshape(-1).tolist(),
        loss=trace.loss,
        layers=[
            wire.LayerLook(part.name, *(encode.tensor(each[sample]) for each in (part.z, part.a, part.delta)))
            for part in trace
        ],
    )


def explained(trace: Trace, layer: str, unit: int, sample: int, language: Language) -> wire.Explained:
    """The formulas of one unit for one sample.

    Raises:
        VitrailError: there is no such layer, unit or sample.
    """
    explanation = trace.explain(layer, unit=unit, sample=sample)
    terms, back_terms = _connections(trace, trace[layer], unit, sample) if is_chain(trace) else ([], [])
    return wire.Explained(
        clock=_clock(trace),
        layer=layer,
        unit=unit,
        sample=sample,
        batch=trace.batch,
        checked=explanation.checked,
        unchecked=list(explanation.unchecked),
        formulas=[formula(equation, language) for equation in explanation.equations],
        terms=terms,
        back_terms=back_terms,
    )


def formula(equation: Equation, language: Language) -> wire.Formula:
    """One equation."""
    symbols, numbers = Renderer("mathml", language).rows(equation)
    return wire.Formula(equation.key, symbols, numbers, equation.value)


def entry(entry: Entry, language: Language) -> wire.LedgerEntry:
    """One entry of a ledger. Where the batch is one sample, that one needs no number."""
    output, equation = _shown(entry.output), entry.equation
    return wire.LedgerEntry(
        grain=entry.ledger.grain,
        index=entry.index,
        count=len(entry.ledger),
        phase=entry.phase,
        name=entry.name,
        what=entry.what,
        sample=_sample(entry),
        unit=entry.unit,
        value=output.value,
        shape=list(np.shape(entry.output)),
        low=output.low,
        high=output.high,
        uses=[_used(entry.ledger[index]) for index in entry.uses[:USES]],
        uses_count=len(entry.uses),
        formula=None if equation is None else formula(equation, language),
    )


def is_chain(trace: Trace) -> bool:
    """Whether each layer takes the one before it alone: only then do the drawing's columns show what leads where."""
    before = (INPUT, *trace.names[:-1])
    return all(layer.sources == (source,) for layer, source in zip(trace, before, strict=True))


class _Shown(NamedTuple):
    value: float | None
    low: float
    high: float


def _shown(output: Array) -> _Shown:
    values = np.asarray(output, "float64")
    value = None if values.ndim else float(values)
    return _Shown(value, float(values.min(initial=math.inf)), float(values.max(initial=-math.inf)))


def _used(entry: Entry) -> wire.Used:
    value = _shown(entry.output).value
    return wire.Used(entry.index, entry.phase, entry.name, entry.what, _sample(entry), entry.unit, value)


def _sample(entry: Entry) -> int | None:
    return None if entry.ledger.trace.batch == 1 else entry.sample


def _clock(trace: Trace) -> wire.Clock:
    return wire.Clock(0, 0, 0, 0 if trace.update is None else trace.update.iteration)


def _samples(trace: Trace) -> Array:
    """What the first layer that takes the batch itself was given; nothing where that layer was not recorded."""
    for layer in trace:
        for source, values in zip(layer.sources, layer.all_inputs, strict=False):
            if source == INPUT:
                return values[:STRIP]
    return np.empty((len(trace[0].a[:STRIP]), 0))


def _labels(trace: Trace, count: int) -> list[float]:
    """The targets of the first recorded samples, where each is one number or one class."""
    if len(trace.outputs) != 1:
        return []
    (output,) = trace.outputs
    one_hot = output.loss == "categorical_crossentropy" and output.target.ndim == 2  # noqa: PLR2004 - (samples, classes)
    if output.target[0].size != 1 and not one_hot:
        return []
    places = range(count) if trace.samples is None else trace.samples[:count]
    return [_number(output.target[place]) for place in places]


def _number(target: Array) -> float:
    """A target as one number: itself, or the class that a one-hot row stands for."""
    return float(target.reshape(-1)[0] if target.size == 1 else target.argmax())


def _strip(samples: Array, labels: list[float]) -> wire.Strip:
    shape = _picture(samples)
    numbers = np.asarray(samples, "float64")
    low, high = numbers.min(initial=0.0), numbers.max(initial=0.0)
    if shape and low >= 0.0:  # drawn from black to white, as a picture is
        pixels = np.rint(numbers * (255 / high if high else 0.0)).astype(np.uint8)
        values = Tensor([len(samples), *shape], "uint8", pixels.tobytes())
    else:
        values = encode.tensor(numbers.reshape(len(samples), -1))
    return wire.Strip("image" if values.dtype == "uint8" else "row", list(range(len(samples))), labels, values)


def _picture(samples: Array) -> list[int]:
    """(height, width) of samples that are pictures with one channel, otherwise empty."""
    shape = list(samples.shape[1:])
    shape = shape[:-1] if len(shape) == _PICTURE_AXES + 1 and shape[-1] == 1 else shape
    return shape if len(shape) == _PICTURE_AXES else []


def _card(trace: Trace, layer: LayerTrace) -> wire.LayerCard:
    kernel = _kernel_shape(layer)
    picture = _picture(_samples(trace)) if kernel and layer is _first_dense(trace) else []
    return wire.LayerCard(
        name=layer.name,
        class_name=layer.class_name,
        activation=layer.activation,
        output_shape=list(layer.a.shape[1:]),
        kernel_shape=kernel,
        picture_shape=picture if kernel and math.prod(picture) == kernel[0] else [],
        parameters=sum(int(values.size) for values in layer.parameters.values()),
    )


def _kernel_shape(layer: LayerTrace) -> list[int]:
    """(inputs, units) of a layer whose units each weigh every input, otherwise empty."""
    is_dense = (
        layer.class_name == "Dense"
        and layer.chosen is None
        and layer.z.ndim == _PICTURE_AXES
        and "kernel" in layer.parameters
    )
    return list(layer.parameters["kernel"].shape) if is_dense and layer.chosen is None else []


def _notes(trace: Trace) -> Iterator[wire.Notice]:
    """What was left out."""
    if trace.samples is not None:
        counts = {"kept": len(trace.samples), "count": trace.batch}
        yield wire.Notice("information", "trace.left_out.samples", {**counts})
    if trace.left_out:
        yield wire.Notice("information", "trace.left_out.layers", {"names": ", ".join(trace.left_out)})
    for layer in trace:
        if layer.chosen is not None:
            counts = {"kept": len(layer.chosen.units), "count": layer.width}
            yield wire.Notice("information", "trace.left_out.units", {"layer": layer.name, **counts})


def _first_dense(trace: Trace) -> LayerTrace | None:
    """The layer whose weights stand at the pixels' places, where nothing before it moves them."""
    if not is_chain(trace):
        return None
    after = (layer for layer in trace if layer.class_name not in encode.PASS_PIXELS)
    return next(after, None)


def _connections(trace: Trace, layer: LayerTrace, unit: int, sample: int) -> tuple[list[wire.Term], list[wire.Term]]:
    """The terms of z, and of what comes back where no Dropout is at work in between."""
    terms = _largest(layer.parameters["kernel"][:, unit], layer.all_inputs[0][sample]) if _kernel_shape(layer) else []
    after = trace.layers[trace.names.index(layer.name) + 1 :]
    following = next((part for part in after if part.class_name != "Dropout"), None)
    direct = following is not None and (following is after[0] or not trace.training)
    if following is None or not direct or not _kernel_shape(following):
        return terms, []
    return terms, _largest(following.parameters["kernel"][unit], following.delta[sample])


def _largest(weights: Array, values: Array) -> list[wire.Term]:
    places = largest(weights, values).places
    return [wire.Term(place, float(weights[place]), float(values[place])) for place in places]
