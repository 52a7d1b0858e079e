"""A table larger than memory gives what it would give within it, its samples in the order of the file."""

import datetime as dt
import os

import numpy as np
import polars as pl
import pytest

from vitrail import load_dataset, places
from vitrail.data import disk_cache, flats, table_file
from vitrail.data.tables import limits, streaming, sums
from vitrail.data.tables.frame import Column, objects
from vitrail.errors import DataError, UnavailableError


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    table = flats.frame()
    columns = {
        column.name: column.values.tolist() if column.kind == "text" else column.values for column in table.columns
    }
    place = tmp_path_factory.mktemp("tables") / "flats.parquet"
    pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None)).write_parquet(place, row_group_size=100)
    return place


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Where tables are encoded."""
    monkeypatch.setenv(places.TABLES_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def streamed(path, monkeypatch, cache):
    """What loads the table as one that is larger than memory, in chunks of 37 rows."""

    def load(path=path, **options):
        monkeypatch.setattr(limits, "MOST_ROWS", 500)
        monkeypatch.setattr(streaming, "CHUNK", 37)
        monkeypatch.setattr(streaming, "LOOKED_AT", 200)
        return load_dataset(str(path), **options)

    return load


@pytest.mark.parametrize(
    "options",
    [
        {"target": "price"},
        {"target": "price", "split": "time", "missing": {"year": "mean", "city": "most_frequent"}},
        {"target": "price", "missing": {"year": "drop", "city": {"constant": "x"}}, "numbers": "none"},
        {"target": "city", "split": "stratified", "missing": {"year": "most_frequent"}, "times": {"sold": ["elapsed"]}},
        {"target": "price", "split": "group", "split_column": "rooms", "roles": {"rooms": "category"}},
    ],
)
def test_it_is_what_it_is_in_memory(path, streamed, options):
    whole = load_dataset(str(path), **options)
    data = streamed(**options)
    order = [np.argsort(part) for part in whole.table.split]
    assert data.feature_names == whole.feature_names
    assert (data.class_names, data.task) == (whole.class_names, whole.task)
    for part, x, y in (("train", data.x_train, data.y_train), ("test", data.x_test, data.y_test)):
        rows = order[part == "test"]
        np.testing.assert_allclose(x, getattr(whole, f"x_{part}")[rows], rtol=2**-23, atol=1e-12)  # the last bit
        assert y.tolist() == getattr(whole, f"y_{part}")[rows].tolist()
    record, other = data.table.record, whole.table.record
    assert (record.rows, record.left_out, record.split) == (other.rows, other.left_out, other.split)
    assert (record.looked_at, other.looked_at) == (200, 0)
    assert not data.x_train.flags.writeable


def test_rows_are_found_in_the_file(path, streamed):
    data = streamed(target="price", split="time")
    raw = pl.read_parquet(path)
    for part, y in zip(data.table.split, (data.y_train, data.y_test), strict=True):
        assert raw["price"].to_numpy()[part].astype(np.float32).tolist() == y.tolist()
    row = raw.row(int(data.table.split.test[0]), named=True)
    assert data.preprocessing.apply([row])[0].tolist() == data.x_test[0].tolist()


def test_leaks_are_looked_for_in_the_first_rows(streamed):
    assert [finding.kind for finding in streamed(target="price").findings] == ["future"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (1, "bad.parquet, line 551, column a: “x” stands among numbers"),
        (33, "Row 519, column a: “x” is no finite number"),
    ],
)
def test_what_is_wrong_far_down_is_named_by_its_place(tmp_path, streamed, wrong, text):
    values = ["1", "2"] * 300
    values[551 - wrong : 551] = ["x"] * wrong
    pl.DataFrame({"a": values, "y": range(600)}).write_parquet(tmp_path / "bad.parquet")
    streamed(target="price")
    with pytest.raises(DataError) as refused:
        load_dataset(str(tmp_path / "bad.parquet"), target="y")
    assert text in str(refused.value)


def test_what_is_wrong_beside_rows_that_are_left_out(tmp_path, streamed):
    values = [1.0, 1.001] * 300
    values[550] = 3e38  # among those to test with, and far too many deviations away
    parts = ["test"] * 3 + ["train"] * 497 + ["test"] * 100
    columns = {"a": values, "b": [None, "x", "y"] * 200, "part": parts, "y": range(600)}
    pl.DataFrame(columns).write_parquet(tmp_path / "far.parquet")
    with pytest.raises(DataError, match=r"Row 551, column a"):
        streamed(tmp_path / "far.parquet", split="given", split_column="part", missing={"b": "drop"})


@pytest.mark.parametrize("column", ["number", "word", "time"])
def test_a_column_with_nothing_to_learn_from(tmp_path, streamed, column):
    known = {"number": 1.5, "word": "x", "time": dt.date(2024, 5, 4)}[column]
    others = {"number": 2.5, "word": "y", "time": dt.date(2024, 5, 5)}[column]
    columns = {"a": [known, others] * 20 + [None] * 560, "part": ["test"] * 40 + ["train"] * 560, "y": range(600)}
    pl.DataFrame(columns).write_parquet(tmp_path / "empty.parquet")
    options = {"target": "y", "split": "given", "missing": {"a": "most_frequent"}, "roles": {"part": "ignored"}}
    messages = []
    for load in (load_dataset, streamed):
        with pytest.raises(DataError) as refused:
            load(str(tmp_path / "empty.parquet"), split_column="part", **options)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith("The column a has no value in the rows to learn from")


def test_a_table_is_encoded_once(path, streamed, cache, capsys):
    first = streamed(target="price")
    told = " ".join(capsys.readouterr().err.split())
    assert f"Encoding 600 rows of flats.parquet to 13 numbers each, once, into a cache of 0.0 MB: {cache}" in told
    again = streamed(target="price")
    assert capsys.readouterr().err == ""
    for part in ("x_train", "y_train", "x_test", "y_test"):
        assert isinstance(getattr(again, part).base, np.memmap)
        assert getattr(first, part).tolist() == getattr(again, part).tolist()
    assert first.table.record == again.table.record
    (folder,) = cache.iterdir()
    (folder / "x.npy").write_bytes((folder / "x.npy").read_bytes()[:-1])
    assert streamed(target="price").x_train.tolist() == first.x_train.tolist()
    assert "Encoding 600 rows" in capsys.readouterr().err
    streamed(target="price", seed=1)
    assert len(list(cache.iterdir())) == 2
    path.touch()
    streamed(target="price")
    assert len(list(cache.iterdir())) == 3


def test_what_is_interrupted_leaves_nothing(streamed, cache, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(streaming.Preprocessing, "apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            streamed(target="price")
    assert list(cache.iterdir()) == []
    assert len(streamed(target="price").x_train) == 480


def test_nothing_is_written_where_there_is_no_room(streamed, monkeypatch, cache):
    monkeypatch.setattr(disk_cache.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(UnavailableError, match="there is room for 10"):
        streamed(target="price")
    assert list(cache.iterdir()) == []


def test_what_was_not_used_for_longest_makes_room(streamed, monkeypatch, cache):
    streamed(target="price")
    (oldest,) = cache.iterdir()
    os.utime(oldest, (0, 0))
    (cache / ".killed").mkdir()
    os.utime(cache / ".killed", (0, 0))
    monkeypatch.setattr(disk_cache, "MOST_BYTES", 60_000)
    streamed(target="price", seed=1)
    assert oldest not in (left := list(cache.iterdir()))
    assert len(left) == 1


def test_only_a_large_parquet_file_is_streamed(path, tmp_path):
    assert not limits.is_large(path)
    assert not limits.is_large(tmp_path / "none.parquet")
    assert table_file.load(path, target="price").table.record.looked_at == 0


def test_a_thin_sample_is_even_and_bounded():
    thin = sums.Thin(most=10)
    for start in range(0, 100, 7):
        thin.add(np.arange(start, min(start + 7, 100)))
    assert thin.values.tolist() == list(range(0, 100, 16))
    assert all(kept.base is None for kept in thin._kept)  # no chunk lives on beneath what is kept of it


def test_too_many_categories_are_refused_before_they_fill_the_memory():
    many = sums.Categories("a", None)
    with pytest.raises(DataError, match="The column a has 1002 categories"):
        many.add(Column("a", "text", objects([str(n) for n in range(1002)])))
