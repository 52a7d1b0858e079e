"""One loader, one file, one process: loads, iterates some epochs in shuffled batches, and prints one line of JSON.

`python -m benchmarks.data_loaders '{"loader": ..., "kind": ..., "path": ..., "epochs": ..., "batch": ...}'`, in the
environment that has it. Each function below opens the file as its library's users would, and gives a function that
yields one epoch's batches, so that what is decoded anew in each epoch counts in each, and what is kept does not.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.data_files import CLASSES, FEATURES, SIDE

from benchmarks import memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    Epoch = Callable[[], Iterable[Any]]
    """Gives the inputs of each batch: anything with a `sum`."""


def shuffled(*parts: NDArray[Any], batch: int) -> Epoch:
    """Batches of arrays in memory or mapped, each part in an order of its own."""
    random = np.random.default_rng(0)

    def epoch() -> Iterator[NDArray[Any]]:
        for x in parts:
            order = random.permutation(len(x))
            for start in range(0, len(x), batch):
                yield x[order[start : start + batch]]

    return epoch


def vitrail(kind: str, path: Path, batch: int) -> Epoch:
    """`load_dataset`; pictures go through its cache, which is empty at first."""
    from vitrail import load_dataset

    options = {"y": path.name.replace("array", "labels")} if kind == "npy" else {}
    data = load_dataset(str(path), **options)
    return shuffled(data.x_train, data.x_test, batch=batch)


def pandas(kind: str, path: Path, batch: int) -> Epoch:
    """`read_csv`, and slices of what it gives."""
    import pandas as pd

    assert kind == "csv"
    table = pd.read_csv(path)
    return shuffled(table.iloc[:, :-1].to_numpy(np.float32), batch=batch)


def tf_data(kind: str, path: Path, batch: int) -> Epoch:
    """`tf.data`: its own reader of CSV, which reads anew in each epoch; slices of an array; a cached folder."""
    import tensorflow as tf

    if kind == "csv":
        rows = tf.data.experimental.make_csv_dataset(
            str(path), batch, label_name="class", num_epochs=1, shuffle_buffer_size=10_000
        )
        batches = rows.map(lambda x, _: tf.stack([tf.cast(x[f"x{place}"], tf.float32) for place in range(FEATURES)], 1))
    elif kind == "npy":
        x = np.load(path)
        batches = tf.data.Dataset.from_tensor_slices(x).shuffle(len(x)).batch(batch)
    else:
        import keras

        found = keras.utils.image_dataset_from_directory(
            path, color_mode="grayscale", image_size=(SIDE, SIDE), batch_size=None, shuffle=False, verbose=False
        )
        batches = found.map(lambda x, _: x).cache().shuffle(10_000).batch(batch)
    batches = batches.prefetch(tf.data.AUTOTUNE)
    return lambda: (x.numpy() for x in batches)


def torch(kind: str, path: Path, batch: int) -> Epoch:
    """`DataLoader`: over arrays that were read before, or over files that several processes decode in each epoch."""
    import torch as library
    from torch.utils.data import DataLoader, TensorDataset

    if kind == "pictures":
        workers = os.cpu_count() or 1
        loader = DataLoader(_Files(path), batch, shuffle=True, num_workers=workers, persistent_workers=True)
        return lambda: (x.numpy() for x in loader)
    read = np.loadtxt(path, np.float32, delimiter=",", skiprows=1)[:, :-1] if kind == "csv" else np.load(path)
    batches = DataLoader(TensorDataset(library.from_numpy(read)), batch, shuffle=True)
    return lambda: (x.numpy() for (x,) in batches)


class _Files:
    """A folder as a `DataLoader` wants it: one picture for each place."""

    def __init__(self, folder: Path) -> None:
        names = (f"class-{label}" for label in range(CLASSES))
        self.files = [path for name in names for path in sorted((folder / name).iterdir())]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, place: int) -> NDArray[np.uint8]:
        from PIL import Image

        with Image.open(self.files[place]) as picture:
            return np.array(picture)


LIBRARIES = {
    "vitrail": ("vitrail.data", "polars", "PIL.Image"),
    "pandas": ("pandas",),
    "tf.data": ("tensorflow", "keras"),
    "torch": ("torch.utils.data", "PIL.Image"),
}
"""What is imported before the clock starts."""

LOADERS: dict[str, Callable[[str, Path, int], Epoch]] = {
    "vitrail": vitrail,
    "pandas": pandas,
    "tf.data": tf_data,
    "torch": torch,
}


def iterate(loader: str, kind: str, path: Path, epochs: int, batch: int) -> dict[str, Any]:
    """Load and iterate.

    Returns:
        Seconds of the first pass, which loads, and of each later epoch; samples and the sum of all values of the last
        epoch, so that nobody leaves something out; bytes of memory at most, and of private memory above the start.
    """
    for library in LIBRARIES[loader]:
        importlib.import_module(library)
    growth = memory.Growth()
    with growth:
        ends = [time.perf_counter()]
        epoch = LOADERS[loader](kind, path, batch)
        count, total = 0, 0.0
        for _ in range(1 + epochs):
            count, total = 0, 0.0
            for x in epoch():
                count, total = count + len(x), total + float(x.sum(dtype=np.float64))
            ends.append(time.perf_counter())
    return {**_told(ends, growth), "samples": count, "total": total}


def train(kind: str, path: Path, epochs: int, batch: int, *, mapped: bool) -> dict[str, Any]:
    """Train by `vitrail.fit` on a folder of pictures or a table, in the cache or in memory.

    Returns:
        As `iterate`; the first pass compiles, too. `laps` are the bytes of private memory at most, above the start, of
        each epoch.
    """
    import keras

    import vitrail as library
    from benchmarks import keras_models

    growth = memory.Growth()
    laps: list[int] = []
    with growth:
        begin = time.perf_counter()
        data = library.load_dataset(str(path))
        x = data.x_train if mapped else np.array(data.x_train)
        keras.utils.set_random_seed(keras_models.SEED)
        if kind == "rows":
            layers = [keras.layers.Dense(64, "relu"), keras.layers.Dense(1)]
        else:
            pixels = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
            layers = [*pixels, keras.layers.Dense(128, "relu"), keras.layers.Dense(CLASSES, "softmax")]
        model = keras.Sequential(layers)
        model.compile("adam", "mse" if kind == "rows" else "sparse_categorical_crossentropy")
        clock = keras_models.Clock()
        watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: laps.append(growth.lap()))
        library.fit(model, x, data.y_train, epochs=1 + epochs, batch_size=batch, verbose=0, callbacks=[clock, watch])
    return {**_told([begin, *clock.ends], growth), "samples": len(x), "total": 0.0, "laps": laps}


def _told(ends: list[float], growth: memory.Growth) -> dict[str, Any]:
    first, *later = (after - before for before, after in itertools.pairwise(ends))
    return {"first": first, "later": later, "peak": memory.peak(), "grown": growth.bytes}


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    file, rounds, size = Path(task["path"]), task["epochs"], task["batch"]
    if task["kind"] in {"fit", "rows"}:
        print(json.dumps(train(task["kind"], file, rounds, size, mapped=task["loader"] == "vitrail-mapped")))
    else:
        print(json.dumps(iterate(task["loader"], task["kind"], file, rounds, size)))
