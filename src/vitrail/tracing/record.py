"""What a trace found, as frozen records of NumPy arrays. Knows neither Keras nor JAX."""

from __future__ import annotations

import difflib
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex, runtime_checkable

from vitrail import showing
from vitrail.errors import InputError, ModelError
from vitrail.tracing.freezing import freeze, reduced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vitrail.tracing.checking import CheckReport
    from vitrail.tracing.choosing import Chosen
    from vitrail.tracing.explaining.explanation import Explanation
    from vitrail.tracing.ledger import Grain, Ledger
    from vitrail.types import Array

INPUT = ""
"""The source of what comes from the batch itself."""


@runtime_checkable
class Named(Protocol):
    """Anything with a name, such as a Keras layer."""

    @property
    def name(self) -> str:
        """The name."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace:
    r"""One layer's part in a step: what it computed on the way forward, and what came back to it.

    $$z = \text{layer}(\text{inputs}) \qquad a = f(z) \qquad \delta = \frac{\partial L}{\partial z}
    \qquad \text{upstream} = \frac{\partial L}{\partial a}$$

    A layer without an activation function of its own has z = a = its output, and delta = upstream = dL/doutput. All
    arrays are read-only, their first axis is the batch.

    Attributes:
        name: the layer's name; in a nested model after that model's name (`"encoder/dense"`), and from the second call
            of a shared layer on with the call's number (`"dense@2"`).
        class_name: the layer's class, such as `"Dense"`.
        activation: name of the activation function f, or none where the layer has none of its own.
        inputs: (batch, ...), what the layer was given; a tuple of arrays where it takes several.
        z: (batch, ..., units), the pre-activation.
        a: (batch, ..., units), the activation, which is the layer's output.
        delta: shape of `z`, the derivative of the loss with respect to it.
        upstream: shape of `a`, the derivative of the loss with respect to it, over all the ways that lead on from here.
        gradients: the derivative of the loss with respect to each trainable variable, by the variable's name and in
            its shape. What regularisers add is part of it. A shared layer's calls all show the total.
        mask: of a `Dropout` layer, shape of `inputs`: what each of them was multiplied by, 0 or 1 / (1 - rate), and 1
            where the layer drops nothing. None of any other layer.
        input_gradients: for each input its dL/dinput by way of this call alone; none for inputs without one (integers).
        parameters: the values of all the layer's variables before the step, by name.
        places: the places of its trainable variables in `Trace.update.variables`, by name.
        settings: the layer's configuration as Keras writes it; empty where the layer is opaque.
        sources: for each input the name of the layer that made it, `INPUT` for the model's own, none if not known.
        opaque: whether Vitrail has no rule of its own for this layer: it shows inputs, outputs and the gradients of
            both, and cannot check what happens between them.
        chosen: the units that were kept, where not all were: the last axis of `z`, `a`, `delta` and `upstream` is
            theirs alone, and of a dense layer that of its variables too.
    """

    name: str
    class_name: str
    activation: str | None
    inputs: Array | tuple[Array, ...]
    z: Array
    a: Array
    delta: Array
    upstream: Array
    gradients: Mapping[str, Array]
    mask: Array | None = None
    input_gradients: tuple[Array | None, ...] = ()
    parameters: Mapping[str, Array] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str | None, ...] = ()
    opaque: bool = True
    chosen: Chosen | None = None

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self)

    def __repr__(self) -> str:
        return _table([self])

    @property
    def all_inputs(self) -> tuple[Array, ...]:
        """The inputs as a tuple, also where there is only one."""
        return self.inputs if isinstance(self.inputs, tuple) else (self.inputs,)

    @property
    def width(self) -> int:
        """The number of units on the last axis, those that were left out included."""
        return self.z.shape[-1] if self.chosen is None else self.chosen.of

    def number(self, place: int) -> int:
        """The number of the unit at a place of one sample's record; they differ where units were left out."""
        return place if self.chosen is None else self.chosen.number(place)

    def place(self, unit: int) -> int:
        """Where a unit stands in one sample's record.

        Raises:
            InputError: there is no such unit, or it was left out.
        """
        size = self.a[0].size // max(1, self.a.shape[-1]) * self.width
        if not 0 <= unit < size:
            raise InputError("error.trace.unit", unit=unit, layer=self.name, count=size, last=size - 1)
        place = unit if self.chosen is None else self.chosen.place(unit)
        if place is None:
            raise InputError("error.trace.unit_left_out", unit=unit, layer=self.name)
        return place


