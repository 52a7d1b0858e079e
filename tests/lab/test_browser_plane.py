"""The playground in a real browser: features, units, weights and points are changed in the picture of the network."""

import re

import numpy as np
import pytest
from tests.short import short

from vitrail.experiment import Experiment, catalogue

WINDOWS = {"laptop": (1440, 900), "small": (1024, 768), "tablet": (820, 1180)}

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """The playground in a workspace of the test's own."""
    page = visit(experiment="playground")
    page.get_by_test_id("plane").wait_for()
    return page


def expect(what):
    from playwright import sync_api

    return sync_api.expect(what)


def number(shown):
    return float(re.sub(r"[^\d.+-]", "", shown.replace("\u2212", "-")))


def train(page, epochs):
    for epoch in range(1, epochs + 1):
        page.get_by_test_id("step-epoch").click()
        expect(page.get_by_test_id("clock-epoch")).to_have_text(str(epoch))


def take(page, name, folder):
    """A file of the experiment, as its button in the code's window gives it."""
    page.get_by_test_id("code").click()
    with page.expect_download() as waiting:
        page.get_by_test_id(f"download-{name}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    page.keyboard.press("Escape")
    return path


def painted(page, place):
    """What a canvas shows."""
    return page.locator(f"{place} canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_what_the_screen_says_is_what_the_downloaded_model_gives(page, tmp_path):
    from vitrail import load_dataset, load_model

    train(page, 3)
    said = page.get_by_test_id("plane-summary").inner_text()
    page.get_by_test_id("unit-dense-2").click()
    shown = [number(page.get_by_test_id(f"weight-{name}").input_value()) for name in ("0", "1", "bias")]
    expect(page.get_by_test_id("unit-dense-2-a")).not_to_have_text("")
    activation = number(page.get_by_test_id("unit-dense-2-a").inner_text())
    experiment = Experiment.read(take(page, "toml", tmp_path))
    assert experiment == catalogue.named("playground")
    model = load_model(take(page, "model", tmp_path))
    kernel, bias = model.get_layer("dense").get_weights()
    assert shown == pytest.approx([*kernel[:, 2], bias[2]], rel=2e-3)
    data = load_dataset("circle")
    place = data.x_test[0].astype(np.float64)
    assert activation == pytest.approx(np.tanh(place @ kernel[:, 2] + bias[2]), abs=2e-3)
    right = int(np.sum((model.predict(data.x_test, verbose=0).ravel() > 0.5) == data.y_test))
    assert said == f"After epoch 3: {right} of 250 test points right."


def test_features_units_and_layers_are_changed_in_the_picture(page):
    for name in ("x1^2", "sin(x2)"):
        page.get_by_test_id(f"feature-{name}").click()
        expect(page.get_by_test_id(f"feature-{name}")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("add-unit-dense_1").click()
    page.get_by_test_id("unit-dense_1-2").wait_for()
    page.get_by_test_id("add-layer").click()
    page.get_by_test_id("unit-dense_2-1").wait_for()
    page.get_by_test_id("remove-unit-dense").click()
    expect(page.get_by_test_id("unit-dense-3")).to_have_count(0)
    page.get_by_test_id("code").click()
    program = page.get_by_test_id("program").inner_text()
    assert "np.stack([x1, x2, x1**2, np.sin(x2)], axis=1)" in program
    assert re.findall(r"Dense\((\d+)", program) == ["3", "3", "2", "1"]
    compile(program, "program", "exec")


def test_a_weight_is_edited_from_the_keyboard_and_the_picture_follows(page):
    page.get_by_test_id("step-batch").click()
    expect(page.get_by_test_id("clock-batch")).to_have_text(re.compile(r"^1\b"))
    page.get_by_test_id("unit-dense-0").focus()
    page.keyboard.press("Enter")
    field = page.get_by_test_id("weight-0")
    before = number(field.input_value()), painted(page, "[data-testid=plane]")
    field.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    beginning = f"{before[0] + 0.2:+.4f}"[:5].replace("-", "\u2212")  # cut off, as the last digit was rounded before
    expect(field).to_have_value(re.compile(f"^{re.escape(beginning)}"))
    assert number(field.input_value()) == pytest.approx(before[0] + 0.2, abs=1e-3)
    assert painted(page, "[data-testid=plane]") != before[1]
    page.get_by_test_id("back-batch").click()
    expect(page.get_by_test_id("clock-batch")).to_have_text(re.compile(r"^0\b"))
    assert number(field.input_value()) != pytest.approx(before[0] + 0.2, abs=1e-3)


def test_a_connection_says_its_weight_and_opens_it(page):
    thread = page.get_by_test_id("thread-dense-0-1")
    thread.hover(force=True)
    said = page.get_by_test_id("thread-weight").inner_text()
    thread.click(force=True)
    layer, _, unit = page.get_by_test_id("weights-card").locator("h2").inner_text().partition(", unit ")
    assert layer.startswith("Weights of dense")
    assert unit.isdigit()
    assert number(said) in [
        number(field.input_value()) for field in page.get_by_test_id("weights-card").locator("input").all()
    ]
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("weights-card")).to_have_count(0)


def test_points_are_followed_by_a_click_and_by_their_number(page):
    page.get_by_test_id("search-index").fill("249")
    page.get_by_test_id("search-index").press("Enter")
    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", "249")
    ring = page.get_by_test_id("plane-ring").bounding_box()
    page.get_by_test_id("strip-0").click()
    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", "0")
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", "249")


def test_a_drawn_point_makes_the_data_ones_own_and_keeps_the_weights(page):
    train(page, 1)
    page.get_by_test_id("feature-x1*x2").click()
    expect(page.get_by_test_id("feature-x1*x2")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("tool-1").click()
    box = page.locator("[data-testid=plane] .square").bounding_box()
    page.mouse.click(box["x"] + 6, box["y"] + 6)
    expect(page.get_by_test_id("feature-x1*x2")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("code").click()
    expect(page.get_by_test_id("program")).to_contain_text("data.csv")
    expect(page.get_by_test_id("program")).to_contain_text("x1 * x2")


def test_a_unit_under_the_pointer_is_shown_large(page):
    title = page.locator("#plane-title")
    expect(title).to_have_text("Output")
    page.get_by_test_id("unit-dense_1-1").hover()
    expect(title).to_have_text("dense_1, unit 1")
    page.mouse.move(5, 5)
    expect(title).to_have_text("Output")


def test_a_link_leaves_parts_out(page):
    page.goto(page.url + "&hide=data,define,features,layers,curves")
    page.get_by_test_id("plane").wait_for()
    shown = ["section-data", "to-define", "add-layer", "add-unit-dense", "section-fit", "play"]
    assert [page.get_by_test_id(name).count() for name in shown] == [0, 0, 0, 0, 1, 1]
    assert page.get_by_test_id("feature-x1").is_disabled()
    page.get_by_test_id("lang-fr").click()
    page.reload()
    page.get_by_test_id("plane").wait_for()
    assert page.get_by_test_id("section-data").count() == 0


@pytest.mark.parametrize("window", short(WINDOWS, ["laptop"]))
def test_nothing_is_cut_off_and_axe_finds_nothing(page, violations, window):
    width, height = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_test_id("unit-dense-1").click()
    page.get_by_test_id("unit-card").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in range(2):
        page.get_by_test_id(("lang-fr", "lang-en")[theme]).click()
        page.get_by_test_id("theme").click()
        assert violations(page) == []
