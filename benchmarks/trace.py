# ruff: noqa: A005 - a script, never imported
"""What a trace costs, against a plain training step: time and memory, on the reference network at batch 32.

Run it with `python benchmarks/trace.py`. It prints medians; two measurements of one run may be compared, those of two
machines may not.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

import vitrail  # before Keras, whose backend it chooses

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

BATCH, ROUNDS = 32, 101


def main() -> int:
    model = reference()
    random = np.random.default_rng(0)
    x, y = random.random((BATCH, 28, 28), dtype=np.float32), random.integers(0, 10, BATCH)
    began = time.perf_counter()
    record = vitrail.trace(model, x, y, training=True)
    first = time.perf_counter() - began
    step = plain_step(model, x, y)
    step()
    traced, plain = [], []
    for _ in range(ROUNDS):  # interleaved, so that both meet the same moods of the machine
        plain.append(seconds(step))
        traced.append(seconds(lambda: vitrail.trace(model, x, y, training=True)))
    checking = seconds(record.check)
    print(f"first trace, compilation included  {first:8.3f} s")
    print(f"trace                              {1e3 * statistics.median(traced):8.3f} ms")
    print(f"plain train step                   {1e3 * statistics.median(plain):8.3f} ms")
    print(f"check                              {1e3 * checking:8.3f} ms")
    print(f"explain one unit                   {1e3 * seconds(lambda: record.explain('dense', unit=3).text()):8.3f} ms")
    print(f"memory of a trace                  {size(record) / 1e6:8.3f} MB")
    print(f"of which one sample's              {size(vitrail.trace(model, x, y, samples=[0])) / 1e6:8.3f} MB")
    print(f"weights and slots                  {sum(v.value.nbytes for v in variables(model)) / 1e6:8.3f} MB")
    return 0


def reference() -> keras.Model:
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(128, "relu", name="dense"),
            layers.Dense(10, "softmax", name="out"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def plain_step(model: keras.Model, x: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    import jax

    from vitrail.training import _keras as training

    training.build(model, x, y, None, BATCH, shuffle=False)
    compiled, start = jax.jit(training.train_step(model)), training.read(model)
    return lambda: jax.block_until_ready(compiled(start, (x, y)))


def variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def size(record: object) -> int:
    """Bytes of all arrays that a record holds, each counted once."""
    seen: dict[int, int] = {}

    def visit(value: object) -> None:
        if isinstance(value, np.ndarray):
            owner = value if value.base is None else value.base
            seen[id(owner)] = value.nbytes
        elif isinstance(value, tuple | list):
            for each in value:
                visit(each)
        elif hasattr(value, "items"):
            for each in value.values():
                visit(each)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                visit(getattr(value, name))

    visit(record)
    return sum(seen.values())


if __name__ == "__main__":
    sys.exit(main())
