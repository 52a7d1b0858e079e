"""From a table with gaps and categories to the prediction of one typed row, in a real browser."""

import keras
import numpy as np
import pytest
from tests.short import short

from vitrail.data import load_dataset
from vitrail.data.flats import COLUMNS, flats
from vitrail.experiment import Experiment

pytestmark = pytest.mark.browser

ROW = {"city": "Paris", "area": "61,5", "rooms": "3", "sold": "2024-02-01"}


def expect(what):
    from playwright import sync_api

    return sync_api.expect(what)


@pytest.fixture
def table(tmp_path):
    """Flats with a column that tells the answer in another unit."""
    path = tmp_path / "flats.tsv"
    rows = ["\t".join(["euros", *COLUMNS])]
    for flat in flats():
        cells = ["" if value is None else str(value) for value in flat]
        rows.append("\t".join([str(round(flat.price * 1000)), *cells]))
    path.write_text("\n".join(rows) + "\n")
    return path


def downloaded(page, name, path):
    page.get_by_test_id("code").click()
    with page.expect_download() as waiting:
        page.get_by_test_id(name).click()
    waiting.value.save_as(path)
    page.keyboard.press("Escape")
    return path


@pytest.mark.parametrize("language", short(["en", "fr"], ["fr"]))
def test_a_typed_row_is_predicted_from_a_table_with_gaps(visit, violations, table, tmp_path, language):
    page = visit(experiment="reference", refused=True)
    page.get_by_test_id(f"lang-{language}").click()
    page.get_by_test_id("to-data").click()
    page.locator("details:has([data-testid=own-file]) > summary").click()
    page.get_by_test_id("own-file").set_input_files(table)

    page.get_by_test_id("findings").wait_for()
    expect(page.get_by_test_id("findings")).to_contain_text("euros")
    page.get_by_test_id("role-euros").select_option("ignored")
    expect(page.get_by_test_id("findings")).not_to_contain_text(
        "euros"
    )  # the split still mixes earlier and later sales
    page.get_by_test_id("missing-year").select_option("mean")
    expect(page.get_by_test_id("missing-year")).to_have_value("mean")
    page.get_by_test_id("table-split").select_option("time")
    expect(page.get_by_test_id("table-split")).to_have_value("time")
    expect(page.get_by_test_id("findings")).to_have_count(0)
    assert violations(page) == []

    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    page.get_by_test_id("to-predict").click()
    page.get_by_test_id("predict-own").click()
    expect(page.get_by_test_id("raw-city")).not_to_have_value("")
    page.get_by_test_id("raw-area").fill("wide")
    expect(page.get_by_test_id("raw-wrong")).to_contain_text("area")
    for column, text in ROW.items():
        page.get_by_test_id(f"raw-{column}").fill(text)
    page.get_by_test_id("raw-year").fill("")
    expect(page.get_by_test_id("raw-wrong")).to_have_count(0)
    assert violations(page) == []

    experiment = Experiment.read(downloaded(page, "download-toml", tmp_path / "experiment.toml"))
    assert dict(experiment.data.options) == {
        "roles": {"euros": "ignored"},
        "missing": {"year": "mean"},
        "split": "time",
    }
    model = keras.saving.load_model(downloaded(page, "download-model", tmp_path / "model.keras"))
    data = load_dataset(str(table.rename(tmp_path / "data.tsv")), **dict(experiment.data.options))
    x = data.preprocessing.apply([{**ROW, "year": None}])
    prediction = float(model.predict(x, verbose=0)[0, 0])
    shown = page.get_by_test_id("own-answer").inner_text().translate({0x2212: "-", 0x2C: ".", 0x202F: None, 0xA0: None})
    digits = "".join(sign for sign in shown if sign in "-.0123456789").rstrip(".")
    np.testing.assert_allclose(float(digits), prediction, rtol=2e-4)
