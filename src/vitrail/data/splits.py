"""Which samples are for training and which for testing: pure functions of counts, labels, times and a seed.

Each gives two parts that share no sample, leave none out, and hold one at least.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.data import options
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.types import Array

_LEAST = 2
"""Samples that two parts need."""


class Split(NamedTuple):
    """The places of the samples of each part, int64, in the order in which they are taken."""

    train: Array
    test: Array


def at_random(count: int, *, train_ratio: float = 0.8, seed: int = 0) -> Split:
    """Shuffle the samples and cut once.

    Args:
        count: of samples.
        train_ratio: the share to train on, from 0.01 to 0.99.
        seed: of the order.

    Raises:
        DataError: there are fewer than two samples, or an option is out of its bounds.

    Examples:
        >>> train, test = at_random(5, train_ratio=0.6)
        >>> train.tolist(), test.tolist()
        ([2, 0, 1], [3, 4])
    """
    train = learnt(count, train_ratio)
    order = _random(seed).permutation(count)
    return Split(order[:train], order[train:])


def stratified(labels: Array, *, train_ratio: float = 0.8, seed: int = 0) -> Split:
    """Cut each class by itself, so that both parts have all of them in the same shares; each part is shuffled.

    Args:
        labels: (samples,), anything that can be compared.
        train_ratio: the share of each class to train on, from 0.01 to 0.99.
        seed: of both orders.

    Raises:
        DataError: a class has a single sample, or an option is out of its bounds.

    Examples:
        >>> train, test = stratified(np.array([0, 0, 0, 0, 1, 1]), train_ratio=0.5)
        >>> sorted(train.tolist()), sorted(test.tolist())
        ([2, 3, 4], [0, 1, 5])
    """
    random = _random(seed)
    parts: tuple[list[Array], list[Array]] = ([], [])
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        if len(rows) < _LEAST:
            raise DataError("error.data.split_class", label=str(label))
        train = learnt(len(rows), train_ratio)
        parts[0].append(rows[:train])
        parts[1].append(rows[train:])
    if not parts[0]:
        raise DataError("error.data.split_count", count=0)
    return Split(*(random.permutation(np.concatenate(part)) for part in parts))


def by_time(times: Array, *, train_ratio: float = 0.8) -> Split:
    """Train on what came first and test on what came later; samples of one time stay in one part.

    Args:
        times: (samples,), anything that can be sorted.
        train_ratio: the share to train on, from 0.01 to 0.99; where the cut falls within one time, all of it is learnt
            from, unless nothing would be left.

    Returns:
        Both parts in the order of time.

    Raises:
        DataError: all samples have the same time, or an option is out of its bounds.

    Examples:
        >>> train, test = by_time(np.array([3, 1, 2, 2, 5]), train_ratio=0.5)
        >>> train.tolist(), test.tolist()
        ([1, 2, 3], [0, 4])
    """
    order = np.argsort(times, kind="stable")
    cut = learnt(len(order), train_ratio)
    ranked = times[order]
    edges = np.flatnonzero(ranked[1:] != ranked[:-1]) + 1
    if not len(edges):
        raise DataError("error.data.split_time")
    later = edges[edges >= cut]
    at = int(later[0] if len(later) else edges[-1])
    return Split(order[:at], order[at:])


def by_group(groups: Array, *, train_ratio: float = 0.8, seed: int = 0) -> Split:
    """Keep the samples of one group in one part, such as all pictures of one patient; each part is shuffled.

    Args:
        groups: (samples,), anything that can be compared.
        train_ratio: the share to train on, from 0.01 to 0.99; groups are taken at random until it is reached, so that
            it is passed by less than one group, unless nothing would be left to test with.
        seed: of the order of groups and samples.

    Raises:
        DataError: there is a single group, or an option is out of its bounds.

    Examples:
        >>> train, test = by_group(np.array(["a", "a", "b", "c", "c"]), train_ratio=0.5)
        >>> sorted(train.tolist()), sorted(test.tolist())
        ([3, 4], [0, 1, 2])
    """
    wanted, random = learnt(len(groups), train_ratio), _random(seed)
    places, counts = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    if len(counts) < _LEAST:
        raise DataError("error.data.split_group")
    order = random.permutation(len(counts))
    before = np.cumsum(counts[order]) - counts[order]
    taken = max(1, min(int((before < wanted).sum()), len(counts) - 1))
    for_training = np.isin(places, order[:taken])
    return Split(random.permutation(np.flatnonzero(for_training)), random.permutation(np.flatnonzero(~for_training)))


def given(for_training: Array, *, seed: int = 0) -> Split:
    """Keep the parts that somebody chose; each is shuffled.

    Args:
        for_training: (samples,) bool.
        seed: of both orders.

    Raises:
        DataError: one part is empty.

    Examples:
        >>> train, test = given(np.array([True, False, True]))
        >>> sorted(train.tolist()), test.tolist()
        ([0, 2], [1])
    """
    random = _random(seed)
    parts = np.flatnonzero(for_training), np.flatnonzero(~for_training)
    if not all(len(part) for part in parts):
        raise DataError("error.data.split_given", train=len(parts[0]), test=len(parts[1]))
    return Split(*(random.permutation(part) for part in parts))


def learnt(count: int, train_ratio: float) -> int:
    """How many of some samples are for training: the share rounded down, with one at least in each part.

    Raises:
        DataError: there are fewer than two samples, or the share is out of its bounds.

    Examples:
        >>> learnt(10, 0.85), learnt(2, 0.99), learnt(3, 0.01)
        (8, 1, 1)
    """
    ratio = options.number("train_ratio", train_ratio, low=0.01, high=0.99)
    if count < _LEAST:
        raise DataError("error.data.split_count", count=count)
    return min(max(1, math.floor(count * ratio)), count - 1)


def _random(seed: int) -> np.random.RandomState:
    return np.random.RandomState(options.seed(seed))
