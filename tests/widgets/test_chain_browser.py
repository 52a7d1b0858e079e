"""A chain in a real browser, its channel tied to Python: what lights up is what the chain says, edits are Python's."""

import base64

import numpy as np
import pytest
from tests.short import short
from tests.widgets.test_tensor_browser import AXE, PAGE, text_of

from vitrail.tensors import Chain, Step
from vitrail.tensors import operations as o
from vitrail.widgets.chain_conversation import ChainConversation
from vitrail.widgets.front_end import STATIC

WIDGET = STATIC / "chain.js"
CHAIN = Chain(
    (
        Step("turned", o.Transpose(), "x"),
        Step("shifted", o.Add(), "x", [10, 20, 30, 40]),
        Step("total", o.Sum(1), "shifted"),
        Step("padded", o.Pad(), "x"),
    )
)
X = np.arange(12).reshape(3, 4) - 4
PHOTO = np.random.default_rng(5).integers(0, 256, (24, 32, 3)).astype("uint8")
FILTER = Chain((Step("warm", o.Multiply(), "photo", [[[1.0, 0.75, 0.4]]]), Step("grey", o.Grey(), "warm")))

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


@pytest.fixture
def show(browser):
    """What opens a chain in a page of its own."""
    pages = []

    def opened(chain, tensors, language="en", *, light=True, motion="no-preference"):
        found = chain.apply(tensors, language=language)
        talk = ChainConversation(found.editing, language)
        page = browser.new_page(viewport={"width": 1000, "height": 1000}, reduced_motion=motion)
        pages.append(page)
        page.errors, page.watched = [], found
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.expose_function("ask", lambda letter: [text_of(one) for one in talk.answer(base64.b64decode(letter))])
        filled = PAGE.replace("LIGHT", str(light).lower()).replace("LANGUAGE", language)
        filled = filled.replace("OPENING", text_of(talk.opening())).replace("WIDGET", text_of(WIDGET.read_bytes()))
        page.set_content(filled)
        page.get_by_test_id("chain").wait_for()
        return page

    yield opened
    for page in pages:
        page.close()


def wait_for_text(page, testid, text):
    page.get_by_test_id(testid).filter(has_text=text).wait_for()


def lit(page, pane):
    """The numbers of a pane that are lit."""
    return page.locator(f'[data-testid="pane-{pane}"] td button[aria-pressed="true"]').all_text_contents()


def told(page):
    return " ".join(page.get_by_test_id("told").text_content().split())


def test_an_element_lights_what_it_comes_from_and_the_other_way(show):
    page = show(CHAIN, {"x": X})
    page.get_by_test_id("step-shifted").click()
    page.get_by_test_id("pane-2").get_by_test_id("number-0-1-2").hover()
    wait_for_text(page, "told", "x[1, 2]")
    assert told(page) == "shifted[1, 2] = 32 comes from x[1, 2] = 2 · constant[2] = 30"
    assert [lit(page, pane) for pane in range(3)] == [["2"], ["30"], ["32"]]
    assert page.locator('[data-testid="pane-1"] .ghost').count() == 8
    assert page.locator('[data-testid="pane-1"] .source').text_content() == "30"
    page.get_by_test_id("step-total").click()
    page.get_by_test_id("pane-0").get_by_test_id("number-0-0-0").focus()
    wait_for_text(page, "told", "total[0]")
    page.keyboard.press("ArrowDown")
    wait_for_text(page, "told", "shifted[1, 0]")
    assert (told(page), lit(page, 1)) == ("shifted[1, 0] = 10 goes into total[1] = 106", ["106"])
    page.get_by_test_id("pane-1").get_by_test_id("number-0-0-1").hover()
    wait_for_text(page, "told", "shifted[1, :]")
    assert lit(page, 0) == ["10", "21", "32", "43"]
    assert page.get_by_text("disappears").count() == 1
    page.get_by_test_id("step-axis").fill("")
    page.get_by_test_id("step-axis").press("Tab")
    wait_for_text(page, "line-numpy", "total = np.sum(shifted, dtype=")
    page.get_by_test_id("told").filter(has_text="Point at").wait_for()
    page.get_by_test_id("pane-1").get_by_test_id("number-0-0-0").hover()
    wait_for_text(page, "told", "shifted 12 values")
    assert page.errors == []


