"""At home in the lab: words, the tour, the keyboard, what is heard, paper, and axe on every screen."""

from __future__ import annotations

import gzip
import re

import pytest

from vitrail.lab import page as built
from vitrail.locale import text

SHELL_BYTES = 200_000
"""Of what the first paint needs, as it travels."""
STOPS = 9
STEPS = ("data", "define", "compile", "fit", "evaluate", "predict")
VISIBLE = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const shown = document.querySelector("[data-shown]") === document.activeElement;
    return shown && box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """The page of a workspace of the test's own."""
    return visit()


def train_an_epoch(page):
    from playwright.sync_api import expect

    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_tour_is_offered_once_and_points_at_the_real_things(visit, language):
    from playwright.sync_api import expect

    page = visit(query=f"&lang={language}", seen_tour=False)
    expect(page.get_by_test_id("invitation")).to_contain_text(text("lab.tour.invite", language))
    page.get_by_test_id("tour-start").press("Enter")
    card = page.get_by_test_id("tour-card")
    for stop in range(STOPS):
        expect(card).to_contain_text(text("lab.tour.place", language, place=stop + 1, count=STOPS))
        expect(card).to_be_focused()
        expect(page.locator(".ring")).to_be_visible()
        expect(card).to_be_in_viewport(ratio=1)
        page.keyboard.press("ArrowRight")
    expect(card).to_have_count(0)
    page.reload()
    page.get_by_test_id("play").wait_for()
    expect(page.get_by_test_id("invitation")).to_have_count(0)


def test_every_word_with_an_example_leads_to_it(page):
    train_an_epoch(page)
    page.keyboard.press("?")
    page.get_by_test_id("help-dialog").wait_for()
    shown = page.locator("[data-testid^='show-']").evaluate_all("all => all.map((one) => one.dataset.testid)")
    assert len(shown) > 15
    page.get_by_test_id("help-close").click()
    for word in shown:
        page.get_by_test_id("help").click()
        page.get_by_test_id(word).click()
        page.locator("[data-shown]:focus").wait_for()
        assert page.evaluate(VISIBLE), word


def test_a_word_opens_for_the_keyboard_and_closes_without_leaving_the_example(page, violations):
    from playwright.sync_api import expect

    page.get_by_test_id("strip-0").click()
    moment = page.get_by_test_id("look-moment")
    expect(moment).to_have_attribute("data-index", re.compile(r"\d+"))
    page.get_by_test_id("step-epoch").focus()
    page.keyboard.press("Tab")
    expect(page.locator("[data-word=epoch]")).to_be_focused()
    meaning = page.locator("[data-testid=meaning]:popover-open")
    expect(meaning).to_contain_text(text("word.epoch.definition", "en"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(moment).to_have_attribute("data-index", re.compile(r"\d+"))


def test_arrows_lead_through_the_network_and_focus_is_never_lost(page):
    from playwright.sync_api import expect

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    first = page.locator("[data-layer=dense] button").first
    first.focus()
    layers = []
    for _ in range(4):
        layers.append(page.evaluate("document.activeElement.closest('[data-layer]').dataset.layer"))
        page.keyboard.press("ArrowRight")
    assert list(dict.fromkeys(layers)) == ["dense", "dense_1"]
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('[data-layer]').dataset.layer") == "dense"
    page.keyboard.press("Enter")
    close = page.get_by_test_id("unit-card").locator(".close")
    close.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unit-card")).to_have_count(0)
    expect(page.locator("[data-unit]:focus")).to_have_count(1)


def test_what_happens_is_heard(page):
    from playwright.sync_api import expect

    live = page.get_by_test_id("live")
    train_an_epoch(page)
    expect(live).to_contain_text(text("lab.live.epoch", "en", epoch="1", figures=""))
    page.get_by_test_id("step-batch").click()
    expect(live).to_have_text(text("lab.live.stands", "en", epoch="1", batch="1"))


def test_axe_finds_nothing_at_any_step_in_any_dialog_in_either_theme(page, violations):
    train_an_epoch(page)
    page.get_by_test_id("strip-5").click()
    for step in STEPS[:4]:  # unfolds each of them
        page.get_by_test_id(f"to-{step}").click()
    for _ in range(2):
        page.get_by_test_id("theme").click()
        for step in STEPS[4:]:
            page.get_by_test_id(f"to-{step}").click()
            assert violations(page) == [], step
    page.get_by_test_id("curves-as-table").click()
    assert violations(page) == []
    page.keyboard.press("?")
    page.get_by_test_id("help-dialog").wait_for()
    assert violations(page) == []
    page.get_by_test_id("tour").click()
    page.get_by_test_id("tour-card").wait_for()
    assert violations(page) == []


def test_twice_the_text_on_a_laptop_needs_no_scrolling_sideways(page):
    """1280 pixels at 200 %: as many as 640 of the page's own."""
    page.set_viewport_size({"width": 640, "height": 400})
    train_an_epoch(page)
    page.get_by_test_id("strip-5").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.get_by_test_id("help").click()
    page.get_by_test_id("help-dialog").wait_for()
    assert page.get_by_test_id("help-dialog").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_paper_has_the_numbers_and_no_controls(page):
    train_an_epoch(page)
    page.get_by_test_id("strip-5").click()
    page.locator("[data-layer=dense] button").first.click()
    page.get_by_test_id("unit-delta").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for gone in ("play", "code", "help", "to-fit", "mode-z"):
        assert not page.get_by_test_id(gone).is_visible(), gone
    for there in ("network", "curves", "unit-card", "figure-loss", "dataset"):
        assert page.get_by_test_id(there).is_visible(), there
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 1 <= sheets <= 3


def test_the_shell_is_small():
    """What the entry names (program, styles, page) and the longer language; the rest is fetched when it is wanted."""
    entry = (built.STATIC / "index.html").read_text(encoding="utf-8")
    files = [built.STATIC / name for name in re.findall(r'(?:src|href)="\./(assets/[^"]+\.(?:js|css))"', entry)]
    assert len(files) >= 2
    texts = max(built.STATIC.glob("assets/fr-*.js"), key=lambda file: file.stat().st_size)  # what the page waits for
    assert sum(len(gzip.compress(file.read_bytes())) for file in (*files, texts)) < SHELL_BYTES
    assert "<script>" not in entry
    assert "style=" not in entry
