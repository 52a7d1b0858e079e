"""The lab in a language that does not exist, every text in marks and longer by a third; axe in what opens over it."""

from __future__ import annotations

import calendar
import re

import pytest

from vitrail.data import dataset_names
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.lab import page as built
from vitrail.locale import catalogue as texts_in
from vitrail.models import palette

STEPS = ("data", "define", "compile", "fit", "predict")
STOPS = 9
LONGER = " ~~~~" * 200

TEXT = re.compile(r'"([\w.-]+)":(`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')')
"""A text of the catalogue as the built page holds it."""
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")

SAME = (
    "Vitrail",
    "EN",
    "FR",
    "English",
    "Français",
    "sin",
    "ms",
    "toml",
    "py",
    "ipynb",
    "keras",
    "train_ratio",
    "x_test",
    "kB",
    "MB",
    "points",
)
BESIDE = ("gallery", "gallery-plane", "trained", "page", "main", "data.csv", "data.npz", "data.zip")
"""Workspaces of the tests that share this lab, and their data: the runs' dialog lists them."""
TYPED = ("no", "link", "page", *calendar.month_abbr, "Sept")
"""What the test types, the names of its workspaces, and the month."""

SAID = """(root) => {
    const names = ["aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription"];
    const foreign = "math, code, script, style, [data-testid=program]";
    const said = [];
    for (const one of root.querySelectorAll("*")) {
        if (one.closest(foreign) !== null) continue;
        said.push(...names.map((name) => one.getAttribute(name) ?? ""));
        said.push(...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data));
    }
    return said;
}"""
"""What is seen or heard on a page, but for formulas and programs, which Python wrote."""

CUT = """(root) => {
    const beyond = (words, box) => words.right > box.right + 1 || words.left < box.left - 1;
    const cut = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        const range = document.createRange();
        range.selectNodeContents(text);
        const words = range.getBoundingClientRect();
        const unseen = text.parentElement.closest("select, .only-heard, math, canvas");
        if (!text.data.includes("⟦") || words.width === 0 || unseen !== null) continue;
        for (let place = text.parentElement; place !== document.body; place = place.parentElement) {
            const style = getComputedStyle(place);
            if (style.display === "inline") continue;
            if (style.textOverflow === "ellipsis" || ["auto", "scroll"].includes(style.overflowX)) break;
            const holds = ["hidden", "clip"].includes(style.overflowX) || place.matches("button, fieldset, summary");
            if (!holds || !beyond(words, place.getBoundingClientRect())) continue;
            cut.push(`${text.data} in ${place.outerHTML.slice(0, 120)}`);
            break;
        }
    }
    return cut;
}"""
"""Texts wider than the button or other place that holds them, where nobody can scroll and no dots say so."""

pytestmark = pytest.mark.browser


def marked(script: str) -> tuple[str, int]:
    """The built page with marks around each text, and how many there were."""
    texts = texts_in("en")

    def mark(found: re.Match[str]) -> str:
        key, quoted = found.groups()
        return (
            f'"{key}":{quoted[0]}⟦{quoted[1:-1]}{LONGER[: len(quoted) // 3]}⟧{quoted[0]}' if key in texts else found[0]
        )

    made = TEXT.sub(mark, script)
    return made, made.count("⟦") - script.count("⟦")


@pytest.fixture
def open_marked(visit):
    """What opens an experiment with every text of the page in marks."""

    def opened(experiment: str):
        page = visit(experiment=experiment, refused=True)
        scripts = {path.name: marked(path.read_text(encoding="utf-8")) for path in built.STATIC.glob("assets/*.js")}
        assert sum(count for _, count in scripts.values()) == 2 * len(texts_in("en")), "in both languages"
        page.route(
            "**/assets/*.js",
            lambda route: route.fulfill(
                body=scripts[route.request.url.rpartition("/")[2]][0], content_type="text/javascript"
            ),
        )
        page.reload()
        page.get_by_test_id("play").wait_for()
        return page

    return opened


def words(named) -> set[str]:
    return {word for one in named for word in WORD.findall(one)}


