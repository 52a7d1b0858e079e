"""A table from its file to a prediction: what `vitrail data` tells of it, and raw rows that a kept run predicts."""

import shutil

import msgspec
import numpy as np
import pytest

import vitrail
from vitrail.cli import predict
from vitrail.cli.command import run
from vitrail.data import flats
from vitrail.data.tables.preprocessing import TargetColumn
from vitrail.experiment import Experiment
from vitrail.runs import open_run

EXPERIMENT = """
format = 1
seed = 3

[data]
name = "{path}"

[data.options]
target = "{target}"
split = "time"
missing = {{year = "mean", city = {{constant = "Elsewhere"}}}}

[[layers]]
class_name = "Dense"
config = {{units = {units}, activation = "{activation}"}}

[compile]
optimizer = "adam"
loss = "{loss}"

[fit]
epochs = 1
"""
REGRESSION = {"target": "price", "units": 1, "activation": "linear", "loss": "mean_squared_error"}
ROW = "city=Lyon,area=52,rooms=2,year=,sold=2024-01-31"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "flats.csv"
    flats.write(path)
    return path


def trained(table, **settings):
    folder = table.parent / settings["target"]
    path = folder.with_suffix(".toml")
    path.write_text(EXPERIMENT.format(path=table, **settings), encoding="utf-8")
    assert run(["fit", str(path), "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="module")
def price_run(table):
    return trained(table, **REGRESSION)


def shown_by(capsys, *typed, lang="en"):
    assert run([*map(str, typed), "--lang", lang]) == 0
    return capsys.readouterr().out


def refused(capsys, *typed):
    assert run([*map(str, typed), "--lang", "en"]) == 2
    return capsys.readouterr().err


def test_a_run_keeps_what_makes_raw_rows_its_inputs(price_run, table):
    kept = open_run(price_run)
    data = vitrail.load_dataset(str(table), **dict(kept.experiment.data.options))
    assert kept.preprocessing() == data.preprocessing
    expected = vitrail.predict(kept.model(), data.x_test, batch_size=1024)
    rows = [flat._asdict() for flat in flats.flats()]
    said = kept.predict([rows[place] for place in data.table.split.test])
    assert said.outputs.tobytes() == expected.tobytes()
    assert (said.values, said.unknown) == (tuple(map(float, expected[:, 0])), ())


def test_a_raw_row_predicts_without_the_table(price_run, capsys):
    kept = open_run(price_run)
    row = {"city": "Lyon", "area": 52, "rooms": 2, "year": None, "sold": "2024-01-31"}
    expected = f"{kept.predict([row]).values[0]:.4g}"
    for typed in (
        ROW,
        ROW.replace(",", "; "),
        '{"city": "Lyon", "area": 52, "rooms": 2, "year": null, "sold": "2024-01-31"}',
    ):
        assert shown_by(capsys, "predict", price_run, "--row", typed).split()[-1] == expected
    shown = shown_by(capsys, "predict", price_run, "--row", ROW.replace("Lyon", "Brest, 2e"))
    assert shown.startswith("city: “Brest, 2e” was not among the categories learnt from")


def test_the_rows_of_a_table_are_predicted(price_run, tmp_path, monkeypatch, capsys):
    path = tmp_path / "new.csv"
    path.write_text(
        "area;sold;city;year;rooms\n52,5;2024-01-31;Lyon;;2\n30;2024-02-01;Brest;1990;1\n", encoding="utf-8"
    )
    rows = {"area": [52.5, 30], "sold": ["2024-01-31", "2024-02-01"], "city": ["Lyon", "Brest"], "year": [None, 1990]}
    expected = open_run(price_run).predict({**rows, "rooms": [2, 1]}).values
    lines = shown_by(capsys, "predict", price_run, "--rows", path).splitlines()
    assert lines[0].startswith("Row 2, city: “Brest”")
    assert [line.split() for line in lines[1:]] == [
        ["row", "output"],
        *([str(row), f"{value:.4g}"] for row, value in enumerate(expected, 1)),
    ]
    path.write_text("area,sold,city,year,rooms\n52.5,2024-01-31,Lyon,,2\n", encoding="utf-8")
    opened = []
    monkeypatch.setattr(predict, "open_run", lambda path: opened.append(path) or open_run(path))
    assert len(shown_by(capsys, "predict", price_run, "--rows", path).splitlines()) == 2
    assert opened == [price_run]


def test_classes_are_predicted_by_name(price_run, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "copy"
    shutil.copytree(price_run, folder)
    kept = open_run(folder).preprocessing()
    target = TargetColumn("price", "text", ("cheap", "dear"))
    (folder / "preprocessing.json").write_text(msgspec.structs.replace(kept, target=target).to_json(), encoding="utf-8")
    (score,) = open_run(folder).predict([dict(part.split("=") for part in ROW.split(","))]).outputs[0]
    shown = shown_by(capsys, "predict", folder, "--row", ROW)
    assert f"1 dear   {score:.4g}"[:6] in shown
    assert "cheap" in shown


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (("--row", "town=Lyon,area=52"), "Missing: city, rooms, year, sold; unknown: town. Expected: city, area"),
        (("--row", "52 2"), "“52 2” is no value with its name"),
        (("--row", "area=52,area=53"), "“area=53” is no value with its name"),
        (("--row", "{"), "The row is no JSON object"),
        (("--row", ROW.replace("52", "big")), "Row 1, column area: “big” is no finite number"),
        (("--row", ROW, "--index", "1"), "Expected exactly one input"),
        (("--rows", "none.csv"), "The table none.csv cannot be read"),
    ],
)
def test_rows_that_do_not_fit_are_one_clear_error(price_run, typed, text, capsys):
    assert text in refused(capsys, "predict", price_run, *typed)


def test_a_run_on_something_else_takes_no_named_rows(iris_run, capsys):
    assert "did not learn from a table" in refused(capsys, "predict", iris_run, "--row", "a=1")


def test_data_tells_roles_reasons_missing_values_split_and_leaks(table, capsys):
    shown = shown_by(capsys, "data", table)
    rows = {line.split()[0]: line.split()[1:4] for line in shown.splitlines()[2:10]}
    assert rows == {
        "column": ["role", "missing", "different"],
        "id": ["identifier", "0", "600"],
        "city": ["category", "41", "5"],
        "area": ["numeric", "0", "175"],
        "rooms": ["numeric", "0", "6"],
        "year": ["numeric", "44", "138"],
        "sold": ["time", "0", "523"],
        "price": ["target", "0", "552"],
    }
    assert "its name is that of an identifier, and all values differ" in shown
    assert "Split at random, seed 0: 480 to train on, 120 to test with" in shown
    assert "Leak: Some rows to train on are later than some to test with, by the column sold" in shown


def test_data_takes_the_options_of_a_file(table, capsys):
    options = ("--option", "target=city", "--option", "split=time", "--option", 'roles={rooms = "category"}')
    shown = shown_by(capsys, "data", table, *options, lang="fr")
    assert "comme vous l'avez dit ; supposé : numérique" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Aucune fuite trouvée" in shown
    assert "Laissées de côté, sans valeur dans city" in shown
    assert "--option target: expected a name and a value" in refused(capsys, "data", table, "--option", "target")
    assert "iris is a data set by name" in refused(capsys, "data", "iris", "--option", "a=1")


def test_a_program_says_what_of_it_is_not_plain_keras(table):
    experiment = Experiment.from_toml(EXPERIMENT.format(path=table, **REGRESSION))
    code = experiment.to_code()
    assert "# Not plain Keras: Vitrail reads the table" in code
    assert 'missing={"year": "mean", "city": {"constant": "Elsewhere"}}' in code
    assert Experiment.from_code(code) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment
    data = vitrail.load_dataset(str(table), **dict(experiment.data.options))
    assert np.isfinite(data.x_train).all()
    assert "city=Elsewhere" in data.feature_names
