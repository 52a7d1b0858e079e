"""Laws of splits: parts are disjoint and complete, classes keep their shares, the past teaches and the future tests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.data import splits
from vitrail.errors import DataError

RATIOS = st.floats(0.01, 0.99)
SEEDS = st.integers(0, 2**32 - 1)


def assert_parts(split, count):
    assert min(len(split.train), len(split.test)) >= 1
    assert sorted([*split.train.tolist(), *split.test.tolist()]) == list(range(count))


@settings(max_examples=50)
@given(st.integers(2, 60), RATIOS, SEEDS)
def test_at_random(count, ratio, seed):
    split = splits.at_random(count, train_ratio=ratio, seed=seed)
    assert_parts(split, count)
    assert len(split.train) == splits.learnt(count, ratio)
    again = splits.at_random(count, train_ratio=ratio, seed=seed)
    assert split.train.tolist() == again.train.tolist()


@settings(max_examples=50)
@given(st.lists(st.integers(2, 9), min_size=1, max_size=5), RATIOS, SEEDS)
def test_classes_keep_their_shares(counts, ratio, seed):
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    split = splits.stratified(labels, train_ratio=ratio, seed=seed)
    assert_parts(split, len(labels))
    expected = [splits.learnt(count, ratio) for count in counts]
    assert np.bincount(labels[split.train]).tolist() == expected


@settings(max_examples=50)
@given(st.lists(st.integers(0, 8), min_size=2, max_size=30).filter(lambda times: len(set(times)) > 1), RATIOS)
def test_the_past_teaches_and_the_future_tests(times, ratio):
    times = np.array(times)
    split = splits.by_time(times, train_ratio=ratio)
    assert_parts(split, len(times))
    assert times[split.train].max() < times[split.test].min()
    assert all(np.diff(times[part]).min(initial=0) >= 0 for part in split)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 8), min_size=2, max_size=30).filter(lambda groups: len(set(groups)) > 1), RATIOS, SEEDS)
def test_a_group_is_never_in_both_parts(groups, ratio, seed):
    groups = np.array(groups)
    split = splits.by_group(groups, train_ratio=ratio, seed=seed)
    assert_parts(split, len(groups))
    assert not set(groups[split.train]) & set(groups[split.test])
    wanted = splits.learnt(len(groups), ratio)
    smallest = min(np.bincount(groups)[split_group] for split_group in set(groups[split.train]))
    assert len(split.train) - wanted < max(np.bincount(groups)) or smallest == len(split.train)


@given(st.lists(st.booleans(), min_size=2, max_size=30).filter(lambda parts: len(set(parts)) > 1), SEEDS)
def test_given_parts_are_kept(parts, seed):
    split = splits.given(np.array(parts), seed=seed)
    assert_parts(split, len(parts))
    assert sorted(split.train.tolist()) == [place for place, part in enumerate(parts) if part]


@pytest.mark.parametrize(
    ("cut", "key"),
    [
        (lambda: splits.by_group(np.array([1, 1])), "error.data.split_group"),
        (lambda: splits.given(np.array([True, True])), "error.data.split_given"),
        (lambda: splits.at_random(1), "error.data.split_count"),
        (lambda: splits.at_random(9, train_ratio=1), "error.data.option_number"),
        (lambda: splits.at_random(9, seed=-1), "error.data.option_whole"),
        (lambda: splits.stratified(np.array(["a", "a", "b"])), "error.data.split_class"),
        (lambda: splits.stratified(np.array([])), "error.data.split_count"),
        (lambda: splits.by_time(np.array([7, 7])), "error.data.split_time"),
    ],
)
def test_what_cannot_be_split(cut, key):
    with pytest.raises(DataError) as refused:
        cut()
    assert refused.value.key == key
