"""Leaks that were planted are found, and nothing else is."""

import msgspec
import numpy as np
import pytest

from vitrail import load_dataset
from vitrail.data import flats
from vitrail.data.splits import Split
from vitrail.data.tables import loading
from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.record import TableRecord

COUNT = 200
RANDOM = np.random.default_rng(3)
PRICE = RANDOM.normal(size=COUNT)
AREA = RANDOM.normal(size=COUNT)
KIND = np.array([("a", "b", "c")[place] for place in RANDOM.integers(0, 3, COUNT)], dtype=object)
SORTED = np.array(["a"] * 70 + ["b"] * 70 + ["c"] * 60, dtype=object)
DAYS = np.datetime64("2024-01-01", "us") + np.arange(COUNT) * np.timedelta64(1, "D")


def number(name, values):
    return Column(name, "number", np.array(values, dtype=float))


def text(name, values):
    return Column(name, "text", objects(list(values)))


def found(*columns, **asked):
    data = loading.dataset("t", Frame(columns, np.arange(2, COUNT + 2)), loading.asked(**asked))
    assert all(finding.render("en") and finding.render("fr") for finding in data.findings)
    return [(finding.kind, finding.column) for finding in data.findings]


NUMBERS = (number("area", AREA), number("price", PRICE))
CLASSES = (number("area", AREA), text("kind", KIND))
NAMED = [f"k-{word}" for word in KIND]
HOLES = np.where(AREA > 1, np.nan, 3 * PRICE - 7)


@pytest.mark.parametrize(
    ("columns", "asked", "expected"),
    [
        (NUMBERS, {}, []),
        (CLASSES, {}, []),
        ((number("copy", PRICE), *NUMBERS), {}, [("equal", "copy")]),
        ((text("copy", KIND), *CLASSES), {}, [("equal", "copy")]),
        ((text("name", NAMED), *CLASSES), {}, [("one_to_one", "name")]),
        ((number("linear", HOLES), *NUMBERS), {}, [("linear", "linear")]),
        ((number("exp", -np.exp(PRICE)), *NUMBERS), {}, [("order", "exp")]),
        ((number("near", PRICE + 0.01 * AREA), *NUMBERS), {}, []),
        ((number("linear", 2 * PRICE), *NUMBERS), {"roles": {"linear": "ignored"}}, []),
        ((number("id", range(COUNT)), text("kind", SORTED)), {"roles": {"id": "numeric"}}, [("identifier_used", "id")]),
        ((number("id", range(COUNT)), NUMBERS[0], text("kind", SORTED)), {}, [("identifier", "id")]),
        ((number("id", range(COUNT)), *CLASSES), {}, []),
        ((number("id", range(COUNT)), NUMBERS[0], number("price", np.cumsum(PRICE))), {}, [("identifier", "id")]),
        ((number("id", range(COUNT)), *NUMBERS), {}, []),
        ((number("patient_id", np.arange(COUNT) // 4), *NUMBERS), {}, [("groups", "patient_id")]),
        ((number("patient_id", np.arange(COUNT) // 4), *NUMBERS), {"split": "group"}, []),
        ((Column("day", "time", DAYS), *NUMBERS), {}, [("future", "day")]),
        ((Column("day", "time", DAYS), *NUMBERS), {"split": "time"}, []),
    ],
)
def test_planted_leaks(columns, asked, expected):
    assert found(*columns, **asked) == expected


def test_rows_in_both_parts_are_counted():
    values = np.where(np.arange(COUNT) < COUNT - 3, AREA, AREA[:COUNT][np.arange(COUNT) % 3])
    price = np.where(np.arange(COUNT) < COUNT - 3, PRICE, PRICE[np.arange(COUNT) % 3])
    part = ["train"] * (COUNT - 3) + ["test"] * 3
    columns = (number("area", values), text("part", part), number("price", price))
    table = Frame(columns, np.arange(2, COUNT + 2))
    data = loading.dataset("t", table, loading.asked(split="given"))
    (finding,) = data.findings
    assert (finding.kind, finding.arguments) == ("duplicates", {"count": 3, "test": 3, "line": 199})
    assert isinstance(data.table.split, Split)
    assert sorted(data.table.split.test.tolist()) == [197, 198, 199]


@pytest.mark.parametrize(
    ("asked", "how"),
    [({"split": "stratified", "target": "rooms", "task": "classification"}, "stratified"), ({"split": "time"}, "time")],
)
def test_the_split_is_recorded(asked, how):
    data = loading.dataset("flats", flats.frame(), loading.asked(**{"target": "price", "train_ratio": 0.75, **asked}))
    record = data.table.record.split
    assert (record.how, record.column) == (how, "sold" if how == "time" else "")
    assert (record.train, record.test) == (len(data.x_train), len(data.x_test))
    assert record.render("en") != record.render("fr")


def test_a_record_is_plain_json_and_comes_back():
    record = loading.dataset("flats", flats.frame(), loading.asked(roles={"rooms": "category"})).table.record
    assert record.findings
    assert msgspec.json.decode(msgspec.json.encode(record), type=TableRecord) == record


def test_a_plain_table_of_numbers_has_its_record_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n" + "".join(f"{n},{n * n},{2 * n + 0.5}\n" for n in range(40)), encoding="utf-8")
    data = load_dataset(str(path))
    assert [(finding.kind, finding.column) for finding in data.findings] == [
        ("linear", "a"),
        ("identifier_used", "a"),
        ("order", "b"),
    ]
    assert data.preprocessing.apply([{"a": "1", "b": 2}]).tolist() == [[1, 2]]
    assert [column.name for column in data.table.record.columns] == ["a", "b", "c"]