def test_edits_are_pythons_and_what_cannot_be_is_said_at_its_step(show):
    page = show(CHAIN, {"x": X})
    page.get_by_test_id("step-total").click()
    page.get_by_test_id("step-axis").fill("5")
    page.get_by_test_id("step-axis").press("Tab")
    wait_for_text(page, "step-error", "there is no axis 5")
    assert page.watched.editing.error.key == "error.tensor.axis"
    page.get_by_test_id("step-axis").fill("0")
    page.get_by_test_id("step-axis").press("Tab")
    wait_for_text(page, "line-tensorflow", "total = tf.reduce_sum(shifted, axis=0)")
    assert page.watched.editing.watched["total"].tolist() == [30 + 0, 60 + 3, 90 + 6, 120 + 9]
    page.get_by_test_id("step-up").click()
    wait_for_text(page, "step-refusal", "does not stand before it")
    page.get_by_test_id("add-step").click()
    page.get_by_test_id("new-operation").select_option("reshape")
    page.get_by_test_id("new-of").select_option("turned")
    page.get_by_test_id("put-step").click()
    wait_for_text(page, "line-numpy", "step5 = np.reshape(turned, (12,))")
    page.get_by_test_id("step-drop").click()
    page.get_by_test_id("step-step5").wait_for(state="detached")
    assert [step.name for step in page.watched.editing.chain.steps] == ["turned", "shifted", "total", "padded"]
    page.get_by_test_id("chain-undo").click()
    page.get_by_test_id("step-step5").wait_for()
    page.get_by_test_id("program-open").click()
    assert page.get_by_test_id("program").text_content() == page.watched.editing.watched.code("numpy")
    assert page.errors == []


def test_elements_fly_from_place_to_place_or_their_ways_are_drawn(show):
    page = show(CHAIN, {"x": X})
    page.get_by_test_id("play-moves").click()
    page.locator('[data-testid="flights"] span').nth(11).wait_for(state="attached")
    page.locator('[data-testid="flights"] span').first.wait_for(state="detached")
    page.get_by_test_id("moves-open").click()
    cells = page.locator('[data-testid="moves-table"] td').all_text_contents()
    assert (len(cells), cells[:2]) == (24, ["padded[1, 1]", "x[0, 0]"])
    still = show(CHAIN, {"x": X}, motion="reduce")
    still.get_by_test_id("play-moves").click()
    still.locator('[data-testid="flights"] line').nth(11).wait_for(state="attached")
    assert page.errors == still.errors == []


def test_a_pixel_lights_the_pixel_that_is_repeated(show):
    page = show(FILTER, {"photo": PHOTO})
    page.get_by_test_id("step-warm").click()
    page.get_by_test_id("channel").select_option("1")
    box = page.get_by_test_id("pane-2").get_by_test_id("sheet-0").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 10.5 / 32, box["y"] + box["height"] * 3.5 / 24)
    wait_for_text(page, "told", "warm[3, 10, 1]")
    assert told(page).endswith(f"photo[3, 10, 1] = {PHOTO[3, 10, 1]} · constant[0, 0, 1] = 0.75")
    boxes = [page.get_by_test_id(f"pane-{pane}").get_by_test_id("picked-box") for pane in range(3)]
    assert [found.count() for found in boxes] == [1, 1, 1]
    assert page.get_by_test_id("source-box").count() == 1
    assert page.errors == []


@pytest.mark.parametrize(("language", "light"), short([("en", True), ("fr", False)], [("fr", False)]))
def test_axe_finds_nothing_in_any_step(show, language, light):
    page = show(CHAIN, {"x": X}, language, light=light)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.get_by_test_id("add-step").click()
    page.get_by_test_id("program-open").click()
    page.get_by_test_id("moves-open").click()
    violations(page)
    page.get_by_test_id("step-shifted").click()
    page.get_by_test_id("alignment").wait_for()
    page.get_by_test_id("draw-pictures").check(force=True)
    page.get_by_test_id("pane-2").get_by_test_id("sheet-0").focus()
    wait_for_text(page, "told", "shifted[0, 0]")
    violations(page)
    page.get_by_test_id("step-total").click()
    page.get_by_test_id("step-axis").fill("5")
    page.get_by_test_id("step-axis").press("Tab")
    page.get_by_test_id("step-error").wait_for()
    violations(page)


def violations(page):
    found = page.evaluate("axe.run()")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found] == []
