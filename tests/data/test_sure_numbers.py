"""Numbers that are read at once are those that are read cell by cell, and so is every error."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vitrail.data import csv_file
from vitrail.data.tables import kinds, reading, sure_numbers
from vitrail.errors import DataError

NUMBERS = st.one_of(
    st.floats(-1e30, 1e30).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(["1.", ".5", "+3", "-0", "1e5", "2E-3", "0.1e1", "0"]),
)
ODD = st.one_of(
    st.sampled_from(
        ["", " ", "007", "-01", " 1", "1 ", " 02", "1_0", "inf", "-inf", "nan", "NaN", "NA", "1e999", "1e39"]
    ),
    st.text("0123456789.eE+- _,;xNa\u00a0\u0661", max_size=6),
)


@st.composite
def texts(draw):
    """CSV files, most of whose cells are plain numbers."""
    separator, end = draw(st.sampled_from(",,;\t")), draw(st.sampled_from(["\n", "\n", "\r\n"]))
    width, count = draw(st.integers(2, 4)), draw(st.integers(2, 6))
    odd = draw(st.booleans())
    cell = st.one_of(NUMBERS, NUMBERS, NUMBERS, ODD) if odd else NUMBERS
    rows = [[draw(cell) for _ in range(width)] for _ in range(count)]
    if draw(st.booleans()):
        rows.insert(0, [f"c{place}" for place in range(width)])
    if odd and draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.sampled_from([[""], [" "], ["1"], ["1"] * 5])))
    text = end.join(separator.join(row) for row in rows) + draw(st.sampled_from(["", end]))
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode()


def told(read):
    """What a reader gives, or the error that it raises, as plain values."""
    try:
        return read()
    except DataError as error:
        return error.key, error.arguments


@given(texts())
@example(b"1,2\n3,4\n")
@example(b"a;b;y\n0,5;1.5;c,d\n-2,5;3;e\n")
def test_a_table_of_numbers_alone(content):
    def plain(table):
        return table._replace(features=[row.tolist() for row in table.features])

    assert told(lambda: plain(csv_file.read(content))) == told(lambda: plain(csv_file._read_strictly(content)))


@given(texts())
@example(b"a,b,c\n1,2,007\n3,4,8\n")
@example(b"a,b,c\n1,2, 07\n3,x,8\n,,\n")
@example(b"a,b\n1,2\n\n3,nan\n4,NAN\n")
def test_any_table(content):
    def plain():
        frame = kinds.typed(reading.parse(content, "a.csv"), "a.csv")
        columns = [(column.name, column.kind, column.format) for column in frame.columns]
        return columns, [list(map(str, column.values)) for column in frame.columns], frame.lines.tolist()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sure_numbers, "read", lambda *_: None)
        expected = told(plain)
    assert told(plain) == expected


def test_what_is_no_number_far_down_is_named(monkeypatch):
    monkeypatch.setattr(sure_numbers, "LOOKED_AT", 3)
    rows = [f"{place},{place / 7},x" for place in range(9)]
    content = "\n".join(["a,b,y", *rows[:8], "8,z,x"]).encode()
    with pytest.raises(DataError, match="line 10, column b: “z” stands among numbers"):
        kinds.typed(reading.parse(content, "a.csv"), "a.csv")


def test_columns_of_numbers_are_read_as_such():
    cells = sure_numbers.read(b"a,b,c,d\n1,x,,01/02/2024\n2.5,-01,4,03/02/2024\n", ",", 4)
    assert [series.to_list() for series in cells.get_columns()] == [
        [1.0, 2.5],
        ["x", "-01"],
        [None, 4.0],
        ["01/02/2024", "03/02/2024"],
    ]
    cells = sure_numbers.read(b"a;b;c\n1,5;x,y;2\n2.5;z;007\n", ";", 3)
    assert cells.rows() == [(1.5, "x,y", "2"), (2.5, "z", "007")]
    features, last = sure_numbers.read_all(b"1;2,5;x\n3;4;y,z\n", ";", 3, named=False)
    np.testing.assert_array_equal(features, [[1.0, 2.5], [3.0, 4.0]])
    assert last == ("x", "y,z")
