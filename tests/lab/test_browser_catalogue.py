"""Every experiment of the catalogue is opened, trained and looked at in a real browser."""

from __future__ import annotations

import pytest
from tests.short import short

from vitrail.experiment import catalogue

pytestmark = pytest.mark.browser
NAMES = [name for name in catalogue.entries() if catalogue.named(name).data.name != "fashion_mnist"]


@pytest.mark.parametrize("name", short(NAMES, ("perceptron_or", "sine_simple_rnn")))
def test_an_experiment_trains_and_every_layer_is_drawn(visit, name):
    from playwright.sync_api import expect

    page = visit(experiment=name)
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    network = page.get_by_test_id("network")
    if page.get_by_test_id("plane").count() == 0:
        page.get_by_test_id("strip-1").click()
        expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", "1")
        opened = network.locator("[data-testid^='strip-of-'], [data-testid^='map-']")
        if opened.count() > 0:
            opened.first.focus()
            page.keyboard.press("Enter")
            expect(opened.first).to_have_attribute("aria-pressed", "true")
            expect(page.get_by_test_id("unit-a")).to_be_visible()
    drawn = network.evaluate(
        """network => [...network.querySelectorAll("canvas")].filter(canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some(value => value > 0);
        }).length + network.querySelectorAll(".glass[style*=background]").length"""
    )
    assert drawn > 0