@dataclass(frozen=True, eq=False, repr=False)
class OutputTrace:
    """One output of a model, and the loss that compares it with its targets.

    Attributes:
        name: the output's name.
        loss: name of the Keras loss function; of a loss of one's own the name that it gives itself.
        settings: the options of the loss that are not Keras' defaults, and `reduction`.
        weight: what this loss is multiplied by in L.
        target: (batch, ...), y.
        prediction: (batch, ...), the output.
        sample_weight: weight of each sample, or none.
        gradient: shape of `prediction`, dL/dprediction by way of this loss.
        value: this loss, before `weight`.
        source: name of the layer that made the prediction, `INPUT`, or none where that is not known.
        opaque: whether no chain rule is kept for this loss.
    """

    name: str
    loss: str
    settings: Mapping[str, Any]
    weight: float
    target: Array
    prediction: Array
    sample_weight: Array | None
    gradient: Array
    value: Array
    source: str | None
    opaque: bool

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self)


@dataclass(frozen=True, eq=False, repr=False)
class VariableTrace:
    """One trainable variable in an optimizer's hands.

    Attributes:
        name: the variable's path, such as `"dense/kernel"`.
        before: its value in the step.
        gradient: dL/dvalue.
        slots_before: what the optimizer had kept of earlier gradients, by name.
        slots_after: the same after the step.
        after: its value after the step, as training leaves it.
        decayed: whether the optimizer's weight decay acts on it.
        constraint: name of the constraint that acts on it after the update, or none.
        chosen: of a dense layer of which not all units were kept, those whose weights these are.
    """

    name: str
    before: Array
    gradient: Array
    slots_before: Mapping[str, Array]
    slots_after: Mapping[str, Array]
    after: Array
    decayed: bool = True
    constraint: str | None = None
    chosen: Chosen | None = None

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self)

    @property
    def update(self) -> Array:
        """What the optimizer added: after - before, in float64 so that nothing is rounded away."""
        return self.after.astype("float64") - self.before.astype("float64")


