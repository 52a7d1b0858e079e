"""What arrays say is to be learnt: classes, by number or by name, or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail.data import options
from vitrail.data.arrays import check_array, check_labels
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array

Target = Literal["auto", "classes", "numbers"]

MOST_CLASSES = 1000
_LEAST = 2
"""Classes."""


class Targets(NamedTuple):
    """Targets as a `Dataset` has them."""

    y: Array
    """(samples,) int64 for classes, otherwise as they were."""
    class_names: tuple[str, ...]
    """Empty for a regression."""


def read(y: Array, *, what: str, target: Target = "auto", classes: Sequence[str] = ()) -> Targets:
    """Tell classes from numbers.

    Texts are classes. So are whole numbers of which all from 0 to the largest occur, unless `target` says otherwise.

    Args:
        y: (samples, ...) of all parts.
        what: their name in an error.
        target: whether they are classes or numbers.
        classes: the names of the classes, in the order of their numbers; those that occur, sorted, when left out.

    Raises:
        DataError: they are none of both, a class is unknown, or there are too many or too few.

    Examples:
        >>> read(np.array(["dog", "cat", "dog"]), what="y")
        Targets(y=array([1, 0, 1]), class_names=('cat', 'dog'))
        >>> read(np.array([0.5, 2.0]), what="y").class_names
        ()
    """
    options.choice("target", target, get_args(Target))
    given = options.names("classes", classes)
    if y.dtype.kind in "US" and target != "numbers":
        words = np.char.decode(y, "utf-8", "replace") if y.dtype.kind == "S" else y
        found, places = np.unique(words, return_inverse=True)
        return _named(tuple(str(word) for word in found), places.reshape(y.shape), given, what)
    y = check_array(y, what=what)
    if target == "numbers" or not (given or target == "classes" or _counts(y)):
        return Targets(y, ())
    if given:
        check_labels(y, len(given), what=what)
        return Targets(y.astype(np.int64), _checked(given, what))
    found, places = np.unique(y, return_inverse=True)
    return Targets(places.reshape(y.shape).astype(np.int64), _checked(tuple(str(label) for label in found), what))


def _named(found: tuple[str, ...], places: Array, given: tuple[str, ...], what: str) -> Targets:
    """Class numbers of names."""
    names = _checked(given or found, what)
    unknown = next((name for name in found if name not in names), None)
    if unknown is not None:
        known = ", ".join(names)[:200]
        raise DataError("error.data.labels_unknown", what=what, label=unknown[:60], known=known)
    return Targets(np.array([names.index(name) for name in found], np.int64)[places], names)


def _counts(y: Array) -> bool:
    """Whether these are whole numbers, one for each sample, of which all from 0 to the largest occur."""
    if y.dtype.kind not in "iub" or y.shape[1:] not in {(), (1,)}:
        return False
    found = np.unique(y)
    return _LEAST <= len(found) <= MOST_CLASSES and np.array_equal(found, np.arange(len(found)))


def _checked(names: tuple[str, ...], what: str) -> tuple[str, ...]:
    if not _LEAST <= len(names) <= MOST_CLASSES:
        raise DataError("error.data.class_count", what=what, classes=len(names), most=MOST_CLASSES)
    return names
