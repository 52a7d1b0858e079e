"""Tables of every format read to the same columns; whatever is no whole table is one clear error."""

import io
import struct
import zipfile

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.data.tables import kinds, limits, reading
from vitrail.errors import DataError

ROWS = pl.DataFrame(
    {
        "city": ["Paris", None, "Lyon"],
        "area": [52.0, 30.5, None],
        "rooms": [1, 2, 3],
        "sold": pl.Series(["2024-01-02", None, "2023-05-01"]).str.to_date(),
        "lift": [True, False, None],
    }
)
COLUMNS = [
    ("city", "text", ["Paris", None, "Lyon"]),
    ("area", "number", [52.0, 30.5, None]),
    ("rooms", "number", [1.0, 2.0, 3.0]),
    ("sold", "time", ["2024-01-02T00:00:00.000000", None, "2023-05-01T00:00:00.000000"]),
    ("lift", "truth", ["true", "false", None]),
]
CSV = "city,area,rooms,sold,lift\nParis,52,1,2024-01-02,true\n,30.5,2,,False\n\nLyon,NA,3,2023-05-01,\n"


def frame(path, *, texts=frozenset(), **options):
    return kinds.typed(reading.read(path, **options), path.name, texts=texts)


def columns_of(found):
    def plain(column):
        values = [str(value) if column.kind == "time" else value for value in column.values]
        return [None if gone else value for value, gone in zip(values, column.missing, strict=True)]

    return [(column.name, column.kind, plain(column)) for column in found.columns]


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def excel(rows, **options):
    content = io.BytesIO()
    rows.write_excel(content, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("a.csv", CSV, [2, 3, 5]),
        ("a.tsv", CSV.replace(",", "\t"), [2, 3, 5]),
        ("a.csv", CSV.replace(",", ";").replace("30.5", "30,5"), [2, 3, 5]),
        ("a.csv", "\ufeff" + CSV.replace("\n", "\r\n").replace("Paris", '"Paris"'), [2, 3, 5]),
        ("a.CSV", CSV.replace("\n", "\r"), [2, 3, 5]),
        ("a.parquet", ROWS.write_parquet, [1, 2, 3]),
        ("a.xlsx", ROWS.write_excel, [2, 3, 4]),
        ("a.jsonl", ROWS.write_ndjson, [1, 2, 3]),
        ("a.ndjson", ROWS.write_ndjson().replace("\n", "\n\n"), [1, 3, 5]),
    ],
)
def test_every_format_holds_the_same_columns(tmp_path, name, content, lines):
    if callable(content):
        buffer = io.BytesIO()
        content(buffer)
        content = buffer.getvalue()
    found = frame(written(tmp_path, name, content))
    assert (columns_of(found), found.lines.tolist()) == (COLUMNS, lines)


def test_a_quoted_cell_may_hold_a_separator_and_a_line(tmp_path):
    found = frame(written(tmp_path, "a.csv", 'a,b\n"x, y\nz",1\nw,2\n'))
    assert columns_of(found) == [("a", "text", ["x, y\nz", "w"]), ("b", "number", [1.0, 2.0])]
    assert found.lines.tolist() == [3, 4]


def test_codes_and_large_whole_numbers_are_names_not_numbers(tmp_path):
    found = frame(written(tmp_path, "a.csv", "zip,n\n01000,1\n75001,2\n"))
    assert columns_of(found)[0] == ("zip", "text", ["01000", "75001"])
    large = pl.DataFrame({"id": [2**53 + 1, 2**53 + 3], "y": [1, 2]})
    large.write_parquet(tmp_path / "a.parquet")
    assert columns_of(frame(tmp_path / "a.parquet"))[0] == ("id", "text", ["9007199254740993", "9007199254740995"])


@pytest.mark.parametrize(
    ("written_as", "expected"),
    [
        ("05/11/2024", "2024-11-05"),
        ("13/02/2024", "2024-02-13"),
        ("02/13/2024", "2024-02-13"),
        ("05.11.2024", "2024-11-05"),
    ],
)
def test_times_are_read_the_day_before_the_month_where_both_would_do(tmp_path, written_as, expected):
    found = frame(written(tmp_path, "a.csv", f"t,y\n{written_as},1\n{written_as},2\n"))
    assert str(found["t"].values[0])[:10] == expected
    assert kinds.time_of(written_as, found["t"].format) == found["t"].values[0]


def test_a_sheet_is_chosen_by_its_name(tmp_path):
    content = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(content) as book:
        ROWS.select("rooms", "area").write_excel(book, worksheet="one")
        ROWS.select("area", "rooms").write_excel(book, worksheet="two")
    path = written(tmp_path, "a.xlsx", content.getvalue())
    assert (frame(path).names, frame(path, sheet="two").names) == (("rooms", "area"), ("area", "rooms"))
    with pytest.raises(DataError, match=r"no sheet “three”\. Known: one, two"):
        frame(path, sheet="three")


