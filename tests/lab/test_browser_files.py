"""From a folder of pictures, dropped, to the prediction of one picture, in a real browser."""

import keras
import numpy as np
import pytest
from PIL import Image
from tests.short import short

from vitrail.data import load_dataset
from vitrail.data.images import fit_image, read_image
from vitrail.experiment import Experiment

pytestmark = pytest.mark.browser


def expect(what):
    from playwright import sync_api

    return sync_api.expect(what)


def drop(page, *paths):
    """Drop files and folders as the system does, so that the browser knows them by their places."""
    zone = page.get_by_test_id("own-drop")
    zone.scroll_into_view_if_needed()
    box = zone.bounding_box()
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 20, "y": box["y"] + 8}
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


@pytest.fixture
def garden(tmp_path):
    """Roses are dark and tulips light, in two sizes; one file is no picture."""
    random = np.random.default_rng(0)
    folder = tmp_path / "garden"
    for name, low in (("rose", 0), ("tulip", 150)):
        (folder / name).mkdir(parents=True)
        for place in range(6):
            size = (150, 200, 3) if place else (90, 120, 3)
            pixels = random.integers(low, low + 100, size, dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{place}.png")
    (folder / "rose" / "notes.txt").write_text("?")
    return folder


def downloaded(page, test_id, path):
    with page.expect_download() as waiting:
        page.get_by_test_id(test_id).click()
    waiting.value.save_as(path)
    return path


@pytest.mark.parametrize("language", short(["en", "fr"], ["fr"]))
def test_one_picture_is_predicted_from_a_folder_of_them(visit, violations, garden, tmp_path, language):
    page = visit(experiment="iris_mlp", refused=True)
    page.get_by_test_id(f"lang-{language}").click()
    page.get_by_test_id("to-data").click()
    page.locator("details:has([data-testid=own-file]) > summary").click()

    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK")
    drop(page, broken)
    expect(page.get_by_test_id("own-wrong")).to_contain_text("broken.npz")
    drop(page, garden)
    expect(page.get_by_test_id("files-what")).to_contain_text("48 \u00d7 64")
    expect(page.get_by_test_id("own-wrong")).to_have_count(0)
    assert (
        page.get_by_test_id("files-done").locator("li").all_inner_texts()
        == {
            "en": ["resized: 12", "other files passed over: 1"],
            "fr": ["redimensionnées\xa0: 12", "autres fichiers laissés de côté\xa0: 1"],
        }[language]
    )
    rows = page.get_by_test_id("files-classes").locator("tbody tr")
    assert [row.split("\t") for row in rows.all_inner_texts()] == [["rose", "4", "2"], ["tulip", "4", "2"]]
    page.get_by_test_id("option-size").fill("24 x 32")
    page.get_by_test_id("option-size").press("Enter")
    expect(page.get_by_test_id("files-what")).to_contain_text("24 \u00d7 32")
    assert violations(page) == []

    data_file = downloaded(page, "own-take", tmp_path / "data.zip")
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    page.reload()
    page.get_by_test_id("to-predict").click()
    page.get_by_test_id("predict-own").click()
    picture = garden / "tulip" / "3.png"
    page.locator("input[type=file][accept^=image]").set_input_files(picture)
    expect(page.get_by_test_id("own-answer")).to_be_visible()
    assert violations(page) == []
    answer = page.get_by_test_id("own-answer").inner_text()
    shown = page.get_by_test_id("example-card").locator(".note").first.inner_text()

    page.get_by_test_id("code").click()
    experiment = Experiment.read(downloaded(page, "download-toml", tmp_path / "experiment.toml"))
    model = keras.saving.load_model(downloaded(page, "download-model", tmp_path / "model.keras"))
    data = load_dataset(str(data_file), **dict(experiment.data.options))
    assert (experiment.data.name, dict(experiment.data.options)) == ("data.zip", {"size": (24, 32)})
    assert (data.sample_shape, data.class_names) == ((24, 32, 3), ("rose", "tulip"))
    sample = fit_image(read_image(picture), data.sample_shape).sample.round()
    assert any(np.array_equal(sample, known) for known in (*data.x_train, *data.x_test))
    prediction = model.predict(sample[None] / experiment.data.scale, verbose=0)[0]
    assert answer == data.class_names[prediction.argmax()]
    digits = "".join(sign for sign in shown.replace(",", ".") if sign in ".0123456789")
    np.testing.assert_allclose(float(digits), 100 * prediction.max(), atol=0.006)


@pytest.mark.soak
def test_a_learner_chooses_arrays_that_have_no_usual_names(visit, tmp_path):
    random = np.random.default_rng(0)
    np.save(tmp_path / "measured.npy", random.random((20, 4)))
    np.save(tmp_path / "wanted.npy", random.random((20, 2)))
    page = visit(experiment="iris_mlp", refused=True)
    page.get_by_test_id("to-data").click()
    page.locator("details:has([data-testid=own-file]) > summary").click()
    page.get_by_test_id("own-file").set_input_files([tmp_path / "measured.npy", tmp_path / "wanted.npy"])
    page.get_by_test_id("array-y").select_option("wanted")
    page.get_by_test_id("array-use").click()
    expect(page.get_by_test_id("files")).to_contain_text("20 \u00d7 4 float64")
    expect(page.get_by_test_id("adapted")).to_contain_text("2")
    page.get_by_test_id("array-y").select_option("-1")
    expect(page.get_by_test_id("dataset")).to_contain_text("3")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("array-y").first).to_have_value("wanted")
