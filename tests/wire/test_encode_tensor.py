"""What travels of a tensor that is explored is the tensor, to the digit where it is written."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail import explore
from vitrail.errors import InputError
from vitrail.wire import encode_tensor
from vitrail.wire import tensor_messages as wire
from vitrail.wire.tensor_answers import TensorAnswers

TABLE = np.array([[1.5, np.nan, -2.0], [np.inf, -np.inf, 0.1]])
FLAT = wire.Arrangement(["rows", "columns"], [0, 0], "heat", "tensor", [0, 0, 0])


def opened(value, language="en"):
    """The messages that an exploration opens with, after they travelled."""
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(wire.TensorMessage).decode
    return [decode(encode(message)) for message in TensorAnswers(explore(value)).opening(language)]


def array(tensor):
    return np.frombuffer(tensor.data, np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)


def test_a_table_opens_with_its_card_its_numbers_and_its_features():
    card, slab, statistics = opened(TABLE, "fr")
    assert (card.expression, card.dtype, card.bytes, card.size, card.sized) == ("x", "float64", 48, 6, False)
    assert [(axis.name, axis.length) for axis in card.axes] == [("sample", 2), ("feature", 3)]
    assert (card.low, card.high, card.nan, card.infinite, card.broken_at) == (-2.0, 1.5, 1, 2, [0, 1])
    minus = "\N{MINUS SIGN}"
    assert slab.written == ["1,5", "NaN", f"{minus}2", "∞", f"{minus}∞", "0,1"]
    assert np.array_equal(array(slab.values).reshape(2, 3), TABLE.astype("f4"), equal_nan=True)
    assert (slab.nan, slab.plus, slab.minus, slab.below, slab.above, slab.shape) == (1, 1, 1, 0, 0, [2, 3])
    assert (statistics.span.axis, array(statistics.broken).tolist()) == (1, [1, 2, 0])
    assert array(statistics.mean).tolist() == pytest.approx([1.5, np.nan, -0.95], nan_ok=True)


def test_bytes_and_truth_travel_as_bytes():
    picture = np.arange(2 * 8 * 9, dtype=np.uint8).reshape(2, 8, 9)
    for value in (picture, picture > 3):
        sent = encode_tensor.values(value)
        assert (sent.dtype, sent.shape) == ("uint8", [2, 8, 9])
        assert np.array_equal(array(sent), value)


def test_numbers_beyond_float32_stay_finite_and_keep_their_digits():
    _, slab, _ = opened(np.array([1e300, -1e300, 2.0]))
    assert np.isfinite(array(slab.values)).all()
    assert slab.written[0] == "1e+300"
    _, slab, _ = opened(np.array([2**62 + 1, 3]))
    assert slab.written == ["4,611,686,018,427,387,905", "3"]


def test_complex_numbers_are_written_whole_and_drawn_by_their_size():
    card, slab, statistics = opened(np.array([3 + 4j, 0]))
    assert (card.sized, card.low, slab.written) == (True, None, ["3 + 4i", "0 + 0i"])
    assert (array(slab.values).ravel().tolist(), slab.low, slab.high) == ([5, 0], 0, 5)
    assert array(statistics.mean).tolist() == [5, 0]


def test_a_single_number_has_no_axis():
    card, slab = opened(7)
    assert (card.axes, slab.written, slab.shape, slab.expression) == ([], ["7"], [], "x")


@given(st.lists(st.integers(0, 1), min_size=2, max_size=2))
def test_a_picked_value_has_all_its_digits(place):
    values = np.random.default_rng(5).normal(size=(2, 2))
    row, column = place
    pick = wire.Pick(FLAT, [0, 1], [row, row + 1], [column, column + 1])
    found = TensorAnswers(explore(values)).answer(pick, "en")
    assert found.expression == f"x[{row}, {column}]"
    assert float(found.value.replace("\N{MINUS SIGN}", "-")) == values[row, column]


def test_a_picked_part_is_described():
    found = TensorAnswers(explore(TABLE)).answer(wire.Pick(FLAT, [0, 1], [0, 2], [0, 1]), "en")
    assert (found.expression, found.shape, found.size, found.value) == ("x[0:2, 0]", [2], 2, None)
    assert (found.low, found.high, found.mean, found.deviation, found.nan, found.infinite) == (1.5, 1.5, 1.5, 0, 0, 1)


def test_an_arrangement_comes_back_as_it_was_asked():
    answers = TensorAnswers(explore(np.zeros((3, 4, 5))))
    asked = wire.Arrangement(["held", "columns", "rows"], [2, 0, 0], "series", "robust", [0, 1, 0])
    found = answers.answer(wire.Arrange(asked), "en")
    assert (found.arrangement, found.expression) == (asked, "x[2, :, :]")
    assert encode_tensor.arrangement(encode_tensor.arrangement_in(asked)) == asked


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (wire.Arrange(wire.Arrangement(["rows"], [0], "heat", "tensor", [0, 0, 0])), "error.explore.rank"),
        (wire.Measure(2), "error.explore.axis"),
        (wire.Pick(FLAT, [0, 1], [0, 3], [0, 1]), "error.explore.part"),
    ],
)
def test_what_the_tensor_does_not_have_is_refused(request_, key):
    with pytest.raises(InputError) as caught:
        TensorAnswers(explore(TABLE)).answer(request_, "en")
    assert caught.value.key == key
