"""Tables of one's own in the lab: any file of one, roles and choices corrected, raw rows typed."""

from __future__ import annotations

import io
import json

import keras
import numpy as np
import polars as pl
import pytest

from vitrail.data import load_dataset
from vitrail.data.flats import COLUMNS, flats
from vitrail.data.tables import kinds, reading, writing
from vitrail.wire import messages as wire

ROW = {"city": "Lyon", "area": "52,5", "rooms": "2", "year": None, "sold": "2023-05-04"}


def table():
    rows = [flat._replace(sold=flat.sold.item()) for flat in flats()]
    return pl.DataFrame([flat._asdict() for flat in rows], infer_schema_length=None)


def as_file(kind):
    out = io.BytesIO()
    match kind:
        case "csv":
            table().write_csv(out)
        case "tsv":
            table().write_csv(out, separator="\t")
        case "jsonl":
            table().write_ndjson(out)
        case "parquet":
            table().write_parquet(out)
        case "xlsx":
            table().write_excel(out)
    return out.getvalue()


def give(lab, workspace, kind):
    return lab.request("PUT", f"/api/data?workspace={workspace}&name=flats.{kind}", content=as_file(kind))


def change(lab, workspace, **options):
    draft = lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").json()
    draft["data"]["options"] = options
    return lab.request("PUT", f"/api/experiment?keep=true&adapt=true&workspace={workspace}", content=json.dumps(draft))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What Vitrail makes of the same table without a lab."""
    path = tmp_path_factory.mktemp("table") / "data.csv"
    path.write_bytes(as_file("csv"))
    return load_dataset(str(path))


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_a_table_of_any_kind_is_learnt_from_as_the_same_csv(lab, expected, kind):
    with lab.browse(f"table-{kind}") as page:
        page.until(wire.Workspace)
        assert give(lab, f"table-{kind}", kind).status_code == 200
        card = page.until(wire.Workspace)
    assert card.dataset.task == "regression"
    assert card.dataset.sample_shape == list(expected.sample_shape)
    assert card.table.rows == 600
    assert [(one.name, one.kind, one.role) for one in card.table.columns] == [
        (one.name, one.kind, one.role) for one in expected.table.record.columns
    ]
    first = expected.x_test[0].tolist()
    raw = lab.request("GET", f"/api/row?workspace=table-{kind}&index=0").json()
    answer = lab.request("POST", f"/api/row?workspace=table-{kind}", json=raw["row"]).json()
    assert answer == {"values": first, "unknown": []}
    assert float(raw["target"]) == pytest.approx(float(expected.y_test[0]))


def test_the_card_says_what_was_fitted_on_the_training_part(lab, expected):
    with lab.browse("fitted") as page:
        page.until(wire.Workspace)
        give(lab, "fitted", "csv")
        columns = {one.name: one for one in page.until(wire.Workspace).table.columns}
    steps = {step.column: step for step in expected.preprocessing.steps}
    year, city = columns["year"], columns["city"]
    assert (year.filling, year.fill, year.mean, year.deviation) == (
        "median",
        steps["year"].fill,
        steps["year"].mean,
        steps["year"].deviation,
    )
    assert year.fillings == ["median", "mean", "most_frequent", "drop"]
    assert city.words == list(steps["city"].vocabulary)
    assert city.word_count == len(city.words)
    assert city.features == list(steps["city"].names)
    assert columns["price"].features == columns["id"].features == []
    raw = table()
    assert {name: one.missing for name, one in columns.items()} == {name: raw[name].null_count() for name in COLUMNS}


def test_roles_missing_values_and_split_are_corrected_and_the_network_follows(lab):
    with lab.browse("corrected") as page:
        page.until(wire.Workspace)
        give(lab, "corrected", "csv")
        before = page.until(wire.Workspace)
        assert change(lab, "corrected", roles={"year": "ignored"}, split="time").status_code == 200
        after = page.until(wire.Workspace)
        roles = {one.name: one.role for one in after.table.columns}
        assert roles["year"] == "ignored"
        assert (after.table.split.how, after.table.split.column) == ("time", "sold")
        assert after.dataset.sample_shape == [before.dataset.sample_shape[0] - 1]

        answer = change(lab, "corrected", target="rooms", task="classification", missing={"year": "drop"})
        assert {one["field"] for one in answer.json()} >= {"compile.loss"}
        classes = page.until(wire.Workspace)
        assert (classes.dataset.task, before.dataset.task) == ("classification", "regression")
        assert {one.name: one.role for one in classes.table.columns}["rooms"] == "target"
        assert classes.table.left_out == table()["year"].null_count()

        refused = change(lab, "corrected", roles={"city": "numeric"})
        assert (refused.status_code, refused.json()["key"]) == (422, "error.table.role_kind")
        assert lab.request("GET", "/api/experiment?format=json&workspace=corrected").json()["data"]["options"] == {
            "target": "rooms",
            "task": "classification",
            "missing": {"year": "drop"},
        }


def test_a_typed_row_is_predicted_as_without_the_lab(lab, expected, tmp_path):
    with lab.browse("typed") as page:
        page.until(wire.Workspace)
        give(lab, "typed", "csv")
        page.until(wire.Workspace)
        page.send(wire.Step("epoch"))
        page.idle(60)
        encoded = lab.request("POST", "/api/row?workspace=typed", json=ROW).json()
        page.send(wire.Try(encoded["values"], None))
        look = page.until(wire.Look, index=wire.OWN)
        model = tmp_path / "model.keras"
        model.write_bytes(lab.request("GET", "/api/model?workspace=typed").content)
    x = expected.preprocessing.apply([ROW])
    assert encoded == {"values": x[0].tolist(), "unknown": []}
    prediction = keras.saving.load_model(model).predict(x, verbose=0)
    np.testing.assert_allclose(look.prediction, prediction[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({**ROW, "area": "many"}, "error.table.no_number"),
        ({name: ROW[name] for name in ROW if name != "area"}, "error.table.names"),
        ({**ROW, "colour": "red"}, "error.table.names"),
    ],
)
def test_a_row_that_does_not_fit_is_named(lab, row, key):
    workspace = "unfit-rows"
    if lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").json()["data"]["name"] != "data.csv":
        give(lab, workspace, "csv")
    answer = lab.request("POST", f"/api/row?workspace={workspace}", json=row)
    assert (answer.status_code, answer.json()["key"]) == (422, key)


def test_a_value_that_was_never_seen_is_told(lab):
    give(lab, "unknown-city", "csv")
    answer = lab.request("POST", "/api/row?workspace=unknown-city", json={**ROW, "city": "Nice"}).json()
    assert answer["unknown"] == ["city"]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("broken.parquet", b"PAR1 and nothing more", "error.table.damaged"),
        ("broken.xlsx", b"PK no workbook", "error.table.damaged"),
        ("mixed.csv", b"a,b,y\n1,x,2\nmany,x,3\n2,x,4\n3,x,5\n", "error.table.mixed"),
        ("one.csv", b"a\n1\n2\n3\n", "error.data.csv_columns"),
        ("lines.jsonl", b'{"a": 1}\n{"a": \n', "error.table.json"),
    ],
)
def test_a_bad_file_changes_nothing(lab, name, content, key):
    before = lab.request("GET", "/api/experiment?format=json&workspace=bad-files").content
    answer = lab.request("PUT", f"/api/data?workspace=bad-files&name={name}", content=content)
    assert (answer.status_code, answer.json()["key"]) == (422, key)
    assert lab.request("GET", "/api/experiment?format=json&workspace=bad-files").content == before


def test_data_that_are_no_table_have_no_rows(lab):
    assert lab.request("GET", "/api/row?workspace=no-table").json()["key"] == "error.lab.no_table"
    assert lab.request("GET", "/api/row?workspace=no-table&index=150").json()["key"] == "error.lab.example"
    assert lab.request("POST", "/api/row?workspace=no-table", json=ROW).json()["key"] == "error.lab.no_table"
    assert lab.request("POST", "/api/row?workspace=no-table", content=b"[1]").json()["key"] == "error.lab.row"


def test_numbers_without_names_get_some_so_that_they_can_have_roles(lab):
    rows = "".join(f"{place * 7 % 11},{place % 3},{place * 0.5}\n" for place in range(30)).encode()
    assert lab.request("PUT", "/api/data?workspace=nameless", content=rows).status_code == 200
    kept = lab.request("GET", "/api/data?workspace=nameless").content
    frame = kinds.typed(reading.parse(kept, "data.csv"), "data.csv")
    assert writing.to_csv(frame) == kept
    assert change(lab, "nameless", roles={frame.names[1]: "ignored"}).status_code == 200


def test_a_table_is_read_as_a_series_or_as_texts_and_back(lab):
    rows = (
        "when,warm\n"
        + "".join(f"2024-01-01 {hour:02}:00,{hour * hour % 7}.5\n" for hour in range(24))
        + "".join(f"2024-01-02 {hour:02}:00,{hour}.5\n" for hour in range(24))
    )
    with lab.browse("series") as page:
        page.until(wire.Workspace)
        assert lab.request("PUT", "/api/data?workspace=series", content=rows.encode()).status_code == 200
        page.until(wire.Workspace)
        assert change(lab, "series", window=6).status_code == 200
        card = page.until(wire.Workspace)
        assert (card.dataset.sample_shape, card.table) == ([6, 1], None)
        refused = change(lab, "series", window=60)
        assert refused.json()["key"] == "error.data.series_short"
        assert change(lab, "series").status_code == 200
        assert page.until(wire.Workspace).table.rows == 48

    reviews = "text,liked\n" + "a good film,yes\na bad film,no\ntruly very good,yes\nso bad,no\n" * 5
    with lab.browse("texts") as page:
        page.until(wire.Workspace)
        lab.request("PUT", "/api/data?workspace=texts", content=reviews.encode())
        page.until(wire.Workspace)
        assert change(lab, "texts", text="text").status_code == 200
        card = page.until(wire.Workspace)
        assert [layer.class_name for layer in card.layers] == ["Embedding", "GlobalAveragePooling1D", "Dense", "Dense"]
        assert card.strip.kind == "text"
        assert set(card.strip.vocabulary[2:]) == {"bad", "film", "a", "good", "so", "truly", "very"}
        page.send(wire.Step("epoch"))
        assert page.idle(2).last.epoch == 1