def known() -> set[str]:
    """Words that no catalogue translates: Keras' names, those of an experiment's fields, and those of data sets."""
    forms = (*palette.LAYERS, *palette.JOINING_LAYERS, *palette.OPTIMIZERS, *palette.INITIALIZERS)
    forms += (*palette.REGULARIZERS, *palette.CALLBACKS)
    settings = [setting for form in forms for setting in form.settings]
    fields = [field for spec in (DataSpec, CompileSpec, FitSpec, Experiment) for field in spec.model_fields]
    classes = [form.class_name for form in forms]
    found = words([*classes, *(one.lower() for one in classes), *(setting.name for setting in settings)])
    found |= words(choice for setting in settings for choice in setting.choices)
    return found | words(
        [*palette.ACTIVATIONS, *palette.LOSSES, *palette.METRICS, *fields, *dataset_names(), *SAME, *TYPED, *BESIDE]
    )


def escaped(place) -> set[str]:
    """Words of a place that stand outside of all marks."""
    found = set()
    for said in place.evaluate(SAID):
        shown = said
        while MARKED.search(shown):
            shown = MARKED.sub(" ", shown)
        found |= {*WORD.findall(shown)}
    return found


def panels(page):
    """Every step's panel with its folds open, a unit that is walked through, and what was measured."""
    page.get_by_test_id("strip-5").click()
    for step in STEPS:
        page.get_by_test_id(f"to-{step}").click()
    page.locator("summary").evaluate_all("all => all.forEach((one) => { one.parentElement.open = true; })")
    page.locator("[data-testid^=unit-dense-]").first.click()
    page.get_by_test_id("unit-delta").wait_for()
    page.get_by_test_id("walk").click()
    page.get_by_test_id("ledger-title").wait_for()
    yield "body"
    page.get_by_test_id("to-evaluate").click()
    page.get_by_test_id("report").wait_for()
    yield "aside.out"
    page.get_by_test_id("predict-own").click()
    yield "aside"


def dialogs(page):
    """Each dialog, all stops of the tour, and what a word means."""
    page.get_by_test_id("code").click()
    page.get_by_test_id("program").wait_for()
    yield "[data-testid=code-dialog]"
    page.keyboard.press("Escape")
    page.get_by_test_id("runs-button").click()
    page.get_by_test_id("run-keep").click()
    page.get_by_test_id("run-choose-1").check()
    yield "[data-testid=runs-dialog]"
    page.get_by_test_id("runs-close").click()
    page.get_by_test_id("share-button").click()
    page.get_by_test_id("share-paste").fill("no link")
    page.get_by_test_id("share-open-link").click()
    yield "[data-testid=share-dialog]"
    page.get_by_test_id("share-close").click()
    page.get_by_test_id("room-button").click()
    page.get_by_test_id("drawing-heat").check(force=True)  # numbers are tinted for the theme that the page knows of
    page.get_by_test_id("sheet-0").wait_for()
    yield "[data-testid=room-dialog]"
    page.get_by_test_id("group-gradients").check(force=True)
    page.get_by_test_id("room-batch").wait_for()
    yield "[data-testid=room-dialog]"
    page.get_by_test_id("room-close").click()
    page.get_by_test_id("help").click()
    yield "[data-testid=help-dialog]"
    page.get_by_test_id("tour").click()
    for stop in range(STOPS):
        page.get_by_test_id("tour-card").get_by_text(f"⟦{stop + 1} of").wait_for()
        yield "[data-testid=tour-card]"
        page.keyboard.press("ArrowRight")
    page.get_by_test_id("tour-card").wait_for(state="detached")
    page.locator("[data-word=epoch]").first.focus()
    yield "[data-testid=meaning]:popover-open"


@pytest.mark.parametrize("experiment", ["playground", pytest.param("reference", marks=pytest.mark.soak)])
def test_every_text_is_translated_and_whole_and_axe_finds_nothing_in_what_opens(open_marked, violations, experiment):
    from playwright.sync_api import expect

    page = open_marked(experiment)
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1")
    judged = set()
    for show in (panels, dialogs):
        for scene in show(page):
            place = page.locator(scene).first
            place.wait_for()
            assert (escaped(place) - known(), place.evaluate(CUT)) == (set(), []), scene
            if show is panels or scene in judged:
                continue
            judged.add(scene)
            for theme in ("dark", "light"):
                page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
                assert violations(page, scene) == [], (scene, theme)
