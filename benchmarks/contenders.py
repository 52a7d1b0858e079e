"""One contender, one case, one process: trains and prints one line of JSON.

`python -m benchmarks.contenders '{"contender": ..., "case": {...}, "folder": ..., "started": ...}'`, in the environment
that has the contender. Each function below trains as its library's users would, and returns what it measured.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from contextlib import nullcontext
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.cases import Case

from benchmarks import cases, data, memory

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

PACKAGES = ("vitrail", "keras", "jax", "jaxlib", "numpy", "scikit-learn", "tensorflow-cpu", "tensorflow", "torch")
STEPS_PER_EXECUTION = 50


class Training(NamedTuple):
    """What one contender measured."""

    ends: list[float]
    """When training began and when each epoch ended, in seconds of `time.perf_counter`."""
    loss: float
    """Of the last epoch, the mean over its batches."""


def vitrail(case: Case, x: NDArray[np.float32], y: NDArray[np.int32]) -> Training:
    """`vitrail.fit`."""
    import vitrail
    from benchmarks import keras_models

    model, clock, begin = keras_models.model_of(case), keras_models.Clock(), time.perf_counter()
    run = vitrail.fit(model, x, y, epochs=1 + case.epochs, batch_size=case.batch, verbose=0, callbacks=[clock])
    return Training([begin, *clock.ends], run.history["loss"][-1])


def vitrail_session(case: Case) -> Training:
    """`training.Session`, which the lab's playground uses."""
    from benchmarks import keras_models
    from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
    from vitrail.models import ObjectSpec
    from vitrail.training import Session

    layers = [(case.width, "tanh")] * 3 + [(2, "softmax")]
    experiment = Experiment(
        seed=keras_models.SEED,
        data=DataSpec(name="spiral", options={"points": data.SPIRAL}),
        layers=tuple(
            ObjectSpec(class_name="Dense", config={"units": units, "activation": activation})
            for units, activation in layers
        ),
        compile=CompileSpec(
            optimizer=ObjectSpec(class_name="SGD", config={"learning_rate": 0.03}),
            loss="sparse_categorical_crossentropy",
        ),
        fit=FitSpec(epochs=1 + case.epochs, batch_size=case.batch, validation="none"),
    )
    begin = time.perf_counter()
    session = Session.open(experiment)
    session.advance(epochs=1)
    first = time.perf_counter()
    if case.epochs:
        session.advance(epochs=case.epochs)
    return Training(_spread(begin, first, time.perf_counter(), case.epochs), session.history[-1].logs["loss"])


def keras_fit(case: Case, x: NDArray[np.float32], y: NDArray[np.int32], *, steps_per_execution: int = 1) -> Training:
    """Keras' own `model.fit`, on the backend that `KERAS_BACKEND` names."""
    from benchmarks import keras_models

    steps = min(steps_per_execution, -(-len(x) // case.batch))
    model, clock = keras_models.model_of(case, steps_per_execution=steps), keras_models.Clock()
    begin = time.perf_counter()
    run = model.fit(x, y, epochs=1 + case.epochs, batch_size=case.batch, verbose=0, callbacks=[clock])
    return Training([begin, *clock.ends], float(run.history["loss"][-1]))


def torch_loop(case: Case, x: NDArray[np.float32], y: NDArray[np.int32]) -> Training:
    """A loop over shuffled slices in plain PyTorch, with the loss and the accuracy that Keras reports."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, case.width), nn.ReLU(), nn.Linear(case.width, 10))
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y).long()
    loss, ends = 0.0, [time.perf_counter()]
    for _ in range(1 + case.epochs):
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.long)
        for batch in torch.randperm(len(inputs)).split(case.batch):
            optimizer.zero_grad()
            outputs, wanted = model(inputs[batch]), targets[batch]
            batch_loss = loss_of(outputs, wanted)
            batch_loss.backward()
            optimizer.step()
            total += batch_loss.detach() * len(batch)
            right += (outputs.argmax(1) == wanted).sum()
        loss = float(total) / len(inputs)
        ends.append(time.perf_counter())
    return Training(ends, loss)


def scikit_learn(case: Case, x: NDArray[np.float32], y: NDArray[np.int32]) -> Training:
    """`MLPClassifier`, one `partial_fit` for each epoch, without its default weight decay."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((case.width,), batch_size=case.batch, alpha=0.0, epsilon=1e-7, random_state=0)
    flat, classes, ends = x.reshape(len(x), -1), np.arange(10), [time.perf_counter()]
    for _ in range(1 + case.epochs):
        model.partial_fit(flat, y, classes=classes)
        ends.append(time.perf_counter())
    return Training(ends, float(model.loss_))


CONTENDERS: dict[str, Callable[[Case, Any, Any], Training]] = {
    cases.VITRAIL: vitrail,
    cases.WARM: vitrail,
    cases.KERAS_JAX: keras_fit,
    cases.TENSORFLOW: keras_fit,
    cases.TUNED: partial(keras_fit, steps_per_execution=STEPS_PER_EXECUTION),
    cases.KERAS_TORCH: keras_fit,
    cases.TORCH: torch_loop,
    cases.SKLEARN: scikit_learn,
}


def run(contender: str, case: Case, folder: Path, started: float) -> dict[str, Any]:
    """Train once.

    Args:
        contender: who.
        case: what.
        folder: where `benchmarks.data` wrote the arrays.
        started: when the process was started, in seconds of `time.time`.
    """
    if case.kind == "playground" and contender == cases.VITRAIL:
        train = partial(vitrail_session, case)
    else:
        x, y = arrays(case, folder)
        train = partial(CONTENDERS[contender], case, x, y)
    growth = memory.Growth()
    with growth if case.kind == "streamed" else nullcontext():  # its looks would cost the others time
        training = train()
    first, *others = (after - before for before, after in itertools.pairwise(training.ends))
    if case.kind == "cold":
        others = [time.time() - started]
    return {
        "seconds": others,
        "first": first,
        "loss": training.loss,
        "peak": memory.peak(),
        "grown": growth.bytes,
        "versions": versions(),
    }


def arrays(case: Case, folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Inputs and classes of a case."""
    if case.kind == "playground":
        return data.spiral(folder)
    return (data.streamed if case.kind == "streamed" else data.pictures)(folder, case.samples)


def versions() -> dict[str, str]:
    """The packages of this environment that take part in the computation."""
    installed = {name: _version(name) for name in PACKAGES}
    return {name: version for name, version in installed.items() if version}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _spread(begin: float, first: float, end: float, epochs: int) -> list[float]:
    """Ends of epochs that ran in one call and so have only their mean duration."""
    return [begin, *(first + (end - first) * epoch / epochs for epoch in range(epochs)), end if epochs else first]


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    print(json.dumps(run(task["contender"], Case(**task["case"]), Path(task["folder"]), task["started"])))
