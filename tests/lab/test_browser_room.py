"""The tensor room of the lab: the numbers that it shows are those of the data and of the model that is downloaded."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.short import short

from vitrail import load_dataset, load_model
from vitrail.locale import text

pytestmark = pytest.mark.browser


def download(page, folder):
    page.get_by_test_id("code").click()
    with page.expect_download() as waiting:
        page.get_by_test_id("download-model").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    page.keyboard.press("Escape")
    return load_model(path)


def number(shown):
    return float(shown.replace("\N{MINUS SIGN}", "-").replace(",", "."))


def picked(page, row, column):
    """The number at a place of what is written, with all its digits."""
    page.get_by_test_id(f"number-0-{row}-{column}").click()
    return number(page.get_by_test_id("tensor-value").inner_text())


def choose(page, name):
    page.get_by_test_id(name).check(force=True)


@pytest.mark.parametrize("language", short(("en", "fr"), ("fr",)))
def test_numbers_of_data_weights_and_activations_are_those_of_the_model(visit, violations, tmp_path, language):
    page = visit(experiment="iris_mlp", query=f"&lang={language}")
    data = load_dataset("iris")
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    page.keyboard.press("t")
    place = page.get_by_test_id("tensor-expression")
    expect(place).to_have_text("x_train")
    assert picked(page, 5, 2) == data.x_train[5, 2]
    expect(place).to_have_text("x_train[5, 2]")
    choose(page, "group-activations")
    expect(place).to_have_text('trace["dense"].inputs[0]')
    choose(page, "group-weights")
    expect(place).to_have_text('model.get_layer("dense").kernel')
    page.get_by_test_id("number-0-3-2").click()
    value = page.get_by_test_id("tensor-value")
    before = value.inner_text()
    moment = page.get_by_test_id("room-moment")
    expect(moment).to_have_text(text("lab.room.moment", language, epoch=1, batch=0))
    page.get_by_test_id("room-batch").click()
    expect(moment).to_have_text(text("lab.room.moment", language, epoch=1, batch=1))
    expect(value).not_to_have_text(before)
    after = value.inner_text()
    page.get_by_test_id("room-close").click()
    expect(page.get_by_test_id("clock-batch")).to_contain_text("1/")

    model = download(page, tmp_path)
    page.get_by_test_id("room-button").click()
    choose(page, "group-weights")
    page.get_by_test_id("room-layer").select_option("dense_1")
    expect(place).to_have_text('model.get_layer("dense_1").kernel')
    (first, offsets), (kernel, biases) = (model.get_layer(name).get_weights() for name in ("dense", "dense_1"))
    assert np.float32(picked(page, 7, 2)) == kernel[7, 2]
    assert np.float32(number(after)) == first[3, 2]
    choose(page, "group-activations")
    expect(place).to_have_text('trace["dense_1"].z[0]')
    hidden = np.maximum(0, data.x_test[0] @ first + offsets)
    assert picked(page, 0, 1) == pytest.approx((hidden @ kernel + biases)[1], rel=1e-5)
    for _ in range(2):
        page.get_by_test_id("theme").evaluate("button => button.click()")
        assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("room-dialog")).to_have_count(0)


def test_layers_units_and_examples_lead_into_the_room_and_focus_comes_back(visit):
    page = visit(experiment="playground")
    place = page.get_by_test_id("tensor-expression")
    page.get_by_test_id("to-data").click()
    page.get_by_test_id("explore-data").click()
    expect(place).to_have_text("x_train")
    choose(page, "group-gradients")
    expect(page.get_by_test_id("room-dialog")).to_contain_text(text("lab.room.no_example", "en"))
    page.get_by_test_id("room-follow").click()
    expect(place).to_have_text('trace["dense"].upstream[0]')
    expect(page.get_by_test_id("group-gradients")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("explore-data")).to_be_focused()
    page.get_by_test_id("to-define").click()
    page.get_by_test_id("layer-1").click()
    page.get_by_test_id("explore-weights-1").click()
    expect(place).to_have_text('model.get_layer("dense_1").kernel')
    page.get_by_test_id("room-close").click()
    page.get_by_test_id("unit-dense_1-0").click()
    page.get_by_test_id("explore-layer").click()
    expect(place).to_have_text('trace["dense_1"].z[0]')
    page.get_by_test_id("room-play").click()
    expect(page.get_by_test_id("room-moment")).to_have_text(re.compile(r"epoch (?!0,)\d+, batch \d+"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("room-dialog")).to_have_count(0)
    page.locator("body").press("t")
    expect(place).to_have_text('model.get_layer("dense_1").kernel')
