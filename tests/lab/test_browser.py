"""The lab in a real browser: what a newcomer does, held against a fresh training and against PyTorch."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

WINDOWS = {"laptop": (1440, 900), "small": (1024, 768), "tablet": (820, 1180)}

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """The lab's page in a workspace of the test's own."""
    return visit(refused=True)


def number(page, test_id):
    """What a person reads there, as a number."""
    shown = page.get_by_test_id(test_id).inner_text()
    return float(re.sub(r"[\s\u00a0\u202f]", "", shown).replace("\u2212", "-").replace("%", "e-2").replace(",", ""))


def wait_for_clock(page, epoch, batch=0):
    from playwright.sync_api import expect

    expect(page.get_by_test_id("clock-epoch")).to_have_text(str(epoch))
    expect(page.get_by_test_id("clock-batch")).to_have_text(re.compile(rf"^{batch}\b"))


def wait_for_look(page, updates):
    from playwright.sync_api import expect

    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-updates", str(updates))


def download(page, test_id, folder):
    with page.expect_download() as waiting:
        page.get_by_test_id(test_id).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@pytest.fixture(scope="module")
def trained(browser, address, tmp_path_factory):
    """Two epochs trained in the browser: what the screen showed, and what was downloaded."""
    folder = tmp_path_factory.mktemp("downloads")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True, locale="en-GB")
    page = context.new_page()
    page.goto(address)
    page.goto(page.url.partition("?")[0] + "?workspace=trained")
    page.get_by_test_id("step-epoch").wait_for()
    for epoch in (1, 2):
        page.get_by_test_id("step-epoch").click()
        wait_for_clock(page, epoch)
    page.get_by_test_id("strip-5").click()
    shown = {"accuracy": number(page, "figure-val_accuracy")}
    hidden = page.locator("[data-testid^='unit-dense-']").first
    unit = int(hidden.get_attribute("data-testid").rsplit("-", 1)[1])
    hidden.click()
    page.get_by_test_id("unit-delta").wait_for()
    shown |= {
        "unit": unit,
        "z": number(page, "unit-z"),
        "a": number(page, "unit-a"),
        "delta": number(page, "unit-delta"),
    }
    shown["outputs"] = [number(page, f"output-{k}-delta") for k in range(10)]
    page.get_by_test_id("code").click()
    files = {name: download(page, f"download-{name}", folder) for name in ("toml", "model", "history")}
    context.close()
    return shown, files


def test_two_epochs_reach_the_accuracy_of_the_course(trained):
    shown, files = trained
    assert shown["accuracy"] > 0.75
    history = json.loads(files["history"].read_text())
    assert shown["accuracy"] == pytest.approx(history["val_accuracy"][-1], abs=5e-5)


def test_the_downloaded_experiment_trains_to_the_same_history(trained, tmp_path):
    _, files = trained
    command = [
        sys.executable,
        "-m",
        "vitrail",
        "fit",
        str(files["toml"]),
        "--epochs",
        "2",
        "--out",
        str(tmp_path / "run"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    again = json.loads((tmp_path / "run" / "history.json").read_text())
    assert json.loads(files["history"].read_text()) == again


@pytest.mark.oracle
def test_deltas_on_the_screen_are_those_of_pytorch(trained):
    import torch

    from vitrail import load_dataset, load_model

    shown, files = trained
    w1, b1, w2, b2 = (torch.tensor(value.astype(np.float64)) for value in load_model(files["model"]).get_weights())
    data = load_dataset("fashion_mnist_mini")
    x = torch.tensor(data.x_test[5].reshape(1, -1) / 255.0)
    z1 = (x @ w1 + b1).requires_grad_()
    a1 = z1.relu()
    z2 = a1 @ w2 + b2
    z2.retain_grad()
    torch.nn.functional.cross_entropy(z2, torch.tensor([int(data.y_test[5])])).backward()
    unit = shown["unit"]
    assert shown["z"] == pytest.approx(z1[0, unit].item(), rel=1e-4, abs=1e-6)
    assert shown["a"] == pytest.approx(a1[0, unit].item(), rel=1e-4, abs=1e-6)
    assert shown["delta"] == pytest.approx(z1.grad[0, unit].item(), rel=1e-4, abs=1e-7)
    assert shown["outputs"] == pytest.approx(z2.grad[0].tolist(), rel=1e-2, abs=1e-4)


def test_one_batch_one_epoch_pause_and_reset(page):
    from playwright.sync_api import expect

    page.get_by_test_id("step-batch").click()
    wait_for_clock(page, 0, 1)
    page.get_by_test_id("step-epoch").click()
    wait_for_clock(page, 1)
    first = page.get_by_test_id("figure-val_loss").inner_text()
    page.get_by_test_id("reset").click()
    wait_for_clock(page, 0)
    page.get_by_test_id("step-epoch").click()
    wait_for_clock(page, 1)
    assert page.get_by_test_id("figure-val_loss").inner_text() == first
    page.get_by_test_id("play").click()
    page.get_by_test_id("pause").click()
    expect(page.get_by_test_id("play")).to_be_visible()


def test_a_batch_is_undone_and_trained_again_to_the_same_numbers(page):
    page.get_by_test_id("strip-5").click()
    for batch in (1, 2):
        page.get_by_test_id("step-batch").click()
        wait_for_clock(page, 0, batch)
    wait_for_look(page, updates=2)
    first = [number(page, f"output-{k}-delta") for k in range(10)]
    page.get_by_test_id("back-batch").click()
    wait_for_look(page, updates=1)
    assert [number(page, f"output-{k}-delta") for k in range(10)] != first
    page.get_by_test_id("step-batch").click()
    wait_for_look(page, updates=2)
    assert [number(page, f"output-{k}-delta") for k in range(10)] == first


def test_another_learning_rate_and_another_seed(page):
    from playwright.sync_api import expect

    page.get_by_test_id("step-batch").click()
    wait_for_clock(page, 0, 1)
    page.get_by_test_id("learning-rate").fill("0.5")
    page.get_by_test_id("learning-rate").press("Enter")
    page.get_by_test_id("step-batch").click()
    wait_for_clock(page, 0, 2)
    expect(page.get_by_test_id("learning-rate")).to_have_value("0.5")
    seed = page.get_by_test_id("seed").input_value()
    page.get_by_test_id("new-seed").click()
    wait_for_clock(page, 0)
    expect(page.get_by_test_id("seed")).not_to_have_value(seed)


def test_a_reload_finds_the_training_where_it_was(page):
    page.get_by_test_id("step-epoch").click()
    wait_for_clock(page, 1)
    loss = page.get_by_test_id("figure-loss").inner_text()
    page.reload()
    wait_for_clock(page, 1)
    assert page.get_by_test_id("figure-loss").inner_text() == loss


def test_the_page_speaks_french(page):
    page.goto(page.url + "&lang=fr")
    page.get_by_test_id("play").wait_for()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert "Exactitude" in page.inner_text("body")


def test_the_code_is_a_program_that_python_accepts(page):
    page.get_by_test_id("code").click()
    program = page.get_by_test_id("program").inner_text()
    compile(program, "program", "exec")
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in program
    assert "x_train / 255.0" in program


def test_a_unit_is_checked_and_its_step_walked_through_with_a_guess_first(page):
    from playwright.sync_api import expect

    page.get_by_test_id("strip-5").click()
    page.locator("[data-testid^='unit-dense-']").first.click()
    page.get_by_test_id("equation-check").click()
    expect(page.get_by_test_id("equation-checked")).to_have_attribute("data-checked", "true")
    page.get_by_test_id("walk").click()
    z = number(page, "unit-z")
    assert number(page, "ledger-value") == z
    page.get_by_test_id("ledger-guessing").check()
    expect(page.get_by_test_id("ledger-value")).to_have_count(0)
    for typed, right in ((-2 * z, "false"), (z, "true")):
        page.get_by_test_id("guess-typed").fill(f"{typed:.3f}".replace(".", ","))
        page.get_by_test_id("guess-judge").click()
        expect(page.get_by_test_id("guess-verdict")).to_have_attribute("data-right", right)
    assert number(page, "ledger-value") == z
    page.get_by_test_id("ledger-forward").click()
    expect(page.get_by_test_id("ledger-value")).to_have_count(0)
    page.get_by_test_id("guess-reveal").click()
    assert number(page, "ledger-value") == number(page, "unit-a")
    page.get_by_test_id("step-batch").click()
    wait_for_clock(page, 0, 1)
    expect(page.get_by_test_id("equation-checked")).to_have_attribute("data-checked", "false")
    page.get_by_test_id("lang-fr").click()
    expect(page.get_by_test_id("equation").locator("math").nth(1)).to_contain_text(",")
    page.get_by_test_id("walk").click()
    expect(page.get_by_test_id("ledger")).to_have_count(0)


def open_everything(page):
    """An example followed, a unit opened and walked through: every view has something to show."""
    page.get_by_test_id("step-epoch").click()
    wait_for_clock(page, 1)
    page.get_by_test_id("strip-5").click()
    page.locator("[data-testid^='unit-dense-']").first.click()
    page.get_by_test_id("unit-delta").wait_for()
    page.get_by_test_id("walk").click()
    page.get_by_test_id("ledger-title").wait_for()


@pytest.mark.parametrize(
    "window", ["laptop", *(pytest.param(name, marks=pytest.mark.soak) for name in ("small", "tablet"))]
)
def test_axe_finds_nothing_in_either_theme_and_language(page, violations, window):
    width, height = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    assert violations(page) == []
    open_everything(page)
    for theme in range(2):
        page.get_by_test_id(("lang-fr", "lang-en")[theme]).click()
        page.get_by_test_id("theme").click()
        assert violations(page) == []
    page.get_by_test_id("code").click()
    assert violations(page) == []


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_is_cut_off_sideways(page, window):
    width, height = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    too_wide = """() => [...document.querySelectorAll("header, aside, main, footer, footer > div, .cards")]
        .filter((place) => place.scrollWidth > place.clientWidth + 1)
        .map((place) => place.outerHTML.slice(0, 80))"""
    assert page.evaluate(too_wide) == []


def test_the_keyboard_alone_trains_chooses_and_opens(page):
    from playwright.sync_api import expect

    page.keyboard.press(".")
    wait_for_clock(page, 0, 1)
    page.keyboard.press("e")
    wait_for_clock(page, 1)
    page.get_by_test_id("strip-0").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("look-moment")).to_have_attribute("data-index", "2")
    unit = page.locator("[data-testid^='unit-dense-']").first
    unit.focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("unit-delta").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("unit-card")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("look-moment")).not_to_have_attribute("data-index", "2")


def test_another_experiment_is_opened_and_a_broken_one_changes_nothing(page, tmp_path):
    from playwright.sync_api import expect

    from vitrail.experiment import CompileSpec, DataSpec, Experiment
    from vitrail.models import ObjectSpec

    broken = tmp_path / "broken.toml"
    broken.write_text("format = 1\nseed = -3\n", encoding="utf-8")
    page.get_by_test_id("to-data").click()
    page.get_by_test_id("code").click()
    page.get_by_test_id("open-file").set_input_files(broken)
    expect(page.locator("[role=alert]")).to_contain_text("seed")
    expect(page.get_by_test_id("dataset")).to_contain_text("fashion_mnist_mini")

    iris = Experiment(
        data=DataSpec(name="iris"),
        layers=(
            ObjectSpec(class_name="Dense", config={"units": 6, "activation": "tanh"}),
            ObjectSpec(class_name="Dense", config={"units": 3, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
    )
    good = tmp_path / "iris.toml"
    good.write_text(iris.to_toml(), encoding="utf-8")
    page.get_by_test_id("open-file").set_input_files(good)
    expect(page.get_by_test_id("dataset")).to_contain_text("iris")
    page.get_by_test_id("step-epoch").click()
    wait_for_clock(page, 1)
    page.get_by_test_id("strip-3").click()
    page.get_by_test_id("unit-dense-0").click()
    page.get_by_test_id("unit-delta").wait_for()
