"""A seed that is typed, training examples that are followed, points placed by the keyboard, larger text."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.short import short

from vitrail import load_dataset, load_model
from vitrail.experiment import Experiment
from vitrail.locale import text

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "fr")


def download(page, name, folder):
    page.get_by_test_id("code").click()
    with page.expect_download() as waiting:
        page.get_by_test_id(f"download-{name}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    page.keyboard.press("Escape")
    return path


def number(shown):
    return float(re.sub(r"[^\d.+-]", "", shown.replace("\u2212", "-")))


def test_a_typed_seed_begins_anew_and_is_undone(visit, tmp_path):
    page = visit(experiment="playground", refused=True)
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    page.get_by_test_id("to-fit").click()
    field = page.get_by_test_id("seed")
    before = field.input_value()
    field.fill("2718")
    field.press("Enter")
    expect(page.get_by_test_id("clock-epoch")).to_have_text("0")
    assert Experiment.read(download(page, "toml", tmp_path)).seed == 2718
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    expect(field).to_have_value(before)
    field.fill("-4")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")


@pytest.mark.parametrize("language", short(LANGUAGES, ["fr"]))
def test_a_training_point_is_followed_as_a_test_point_is(visit, tmp_path, language):
    page = visit(experiment="playground", query=f"&lang={language}")
    data = load_dataset("circle")
    points = page.locator("[data-testid=plane] [role=listbox]")
    points.focus()
    page.keyboard.press("End")
    moment = page.get_by_test_id("look-moment")
    last = len(data.x_test) + len(data.x_train) - 1
    expect(moment).to_have_attribute("data-index", str(last))
    expect(moment).to_contain_text(text("lab.example.train", language, index=len(data.x_train) - 1))
    expect(page.get_by_test_id("plane-ring")).to_be_visible()
    expect(page.get_by_test_id("unit-dense-1-a")).not_to_have_text("")
    page.get_by_test_id("unit-dense-1").click()
    shown = page.get_by_test_id("unit-dense-1-a").inner_text()
    kernel, bias = load_model(download(page, "model", tmp_path)).get_layer("dense").get_weights()
    activation = np.tanh(data.x_train[-1] @ kernel[:, 1] + bias[1])
    assert number(shown.replace(",", ".")) == pytest.approx(activation, abs=2e-3)
    expect(page.get_by_test_id("unit-card")).to_contain_text(
        text("lab.example.train", language, index=len(data.x_train) - 1)
    )


def test_a_training_picture_is_followed_by_its_number_and_after_a_reload(visit):
    page = visit()
    page.get_by_test_id("search-part").select_option("train")
    page.get_by_test_id("search-index").fill("7")
    page.get_by_test_id("search-index").press("Enter")
    name = text("lab.example.train", "en", index=7)
    expect(page.get_by_test_id("example-card")).to_contain_text(name)
    expect(page.get_by_test_id("saved")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("example-card")).to_contain_text(name)


def test_points_are_put_moved_and_taken_away_by_the_keyboard(visit):
    page = visit(experiment="playground", refused=True)
    page.locator("[data-testid=plane] [role=listbox]").focus()
    page.keyboard.press("2")
    surface = page.get_by_test_id("plane-keys")
    expect(surface).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Shift+ArrowRight")
    said = page.get_by_test_id("plane-said")
    corner = [number(part) for part in re.findall(r"x\d (\S+[^,\s])", said.inner_text())]
    page.keyboard.press("Enter")
    expect(said).to_contain_text(text("lab.plane.put", "en"))
    own = rows(page, 501)
    assert near(own, corner) == ["blue"], "the corner of the plane, in the second class"
    page.keyboard.press("Enter")
    expect(said).to_contain_text(text("lab.plane.taken", "en"))
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    assert near(rows(page, 501, but=own), corner) == []
    page.keyboard.press("Delete")
    expect(said).to_contain_text(text("lab.plane.removed", "en"))
    rows(page, 500)
    page.keyboard.press("Escape")
    expect(page.locator("[data-testid=plane] [role=listbox]")).to_be_visible()


def near(rows, place):
    """The classes of the rows at a place."""
    cells = [row.split(",") for row in rows]
    return [label for *values, label in cells if np.allclose([float(value) for value in values], place, atol=0.02)]


def rows(page, count, but=()):
    """The own data once they have so many rows, and others than some."""
    for _ in range(100):
        content = page.evaluate("fetch('api/data' + location.search).then((answer) => answer.text())")
        found = content.split()[1:]
        if len(found) == count and found != list(but):
            return found
        page.wait_for_timeout(100)
    pytest.fail(f"{len(found)} rows, not {count}")


@pytest.mark.parametrize("window", [pytest.param((1440, 900), marks=pytest.mark.soak), (820, 1180)])
def test_text_twice_as_large_fits_and_is_kept(visit, violations, window):
    page = visit(viewport={"width": window[0], "height": window[1]})
    small = page.get_by_test_id("play").bounding_box()["height"]
    page.get_by_test_id("text-size").select_option("200")
    page.reload()
    page.get_by_test_id("strip-5").click()
    assert page.get_by_test_id("play").bounding_box()["height"] == pytest.approx(2 * small, rel=0.05)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert violations(page) == []


def test_share_tells_that_weights_were_carried_over(visit):
    page = visit(experiment="playground")
    for epoch in ("1", "2"):
        page.get_by_test_id("step-epoch").click()
        expect(page.get_by_test_id("clock-epoch")).to_have_text(epoch)
    page.get_by_test_id("share-button").click()
    expect(page.get_by_test_id("share-link")).to_have_value(re.compile("#experiment="))
    expect(page.get_by_test_id("share-carried")).to_have_count(0)
    page.get_by_test_id("share-close").click()
    page.get_by_test_id("to-compile").click()
    page.get_by_test_id("optimizer").select_option("Adam")
    expect(page.get_by_test_id("weights")).to_have_text(text("lab.edit.kept", "en", epoch=2))
    page.get_by_test_id("share-button").click()
    expect(page.get_by_test_id("share-carried")).to_have_text(text("lab.share.carried", "en", epoch=2))


def test_colours_of_the_system_leave_numbers_coloured_and_show_what_is_chosen(visit):
    page = visit(experiment="playground", forced_colors="active")
    style = "(element, name) => getComputedStyle(element)[name]"
    chosen, other = page.get_by_test_id("mode-weights"), page.get_by_test_id("mode-z")
    assert chosen.evaluate(style, "outlineStyle") == "solid"
    assert other.evaluate(style, "outlineStyle") == "none"
    assert "gradient" in page.locator(".ramp").first.evaluate(style, "backgroundImage")
