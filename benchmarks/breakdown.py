"""What Vitrail's time is made of: of one step, from compiled epochs that do less and less; of a cold start, in order.

`python -m benchmarks.breakdown '{"case": {...}, "folder": ..., "started": ...}'`, in Vitrail's environment, prints one
line of JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases import Case

from benchmarks import cases, contenders

if TYPE_CHECKING:
    from collections.abc import Callable

    import jax

STEPS = 10_000
"""How many steps are timed at least, so that short epochs are timed often."""


def break_down(case: Case, folder: Path) -> dict[str, float]:
    """Microseconds a step spends on each part; they add up to the whole step, and noise may leave one below zero.

    Each part is the difference between two programs: one that gathers the batches, one that also computes the loss, one
    that also computes the gradients and takes a plain step, and Vitrail, which also runs the optimizer and the metrics,
    and whose time counts what happens outside the compiled program too.
    """
    x, y = contenders.arrays(case, folder)
    steps = len(x) // case.batch
    repeats = max(3, STEPS // steps)
    gather, forward, backward = (_seconds(epoch, repeats) / steps for epoch in _epochs(case, x, y, steps))
    whole = statistics.median(contenders.run(cases.VITRAIL, case, folder, time.time())["seconds"])
    rest = whole / -(-len(x) // case.batch) - backward
    parts = {"gather": gather, "forward": forward - gather, "backward": backward - forward, "rest": rest}
    return {name: round(seconds * 1e6, 1) for name, seconds in parts.items()}


def cold_start(case: Case, folder: Path, started: float) -> dict[str, float]:
    """Seconds that a cold start spends on each part, one after the other.

    Args:
        case: what is trained.
        folder: where the arrays are.
        started: when the process was started, in seconds of `time.time`.
    """
    ends = {"python": time.time()}
    x, y = contenders.arrays(case, folder)
    ends["data"] = time.time()
    import keras  # noqa: F401 - with JAX

    ends["keras"] = time.time()
    import vitrail

    fit = vitrail.fit
    ends["vitrail"] = time.time()
    from benchmarks import keras_models

    model = keras_models.model_of(case)
    ends["model"] = time.time()
    fit(model, x, y, batch_size=case.batch, verbose=0)
    ends["fit"] = time.time()
    begins = [started, *ends.values()]
    return {part: round(end - begin, 3) for (part, end), begin in zip(ends.items(), begins, strict=False)}


def _epochs(case: Case, x: Any, y: Any, steps: int) -> tuple[Callable[[], jax.Array], ...]:  # noqa: ANN401 - arrays
    """Three compiled epochs, each of which does what the one before does, and more."""
    import jax
    import jax.numpy as jnp

    from benchmarks import keras_models

    model = keras_models.model_of(case)
    weights = [variable.value for variable in model.trainable_variables]
    x, y = jnp.asarray(x), jnp.asarray(y)
    order = jax.random.permutation(jax.random.key(0), len(x))[: steps * case.batch].reshape(steps, case.batch)

    def batch(rows: jax.Array) -> tuple[jax.Array, jax.Array]:
        return x.at[rows].get(mode="promise_in_bounds"), y.at[rows].get(mode="promise_in_bounds")

    def loss(weights: list[jax.Array], rows: jax.Array) -> jax.Array:
        inputs, targets = batch(rows)
        outputs, _ = model.stateless_call(weights, [], inputs, training=True)
        return model.compute_loss(x=inputs, y=targets, y_pred=outputs)

    def gather(total: jax.Array, rows: jax.Array) -> tuple[jax.Array, None]:
        inputs, targets = batch(rows)
        return total + inputs.sum() + targets.sum(), None

    def forward(total: jax.Array, rows: jax.Array) -> tuple[jax.Array, None]:
        return total + loss(weights, rows), None

    def backward(now: list[jax.Array], rows: jax.Array) -> tuple[list[jax.Array], None]:
        gradients = jax.grad(loss)(now, rows)
        return [weight - 1e-3 * gradient for weight, gradient in zip(now, gradients, strict=True)], None

    starts = ((gather, jnp.zeros(())), (forward, jnp.zeros(())), (backward, weights))
    return tuple(partial(jax.jit(partial(jax.lax.scan, step)), start, order) for step, start in starts)


def _seconds(epoch: Callable[[], jax.Array], repeats: int) -> float:
    """The median time of a compiled epoch."""
    import jax

    jax.block_until_ready(epoch())
    times: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        jax.block_until_ready(epoch())
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    chosen, place = Case(**task["case"]), Path(task["folder"])
    parts = cold_start(chosen, place, task["started"]) if chosen.kind == "cold" else break_down(chosen, place)
    print(json.dumps(parts))