@dataclass(frozen=True, eq=False, repr=False)
class UpdateTrace:
    """The optimizer's part in a step: what the gradients made of each variable.

    Attributes:
        optimizer: the optimizer's class, such as `"Adam"`.
        settings: its options.
        learning_rate: of this step; a schedule has been asked.
        iteration: number of steps before this one.
        variables: the trainable variables, in the model's order.
        shared_before: numbers that the optimizer keeps for all variables together, by name.
        shared_after: the same after the step.
        statistics: variables that are not trained but change in a step (moving means), by path: before and after.
        opaque: whether no rule is kept for this optimizer.
    """

    optimizer: str
    settings: Mapping[str, Any]
    learning_rate: float
    iteration: int
    variables: tuple[VariableTrace, ...]
    shared_before: Mapping[str, float]
    shared_after: Mapping[str, float]
    statistics: Mapping[str, tuple[Array, Array]]
    opaque: bool = False

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self)


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One step through a model and back: the loss, and each layer's part in the order in which the layers ran.

    A layer's part is looked up by its name, by its place (negative ones count from the end), or with the Keras layer
    itself; a layer that ran several times gives its first call.

    Attributes:
        loss: L, the scalar that training minimises.
        layers: every layer's part, in call order. Input layers compute nothing and have none.
        training: whether the layers ran as in training.
        outputs: the model's outputs and their losses.
        update: what the optimizer made of the gradients.
        loss_after: the loss of the same batch, with the same random draws, after the update.
        batch: B, the number of samples in the step.
        samples: the places in the batch of the samples that were recorded; none where all of them were.
        left_out: the names of the layers that ran and were not recorded.
    """

    loss: float
    layers: tuple[LayerTrace, ...]
    training: bool = False
    outputs: tuple[OutputTrace, ...] = ()
    update: UpdateTrace | None = None
    loss_after: float | None = None
    batch: int = 0
    samples: tuple[int, ...] | None = None
    left_out: tuple[str, ...] = ()
    _report: CheckReport | None = field(default=None, init=False)

    def check(self) -> CheckReport:
        """Compute every number of this step again, by two other ways, and compare.

        The chain rule by hand (`vitrail.tracing.chain`) in float64, layer by layer, and central finite differences of
        L: of every parameter where a variable is small, of some where it is large, which the report says.

        Returns:
            The largest differences, and what could not be checked and why. The trace is `checked` from then on.

        Raises:
            CheckError: two ways disagree by more than rounding; the error names the layer.

        Examples:
            >>> import keras, numpy as np
            >>> from vitrail.tracing import trace
            >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")])
            >>> model.compile(optimizer="sgd", loss="mse")
            >>> step = trace(model, np.array([[3.0, 1.0]]), np.array([[4.0]]))
            >>> step.checked, step.check().complete, step.checked
            (False, True, True)
        """
        from vitrail.tracing.checking import check

        report = check(self)
        object.__setattr__(self, "_report", report)
        return report

    @property
    def report(self) -> CheckReport | None:
        """What `check` found; none before it was called."""
        return self._report

    @property
    def checked(self) -> bool:
        """Whether `check` has compared this very trace with the two other ways, and found it right."""
        return self._report is not None

    def ledger(self, grain: Grain = "unit") -> Ledger:
        """The step as a sequence of entries, to be walked forward and back.

        Args:
            grain: how much one entry holds: `"operation"`, `"unit"`, `"layer"`, `"example"` or `"batch"`.

        Raises:
            InputError: there is no such grain.

        Examples:
            >>> import keras, numpy as np
            >>> from vitrail.tracing import trace
            >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")])
            >>> model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse")
            >>> model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
            >>> ledger = trace(model, np.array([[3.0, 1.0]]), np.array([[4.0]])).ledger("operation")
            >>> [entry.what for entry in ledger[:5]]
            ['z', 'a', 'sample_loss', 'loss', 'upstream']
            >>> ledger[0].guess("5,5").right, ledger[0].guess("5").mistakes
            (True, ('bias',))
        """
        from vitrail.tracing.ledger import Ledger

        return Ledger(self, grain)

    def explain(
        self,
        layer: str | SupportsIndex | Named,
        *,
        unit: int = 0,
        sample: int = 0,
        input: int | None = None,  # noqa: A002
    ) -> Explanation:
        """The formulas behind one unit: forward, loss, backward, gradients and the optimizer's rule.

        Each in symbols, then with its numbers, then the recorded value; as text, LaTeX, MathML or plain data.

        Args:
            layer: name, place, or the Keras layer itself.
            unit: its number among all values that the layer gives for one sample.
            sample: place among the recorded samples.
            input: of a dense layer, the input whose weight is followed to its update. None for the one with the
                largest gradient.

        Raises:
            ModelError: there is no such layer.
            InputError: no such unit, sample or input, or the unit was left out.

        Examples:
            >>> import keras, numpy as np
            >>> from vitrail.tracing import trace
            >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")])
            >>> model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse")
            >>> model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
            >>> step = trace(model, np.array([[3.0, 1.0]]), np.array([[4.0]]))
            >>> for what, formula in step.explain("out").lines():
            ...     print(formula)
            z₀ = Σᵢ w[i,0] · xᵢ + b₀ = 1 · 3 + 2 · 1 + 0.5 = 5.5
            a₀ = z₀ = 5.5
            ℓ₀ = 1 / K · Σₖ (yₖ − ŷₖ)² = 1 / 1 · (4 − 5.5)² = 2.25
            L = ℓ₀ = 2.25
            ∂L/∂a₀ = ∂L/∂ℓ · (2 / K) · (ŷ₀ − y₀) = 1 · (2 / 1) · (5.5 − 4) = 3
            δ₀ = ∂L/∂a₀ · 1 = 3 · 1 = 3
            ∂L/∂w[0,0] = x₀ · δ = 3 · 3 = 9
            ∂L/∂b₀ = δ = 3
            w⁺ = w − η · ∂L/∂w = 1 − 0.01 · 9 = 0.91
        """
        from vitrail.tracing.explaining.explanation import explain

        return explain(self, self[layer], unit=unit, sample=sample, input=input)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of `layers`, in their order."""
        return tuple(layer.name for layer in self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[LayerTrace]:
        return iter(self.layers)

    def __contains__(self, key: object) -> bool:
        return key in self.names

    def __getitem__(self, key: str | SupportsIndex | Named) -> LayerTrace:
        """The part of one layer.

        Args:
            key: name (`str`), place (`int`), or the Keras layer itself.

        Raises:
            ModelError: there is no such layer, or several nested models have one of this name.
        """
        if isinstance(key, str):
            return self._named(key)
        if isinstance(key, Named):
            return self._of_layer(key.name)
        try:
            place = operator.index(key)
        except TypeError:
            raise ModelError("error.trace.key", received=type(key).__name__) from None
        if not -len(self) <= place < len(self):
            raise ModelError("error.trace.place", place=place, count=len(self), last=len(self) - 1)
        return self.layers[place]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What a notebook shows: see `vitrail.showing`."""
        return showing.bundle("trace", self)

    def __repr__(self) -> str:
        count = f"{len(self)} layer" if len(self) == 1 else f"{len(self)} layers"
        lines = [f"Trace: loss {self.loss:.6g}, {count}", _table(self.layers)]
        if self.samples is not None:
            lines.append(f"recorded: {len(self.samples)} of {self.batch} samples")
        if self.left_out:
            lines.append(f"left out: {', '.join(self.left_out)}")
        lines += [
            f"recorded of {layer.name}: {len(layer.chosen.units)} of {layer.width} units"
            for layer in self.layers
            if layer.chosen is not None
        ]
        return "\n".join(lines)

    def _named(self, name: str) -> LayerTrace:
        for layer in self.layers:
            if layer.name == name:
                return layer
        near = difflib.get_close_matches(name, self.names, n=1)
        if near:
            raise ModelError("error.trace.name_near", name=name, near=near[0])
        raise ModelError("error.trace.name", name=name, names=", ".join(self.names))

    def _of_layer(self, name: str) -> LayerTrace:
        parts = [layer for layer in self.layers if _own_name(layer.name) == name]
        if len({_without_call(part.name) for part in parts}) > 1:
            raise ModelError("error.trace.ambiguous", name=name, names=", ".join(part.name for part in parts))
        return parts[0] if parts else self._named(name)


def _without_call(name: str) -> str:
    return name.partition("@")[0]


def _own_name(name: str) -> str:
    return _without_call(name).rpartition("/")[2]


_HEADER = ("layer", "class", "activation", "shape", "z", "a", "delta")


def _table(layers: tuple[LayerTrace, ...] | list[LayerTrace]) -> str:
    """Layers as lines of text, with the shape of each output and the range of its numbers."""
    rows: list[tuple[str, ...]] = [_HEADER]
    for layer in layers:
        shape = "x".join(map(str, layer.a.shape))
        ranges = (_range(layer.z), _range(layer.a), _range(layer.delta))
        rows.append((layer.name, layer.class_name, layer.activation or "-", shape, *ranges))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _range(values: Array) -> str:
    return f"{float(values.min()):.3g} .. {float(values.max()):.3g}" if values.size else "-"
