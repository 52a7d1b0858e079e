"""What is measured: the cases, who takes part in each, and the ratios to reach."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["pictures", "streamed", "playground", "cold"]

VITRAIL, WARM, KERAS_JAX = "vitrail", "vitrail-warm", "keras-jax"
TENSORFLOW, TUNED, KERAS_TORCH = "keras-tensorflow", "keras-tensorflow-tuned", "keras-torch"
TORCH, SKLEARN = "torch", "scikit-learn"
PANDAS, TF_DATA = "pandas", "tf.data"
"""Those that only load."""

ORDINARY = frozenset({VITRAIL, WARM, KERAS_JAX})
"""Contenders that run in Vitrail's own environment, and reach one loss, to the last digit."""
PAIR = (VITRAIL, KERAS_JAX)
EVERYBODY = (VITRAIL, KERAS_JAX, TENSORFLOW, TUNED, KERAS_TORCH, TORCH, SKLEARN)

PICTURE_BYTES = 28 * 28 * 4


@dataclass(frozen=True)
class Case:
    """One piece of work that several contenders do."""

    name: str
    kind: Kind
    contenders: tuple[str, ...]
    samples: int
    batch: int
    width: int = 128
    epochs: int = 2
    """Measured ones; one more goes before them, in which programs are compiled."""


BATCHES = tuple(Case(f"batch-{batch}", "pictures", EVERYBODY, 60_000, batch) for batch in (32, 128, 512))
WIDTHS = tuple(
    Case(f"width-{width}", "pictures", (VITRAIL, KERAS_JAX, TORCH), 10_000, 128, width) for width in (128, 512, 2048)
)
SAMPLES = (
    *(
        Case(f"samples-{samples}", "pictures", PAIR, samples, 128, epochs=epochs)
        for samples, epochs in ((1_000, 20), (10_000, 5), (100_000, 2))
    ),
    Case("samples-1000000", "pictures", (VITRAIL,), 1_000_000, 128, epochs=1),
)
STREAMED = tuple(
    Case(f"streamed-{size}", "streamed", PAIR, size * 2**20 // PICTURE_BYTES, 512, epochs=1) for size in (256, 1024)
)
"""Named for the mebibytes on the disk."""
PLAYGROUND = Case("playground", "playground", (VITRAIL, KERAS_JAX, TENSORFLOW, TUNED), 250, 10, 8, epochs=40)
COLD = Case("cold", "cold", (VITRAIL, WARM, KERAS_JAX, TENSORFLOW), 60_000, 32, epochs=0)

CASES = (*BATCHES, *WIDTHS, *SAMPLES, *STREAMED, PLAYGROUND, COLD)

MEMORY_LIMIT = 512 * 2**20
"""Bytes that training from a file may add to the process: twice the small file, half of the large one."""

GOALS = {
    ("batch-32", TENSORFLOW): 9.0,
    ("batch-32", TUNED): 4.0,
    ("batch-32", KERAS_JAX): 2.2,
    ("batch-32", TORCH): 3.5,
    ("batch-32", SKLEARN): 5.0,
    ("batch-128", TENSORFLOW): 5.0,
    ("batch-128", TUNED): 2.8,
    ("batch-128", KERAS_JAX): 1.7,
    ("batch-128", TORCH): 1.9,
    ("batch-128", SKLEARN): 2.4,
    ("playground", TENSORFLOW): 800.0,
    ("playground", TUNED): 500.0,
    ("playground", KERAS_JAX): 150.0,
    ("cold", TENSORFLOW): 3.0,
    ("cold", KERAS_JAX): 1.7,
}
"""How many times as long as Vitrail each peer should take. Cold start counts Vitrail with its programs kept on disk."""


def reference(case: Case) -> str:
    """The contender that the others are compared with."""
    return WARM if case.kind == "cold" else VITRAIL


def smoke(case: Case) -> Case:
    """The same case, so small that it only shows that everything works."""
    return replace(case, samples=max(case.batch, min(case.samples // 100, 1_000)), epochs=min(case.epochs, 1))


def fits(case: Case) -> bool:
    """Whether this machine has room for the case's pictures three times, as they are, on a device and being copied."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return case.kind == "streamed" or 3 * case.samples * PICTURE_BYTES < memory
