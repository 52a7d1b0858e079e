"""Arrays in a `.npy` or `.npz` file: samples and targets by their usual names, or by the names one gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail import locale
from vitrail.data import npy, options, splits, targets
from vitrail.data.arrays import check_array, check_lengths
from vitrail.data.dataset import Dataset
from vitrail.data.whole_file import Held, WholeFile
from vitrail.errors import DataError, ShapeError
from vitrail.types import Axis

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from vitrail.data.targets import Target
    from vitrail.types import Array

Cut = Literal["random", "stratified", "order"]
"""How samples are split: shuffled, each class by itself, or as they lie, the first for training."""

WHOLE = (("x", "y"), ("data", "labels"), ("data", "target"), ("images", "labels"), ("features", "labels"))
PARTS = (("x_train", "y_train", "x_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels"))
"""Usual names, in small letters."""
_AXES: dict[int, tuple[Axis, ...]] = {
    1: ("sample",),
    2: ("sample", "feature"),
    3: ("sample", "time", "feature"),
    4: ("sample", "height", "width", "channel"),
    5: ("sample", "time", "height", "width", "channel"),
}
_PICTURES: tuple[Axis, ...] = ("sample", "height", "width")


class Parts(NamedTuple):
    """Samples and their targets before they are told apart."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def load(
    path: Path,
    *,
    x: str = "",
    y: str | int = "",
    target: Target = "auto",
    classes: Sequence[str] = (),
    axes: Sequence[Axis] = (),
    split: Cut = "random",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load arrays of samples and targets.

    A `.npz` may hold `x` and `y`, or `x_train`, `y_train`, `x_test` and `y_test`, or other arrays of which `x` and `y`
    are named. Beside a `.npy` of samples lies one of targets. Samples without targets are their own, as those of an
    autoencoder are.

    Args:
        path: the file.
        x: which array of a `.npz` holds the samples.
        y: which array of a `.npz`, or which file beside a `.npy`, holds the targets; or the number of the column of a
            table that does, -1 for the last.
        target: whether targets are classes or numbers. When left out, texts are classes, and so are whole numbers of
            which all from 0 to the largest occur.
        classes: the names of the classes in their order.
        axes: what the axes run over, where it is not what is guessed.
        split: `"random"`, `"stratified"`, or `"order"`, which copies nothing: a large `.npy` stays on the disk. What
            the file splits itself is kept as it is.
        train_ratio: the share to train on.
        seed: of the order in which samples are taken.

    Returns:
        x: (samples, ...) as in the file; y: (samples,) int64 for classes, otherwise as in the file.

    Raises:
        DataError: the file is damaged, holds Python objects, texts or NaN where numbers are wanted, or takes more
            memory than it may; or an option is wrong.
        ShapeError: samples and targets do not fit each other.
    """
    options.choice("split", split, get_args(Cut))
    arrays = {path.stem: npy.read(path)} if path.suffix.lower() == ".npy" else npy.read_all(path)
    held = tuple(Held(key, array.shape, str(array.dtype)) for key, array in arrays.items())
    names = given(arrays) if not x and y == "" else None
    if names is not None:
        parts = Parts(*(arrays[each] for each in names))
        whole = WholeFile(path, "given", held, names[0], names[1], given=True)
        return dataset(path, parts, target=target, classes=classes, axes=axes, source=whole)
    chosen = _chosen(arrays, path, x)
    name = f"{path}: {chosen}"
    label, found, samples = _targets(arrays, path, chosen, y)
    own = found is samples
    check_array(samples, what=name)
    known = (
        targets.Targets(samples, ()) if own else targets.read(found, what=f"{path}: y", target=target, classes=classes)
    )
    check_lengths(samples, known.y, names=(name, f"{path}: y"))
    cut = _cut(known, split, train_ratio, seed)
    if split != "order" and samples.nbytes > npy.MOST_BYTES:
        raise DataError("error.data.npy_memory", file=str(path), bytes=samples.nbytes, most=npy.MOST_BYTES)
    x_train, x_test = (npy.native(samples[part]) for part in cut)
    y_train, y_test = (x_train, x_test) if own else (known.y[cut[0]], known.y[cut[1]])
    source = WholeFile(path, "own" if own else "given", held, chosen, label)
    return _dataset(source, Parts(x_train, y_train, x_test, y_test), known.class_names, axes)


def dataset(
    path: Path,
    parts: Parts,
    *,
    target: Target = "auto",
    classes: Sequence[str] = (),
    axes: Sequence[Axis] = (),
    source: WholeFile | None = None,
) -> Dataset:
    """What is split already, and where it comes from if not simply from the file; the rest as of `load`."""
    x_train, x_test = (check_array(array, what=f"{path}: {name}") for array, name in ((parts[0], "x"), (parts[2], "x")))
    if parts.y_train.shape[1:] != parts.y_test.shape[1:]:
        shapes = {"got": str(parts.y_test.shape[1:]), "expected": str(parts.y_train.shape[1:])}
        raise ShapeError("error.data.sample_shape.other", what=f"{path}: y", **shapes)
    both = np.concatenate([parts.y_train, parts.y_test])
    known = targets.read(both, what=f"{path}: y", target=target, classes=classes)
    cut = len(parts.y_train)
    found = Parts(x_train, known.y[:cut], x_test, known.y[cut:])
    return _dataset(source or WholeFile(path, "given", given=True), found, known.class_names, axes)


def _dataset(source: WholeFile, parts: Parts, class_names: tuple[str, ...], axes: Sequence[Axis]) -> Dataset:
    return Dataset(
        name=source.path.name,
        **parts._asdict(),
        axes=_axes(parts.x_train, axes),
        feature_names=(),
        class_names=class_names,
        task="classification" if class_names else "regression",
        provenance=source.render(source.path.name),
        licence=locale.text("data.licence.own"),
        source=source,
    )


def _axes(x: Array, asked: Sequence[Axis]) -> tuple[Axis, ...]:
    """What the axes most likely run over, or what somebody said."""
    known = get_args(Axis)
    for axis in options.names("axes", asked):
        options.choice("axes", axis, known)
    if asked:
        return tuple(asked)
    if x.ndim == len(_PICTURES) and x.dtype == np.uint8:
        return _PICTURES
    guessed = _AXES.get(x.ndim)
    if guessed is None:
        raise ShapeError("error.data.array_rank", shape=str(x.shape), most=max(_AXES))
    return guessed


def given(arrays: Collection[str]) -> tuple[str, str, str, str] | None:
    """The names of the arrays of both parts, where a file has them under their usual names.

    Examples:
        >>> given(["X_test", "X_train", "y_test", "y_train"])
        ('X_train', 'y_train', 'X_test', 'y_test')
    """
    small = {name.lower(): name for name in arrays}
    found = next((names for names in PARTS if all(name in small for name in names)), None)
    return (small[found[0]], small[found[1]], small[found[2]], small[found[3]]) if found else None


def _chosen(arrays: Mapping[str, Array], path: Path, x: str) -> str:
    """The array that was named, that has a usual name, or that is the only one."""
    usual = next((name for name in arrays if name.lower() in {samples for samples, _ in WHOLE}), "")
    chosen = x or usual or (next(iter(arrays)) if len(arrays) == 1 else "")
    if chosen not in arrays:
        known = ", ".join(arrays)[:200]
        raise DataError("error.data.npz_names", file=str(path), got=chosen[:60] or "-", known=known)
    if not arrays[chosen].ndim:
        raise ShapeError("error.data.rank_zero", what=f"{path}: {chosen}", got=str(arrays[chosen])[:60])
    return chosen


def _targets(arrays: Mapping[str, Array], path: Path, chosen: str, y: str | int) -> tuple[str | int, Array, Array]:
    """What the targets are called, themselves, and the samples, without them where they were a column."""
    x = arrays[chosen]
    if isinstance(y, int) and not isinstance(y, bool):
        if x.ndim != 2:  # noqa: PLR2004 - a table
            raise ShapeError("error.data.array_column", file=str(path), shape=str(x.shape))
        place = options.whole("y", y, low=-x.shape[1], high=x.shape[1] - 1)
        return place, x[:, place], np.delete(x, place, axis=1)
    if y and path.suffix.lower() == ".npy":
        return y, npy.read(path.parent / str(y)), x
    if y:
        name = _chosen(arrays, path, str(y))
        return name, arrays[name], x
    labels = {label for samples, label in WHOLE if samples == chosen.lower()}
    label = next((name for name in arrays if name.lower() in labels), "")
    return label, arrays.get(label, x), x


def _cut(known: targets.Targets, split: Cut, train_ratio: float, seed: int) -> tuple[Array | slice, Array | slice]:
    if split == "random":
        return splits.at_random(len(known.y), train_ratio=train_ratio, seed=seed)
    if split == "stratified":
        return splits.stratified(known.y.reshape(len(known.y), -1)[:, 0], train_ratio=train_ratio, seed=seed)
    train = splits.learnt(len(known.y), train_ratio)
    return slice(0, train), slice(train, None)
