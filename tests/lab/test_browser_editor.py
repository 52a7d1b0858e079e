"""The forms at the left in a real browser: every part of an experiment is changed there, and every change undone."""

import re

import pytest
from tests.short import short

from vitrail.experiment import Experiment

TABLE = "width;height;kind\n" + "".join(
    f"{i % 7},5;{i % 5};{'tall' if i % 5 > 2 else 'flat'}\n" for i in range(40)
).replace(",5", ".5")

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """A workspace of the test's own with the network of the playground."""
    page = visit(experiment="playground", refused=True)
    page.get_by_test_id("plane").wait_for()
    return page


def expect(what):
    from playwright import sync_api

    return sync_api.expect(what)


def downloaded(page, folder):
    """The experiment as its button in the code's window gives it."""
    page.get_by_test_id("code").click()
    with page.expect_download() as waiting:
        page.get_by_test_id("download-toml").click()
    path = folder / "experiment.toml"
    waiting.value.save_as(path)
    page.keyboard.press("Escape")
    return Experiment.read(path)


def train(page, epochs):
    for epoch in range(1, epochs + 1):
        page.get_by_test_id("step-epoch").click()
        expect(page.get_by_test_id("clock-epoch")).to_have_text(str(epoch))


def test_layers_are_added_set_moved_and_removed_and_all_of_it_undone(page, tmp_path):
    page.get_by_test_id("to-define").click()
    page.get_by_test_id("define-add").click()
    page.get_by_test_id("unit-dense_2-0").wait_for()
    page.get_by_test_id("layer-2-units").fill("3")
    page.get_by_test_id("layer-2-units").press("Enter")
    page.get_by_test_id("unit-dense_2-2").wait_for()
    page.get_by_test_id("layer-2-activation").select_option("tanh")
    page.get_by_test_id("up-2").click()
    page.get_by_test_id("unit-dense_1-2").wait_for()
    page.get_by_test_id("remove-0").click()
    expect(page.get_by_test_id("layer-2")).to_have_count(1)
    expect(page.get_by_test_id("layer-3")).to_have_count(0)
    layers = downloaded(page, tmp_path).layers
    assert [layer.config["units"] for layer in layers] == [3, 2, 1]
    for left in ("4", "4", "4", "4", "3"):
        page.get_by_test_id("undo").click()
        page.get_by_test_id(f"layer-{int(left) - 1}").wait_for()
    expect(page.get_by_test_id("layer-3")).to_have_count(0)
    assert [layer.config["units"] for layer in downloaded(page, tmp_path).layers] == [4, 2, 1]
    page.get_by_test_id("redo").click()
    page.get_by_test_id("layer-3").wait_for()


def test_another_optimizer_goes_on_with_the_weights_and_undo_gives_back_the_training_before(page):
    train(page, 2)
    before = page.get_by_test_id("figure-val_loss").inner_text()
    page.get_by_test_id("to-compile").click()
    page.get_by_test_id("optimizer").select_option("Adam")
    expect(page.get_by_test_id("weights")).to_have_text(re.compile("2"))
    expect(page.get_by_test_id("clock-epoch")).to_have_text("2")
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("3")
    page.keyboard.press("Escape")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("optimizer")).to_have_value("SGD")
    expect(page.get_by_test_id("clock-epoch")).to_have_text("2")
    expect(page.get_by_test_id("figure-val_loss")).to_have_text(before)


def test_a_layer_that_does_not_fit_is_a_draft_with_a_reason_and_the_network_stays(page, tmp_path):
    page.get_by_test_id("to-define").click()
    page.get_by_test_id("add-class").select_option("Conv2D")
    page.get_by_test_id("define-add").click()
    page.get_by_test_id("draft").wait_for()
    assert page.get_by_test_id("refused-2").inner_text().strip()
    page.get_by_test_id("unit-dense_1-1").wait_for()
    assert [layer.class_name for layer in downloaded(page, tmp_path).layers] == ["Dense"] * 3
    page.get_by_test_id("discard").click()
    expect(page.get_by_test_id("draft")).to_have_count(0)


def test_a_pasted_table_is_learnt_and_a_wrong_cell_is_named(page, tmp_path):
    page.get_by_test_id("to-data").click()
    page.get_by_text("Your own data").first.click()
    page.get_by_test_id("own-paste").fill(TABLE.replace("3.5;3", "3.5;three", 1))
    page.get_by_test_id("own-use").click()
    expect(page.get_by_test_id("own-wrong")).to_contain_text("line 5, column height")
    page.get_by_test_id("own-paste").fill(TABLE)
    page.get_by_test_id("own-use").click()
    page.get_by_test_id("own-take").wait_for()
    train(page, 1)
    assert downloaded(page, tmp_path).data.name == "data.csv"
    with page.expect_download() as waiting:
        page.get_by_test_id("own-take").click()
    waiting.value.save_as(tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_text() == TABLE


@pytest.mark.parametrize("language", short(["en", "fr"], ["fr"]))
def test_axe_finds_nothing_in_the_forms_in_either_theme(page, violations, language):
    page.get_by_test_id(f"lang-{language}").click()
    for step in ("data", "define", "compile", "fit", "predict"):
        page.get_by_test_id(f"to-{step}").click()
    page.get_by_test_id("layer-0").click()
    for _ in range(2):
        assert violations(page) == []
        page.get_by_test_id("theme").click()
