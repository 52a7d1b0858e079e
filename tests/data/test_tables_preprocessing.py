"""What is fitted on the rows learnt from, and gives the same numbers ever after."""
# ruff: noqa: PD011 - columns of ours have values too

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from vitrail import load_dataset
from vitrail.data import flats
from vitrail.data.tables import fitting, loading
from vitrail.data.tables.choices import Fill, choices
from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.preprocessing import Preprocessing
from vitrail.data.tables.steps import Unknown
from vitrail.errors import DataError

FIRST_FORMAT = Path(__file__).parent / "preprocessing-1.json"


@pytest.fixture(scope="module")
def data():
    return load_dataset("flats")


@pytest.fixture(scope="module")
def rows():
    return [
        {name: value if name != "sold" else str(value) for name, value in flat._asdict().items()}
        for flat in flats.flats()
    ]


def as_columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def frame(**columns):
    made = []
    for name, values in columns.items():
        if any(isinstance(value, str) for value in values):
            made.append(Column(name, "text", objects(values)))
        else:
            made.append(Column(name, "number", np.array([np.nan if v is None else v for v in values], dtype=float)))
    return Frame(tuple(made), np.arange(len(values)))


def test_raw_rows_give_the_numbers_of_training_to_the_last_bit(data, rows):
    kept = data.preprocessing
    order = np.concatenate(data.table.split)
    expected = np.concatenate([data.x_train, data.x_test])[np.argsort(order)]
    columns = as_columns(rows)
    forms = [rows, columns, pl.DataFrame(columns), pd.DataFrame(columns), data.table.frame]
    for form in forms:
        assert kept.apply(form).tobytes() == expected.tobytes()
    again = Preprocessing.from_json(kept.to_json())
    assert again == kept
    alone = np.concatenate([again.apply([row]) for row in rows[:20]])
    assert alone.tobytes() == expected[:20].tobytes()


def test_numbers_may_be_texts_as_people_type_them(data):
    typed = {"city": " Paris ", "area": "52,5", "rooms": "2", "year": "NA", "sold": "2024-05-31"}
    plain = {"city": "Paris", "area": 52.5, "rooms": 2, "year": None, "sold": np.datetime64("2024-05-31")}
    assert data.preprocessing.apply([typed]).tolist() == data.preprocessing.apply([plain]).tolist()


def test_nothing_is_learnt_from_the_rows_to_test_with(data):
    table = flats.frame()
    last = data.table.split.test
    changed = []
    for column in table.columns:
        values = column.values.copy()
        if column.name in {"area", "rooms", "year"}:
            values[last] = 1e6
        if column.name == "city":
            values[last] = "Atlantis"
        changed.append(dataclasses.replace(column, values=values))
    other = loading.dataset("other", Frame(tuple(changed), table.lines), loading.asked(target="price", split="time"))
    assert other.preprocessing == data.preprocessing
    assert other.x_train.tobytes() == data.x_train.tobytes()


def test_the_numbers_are_those_of_scikit_learn(data):
    learnt = data.table.frame.taken(data.table.split.train)
    tested = data.table.frame.taken(data.table.split.test)

    def numbers(part):
        return np.stack([part[name].values for name in ("area", "rooms", "year")], axis=1)

    filled = SimpleImputer(strategy="median").fit(numbers(learnt))
    scaled = StandardScaler().fit(filled.transform(numbers(learnt)))
    cities = [[word] for word in learnt["city"].words if word is not None]
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(cities)
    names = list(data.feature_names)
    for part, x in ((learnt, data.x_train), (tested, data.x_test)):
        expected = scaled.transform(filled.transform(numbers(part)))
        places = [names.index(name) for name in ("area", "rooms", "year")]
        np.testing.assert_allclose(x[:, places], expected, rtol=1e-6, atol=1e-6)
        known = one_hot.transform([[word or ""] for word in part["city"].words])
        assert x[:, 1:6].tolist() == known.tolist()
        assert x[:, 6].tolist() == part["city"].missing.tolist()
        assert not x[:, 0].any()
    assert names[:7] == ["city=?", "city=Lille", "city=Limoges", "city=Lyon", "city=Nantes", "city=Paris", "city=∅"]


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ([1.0, 2.0, 6.0, 2.0, None], Fill("median"), 2.0),
        ([1.0, 2.0, 6.0, None], Fill("mean"), 3.0),
        ([5.0, 2.0, 2.0, 5.0, None], Fill("most_frequent"), 2.0),
        ([1.0, None], Fill("constant", -1.0), -1.0),
        ([1.0, None], Fill("drop"), None),
    ],
)
def test_missing_numbers(values, how, expected):
    column = frame(a=values)["a"]
    step = fitting.fit_number(column, how, "none")
    assert step.fill == expected
    standardised = fitting.fit_number(column, how, "standardise")
    filled = [expected if value is None else value for value in values if value is not None or expected is not None]
    assert (standardised.mean, standardised.deviation) == pytest.approx((np.mean(filled), np.std(filled) or 1.0))


