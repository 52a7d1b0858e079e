"""The parts of an experiment: what it says of the data, of compile and of fit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from vitrail.experiment.features import USUAL, Feature
from vitrail.models import Config, ObjectSpec, freeze


class Frozen(BaseModel):
    """A part that cannot be changed, and has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _as_features(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """Each feature once; nothing is said of the two that a model gets anyway."""
    if len(set(features)) != len(features):
        raise PydanticCustomError("features", "a feature is given twice")
    return () if features == USUAL else features


class DataSpec(Frozen):
    """Which data set, and what becomes of it before the model sees it."""

    name: str
    options: Config = Field(default_factory=dict, validate_default=True)
    scale: Annotated[float, Field(gt=0)] = 1.0
    """What the inputs are divided by."""
    shape: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """The shape that each sample is given; as it is when left out."""
    target: Literal["labels", "inputs"] = "labels"
    """What the model learns to give: the set's labels, or the inputs themselves, as an autoencoder does."""
    noise: Annotated[float, Field(ge=0)] = 0.0
    """Standard deviation of the Gaussian noise on the scaled inputs; targets stay clean."""
    one_hot: bool = False
    """Whether a label becomes a row with a 1 in the place of its class."""
    features: Annotated[tuple[Feature, ...], AfterValidator(_as_features)] = ()
    """Of data with two features: what the model gets of their scaled values; both as they are when left out."""

    @model_validator(mode="after")
    def _features_alone(self) -> DataSpec:
        if self.features and (self.shape or self.noise or self.target == "inputs"):
            raise PydanticCustomError("features", "features only go with labels as target, and without shape and noise")
        return self

    @model_validator(mode="after")
    def _one_target(self) -> DataSpec:
        if self.one_hot and self.target == "inputs":
            raise PydanticCustomError("one_hot", "only labels can be one-hot, and the target is the inputs")
        return self


class CompileSpec(Frozen):
    """What `model.compile` is called with: Keras names, or class and configuration."""

    optimizer: str | ObjectSpec
    loss: str | ObjectSpec
    metrics: tuple[str | ObjectSpec, ...] = ()


def _as_read(weights: dict[str, Any]) -> dict[str, Any]:
    return {str(label): weight for label, weight in weights.items()}


ClassWeight = Annotated[
    dict[Annotated[int, Field(ge=0)], Annotated[float, Field(ge=0)]],
    AfterValidator(freeze),
    PlainSerializer(_as_read, return_type=dict[str, float]),
]
"""How much a sample of each class counts in the loss, by class number."""


class FitSpec(Frozen):
    """What `model.fit` is called with."""

    epochs: Annotated[int, Field(ge=1)] = 5
    batch_size: Annotated[int, Field(ge=1)] = 32
    shuffle: bool = True
    validation: Literal["test", "none", "split"] = "test"
    """What is evaluated after each epoch: the test set, nothing, or the last share of the training set, kept apart."""
    validation_split: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """The share that `validation = "split"` keeps apart."""
    class_weight: ClassWeight = Field(default_factory=dict, validate_default=True)
    callbacks: tuple[ObjectSpec, ...] = ()

    @model_validator(mode="after")
    def _one_validation(self) -> FitSpec:
        if (self.validation == "split") != (self.validation_split > 0):
            raise PydanticCustomError("split", 'validation = "split" and a validation_split above 0 only go together')
        return self

    def written(self) -> dict[str, Any]:
        """The fields as a file holds them: those of the first version always, later ones where they are used."""
        first = self.model_dump(mode="json", include={"epochs", "batch_size", "shuffle", "validation"})
        return {**first, **self.model_dump(mode="json", exclude_defaults=True)}