@pytest.mark.parametrize(
    ("name", "content", "key", "where"),
    [
        ("a.csv", "", "empty", {}),
        ("a.csv", "a,b\n1,2\n3\n4,5\n", "ragged", {"line": 3, "got": 1, "expected": 2}),
        ("a.csv", "a,b\n1,2\n\n3,4,5\n", "ragged", {"line": 4, "got": 3, "expected": 2}),
        ("a.csv", '"a",b\n1,2\n\n3,4,5\n', "ragged", {"line": 4, "got": 3}),
        ("a.csv", 'a,b\n1,2\n"3,4\n', "quotes", {"line": 3}),
        ("a.csv", "a,é\n1,2\n3,4\n".encode("latin-1"), "encoding", {"line": 1}),
        ("a.csv", "a,b\n1,2\né,4\n".encode("latin-1"), "encoding", {"line": 3}),
        ("a.csv", "a,b\n1,2\n3,4\n".encode("utf-16"), "encoding", {"line": 1}),
        ("a.csv", "a,b\n" + "1,2\n" * 3 + "x,3\n", "mixed", {"line": 5, "column": "a", "got": "x"}),
        ("a.jsonl", '{"a": 1, "b": 1}\n{"a": 2, "b": 1}\n{"a": "x", "b": 1}\n', "mixed", {"line": 3, "column": "a"}),
        ("a.csv", "a,b\n1,1e999\n3,4\n4,5\n", "mixed", {"line": 2, "column": "b", "got": "1e999"}),
        ("a.csv", "a,a\n1,2\n3,4\n", "twice", {"column": "a"}),
        ("a.csv", "a,\n1,2\n3,4\n", "no_name", {"column": 2}),
        ("a.csv", "a\n1\n2\n", "columns", {"columns": 1}),
        ("a.csv", "a,b\n1,2\n", "rows", {"rows": 1}),
        ("a.csv", ",".join(f"x{n}" for n in range(10_000)) + "\n", "columns", {"columns": 10_000}),
        ("a.jsonl", '{"a": 1, "b": 2}\n{"a": 1', "json", {"line": 2}),
        ("a.jsonl", '{"a": 1, "b": 2}\n\n[1]\n', "json", {"line": 3, "reason": "list"}),
        ("a.jsonl", '{"a": 1, "b": [2]}\n{"a": 1, "b": [3]}\n', "nested", {"column": "b"}),
        ("a.jsonl", '{"a": 1}\n{"a": 2}\n', "columns", {"columns": 1}),
        ("a.parquet", "a,b\n1,2\n", "damaged", {}),
        ("a.xlsx", "a,b\n1,2\n", "damaged", {}),
        ("a.xls", "a,b\n1,2\n", "kind", {}),
    ],
)
def test_what_is_no_whole_table_is_one_clear_error(tmp_path, name, content, key, where):
    with pytest.raises(DataError) as refused:
        frame(written(tmp_path, name, content))
    assert refused.value.key == f"error.table.{key}"
    assert {entry: refused.value.arguments[entry] for entry in where} == where
    assert str(refused.value).startswith(name)
    assert refused.value.render("fr").startswith(name)


def test_a_text_among_numbers_may_be_asked_for(tmp_path):
    path = written(tmp_path, "a.csv", "rooms,y\n1,1\n2,2\n3,3\n5+,4\n")
    assert columns_of(frame(path, texts={"rooms"}))[0] == ("rooms", "text", ["1", "2", "3", "5+"])


def test_an_infinite_number_is_named(tmp_path):
    pl.DataFrame({"a": [1.0, float("inf")], "b": [1, 2]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a.parquet, line 2, column a holds a number that is infinite or too large"):
        frame(tmp_path / "a.parquet")


def test_limits_are_said_before_anything_is_loaded(tmp_path, monkeypatch):
    ROWS.write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(limits, "MOST_ROWS", 2)
    for name, content in (
        ("a.parquet", (tmp_path / "a.parquet").read_bytes()),
        ("a.csv", CSV),
        ("a.xlsx", excel(ROWS)),
    ):
        with pytest.raises(DataError, match=f"{name} has 3 rows of data: expected 2 to 2"):
            reading.read(written(tmp_path, name, content))
    monkeypatch.setattr(limits, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="expected 10 at most"):
        reading.read(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"none.csv cannot be read: No such file"):
        reading.read(tmp_path / "none.csv")


def test_a_bomb_in_a_workbook_is_not_unpacked(tmp_path, monkeypatch):
    packed = io.BytesIO(excel(ROWS))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/bomb.xml", b"0" * 5_000_000)
    monkeypatch.setattr(limits, "MOST_BYTES", 1_000_000)
    with pytest.raises(DataError) as refused:
        reading.read(written(tmp_path, "a.xlsx", packed.getvalue()))
    assert refused.value.key == "error.table.unpacked"
    told = bytearray(packed.getvalue())
    place = told.rindex(b"PK\x01\x02", 0, told.rindex(b"xl/bomb.xml"))
    told[place + 24 : place + 28] = struct.pack("<I", 100)  # a member that says it is small
    with pytest.raises(DataError) as refused:
        reading.read(written(tmp_path, "b.xlsx", bytes(told)))
    assert refused.value.key == "error.table.damaged"


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx", "a.jsonl"])
def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path, name):
    {"a.parquet": ROWS.write_parquet, "a.xlsx": ROWS.write_excel, "a.jsonl": ROWS.write_ndjson}[name](tmp_path / name)
    content = (tmp_path / name).read_bytes()
    ends = [
        end for end in np.linspace(1, len(content) - 2, 15).astype(int) if content[end - 1 : end + 1].find(b"\n") < 0
    ]
    for end in ends:
        with pytest.raises(DataError):
            frame(written(tmp_path, name, content[:end]))


@given(
    content=st.binary(max_size=200) | st.text("ab,;\t\n\r\"'1.é", max_size=60).map(str.encode),
    suffix=st.sampled_from(list(reading.SUFFIXES)),
)
def test_reading_is_total(tmp_path_factory, content, suffix):
    path = written(tmp_path_factory.getbasetemp(), f"fuzz{suffix}", content)
    try:
        found = frame(path)
    except DataError as error:
        str(error)  # which fails where an argument of its text is missing
        return
    assert all(len(column.values) == found.rows >= 2 for column in found.columns)
