"""What comes out, in a real browser: evaluated, opened cell by cell, tried with examples of one's own."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """The lab's page after an epoch, in a workspace of the test's own."""
    from playwright.sync_api import expect

    page = visit(refused=True)
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    return page


def test_a_cell_of_the_confusion_matrix_opens_its_examples_and_one_of_them_is_followed(page):
    from playwright.sync_api import expect

    page.get_by_test_id("to-evaluate").click()
    page.get_by_test_id("confusion").wait_for()
    expect(page.get_by_test_id("score-accuracy")).to_have_text(page.get_by_test_id("figure-val_accuracy").inner_text())
    cell = page.get_by_test_id("cell-6-0")
    count = int(cell.inner_text())
    cell.click()
    examples = page.locator("[data-testid^='example-']:not([data-testid='example-card'])")
    examples.first.wait_for()
    assert examples.count() == min(60, count)
    index = examples.last.get_attribute("data-testid").removeprefix("example-")
    examples.last.click()
    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", index)
    expect(page.get_by_test_id("example-card")).to_contain_text("T-shirt/top, but it is Shirt")


def test_only_wrong_examples_are_listed(page):
    from playwright.sync_api import expect

    page.get_by_test_id("search-wrong").check()
    page.get_by_test_id("search-class").select_option("6")
    for place in (0, 3):
        page.get_by_test_id(f"strip-{place}").click()
        expect(page.get_by_test_id("example-card")).to_contain_text("but it is Shirt")


def test_a_drawing_is_answered_and_once_its_class_is_said_something_comes_back(page):
    from playwright.sync_api import expect

    page.get_by_test_id("predict-own").click()
    sheet = page.get_by_test_id("draw-sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 160, steps=10)
    page.mouse.up()
    page.get_by_test_id("own-answer").wait_for()
    expect(page.get_by_test_id("output-0-delta")).to_have_text("\u2013")
    page.get_by_test_id("own-label").select_option("3")
    page.get_by_test_id("example-loss").wait_for()
    expect(page.get_by_test_id("output-0-delta")).not_to_have_text("\u2013")


def test_a_picture_is_answered_or_refused_in_words(page):
    from playwright.sync_api import expect

    page.get_by_test_id("predict-own").click()
    page.get_by_test_id("own-picture").click()
    file = page.get_by_test_id("own-file")
    file.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"noise"})
    expect(page.get_by_role("alert")).to_contain_text("x.png is no picture")
    content = io.BytesIO()
    Image.fromarray(np.full((60, 40, 3), 200, dtype=np.uint8)).save(content, "PNG")
    file.set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": content.getvalue()})
    expect(page.get_by_test_id("own-done")).to_contain_text("60 \u00d7 40 pixels")
    page.get_by_test_id("own-answer").wait_for()


def test_layers_tell_how_well_they_separate_and_are_walked_through(page):
    from playwright.sync_api import expect

    page.get_by_test_id("representation-show").click()
    for layer in ("", "flatten", "dense", "dense_1"):
        expect(page.get_by_test_id(f"separation-{layer}")).to_contain_text("%")
    page.get_by_test_id("strip-5").click()
    page.get_by_test_id("output-0-z").wait_for()
    page.get_by_test_id("network").click(position={"x": 5, "y": 5})
    page.keyboard.press("Shift+L")
    expect(page.get_by_test_id("output-0-z")).to_have_count(0)
    page.keyboard.press("l")
    page.get_by_test_id("output-0-z").wait_for()
