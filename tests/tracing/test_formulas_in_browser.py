"""MathML of explanations in a real browser: nothing is refused, nothing is empty, fractions stand over each other."""

import pytest
from everything import activations, updates

from vitrail.tracing import trace

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

DRAWN = """() => [...document.querySelectorAll("math")].map((math) => {
  const parts = [...math.querySelectorAll("*")];
  const box = (one) => one.getBoundingClientRect();
  const seen = (one) => !["", "\\u2061"].includes(one.textContent.trim());
  return {
    refused: parts.filter((one) => !(one instanceof MathMLElement) || one.localName === "merror").length,
    empty: [math, ...parts].filter((one) => seen(one) && !(box(one).width > 0 && box(one).height > 0)).length,
    fallen: [...math.querySelectorAll("mfrac")].filter(
      ({ firstElementChild: top, lastElementChild: bottom }) => box(top).bottom > box(bottom).top + 1).length,
  };
})"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page()
        browser.close()


def drawn(page, formulas, language):
    """What the browser made of formulas."""
    body = "".join(f"<p>{formula}</p>" for formula in formulas)
    page.set_content(f'<!doctype html><html lang="{language}"><meta charset="utf-8"><body>{body}</body></html>')
    return page.evaluate(DRAWN)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_golden_explanations_are_drawn(page, worked, language):
    steps = [trace(*worked), trace(*worked, sample=0)]
    formulas = [
        formula
        for step in steps
        for layer, unit in (("hidden", 0), ("out", 1))
        for formula in step.explain(layer, unit=unit, input=1).mathml(language, digits=5)
    ]
    assert drawn(page, formulas, language) == [{"refused": 0, "empty": 0, "fallen": 0}] * len(formulas)


def test_every_activation_and_an_update_are_drawn(page):
    steps = [activations(), updates("adam")[2][0]]
    formulas = [
        formula for step in steps for layer in step for formula in step.explain(layer.name, sample=1).mathml("fr")
    ]
    assert drawn(page, formulas, "fr") == [{"refused": 0, "empty": 0, "fallen": 0}] * len(formulas)
