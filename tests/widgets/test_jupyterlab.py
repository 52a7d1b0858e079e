"""A trace in a real JupyterLab, its front end from its own package: what a person reads is what Python computed."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from vitrail.widgets.front_end import STATIC

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "tracing" / "golden"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
TOKEN = "a-secret-of-this-test"
SLOW = 90_000
"""Milliseconds that a kernel may take to start and to compile on a busy machine."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (STATIC / "trace.js").is_file(), reason="the front end is not built"),
]


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory, cell):
    """The address of notebooks in a JupyterLab that may use nothing outside this machine."""
    home = tmp_path_factory.mktemp("jupyter")
    code = {"cell_type": "code", "execution_count": None, "outputs": [], "source": f"{cell}\nstep"}
    write_notebook(home / "step.ipynb", code)
    formulas = "\n\n".join(f"$${formula}$$" for formula in golden_latex())
    write_notebook(home / "formulas.ipynb", {"cell_type": "markdown", "source": formulas})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own = {"IPYTHONDIR": str(home), "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}
    options = ("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", f"--ServerApp.root_dir={home}")
    command = [sys.executable, "-m", "jupyterlab", *options, f"--IdentityProvider.token={TOKEN}"]
    with (home / "log").open("w") as log:
        environment = {**os.environ, **places, **own}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}")
        yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={TOKEN}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # its kernels too: nothing of it is kept, and a busy one ends late
        server.wait()


def write_notebook(path, cell):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [{"id": "one", "metadata": {}, **cell}]
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def golden_latex():
    """The LaTeX of the explanations that are kept in files: what follows the last indented line of each."""
    return [
        formula
        for path in sorted(GOLDEN.glob("explain_*.txt"))
        for formula in re.split(r"\n    [^\n]*\n", path.read_text(encoding="utf-8"))[-1].splitlines()
        if formula
    ]


def wait_for(address):
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def page(browser, lab):
    """The notebook after its cell ran, and every address outside that anything asked for."""
    page = browser.new_page(viewport={"width": 1400, "height": 1300})
    page.outside = []
    page.on("request", lambda asked: page.outside.append(asked.url) if "//127.0.0.1:" not in asked.url else None)
    page.goto(lab.format("step.ipynb"))
    page.locator(".jp-Notebook .cm-content").first.click(timeout=SLOW)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=SLOW)
    page.keyboard.press("Shift+Enter")
    page.get_by_test_id("trace").wait_for(timeout=SLOW)
    yield page
    page.close()


def number(page, testid):
    """A number as the page writes it, once it is that of the opened unit."""
    page.locator("[data-testid=equation][aria-busy=false]").wait_for()
    page.get_by_test_id(testid).wait_for()
    return float(page.get_by_test_id(testid).text_content().replace("\N{MINUS SIGN}", "-"))


def six(value):
    """A number to six digits."""
    return float(f"{float(value):.5e}")


def wait_for_entry(page, index):
    page.locator(f"[data-testid=ledger-position][data-index='{index}']").wait_for()


def test_a_unit_opens_by_a_click_and_says_what_python_computed(page, step):
    page.get_by_test_id("unit-hidden-3").click()
    layer = step["hidden"]
    assert [number(page, f"unit-{name}") for name in ("z", "a", "delta")] == [
        six(values[0, 3]) for values in (layer.z, layer.a, layer.delta)
    ]
    assert page.get_by_test_id("equation").locator("math").count() > 10
    assert page.get_by_test_id("equation-checked").get_attribute("data-checked") == "false"


def test_another_sample_brings_its_own_numbers(page, step):
    page.get_by_test_id("unit-hidden-1").click()
    page.get_by_test_id("trace-sample").select_option("2")
    page.get_by_test_id("equation-scope").filter(has_text="example 2").wait_for()
    assert number(page, "unit-delta") == six(step["hidden"].delta[2, 1])
    page.get_by_test_id("trace-sample").select_option("0")
    page.get_by_test_id("equation-scope").filter(has_text="example 0").wait_for()


def test_the_ledger_walks_forward_and_back(page, step):
    ledger = step.ledger("unit")
    page.get_by_test_id("ledger-grain").select_option("unit")
    seen = []
    for place, button in ((0, None), (1, "forward"), (2, "forward"), (1, "back"), (0, "back")):
        if button is not None:
            page.get_by_test_id(f"ledger-{button}").click()
        wait_for_entry(page, place)
        seen.append(number(page, "ledger-value"))
    assert seen == [six(ledger[place].output) for place in (0, 1, 2, 1, 0)]


def test_a_guess_is_judged_before_the_number_is_told(page, step):
    page.get_by_test_id("ledger-grain").select_option("operation")
    page.get_by_test_id("ledger-guessing").check()
    page.get_by_test_id("unit-hidden-2").click()
    entry = step.ledger("operation").find("forward", "hidden", what="z", sample=0, unit=2)
    wait_for_entry(page, entry.index)
    assert page.get_by_test_id("ledger-value").count() == 0
    page.get_by_test_id("guess-typed").fill(f"{-float(entry.output):.4f}".replace(".", ","))
    page.get_by_test_id("guess-judge").click()
    verdict = page.locator("[data-testid=guess-verdict][data-right=false]")
    verdict.wait_for()
    assert re.search("The sign is turned", verdict.text_content())
    assert page.get_by_test_id("ledger-value").count() == 0
    page.get_by_test_id("guess-typed").fill(f"{float(entry.output):.4f}")
    page.get_by_test_id("guess-judge").click()
    page.locator("[data-testid=guess-verdict][data-right=true]").wait_for()
    assert number(page, "ledger-value") == six(entry.output)


def violations(page):
    """What axe finds in the widget as it is, each with the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run([...document.querySelectorAll('.jp-OutputArea *')].find((each) => each.shadowRoot))"
    )["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_a_check_is_asked_for_in_the_widget(page):
    page.get_by_test_id("unit-hidden-3").click()
    page.get_by_test_id("equation-check").click()
    page.locator("[data-testid=equation-checked][data-checked=true]").wait_for()
    assert page.get_by_test_id("equation-check").count() == 0


@pytest.mark.parametrize("light", ["true", "false"])
def test_axe_finds_nothing_in_either_theme(page, light):
    page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
    page.get_by_test_id("unit-hidden-1").click()
    for guessing in (True, False):
        page.get_by_test_id("ledger-guessing").set_checked(guessing)
        assert violations(page) == []


def test_latex_of_golden_explanations_is_typeset(browser, lab):
    page = browser.new_page()
    page.goto(lab.format("formulas.ipynb"))
    page.locator("mjx-container").first.wait_for(timeout=SLOW)
    formulas = golden_latex()
    assert len(formulas) > 50
    page.wait_for_function(f"document.querySelectorAll('mjx-container').length === {len(formulas)}", timeout=SLOW)
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    boxes = page.locator("mjx-container").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert min(boxes) > 5
    page.close()


def test_nothing_was_asked_of_the_world_outside(page):
    assert [url for url in page.outside if not url.startswith(("blob:", "data:"))] == []
