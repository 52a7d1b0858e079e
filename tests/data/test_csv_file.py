"""Tables of one's own: read strictly, classes told from numbers, split by a seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail import load_dataset
from vitrail.data import csv_file
from vitrail.errors import DataError


def table(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_words_are_classes_and_whole_numbers_from_0_too(tmp_path):
    words = load_dataset(table(tmp_path, "size,kind\n1,b\n2,a\n3,b\n4,a\n"))
    assert (words.class_names, words.feature_names, words.task) == (("a", "b"), ("size",), "classification")
    numbers = load_dataset(table(tmp_path, "1,0\n2,1\n3,1\n"))
    assert (numbers.class_names, numbers.feature_names) == (("0", "1"), ("x1",))
    values = load_dataset(table(tmp_path, "1,0\n2,1\n3,1\n"), target="numbers")
    assert (values.class_names, values.task, values.y_train.dtype) == ((), "regression", np.float32)


def test_the_order_of_classes_can_be_said(tmp_path):
    path = table(tmp_path, "1,no\n2,yes\n3,no\n")
    data = load_dataset(path, classes=("yes", "no", "perhaps"), train_ratio=0.6)
    assert data.class_names == ("yes", "no", "perhaps")
    with pytest.raises(DataError, match="Line 2, column 2"):
        load_dataset(path, classes=("no", "maybe"))


def test_a_decimal_comma_is_read_where_commas_separate_nothing():
    assert csv_file.read(b"a;b\n1,5;2,5\n2,5;3,5\n").features.tolist() == [[1.5], [2.5]]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1,nan\n2,3\nnan,1\n", "error.data.csv_cell"),
        ("1,2\n1_0,3\n", "error.data.csv_cell"),
        ("1,2\n,3\n", "error.data.csv_cell"),
        ("1,2\n2,\n", "error.data.csv_cell"),
        ("1,2\n", "error.data.csv_rows"),
        ('1,2\n"3,4\n', "error.data.csv_quotes"),
        ("1,a\n2,a\n", "error.data.csv_classes"),
        ("1,a\n2,b\n", "error.data.option_choice"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, key):
    options = {"target": "words"} if key == "error.data.option_choice" else {}
    with pytest.raises(DataError) as refused:
        load_dataset(table(tmp_path, text), **options)
    assert refused.value.key == key


def test_a_file_that_is_not_there_and_an_unknown_option(tmp_path):
    with pytest.raises(DataError) as refused:
        load_dataset(str(tmp_path / "none.csv"))
    assert refused.value.key == "error.data.csv_file"
    with pytest.raises(DataError) as refused:
        load_dataset(str(tmp_path / "none.csv"), points=3)
    assert refused.value.key == "error.data.unknown_option"


@given(content=st.binary(max_size=200))
def test_reading_is_total(content):
    try:
        found = csv_file.read(content)
    except DataError:
        return
    assert found.features.shape == (len(found.last), len(found.feature_names))
    assert np.isfinite(found.features).all()
