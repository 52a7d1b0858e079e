"""Rows of large arrays, read into two buffers in turn."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.errors import DataError
from vitrail.training.blocks import Blocks

ROWS = 12


def arrays():
    x = np.arange(ROWS * 2, dtype=np.float64).reshape(ROWS, 2)
    return x, (np.arange(ROWS, dtype=np.uint8), np.arange(ROWS, dtype=np.float32) / 7)


def blocks(data=None, unchecked=None):
    return Blocks(data or arrays(), ROWS // 2, unchecked or {})


def ordered(feed, rows, count):
    rows = slice(count) if rows is None else rows[:count]
    return [np.asarray(leaf)[rows].tolist() for leaf in jax.tree.leaves(feed.data)]


def expected(places):
    x, (y, weights) = arrays()
    return [x[places].tolist(), y[places].tolist(), weights[places].tolist()]


@given(st.lists(st.permutations(range(ROWS)).map(lambda order: order[: ROWS // 2]), min_size=1, max_size=5))
def test_a_block_gives_its_rows_in_the_given_order(orders):
    source = blocks()
    for order in orders:
        places = np.asarray(order, np.int32)
        feed, rows = source.block(places)
        source.used(())
        assert ordered(feed, rows, len(places)) == expected(places)
        assert [leaf.dtype for leaf in jax.tree.leaves(feed.data)] == ["float32", "uint8", "float32"]


def test_the_block_before_stays_as_it_was():
    source = blocks()
    first, rows = source.block(slice(0, 6))
    source.used(())
    second, _ = source.block(slice(6, 11))
    source.used(())
    assert rows is None
    assert ordered(first, None, 6) == expected(slice(0, 6))
    assert ordered(second, None, 5) == expected(slice(6, 11))


def test_a_block_is_described_as_it_comes():
    source = blocks()
    described, (given_, _) = source.abstract(), source.block(slice(0, 6))
    forms = [[(leaf.shape, leaf.dtype) for leaf in jax.tree.leaves(feed)] for feed in (described, given_)]
    assert forms[0] == forms[1]


@pytest.mark.parametrize("places", [slice(6, 12), np.asarray([11, 6, 9, 0], np.int32)], ids=["slice", "order"])
def test_nan_is_named_by_its_sample_until_all_was_seen(places):
    x, y = arrays()
    x[9, 1] = np.nan
    source = blocks((x, y), {0: "x"})
    for read in (source.read, source.block):
        with pytest.raises(DataError, match=r"x holds nan at index \(9, 1\)"):
            read(places)
    source.checked()
    assert np.isnan(source.read(places)[0]).sum() == 1
