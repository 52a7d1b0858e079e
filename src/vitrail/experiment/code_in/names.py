"""What a dotted name stands for, whatever it was imported as, and which modules a program may name at all."""

from __future__ import annotations

import re

_SAME = (
    (r"tensorflow\.keras", "keras"),
    (r"tensorflow\.nn\.(relu|sigmoid|tanh|softmax|elu|selu|gelu|leaky_relu|silu|softplus)", r"keras.activations.\1"),
    (r"tensorflow\.(nn|math)\.(sigmoid|tanh|softplus)", r"keras.activations.\2"),
    (r"keras\.(api|_tf_keras\.keras)", "keras"),
    (r"keras\.(models|engine\.sequential)\.Sequential", "keras.Sequential"),
    (r"keras\.(models|engine\.training)\.Model", "keras.Model"),
    (r"keras\.(layers|engine\.input_layer)\.Input", "keras.Input"),
    (r"keras\.layers\.core", "keras.layers"),
    (r"vitrail\.data\.load_dataset", "vitrail.load_dataset"),
    (r"vitrail\.training\.fit", "vitrail.fit"),
)
"""One name for what Keras, TensorFlow and Vitrail offer in several places."""

READ = {"keras", "tensorflow", "vitrail", "numpy", "random"}
"""Modules whose calls are looked at one by one."""

LOOKING = {
    "IPython", "PIL", "__future__", "collections", "datetime", "itertools", "json", "logging", "math", "matplotlib",
    "os", "pandas", "pathlib", "plotly", "pprint", "seaborn", "sklearn.metrics", "statistics", "string", "sys", "time",
    "timeit", "tqdm", "typing", "warnings",
}  # fmt: skip
"""Modules that only look at what a run gives, or at the machine: what is called there leaves the run as it is."""

_OS = ("os.path", "os.environ", "os.getenv", "os.makedirs", "os.mkdir", "os.getcwd", "os.listdir")
"""What a program may ask of `os`."""

BUILTINS = {
    "abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "format", "int", "isinstance", "len", "list",
    "max", "min", "pow", "print", "range", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type",
    "zip",
}  # fmt: skip
"""Python's own functions that change nothing. All others are refused."""


def canonical(path: str) -> str:
    """The one name of what a path leads to.

    Examples:
        >>> canonical("tensorflow.keras.models.Sequential"), canonical("tensorflow.nn.relu")
        ('keras.Sequential', 'keras.activations.relu')
    """
    for pattern, name in _SAME:
        path = re.sub(rf"^{pattern}(?=\.|$)", name, path)
    return path


def is_known(path: str) -> bool:
    """Whether a program may import this module, or something of it.

    Examples:
        >>> is_known("matplotlib.pyplot"), is_known("subprocess"), is_known("sklearn.svm")
        (True, False, False)
    """
    parts = path.split(".")
    beginnings = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return bool(beginnings & (READ | LOOKING))


def only_looks(path: str) -> bool:
    """Whether calling this leaves the run as it is."""
    if path.split(".", maxsplit=1)[0] in {"os", "sys"}:
        return path.startswith((*_OS, "sys.path", "sys.stdout", "sys.version", "sys.getsizeof"))
    return is_known(path) and path.split(".", maxsplit=1)[0] not in READ
