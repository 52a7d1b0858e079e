"""One frozen, typed description of a whole run, its two file forms, its Keras model and its Keras program."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tomli_w
from pydantic import BeforeValidator, Field, ValidationError, field_validator

from vitrail.errors import ExperimentError
from vitrail.experiment import code_in, preparing, program, reading
from vitrail.experiment.parts import CompileSpec, DataSpec, FitSpec, Frozen
from vitrail.models import LayerSpec, ObjectSpec, build_model, build_object, describe, known_name, shortest
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    import keras

    from vitrail.data import Dataset
    from vitrail.types import Array

FORMAT = 1


def _as_layer(value: Any) -> Any:  # noqa: ANN401 - whatever a file or a caller gave
    """A plain description of a Keras object is that of a layer which takes the layer before."""
    if isinstance(value, ObjectSpec) and not isinstance(value, LayerSpec):
        return LayerSpec(class_name=value.class_name, config=value.thawed())
    return value


class Experiment(Frozen):
    """The whole description of a run before it starts. The same experiment gives the same run, to the last bit.

    Examples:
        >>> from vitrail.experiment import reference
        >>> experiment = reference("fashion_mnist_mini")
        >>> [layer.class_name for layer in experiment.layers]
        ['Flatten', 'Dense', 'Dense']
        >>> Experiment.from_toml(experiment.to_toml()) == experiment
        True
    """

    format: Literal[1] = FORMAT
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0
    data: DataSpec
    layers: Annotated[tuple[Annotated[LayerSpec, BeforeValidator(_as_layer)], ...], Field(min_length=1)]
    compile: CompileSpec
    fit: FitSpec = Field(default_factory=FitSpec)

    @field_validator("layers")
    @classmethod
    def _shortest(cls, layers: tuple[LayerSpec, ...]) -> tuple[LayerSpec, ...]:
        return shortest(layers)

    @classmethod
    def from_dict(cls, values: Any) -> Experiment:  # noqa: ANN401 - whatever a file held
        """Check nested dictionaries, as TOML or JSON give them.

        Raises:
            ExperimentError: a field is missing, unknown or wrong; `.field` names it.
        """
        reading.check_format(values, FORMAT)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise reading.first_error(error) from error

    @classmethod
    def from_toml(cls, text: str) -> Experiment:
        """Read the TOML form.

        Raises:
            ExperimentError: this is no TOML, or a field is wrong.
        """
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ExperimentError("error.experiment.toml", field="", reason=str(error)) from error

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        """Read the JSON form.

        Raises:
            ExperimentError: this is no JSON, or a field is wrong.
        """
        try:
            return cls.from_dict(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise ExperimentError("error.experiment.json", field="", reason=str(error)) from error

    @classmethod
    def read(cls, path: str | Path) -> Experiment:
        """Read a file that holds an experiment: JSON when its name ends so, TOML otherwise.

        Raises:
            ExperimentError: the file cannot be read, or what it says is wrong.
        """
        path = Path(path)
        text = reading.read_text(path)
        return cls.from_json(text) if path.suffix == ".json" else cls.from_toml(text)

    @classmethod
    def from_code(cls, text: str, *, model: str | None = None) -> Experiment:
        """Read a Keras program. It is parsed, and never run.

        Args:
            text: the program.
            model: the variable that holds the model, where the program trains several.

        Raises:
            ExperimentError: this is no Python, or a line of it that the run depends on cannot be read.

        Examples:
            >>> from vitrail.experiment import reference
            >>> Experiment.from_code(reference().to_code()) == reference()
            True
        """
        return cls.from_dict({"format": FORMAT, **code_in.read(text, model=model)})

    @classmethod
    def from_keras(
        cls, model: keras.Model, *, data: DataSpec | str, fit: FitSpec | None = None, seed: int = 0
    ) -> Experiment:
        """Describe a compiled Keras model: its layers, optimizer, loss and metrics, not its weights.

        Args:
            model: Sequential or functional.
            data: what it is to be trained on, or the name of a data set.
            fit: how.
            seed: of the run.

        Raises:
            ModelError: an experiment cannot hold this model. It stays usable, as a foreign one, with `vitrail.fit` and
                `vitrail.trace`.
        """
        described = describe(model)
        return cls(
            seed=seed,
            data=DataSpec(name=data) if isinstance(data, str) else data,
            layers=described.layers,
            compile=CompileSpec(optimizer=described.optimizer, loss=described.loss, metrics=described.metrics),
            fit=fit or FitSpec(),
        )

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionaries without the entries that keep their defaults, except the format, seed and fit."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        complete = {"format": self.format, "seed": self.seed, **values}
        return {**complete, "fit": self.fit.written()}

    def to_toml(self) -> str:
        """The TOML form. `from_toml` gives an equal experiment.

        Raises:
            ExperimentError: a setting is none, which TOML cannot say.
        """
        try:
            return tomli_w.dumps(self.to_dict())
        except TypeError as error:
            raise ExperimentError("error.experiment.toml_none", field="") from error

    def to_json(self) -> str:
        """The JSON form. `from_json` gives an equal experiment."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def to_keras(self, dataset: Dataset | None = None) -> keras.Model:
        """The compiled, built Keras model. Its first weights follow Keras' global seed, as a typed program's do.

        Args:
            dataset: the data whose sample shape the model is built for; loaded when an architecture without an
                `InputLayer` needs it.

        Raises:
            ExperimentError: Keras refuses a layer, or the layers do not fit the data.
        """
        model = build_model(self.layers)
        model.compile(
            optimizer=self._compiled("optimizers", self.compile.optimizer, field="compile.optimizer"),
            loss=self._compiled("losses", self.compile.loss, field="compile.loss"),
            metrics=[
                self._compiled("metrics", metric, field=f"compile.metrics.{place}")
                for place, metric in enumerate(self.compile.metrics)
            ],
        )
        if not model.built:
            self._build(model, dataset)
        return model

    def to_callbacks(self) -> list[keras.callbacks.Callback]:
        """New Keras callbacks, as `fit.callbacks` describes them.

        Raises:
            ExperimentError: a callback that an experiment cannot hold, or a setting that Keras refuses.
        """
        return [
            build_object("callbacks", spec, field=f"fit.callbacks.{place}")
            for place, spec in enumerate(self.fit.callbacks)
        ]

    def prepare(self, dataset: Dataset) -> preparing.Prepared:
        """The arrays that the model trains on: with the shape, target, noise and one-hot rows of `data`.

        Args:
            dataset: the data set that `data` names.

        Examples:
            >>> from vitrail import load_dataset
            >>> spec = DataSpec(name="iris", target="inputs", scale=10.0)
            >>> from vitrail.experiment import reference
            >>> arrays = reference("iris").model_copy(update={"data": spec}).prepare(load_dataset("iris"))
            >>> arrays.y_train is arrays.x_train, float(arrays.x_train[0, 0]), arrays.scale
            (True, 0.51, 1.0)
        """
        return preparing.prepare(self.data, dataset, seed=self.seed)

    def inputs_of(self, x: Array) -> Array:
        """What the model gets for samples as the data set has them: shaped, scaled, their features, without noise.

        Args:
            x: (samples, ...).
        """
        return preparing.inputs_of(self.data, x)

    def to_code(self) -> str:
        """A complete Keras program that trains the same model to the same weights."""
        return program.render(self)

    def _build(self, model: keras.Model, dataset: Dataset | None) -> None:
        from vitrail.data import load_dataset

        dataset = dataset or load_dataset(self.data.name, **dict(self.data.options))
        shape = (len(self.data.features),) if self.data.features else self.data.shape or dataset.sample_shape
        try:
            model.build((None, *shape))
        except (TypeError, ValueError) as error:
            raise ExperimentError(
                "error.experiment.shapes",
                field=self._first_misfit(tuple(shape)),
                shape=str(tuple(shape)),
                reason=str(error).strip().splitlines()[0],
            ) from error

    def _first_misfit(self, shape: tuple[int, ...]) -> str:
        """The field of the first layer that cannot take what the one before gives."""
        import keras

        value = keras.Input(shape)
        for place, layer in enumerate(build_model(self.layers).layers):
            try:
                value = layer(value)
            except (TypeError, ValueError):
                return f"layers.{place}"
        return "layers"

    @staticmethod
    def _compiled(kind: Literal["optimizers", "losses", "metrics"], what: str | ObjectSpec, *, field: str) -> Any:  # noqa: ANN401
        if isinstance(what, ObjectSpec):
            return build_object(kind, what, field=field)
        return known_name(kind, what, field=field)
