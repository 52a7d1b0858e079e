"""One frozen, typed description of a whole run, its two file forms, its Keras model and its Keras program."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitrail.errors import ExperimentError
from vitrail.experiment import program, reading
from vitrail.models import Config, ObjectSpec, build_object, build_sequential, known_name
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    import keras

    from vitrail.data import Dataset

FORMAT = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataSpec(_Frozen):
    """Which data set, and the number that its inputs are divided by."""

    name: str
    options: Config = Field(default_factory=dict, validate_default=True)
    scale: Annotated[float, Field(gt=0)] = 1.0


class CompileSpec(_Frozen):
    """What `model.compile` is called with: Keras names, or class and configuration."""

    optimizer: str | ObjectSpec
    loss: str | ObjectSpec
    metrics: tuple[str | ObjectSpec, ...] = ()


class FitSpec(_Frozen):
    """What `model.fit` is called with."""

    epochs: Annotated[int, Field(ge=1)] = 5
    batch_size: Annotated[int, Field(ge=1)] = 32
    shuffle: bool = True
    validation: Literal["test", "none"] = "test"


class Experiment(_Frozen):
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
    layers: Annotated[tuple[ObjectSpec, ...], Field(min_length=1)]
    compile: CompileSpec
    fit: FitSpec = FitSpec()

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
        """Read a file, JSON when its name ends so, TOML otherwise.

        Raises:
            ExperimentError: the file cannot be read, or what it says is wrong.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ExperimentError("error.experiment.file", field="", path=str(path), reason=reason) from error
        return cls.from_json(text) if path.suffix == ".json" else cls.from_toml(text)

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionaries without the entries that keep their defaults, except the format, seed and fit."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        complete = {"format": self.format, "seed": self.seed, **values}
        return {**complete, "fit": self.fit.model_dump(mode="json")}

    def to_toml(self) -> str:
        """The TOML form. `from_toml` gives an equal experiment."""
        return tomli_w.dumps(self.to_dict())

    def to_json(self) -> str:
        """The JSON form. `from_json` gives an equal experiment."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def to_keras(self, dataset: Dataset | None = None) -> keras.Sequential:
        """The compiled, built Keras model. Its first weights follow Keras' global seed, as a typed program's do.

        Args:
            dataset: the data whose sample shape the model is built for; loaded when an architecture without an
                `InputLayer` needs it.

        Raises:
            ExperimentError: Keras refuses a layer, or the layers do not fit the data.
        """
        model = build_sequential(self.layers)
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

    def to_code(self) -> str:
        """A complete Keras program that trains the same model to the same weights."""
        return program.render(self)

    def _build(self, model: keras.Sequential, dataset: Dataset | None) -> None:
        from vitrail.data import load_dataset

        dataset = dataset or load_dataset(self.data.name, **dict(self.data.options))
        try:
            model.build((None, *dataset.sample_shape))
        except (TypeError, ValueError) as error:
            raise ExperimentError(
                "error.experiment.shapes",
                field="layers",
                shape=str(tuple(dataset.sample_shape)),
                reason=str(error).strip().splitlines()[0],
            ) from error

    @staticmethod
    def _compiled(kind: Literal["optimizers", "losses", "metrics"], what: str | ObjectSpec, *, field: str) -> Any:  # noqa: ANN401
        if isinstance(what, ObjectSpec):
            return build_object(kind, what, field=field)
        return known_name(kind, what, field=field)
