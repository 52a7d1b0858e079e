"""What columns are for: each guess with its reason, corrected where somebody says so."""

import numpy as np
import pytest

from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.roles import assign, guess
from vitrail.errors import DataError

COUNT = 40


def texts(name, *values):
    return Column(name, "text", objects([values[place % len(values)] for place in range(COUNT)]))


def numbers(name, values):
    return Column(name, "number", np.array(values, dtype=np.float64))


RANDOM = np.random.default_rng(0)
TIMES = np.datetime64("2024-01-01", "us") + np.arange(COUNT) * np.timedelta64(1, "D")
COLUMNS = (
    (numbers("row", range(7, 7 + COUNT)), "identifier", "counts"),
    (numbers("customer_id", RANDOM.permutation(COUNT)), "identifier", "id_name"),
    (numbers("customerId", [place // 4 for place in range(COUNT)]), "group", "id_repeats"),
    (texts("ref", *(f"a{place}" for place in range(COUNT))), "identifier", "unique"),
    (texts("city", "Paris", "Lyon", None), "category", "repeats"),
    (texts("remark", *(f"flat number {place}" for place in range(COUNT))), "text", "words"),
    (texts("street", *(f"s{place}" for place in range(COUNT - 1))), "text", "many"),
    (texts("part", "train", "Test", "validation"), "ignored", "parts"),
    (texts("nothing", None), "ignored", "empty"),
    (numbers("zero", np.zeros(COUNT)), "ignored", "constant"),
    (numbers("area", [*RANDOM.normal(size=COUNT - 1), np.nan]), "numeric", "number"),
    (Column("lift", "truth", texts("lift", "true", "false").values), "category", "truth"),
    (Column("sold", "time", TIMES), "time", "time"),
    (Column("built", "time", TIMES, "%d/%m/%Y"), "time", "written"),
    (numbers("price", RANDOM.normal(size=COUNT)), "target", "last"),
)
FRAME = Frame(tuple(column for column, _, _ in COLUMNS), np.arange(COUNT))


def test_each_guess_has_its_reason():
    found = guess(FRAME)
    assert [(one.name, one.role, one.reason) for one in found] == [
        (column.name, role, reason) for column, role, reason in COLUMNS
    ]
    assert all(one.render("en") and one.render("fr") for one in found)
    assert not any(one.is_corrected for one in found)


def test_what_a_column_holds_is_counted():
    found = {one.name: (one.missing, one.distinct, one.examples) for one in guess(FRAME)}
    assert found["city"] == (13, 2, ("Paris", "Lyon"))
    assert found["nothing"] == (COUNT, 0, ())
    assert found["customerId"] == (0, 10, ("0", "1", "2"))


def test_a_guess_is_corrected_and_still_told():
    found = {one.name: one for one in assign(FRAME, {"customerId": "category", "price": "ignored"}, target="area")}
    assert (found["customerId"].role, found["customerId"].guessed, found["customerId"].is_corrected) == (
        "category",
        "group",
        True,
    )
    assert (found["area"].role, found["area"].reason, found["price"].role) == ("target", "named", "ignored")
    last = assign(FRAME, {"price": "ignored", "built": "ignored"})
    assert [one.name for one in last if one.role == "target"] == ["sold"]
    assert [one.name for one in assign(FRAME, {"city": "target"}) if one.role == "target"] == ["city"]


@pytest.mark.parametrize(
    ("corrections", "target", "key"),
    [
        ({"town": "category"}, "", "no_column"),
        ({}, "prize", "no_column"),
        ({"city": "target"}, "price", "targets"),
        (dict.fromkeys(FRAME.names, "ignored"), "", "targets"),
        ({"city": "numeric"}, "", "role_kind"),
        ({"area": "time"}, "", "role_kind"),
    ],
)
def test_what_no_column_can_be(corrections, target, key):
    with pytest.raises(DataError) as refused:
        assign(FRAME, corrections, target=target)
    assert refused.value.key == f"error.table.{key}"
