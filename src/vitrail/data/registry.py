"""The data sets that Vitrail knows, by name."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING

from vitrail.data import fashion_mnist, fashion_mnist_mini, iris, spiral
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.data.dataset import Dataset

_LOADERS: dict[str, Callable[..., Dataset]] = {
    "fashion_mnist": fashion_mnist.load,
    "fashion_mnist_mini": fashion_mnist_mini.load,
    "iris": iris.load,
    "spiral": spiral.load,
}


def dataset_names() -> tuple[str, ...]:
    """The names that `load_dataset` takes.

    Examples:
        >>> dataset_names()
        ('fashion_mnist', 'fashion_mnist_mini', 'iris', 'spiral')
    """
    return tuple(_LOADERS)


def load_dataset(name: str, **options: object) -> Dataset:
    """Load a data set, its values as they are in the source. The same name and options give the same values.

    | name | samples | options |
    |---|---|---|
    | `fashion_mnist` | 60,000 + 10,000 pictures, (28, 28) uint8 from 0 to 255; on this machine or downloaded | |
    | `fashion_mnist_mini` | the first 1,000 + 200 of each class of these; part of Vitrail | |
    | `iris` | 120 + 30 flowers, 4 lengths in centimetres, float64 | |
    | `spiral` | two arms in the plane, (2,) float32 | `points`, `noise`, `seed`, `train_ratio` |

    Args:
        name: one of `dataset_names()`.
        **options: what that data set can be asked for; each has a default.

    Raises:
        DataError: no such data set or option, a wrong value for an option, or a damaged file.
        UnavailableError: the files are not on this machine and could not be downloaded.

    Examples:
        >>> load_dataset("spiral", points=200, noise=0.1)
        Dataset 'spiral': 100 training + 100 test samples of shape (2,) float32 (feature), classification in 2 classes
        >>> load_dataset("irsi")
        Traceback (most recent call last):
        vitrail.errors.DataError: There is no data set 'irsi'. Did you mean 'iris'? Known: fashion_mnist, \
fashion_mnist_mini, iris, spiral.
    """
    loader = _LOADERS.get(name)
    if loader is None:
        raise _unknown_name(name)
    known = tuple(inspect.signature(loader).parameters)
    for option in options:
        if option not in known:
            raise _unknown_option(name, option, known)
    return loader(**options)


def _unknown_name(name: str) -> DataError:
    known = ", ".join(_LOADERS)
    close = difflib.get_close_matches(name.lower().replace("-", "_"), _LOADERS, n=1)
    if close:
        return DataError("error.data.unknown_name_close", name=name, close=close[0], known=known)
    return DataError("error.data.unknown_name", name=name, known=known)


def _unknown_option(name: str, option: str, known: tuple[str, ...]) -> DataError:
    if not known:
        return DataError("error.data.no_options", name=name, option=option)
    return DataError("error.data.unknown_option", name=name, option=option, known=", ".join(known))
