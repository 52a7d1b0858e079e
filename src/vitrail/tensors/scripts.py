"""A chain as a program of one library: its tensors, its steps under the same names, and the last result printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.tensors.dialects import dialect

if TYPE_CHECKING:
    from vitrail.tensors.dialects import Dialect, Library
    from vitrail.tensors.watched import Watched
    from vitrail.types import Array

MOST_WRITTEN = 1000
"""Elements of a tensor that stands in the program with all its values."""

_IMPORTS = {
    "numpy": ["import numpy as np"],
    "keras": [
        "import os",
        "",
        'os.environ["KERAS_BACKEND"] = "jax"',
        "",
        "import numpy as np",
        "from keras import ops",
    ],
    "tensorflow": ["import numpy as np", "import tensorflow as tf"],
}


def script(watched: Watched, library: Library) -> str:
    """The program.

    Args:
        watched: what the chain did: types and shapes decide where the program casts.
        library: whose functions it calls.

    Raises:
        DataError: the library is none of the three.
    """
    chosen = dialect(library)
    helpers = dict.fromkeys(one.step.operation.helper(library) for one in watched.steps)
    functions = [f"\n\n{helper}" for helper in helpers if helper]
    tensors = [f"{name} = {_given(chosen, name, array)}" for name, array in watched.tensors.items()]
    steps = [f"{one.step.name} = {one.line(library)}" for one in watched.steps]
    last = [f"print({watched.steps[-1].step.name})"] if watched.steps else []
    head = "\n".join(_IMPORTS[library]) + "\n" + "".join(functions)
    parts = ["\n".join(lines) for lines in (tensors, steps, last) if lines]
    return head + ("\n\n" if functions else "\n") + "\n\n".join(parts) + "\n"


def _given(chosen: Dialect, name: str, array: Array) -> str:
    if array.size <= MOST_WRITTEN:
        return chosen.tensor(array)
    return f'{chosen.maker}(np.load("{name}.npy"), dtype="{array.dtype.name}")'
