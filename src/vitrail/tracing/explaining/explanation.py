"""Explains one unit of one layer: forward, loss, backward, gradients, update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.errors import InputError, ModelError
from vitrail.locale import text
from vitrail.tracing.chain import loss_options, step
from vitrail.tracing.chain.losses import LOSSES, reduce, targets
from vitrail.tracing.chain.step import wide
from vitrail.tracing.explaining import functions, updates, windows
from vitrail.tracing.explaining.expression import (
    SHOWN,
    Equation,
    Expression,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
    largest,
    minus,
    root,
)
from vitrail.tracing.explaining.rendering import Form, Renderer, as_data

if TYPE_CHECKING:
    from vitrail.tracing.checking import Reason
    from vitrail.tracing.record import LayerTrace, OutputTrace, Trace
    from vitrail.types import Array, Language


@dataclass(frozen=True)
class Explanation:
    """One unit of one layer, for one sample, as formulas.

    Attributes:
        layer: the layer's name.
        unit: the unit's number among all values of the layer's output for one sample.
        sample: the sample's place among those that were recorded.
        input: i, the input whose weight is followed; none for layers without weights.
        batch: B: L is the mean over so many samples. With 1 it is the loss of one example, as a batch of one.
        checked: whether this layer, the loss and the update had been checked, without exception, when it was explained.
        unchecked: where they had been checked with exceptions, why those were not.
        equations: in the order of the computation.
    """

    layer: str
    unit: int
    sample: int
    input: int | None
    batch: int
    checked: bool
    unchecked: tuple[Reason, ...]
    equations: tuple[Equation, ...]

    def __getitem__(self, key: str) -> Equation:
        """The first equation of a key."""
        return next(equation for equation in self.equations if equation.key == key)

    def scope(self, language: Language = "en") -> str:
        """Which L this is about."""
        if self.batch == 1:
            return text("trace.explain.one", language)
        return text("trace.explain.batch", language, batch=self.batch, sample=self.sample)

    def status(self, language: Language = "en") -> str:
        """Whether these numbers were checked."""
        if self.unchecked:
            reasons = "; ".join(text(f"trace.unchecked.{each}", language) for each in self.unchecked)
            return text("trace.explain.partly_checked", language, reasons=reasons)
        return text("trace.explain.checked" if self.checked else "trace.explain.not_checked", language)

    def lines(self, form: Form = "text", language: Language = "en", digits: int = 6) -> list[tuple[str, str]]:
        """Each equation with what it is, in words."""
        renderer = Renderer(form, language, digits=digits)
        return [
            (text(f"trace.explain.{equation.key}", language), renderer.equation(equation))
            for equation in self.equations
        ]

    def text(self, language: Language = "en", digits: int = 6) -> str:
        """As Unicode text."""
        title = text("trace.explain.title", language, layer=self.layer, unit=self.unit)
        rows = [f"{what}\n    {formula}" for what, formula in self.lines("text", language, digits)]
        return "\n".join((title, self.scope(language), self.status(language), "", *rows))

    def latex(self, language: Language = "en", digits: int = 6) -> list[str]:
        """Each equation as LaTeX, for display style."""
        return [formula for _, formula in self.lines("latex", language, digits)]

    def mathml(self, language: Language = "en", digits: int = 6) -> list[str]:
        """Each equation as a MathML element."""
        return [formula for _, formula in self.lines("mathml", language, digits)]

    def data(self) -> list[dict[str, Any]]:
        """Each equation as plain nested data."""
        return [
            {"key": each.key, "left": as_data(each.left), "right": as_data(each.right), "value": each.value}
            for each in self.equations
        ]

    def __repr__(self) -> str:
        return self.text()


def explain(trace: Trace, layer: LayerTrace, *, unit: int, sample: int, input: int | None) -> Explanation:  # noqa: A002
    """The formulas of one unit; see `Trace.explain`."""
    here = _Place(trace, layer, sample, unit)
    count = layer.a.shape[0]
    if not -count <= sample < count:
        raise InputError("error.trace.sample", sample=sample, count=count, last=count - 1)
    layer.place(unit)
    followed, unchecked = _followed(here, input), _unchecked(trace, layer)
    parts = (forward(here), losses(here), backward(here), gradients(here, followed), _updates(here, followed))
    return Explanation(
        layer.name,
        unit,
        sample % count,
        followed,
        trace.batch,
        trace.checked and not unchecked,
        unchecked,
        tuple(equation for part in parts for equation in part),
    )


def _unchecked(trace: Trace, layer: LayerTrace) -> tuple[Reason, ...]:
    """Why a check left something of this layer, the loss or the update out; nothing where there was no check."""
    report = trace.report
    return () if report is None else tuple(sorted({*report.unchecked, *report[layer.name].unchecked}))


class _Place(NamedTuple):
    """A unit of a layer, for one sample."""

    trace: Trace
    layer: LayerTrace
    sample: int
    unit: int

    def value(self, values: Array) -> float:
        """The unit's number in an array of the layer's output shape."""
        return float(values[self.sample].reshape(-1)[self.place])

    @property
    def place(self) -> int:
        """The unit's place among those that were kept."""
        return self.layer.place(self.unit)

    def symbol(self, name: str, values: Array) -> Symbol:
        """The unit's number under a name."""
        return Symbol(name, self.value(values), str(self.unit))

    @property
    def is_dense(self) -> bool:
        """Whether the unit weighs its inputs."""
        return self.layer.class_name == "Dense" and not self.layer.opaque

    @property
    def column(self) -> int:
        """The unit's place on the last axis, among those that were kept."""
        return self.place % self.layer.z.shape[-1]

    @property
    def j(self) -> int:
        """The unit's number on the last axis."""
        return self.unit % self.layer.width

    @property
    def row(self) -> Array:
        """x, the inputs that the unit weighs."""
        inputs = self.layer.all_inputs[0][self.sample]
        return inputs.reshape(-1, inputs.shape[-1])[self.unit // self.layer.width]

    @property
    def output(self) -> OutputTrace | None:
        """The loss that looks at this layer."""
        return next((each for each in self.trace.outputs if each.source == self.layer.name), None)


def _followed(here: _Place, place: int | None) -> int | None:
    """The input whose weight is followed: the asked one, or the one with the largest gradient."""
    if not here.is_dense:
        if place is not None:
            raise ModelError("error.trace.no_weights", layer=here.layer.name, class_name=here.layer.class_name)
        return None
    gradients = here.layer.gradients.get("kernel", here.layer.parameters["kernel"])
    if place is None:
        return int(np.abs(gradients[:, here.column]).argmax())
    if not 0 <= place < len(gradients):
        last = len(gradients) - 1
        raise InputError("error.trace.input", input=place, layer=here.layer.name, count=len(gradients), last=last)
    return place


def forward(here: _Place) -> list[Equation]:
    """Z and a."""
    layer = here.layer
    z, a = here.symbol("z", layer.z), here.symbol("a", layer.a)
    if here.is_dense:
        return [Equation("z", z, _weighted(here)), Equation("a", a, _activated(here, z))]
    if windows.is_convolution(layer):
        summed = windows.convolved(layer, here.sample, here.unit)
        return [Equation("z", z, summed), Equation("a", a, _activated(here, z))]
    if layer.activation is not None and not layer.opaque:
        return [Equation("a", a, _activated(here, z))]
    return [Equation("a", a, _output(here))]


def _weighted(here: _Place) -> Expression:
    weights, x, j = here.layer.parameters["kernel"][:, here.column], here.row, here.unit
    shown = largest(weights, x)
    terms = tuple(
        Product((Symbol("w", float(weights[i]), f"{i},{j}"), Symbol("x", float(x[i]), str(i)))) for i in shown.places
    )
    general = Product((Symbol("w", 0.0, f"i,{j}"), Symbol("x", 0.0, "i")))
    total = Series("i", general, terms, shown.rest, shown.rest_count)
    bias = here.layer.parameters.get("bias")
    return total if bias is None else Sum((total, Symbol("b", float(bias[here.column]), str(j))))


def _activated(here: _Place, z: Symbol) -> Expression | None:
    layer = here.layer
    if (found := _activation(layer)) is None:
        return None
    name, options = found
    if name == "softmax" and layer.chosen is None:
        return functions.softmax(_last_axis(here, layer.z), here.column)
    if name in {*functions.ACROSS_UNITS, "softmax"}:
        return None
    return functions.activation(name, options, z)


def _activation(layer: LayerTrace) -> tuple[str, dict[str, Any]] | None:
    """The activation function and its options; none where the layer's rule is not known."""
    known = not layer.opaque or windows.is_convolution(layer)
    return step.reference(layer.settings.get("activation")) if known else None


def _last_axis(here: _Place, values: Array) -> Array:
    """The values of all units along the last axis, where the unit is one of them."""
    return values[here.sample].reshape(-1, values.shape[-1])[here.unit // values.shape[-1]]


def _output(here: _Place) -> Expression | None:
    """The output of a layer without an activation function of its own."""
    layer, sample, unit = here.layer, here.sample, here.unit
    if layer.chosen is not None:
        return None
    same = [values[sample].reshape(-1) for values in layer.all_inputs if values.shape == layer.a.shape]
    xs = [
        Symbol("x" if len(same) == 1 else f"x{place + 1}", float(values[unit]), str(unit))
        for place, values in enumerate(same)
    ]
    match layer.class_name:
        case "Flatten" | "Reshape":
            return Symbol("x", here.value(layer.a), str(unit))
        case "Dropout" if layer.mask is not None:
            return Product((Symbol("m", float(layer.mask[sample].reshape(-1)[unit]), str(unit)), xs[0]))
        case "Add" if len(xs) == len(layer.all_inputs):
            return Sum(tuple(xs))
        case "Multiply" if len(xs) == len(layer.all_inputs):
            return Product(tuple(xs))
        case "BatchNormalization" | "LayerNormalization" if not layer.opaque:
            return _normalized(here, xs[0])
        case _:
            return windows.output(layer, sample, unit)


def _normalized(here: _Place, x: Symbol) -> Expression:
    """Gamma (x - mu) / sqrt(sigma^2 + epsilon) + beta."""
    layer, values = here.layer, wide(here.layer.all_inputs[0])
    axis = np.atleast_1d(layer.settings["axis"]) % values.ndim
    if layer.class_name == "LayerNormalization":
        over = tuple(axis)
        mean, variance = (method(axis=over, keepdims=True) for method in (values.mean, values.var))
    elif here.trace.training and layer.settings.get("trainable", True):
        over = tuple(place for place in range(values.ndim) if place not in axis)
        mean, variance = (method(axis=over, keepdims=True) for method in (values.mean, values.var))
    else:
        shape = [size if place in axis else 1 for place, size in enumerate(values.shape)]
        mean, variance = (layer.parameters[name].reshape(shape) for name in ("moving_mean", "moving_variance"))
    mu, sigma2 = (
        Symbol(name, here.value(np.broadcast_to(each, values.shape)))
        for name, each in (("mu", mean), ("sigma2", variance))
    )
    shown: Expression = Quotient(minus(x, mu), root(Sum((sigma2, Symbol("epsilon", layer.settings["epsilon"])))))
    shape = [size if place in axis else 1 for place, size in enumerate(values.shape)]
    if "gamma" in layer.parameters:
        gamma = np.broadcast_to(layer.parameters["gamma"].reshape(shape), values.shape)
        shown = Product((Symbol("gamma", here.value(gamma)), shown))
    if "beta" in layer.parameters:
        beta = np.broadcast_to(layer.parameters["beta"].reshape(shape), values.shape)
        shown = Sum((shown, Symbol("beta", here.value(beta))))
    return shown


def losses(here: _Place) -> list[Equation]:
    """L, and for an output unit the sample's loss and dL/dprediction."""
    total = Symbol("L", here.trace.loss)
    output = here.output
    if output is None or output.opaque or here.trace.samples is not None:
        return [Equation("loss", total, None)]
    rule, options = LOSSES[output.loss], loss_options(output.loss, output.settings)
    prediction = wide(output.prediction)
    y = targets(rule, output.target, prediction)
    values = rule.forward(y, prediction, **options)
    weights = None if output.sample_weight is None else wide(output.sample_weight)
    share = output.weight * reduce(values, weights, output.settings["reduction"])[1]
    found: list[Equation] = []
    flat = prediction.ndim == 2 and values.ndim == 1  # noqa: PLR2004 - (samples, units)
    if flat:
        hot = np.eye(prediction.shape[-1])[y[here.sample]] if rule.sparse else y[here.sample]
        own = float(values[here.sample])
        name = Symbol("ell", own, str(here.sample))
        found.append(
            Equation("sample_loss", name, functions.loss(output.loss, options, hot, prediction[here.sample], own))
        )
        gradient = here.symbol("dL/da", here.layer.upstream)
        part = float(share[here.sample])
        right = functions.loss_slope(
            output.loss, options, hot, prediction[here.sample], here.unit, part, gradient.value
        )
        alone = len(here.trace.outputs) == 1 and not step.penalties(here.trace)
        found.append(Equation("loss", total, _mean(values, share) if alone else None))
        found.append(Equation("loss_slope", gradient, right))
        return found
    return [Equation("loss", total, None)]


def _mean(values: Array, share: Array) -> Expression:
    """The sum over the samples of their losses, each with its share."""
    if len(values) == 1 and share[0] == 1:
        return Symbol("ell", float(values[0]), "0")
    shown = largest(share, values)
    terms = tuple(
        Product((Symbol("dL/dell", float(share[n]), str(n)), Symbol("ell", float(values[n]), str(n))))
        for n in shown.places
    )
    return Series("n", Product((Symbol("dL/dell", 0, "n"), Symbol("ell", 0, "n"))), terms, shown.rest, shown.rest_count)


def backward(here: _Place) -> list[Equation]:
    """dL/da from what follows, and delta."""
    layer = here.layer
    upstream, delta = here.symbol("dL/da", layer.upstream), here.symbol("delta", layer.delta)
    found = [] if here.output is not None else [Equation("upstream", upstream, _from_behind(here))]
    if layer.activation is None:
        return [*found, Equation("output_delta", Symbol("delta", delta.value, delta.lower), upstream)]
    return [*found, Equation("delta", delta, _delta(here, upstream))]


def _delta(here: _Place, upstream: Symbol) -> Expression | None:
    layer = here.layer
    if (found := _activation(layer)) is None:
        return None
    name, options = found
    if name == "softmax" and layer.chosen is None:
        return functions.softmax_delta(_last_axis(here, layer.upstream), _last_axis(here, layer.a), here.column)
    if name in {*functions.ACROSS_UNITS, "softmax"}:
        return None
    return Product((upstream, functions.slope(name, options, here.symbol("z", layer.z), here.symbol("a", layer.a))))


def _from_behind(here: _Place) -> Expression | None:
    """The sum of what the layers that use this output give back."""
    users = [
        (user, place)
        for user in here.trace.layers
        for place, source in enumerate(user.sources)
        if source == here.layer.name
    ]
    user = users[0][0] if len(users) == 1 else None
    if user is not None and user.class_name == "Dense" and user.delta.ndim == 2 and _is_whole(user):  # noqa: PLR2004
        weights, deltas, j = user.parameters["kernel"][here.unit], user.delta[here.sample], here.unit
        shown = largest(weights, deltas)
        terms = tuple(
            Product((Symbol("w", float(weights[k]), f"{j},{k}"), Symbol("delta", float(deltas[k]), str(k))))
            for k in shown.places
        )
        general = Product((Symbol("w", 0.0, f"{j},k"), Symbol("delta", 0.0, "k")))
        return Series("k", general, terms, shown.rest, shown.rest_count)
    shares = [
        Symbol("dL/dx", float(gradient[here.sample].reshape(-1)[here.unit]), user.name)
        for user, place in users
        if (gradient := user.input_gradients[place]) is not None
    ]
    complete = users and len(shares) == len(users) and here.trace.samples is None and not here.trace.left_out
    return (
        Sum(tuple(shares)) if complete and step.activity(here.trace, here.layer, wide(here.layer.a)) is None else None
    )


def _is_whole(layer: LayerTrace) -> bool:
    """Whether a layer's rule is known, and all its units were kept."""
    return not layer.opaque and layer.chosen is None


def gradients(here: _Place, place: int | None) -> list[Equation]:
    """dL/dw and dL/db, the sums over the batch."""
    if place is None or "kernel" not in here.layer.gradients:
        return []
    layer, i, column = here.layer, place, here.column
    calls = [each for each in here.trace.layers if each.places.get("kernel") == layer.places["kernel"]]
    found: list[Equation] = []
    whole = len(calls) == 1 and here.trace.samples is None
    x, deltas = (values.reshape(-1, values.shape[-1]) for values in (layer.all_inputs[0], layer.delta))
    for key, name, gradient, factors, lower in (
        ("weight_gradient", "dL/dw", layer.gradients["kernel"][i, column], x[:, i], f"{i},{here.j}"),
        ("bias_gradient", "dL/db", layer.gradients.get("bias", np.zeros(column + 1))[column], None, str(here.j)),
    ):
        if factors is None and "bias" not in layer.gradients:
            continue
        right = _over_batch(factors, deltas[:, column], i) if whole else None
        penalty = step.penalties(here.trace).get(layer.places["kernel" if factors is not None else "bias"])
        if right is not None and penalty is not None:
            extra = penalty[1][i, column] if factors is not None else penalty[1][column]
            right = Sum((right, Symbol("dR/dw", float(extra), lower)))
        found.append(Equation(key, Symbol(name, float(gradient), lower), right))
    return found


def _over_batch(factors: Array | None, deltas: Array, i: int) -> Expression:
    """The sum over the samples n of x_i delta_j, or of delta_j."""
    shown = largest(np.ones(len(deltas)) if factors is None else factors, deltas)
    terms: list[Expression] = []
    for n in shown.places[:SHOWN]:
        delta = Symbol("delta", float(deltas[n]), str(n) if len(deltas) > 1 else "")
        x = None if factors is None else Symbol("x", float(factors[n]), f"{i},{n}" if len(deltas) > 1 else str(i))
        terms.append(delta if x is None else Product((x, delta)))
    if len(deltas) == 1:
        return terms[0]
    general: Expression = Symbol("delta", 0.0, "n")
    if factors is not None:
        general = Product((Symbol("x", 0.0, f"{i},n"), general))
    return Series("n", general, tuple(terms), shown.rest, shown.rest_count)


def _updates(here: _Place, place: int | None) -> list[Equation]:
    """The optimizer's rule, for the followed weight."""
    update = here.trace.update
    if place is None or update is None or "kernel" not in here.layer.places:
        return []
    variable = update.variables[here.layer.places["kernel"]]
    column = here.j if variable.chosen is None else here.column
    return list(updates.equations(updates.Weight(update, variable, (place, column))))