@pytest.mark.parametrize(
    ("how", "fill", "words", "missing"),
    [
        (Fill("own"), None, ("a", "b"), [0, 0, 0, 1]),
        (Fill("most_frequent"), "b", ("a", "b"), [0, 0, 1]),
        (Fill("constant", "a"), "a", ("a", "b"), [0, 1, 0]),
        (Fill("constant", "c"), "c", ("a", "b", "c"), [0, 0, 0, 1]),
    ],
)
def test_missing_categories(how, fill, words, missing):
    step = fitting.fit_category(frame(a=["b", "a", "b", None])["a"], how)
    assert (step.fill, step.vocabulary) == (fill, words)
    x = np.empty((1, len(step.names)))
    assert step.apply(step.read([None]), x) == ()
    assert x[0].tolist() == missing


def test_numbers_may_be_categories():
    table = frame(rooms=[10, 2, 2.5, 2], y=[1.0, 2.0, 3.5, 4.0])
    data = loading.dataset("t", table, loading.asked(roles={"rooms": "category"}, missing={"rooms": "most_frequent"}))
    assert data.feature_names[0] == "rooms=?"
    assert set(data.feature_names[1:]) <= {"rooms=2", "rooms=2.5", "rooms=10"}
    x = data.preprocessing.apply({"rooms": ["2", 2.0, 2]})
    assert (x == x[0]).all()


def test_times_become_the_parts_that_are_asked_for():
    days = np.array(["2023-01-01", "2024-02-29", "2024-12-30"], dtype="datetime64[us]")
    table = Frame((Column("t", "time", days), frame(y=[1.0, 2.5, 3.0]).columns[0]), np.arange(3))
    wanted = loading.asked(times={"t": ("day", "weekday", "elapsed")}, numbers="none", split="time", train_ratio=0.5)
    data = loading.dataset("t", table, wanted)
    assert data.feature_names == ("t.day", "t.weekday", "t.elapsed")
    assert data.x_train.tolist() == [[1, 6, 0]]
    assert data.x_test.tolist() == [[29, 3, 424], [30, 0, 729]]


def test_a_category_never_seen_goes_to_the_unknown_place_and_is_told(data):
    row = {"city": "Brest", "area": 50, "rooms": 2, "year": 1990, "sold": "2024-01-01"}
    encoded = data.preprocessing.encode([{**row, "city": "Lyon"}, row])
    assert encoded.unknown == (Unknown("city", "Brest", 1),)
    assert encoded.x[1, :7].tolist() == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([{"town": "Paris", "area": 5}], "Missing: city, rooms, year, sold; unknown: town. Expected: city, area"),
        ([{"city": "Paris", "area": "big", "rooms": 1, "year": 1, "sold": "2024-01-01"}], "Row 1, column area: “big”"),
        ([{"city": ["Paris"], "area": 1, "rooms": 1, "year": 1, "sold": "2024-01-01"}], "Row 1, column city"),
        (
            [{"city": "Paris", "area": 1, "rooms": 1, "year": 1, "sold": "soon"}],
            "Row 1, column sold: “soon” is no time",
        ),
        ([], "one row at least"),
        (3, "Rows cannot be read from this"),
        ({"city": ["Paris"], "area": [1, 2], "rooms": [1], "year": [1], "sold": [None]}, "area 2"),
        ({"city": "Paris", "area": 1, "rooms": 1, "year": 1, "sold": None}, "city: str"),
    ],
)
def test_rows_that_do_not_fit_are_one_clear_error(data, rows, text):
    with pytest.raises(DataError) as refused:
        data.preprocessing.apply(rows)
    assert text in str(refused.value)


def test_a_row_that_misses_what_was_dropped_is_refused():
    table = frame(a=[1.0, 2.0, None, 4.0], b=[1.0, 2.0, 3.0, None], y=[1.0, 2.5, 3.0, 4.0])
    data = loading.dataset("t", table, loading.asked(missing={"a": "drop", "b": "mean"}))
    assert (len(data.x_train) + len(data.x_test), data.table.record.left_out) == (3, {"a": 1})
    with pytest.raises(DataError, match="Row 1 has no value in the column a"):
        data.preprocessing.apply([{"a": None, "b": 1}])
    assert loading.dataset("t", table, loading.asked(missing="drop")).table.record.left_out == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"missing": {"town": "median"}}, "table.no_column"),
        ({"missing": {"city": "median"}}, "table.filling"),
        ({"missing": {"area": {"constant": "x"}}}, "table.filling"),
        ({"missing": {"price": "median"}}, "table.option_role"),
        ({"missing": {"area": "guess"}}, "data.option_choice"),
        ({"missing": ["area"]}, "table.by_name"),
        ({"numbers": {"city": "none"}}, "table.option_role"),
        ({"numbers": "double"}, "data.option_choice"),
        ({"times": {"area": ["year"]}}, "table.option_role"),
        ({"times": {"sold": ["century"]}}, "data.option_choice"),
        ({"times": {"sold": []}}, "data.option_names"),
        ({"roles": {"area": "feature"}}, "data.option_choice"),
        ({"roles": dict.fromkeys(flats.COLUMNS[:-1], "ignored")}, "table.no_inputs"),
        ({"task": "guess"}, "data.option_choice"),
        ({"target": "city", "task": "regression"}, "table.no_regression"),
        ({"target": "city", "classes": ["Paris", "Lyon"]}, "table.class_unknown"),
        ({"target": "area", "task": "classification"}, "table.classes"),
        ({"target": "sold"}, "table.time_target"),
        ({"split": "half"}, "data.option_choice"),
        ({"split": "random", "split_column": "city"}, "table.split_option"),
        ({"split": "group"}, "table.split_column"),
        ({"split": "group", "split_column": "city"}, "table.split_missing"),
        ({"split": "given", "split_column": "rooms"}, "table.split_word"),
    ],
)
def test_what_cannot_be_chosen(asked, key):
    with pytest.raises(DataError) as refused:
        loading.dataset("flats", flats.frame(), loading.asked(**{"target": "price", **asked}))
    assert refused.value.key == f"error.{key}"
    assert refused.value.render("fr")


