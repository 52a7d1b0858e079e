"""The course's reference experiment."""

from __future__ import annotations

from vitrail.experiment.description import Experiment
from vitrail.experiment.parts import CompileSpec, DataSpec, FitSpec
from vitrail.models import LayerSpec


def reference(data: str = "fashion_mnist") -> Experiment:
    """Fashion-MNIST with Flatten, Dense 128 relu, Dense 10 softmax; Adam; 5 epochs of batches of 32.

    Args:
        data: `"fashion_mnist"`, the full set, or `"fashion_mnist_mini"`, the one that ships with the package.

    Examples:
        >>> reference().fit.epochs
        5
    """
    return Experiment(
        seed=42,
        data=DataSpec(name=data, scale=255.0),
        layers=(
            LayerSpec(class_name="Flatten"),
            LayerSpec(class_name="Dense", config={"units": 128, "activation": "relu"}),
            LayerSpec(class_name="Dense", config={"units": 10, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
        fit=FitSpec(epochs=5, batch_size=32),
    )
