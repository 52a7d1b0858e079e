"""The explorer in a real browser, its channel tied to Python: what is picked is what the tensor holds there."""

import base64
from pathlib import Path

import numpy as np
import pytest
from tests.short import short

from vitrail import explore
from vitrail.widgets.front_end import STATIC
from vitrail.widgets.tensor_conversation import TensorConversation

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIDGET = STATIC / "explorer.js"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Cell</title>
<body data-jp-theme-light="LIGHT"><main><h1>Cell</h1><div id="cell"></div></main><script type="module">
import widget from "data:text/javascript;base64,WIDGET";
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const listeners = [];
const given = { language: "LANGUAGE", opening: new DataView(bytes("OPENING").buffer) };
const model = {
  get: (name) => given[name],
  on: (_, listener) => listeners.push(listener),
  off: () => {},
  async send(_content, _callbacks, [buffer]) {
    const answers = await ask(btoa(String.fromCharCode(...new Uint8Array(buffer))));
    for (const hear of listeners) hear({}, answers.map((answer) => new DataView(bytes(answer).buffer)));
  },
};
widget.render({ model, el: document.getElementById("cell") });
</script></body></html>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not WIDGET.is_file(), reason="the front end is not built"),
]


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def text_of(data):
    return base64.b64encode(data).decode()


@pytest.fixture
def show(browser):
    """What opens a tensor in a page of its own."""
    pages = []

    def opened(value, language="en", *, light=True):
        talk = TensorConversation(explore(value), language)
        page = browser.new_page(viewport={"width": 1000, "height": 1000})
        pages.append(page)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.expose_function("ask", lambda letter: [text_of(one) for one in talk.answer(base64.b64decode(letter))])
        filled = PAGE.replace("LIGHT", str(light).lower()).replace("LANGUAGE", language)
        filled = filled.replace("OPENING", text_of(talk.opening())).replace("WIDGET", text_of(WIDGET.read_bytes()))
        page.set_content(filled)
        page.get_by_test_id("tensor").wait_for()
        return page

    yield opened
    for page in pages:
        page.close()


def wait_for_text(page, testid, text):
    page.get_by_test_id(testid).filter(has_text=text).wait_for()


def test_a_clicked_pixel_and_a_drawn_part_are_the_tensors(show):
    pictures = np.random.default_rng(4).integers(0, 256, (5, 28, 28), np.uint8)
    page = show(pictures)
    box = page.get_by_test_id("sheet-2").bounding_box()
    step = box["width"] / 28
    page.mouse.click(box["x"] + 10.5 * step, box["y"] + 3.5 * step)
    wait_for_text(page, "tensor-expression", "x[2, 3, 10]")
    assert page.get_by_test_id("tensor-value").text_content() == str(pictures[2, 3, 10])
    page.keyboard.press("Shift+ArrowRight")
    wait_for_text(page, "tensor-expression", "x[2, 3, 10:12]")
    assert page.errors == []


def test_a_film_plays_and_keeps_what_is_picked(show):
    films = np.random.default_rng(6).integers(0, 256, (1, 6, 20, 24), np.uint8)
    page = show(films)
    page.get_by_test_id("sheet-0").focus()
    page.keyboard.press("Enter")
    wait_for_text(page, "tensor-expression", "x[0, 0, 0, 0]")
    page.get_by_test_id("film").click()
    wait_for_text(page, "tensor-expression", "x[0, 3, 0, 0]")
    page.get_by_test_id("film").click()
    assert page.errors == []


@pytest.mark.parametrize(("language", "light"), short([("en", True), ("fr", False)], [("fr", False)]))
def test_axe_finds_nothing_in_any_drawing(show, language, light):
    values = np.random.default_rng(7).normal(size=(40, 30))
    values[3, 4:6] = np.nan, np.inf
    page = show(values, language, light=light)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for drawing in ("numbers", "heat", "image", "series"):
        page.get_by_test_id(f"drawing-{drawing}").check(force=True)
        page.locator(f".wall.{drawing}").wait_for()
        found = page.evaluate("axe.run()")["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == [], drawing