def test_choices_read_what_a_toml_file_can_say():
    made = choices(missing={"a": {"constant": "x"}, "b": 3, "c": "mean"}, numbers={"b": "none"})
    assert made.missing == {"a": Fill("constant", "x"), "b": Fill("constant", 3.0), "c": Fill("mean")}
    assert made.scaling == {"b": "none"}


def test_keras_normalization_does_the_same_on_jax(data):
    layers = data.preprocessing.to_keras()
    assert set(layers) == {"area", "rooms", "year"}
    area = data.table.frame.taken(data.table.split.train)["area"].values
    out = np.asarray(layers["area"](area[:, None].astype(np.float32)))
    np.testing.assert_allclose(out[:, 0], data.x_train[:, data.feature_names.index("area")], rtol=1e-4, atol=1e-5)


def test_a_number_far_from_those_that_were_learnt_from_is_named():
    table = frame(a=[2.0**127] * 4, b=[1.0, 2.0, 3.0, 4.0], y=[1.5, 2.0, 3.0, 4.0])
    wanted = loading.asked(roles={"a": "numeric"}, numbers="standardise", split="time", split_column="b")
    data = loading.dataset("t", table, wanted)
    with pytest.raises(DataError, match="Row 2, column a: the number is too far"):
        data.preprocessing.apply({"a": [1, "-3.4e38"], "b": [1, 2]})
    with pytest.raises(DataError, match="“1e39” is no finite number"):
        data.preprocessing.apply({"a": ["1e39"], "b": [1]})


def test_what_keras_has_is_told_by_class_and_configuration(data):
    written = json.loads(data.preprocessing.to_json())
    assert [(layer["column"], layer["class_name"], layer["runs_on_jax"]) for layer in written["keras"]] == [
        ("city", "StringLookup", False),
        ("area", "Normalization", True),
        ("rooms", "Normalization", True),
        ("year", "Normalization", True),
        ("sold", "", False),
    ]
    assert written["keras"][0]["config"] == {
        "vocabulary": ["Lille", "Limoges", "Lyon", "Nantes", "Paris", "∅"],
        "num_oov_indices": 1,
        "output_mode": "one_hot",
    }
    assert (written["format"], list(data.preprocessing.columns)) == (1, ["city", "area", "rooms", "year", "sold"])


def test_the_first_format_keeps_opening(data):
    assert Preprocessing.read(FIRST_FORMAT) == data.preprocessing


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda written: {**written, "format": 2}, "record_format"),
        (lambda written: {**written, "steps": 3}, "record"),
        (lambda written: {**written, "more": 3}, "record"),
        (lambda _: [], "record"),
        (lambda written: {**written, "steps": [{**written["steps"][1], "deviation": 0.0}]}, "record"),
        (lambda written: {**written, "steps": [{**written["steps"][4], "means": []}]}, "record"),
    ],
)
def test_a_record_of_another_form_is_refused(data, change, key):
    written = json.dumps(change(json.loads(data.preprocessing.to_json())))
    with pytest.raises(DataError) as refused:
        Preprocessing.from_json(written)
    assert refused.value.key == f"error.table.{key}"
    with pytest.raises(DataError):
        Preprocessing.from_json(written[:-1])


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=False, width=32), min_size=3, max_size=12),
    st.lists(st.sampled_from(["a", "b", None]), min_size=12, max_size=12),
)
def test_one_row_alone_is_what_it_is_among_others(values, words):
    table = Frame(
        (
            Column("v", "number", np.array(values)),
            Column("w", "text", objects(words[: len(values)])),
            Column("y", "number", np.arange(len(values)) * 1.5),
        ),
        np.arange(len(values)),
    )
    roles = {"v": "numeric", "w": "category"}
    try:
        data = loading.dataset("t", table, loading.asked(roles=roles))
    except DataError as error:
        assert error.key in {"error.table.all_missing", "error.table.overflow"}  # noqa: PT017 - no other one
        return
    whole = data.preprocessing.apply(table)
    alone = [data.preprocessing.apply(table.taken(np.array([row]))) for row in range(table.rows)]
    assert np.concatenate(alone).tobytes() == whole.tobytes()
    assert np.isfinite(whole).all()
