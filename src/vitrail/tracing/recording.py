"""What a compiled step gave back becomes a record that knows neither Keras nor JAX."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from vitrail.errors import ModelError
from vitrail.tracing import _keras
from vitrail.tracing.chain import knows_layer, knows_loss, knows_optimizer
from vitrail.tracing.record import LayerTrace, OutputTrace, Trace, UpdateTrace, VariableTrace

if TYPE_CHECKING:
    import keras

    from vitrail.tracing.program import Program, Step, Values
    from vitrail.tracing.taps import Call, Compared


@dataclass(frozen=True)
class Recording:
    """One run of a program: the model, and every value before and after as NumPy arrays."""

    model: keras.Model
    program: Program
    before: Values
    step: Step

    def trace(self, *, training: bool, batch: int, samples: tuple[int, ...] | None) -> Trace:
        """The record.

        Raises:
            ModelError: a loss has no derivative.
        """
        outputs = tuple(self._output(place, each) for place, each in enumerate(self.step.compared))
        for output in outputs:
            if output.opaque and np.any(output.value) and not np.any(output.gradient):
                raise ModelError("error.trace.no_derivative", loss=output.loss, output=output.name)
        return Trace(
            loss=float(self.step.loss),
            layers=tuple(self._layer(call) for call in self.step.calls),
            training=training,
            outputs=outputs,
            update=self._update(),
            loss_after=float(self.step.loss_after),
            batch=batch,
            samples=samples,
            left_out=self.program.left_out,
        )

    def _layer(self, call: Call) -> LayerTrace:
        layer, deltas = self.program.layers[call.layer], self.step.deltas
        opened = call.z is not None
        names = variable_names(layer)
        trained = {name: self._places[id(each)] for name, each in names.items() if id(each) in self._places}
        own = _keras.is_own(layer)
        settings = _keras.settings(layer) if own else {}
        return LayerTrace(
            name=call.name,
            class_name=call.class_name,
            activation=call.activation,
            inputs=call.inputs if call.several else call.inputs[0],
            z=call.z if opened else call.a,
            a=call.a,
            delta=deltas[call.name, "z" if opened else "output"],
            upstream=deltas[call.name, "a" if opened else "output"],
            gradients={name: self.step.gradients[place] for name, place in trained.items()},
            mask=call.mask,
            input_gradients=tuple(deltas.get((call.name, f"input {place}")) for place in range(len(call.inputs))),
            parameters={name: self._values.get(id(each), np.asarray(each.value)) for name, each in names.items()},
            places=trained,
            settings=settings,
            sources=call.sources,
            opaque=not (own and knows_layer(call.class_name, settings, masked=call.masked)),
        )

    @cached_property
    def _places(self) -> dict[int, int]:
        """Places of the trainable variables, by the variable's `id`."""
        return {id(variable): place for place, variable in enumerate(self.model.trainable_variables)}

    @cached_property
    def _values(self) -> dict[int, Any]:
        """Values of the model's variables before the step, by the variable's `id`."""
        variables = (*self.model.trainable_variables, *self.model.non_trainable_variables)
        values = (*self.before.trainable, *self.before.non_trainable)
        return {id(variable): value for variable, value in zip(variables, values, strict=True)}

    def _output(self, place: int, compared: Compared) -> OutputTrace:
        name, settings, own = _keras.loss_function(self.program.losses[compared.loss])
        weights = self.program.weights
        weight = weights[place] if place < len(weights) else None
        names = self.model.output_names if hasattr(self.model, "output_names") else []
        return OutputTrace(
            name=names[place] if place < len(names) else compared.name,
            loss=name,
            settings=settings,
            weight=1.0 if weight is None else float(weight),
            target=compared.target,
            prediction=compared.prediction,
            sample_weight=compared.sample_weight,
            gradient=self.step.deltas[compared.name, "prediction"],
            value=compared.value,
            source=compared.source,
            opaque=compared.masked or not (own and knows_loss(name, settings)),
        )

    def _update(self) -> UpdateTrace:
        program, before, after = self.program, self.before, self.step.after
        optimizer = program.optimizer
        variables = tuple(self._variable(place) for place in range(len(before.trainable)))
        own = _keras.is_own(optimizer)
        settings = _keras.settings(optimizer) if own else {}
        statistics = {
            variable.path: (old, new)
            for variable, old, new in zip(
                self.model.non_trainable_variables, before.non_trainable, after.non_trainable, strict=True
            )
            if not _keras.is_seed(variable)
        }
        name = type(optimizer).__name__
        return UpdateTrace(
            optimizer=name,
            settings=settings,
            learning_rate=float(self.step.learning_rate),
            iteration=int(before.optimizer[program.shared["iterations"]]),
            variables=variables,
            shared_before={key: float(before.optimizer[place]) for key, place in program.shared.items()},
            shared_after={key: float(after.optimizer[place]) for key, place in program.shared.items()},
            statistics=statistics,
            opaque=not (own and knows_optimizer(name, settings)),
        )

    def _variable(self, place: int) -> VariableTrace:
        program, before, after = self.program, self.before, self.step.after
        variable = self.model.trainable_variables[place]
        slots = {name: slot for name, row in program.slots.items() if (slot := row[place]) is not None}
        constraint = variable.constraint
        return VariableTrace(
            name=variable.path,
            before=before.trainable[place],
            gradient=self.step.gradients[place],
            slots_before={name: before.optimizer[slot] for name, slot in slots.items()},
            slots_after={name: after.optimizer[slot] for name, slot in slots.items()},
            after=after.trainable[place],
            decayed=_keras.decays(program.optimizer, variable),
            constraint=None if constraint is None else type(constraint).__name__,
        )


def variable_names(layer: keras.layers.Layer) -> dict[str, keras.Variable]:
    """A layer's variables by name; of a layer made of layers, whose names repeat, by what follows the layer's path."""
    variables = [each for each in layer.variables if not _keras.is_seed(each)]
    names = [each.name for each in variables]
    if len(set(names)) < len(names):
        names = [each.path.partition(f"{layer.name}/")[2] or each.path for each in variables]
    return dict(zip(names, variables, strict=True))
