"""What is kept, in a real browser: a lab that is killed and begun again, runs side by side, links and files."""

from __future__ import annotations

import re

import nbformat
import pytest

from vitrail.experiment import Experiment
from vitrail.training import Session

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def iris(start_lab, tmp_path_factory):
    """A lab of this file's own, on iris."""
    with start_lab(tmp_path_factory.mktemp("workspaces"), "iris_mlp") as site:
        yield site


@pytest.fixture
def page(visit, iris):
    """The page of the lab on iris."""
    return visit(at=iris)


def expect(page, test_id):
    from playwright.sync_api import expect

    return expect(page.get_by_test_id(test_id))


def train(page, *epochs):
    for epoch in epochs:
        page.get_by_test_id("step-epoch").click()
        expect(page, "clock-epoch").to_have_text(str(epoch))


def download(page, test_id, folder):
    with page.expect_download() as waiting:
        page.get_by_test_id(test_id).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def seen(page):
    """The numbers of the followed example's open unit, and where they are from."""
    expect(page, "look-moment").to_contain_text("Test example 5")
    return [page.get_by_test_id(name).inner_text() for name in ("look-moment", "example-loss", "clock-epoch")]


@pytest.mark.soak  # its short form: test_a_lab_killed_in_mid_training_comes_back_where_it_was_saved
def test_a_lab_that_was_killed_comes_back_to_what_was_seen(visit, start_lab, tmp_path):
    with start_lab(tmp_path, "iris_mlp") as site:
        page = visit(at=site)
        train(page, 1, 2)
        page.get_by_test_id("strip-5").click()
        before = seen(page)
        page.locator("[data-testid^='unit-dense-']").first.click()
        expect(page, "saved").to_have_text(re.compile(r"^saved \d\d:\d\d$"))
        page.reload()
        assert seen(page) == before
        page.wait_for_timeout(600)  # what is looked at is written a moment later
        page.close()
    with start_lab(tmp_path) as site:
        page = visit(at=site)
        assert seen(page) == before
        assert "workspace=iris-mlp" in page.url
        assert re.search(r"example=5&unit=dense\.\d+", page.url)
        train(page, 3)
        page.close()


def test_runs_are_kept_compared_gone_on_from_and_deleted(page, violations, tmp_path):
    train(page, 1, 2)
    page.get_by_test_id("reset").click()
    expect(page, "clock-epoch").to_have_text("0")
    expect(page, "ghost").to_have_text("ghost: Run 1")
    page.get_by_test_id("ghost").click()
    expect(page, "ghost").to_have_attribute("aria-pressed", "false")
    train(page, 1)
    page.get_by_test_id("runs-button").click()
    page.get_by_test_id("run-keep").click()
    page.get_by_test_id("run-name-2").fill("one epoch")
    page.get_by_test_id("run-name-2").press("Tab")
    for number in (1, 2):
        page.get_by_test_id(f"run-choose-{number}").check()
    expect(page, "compare-table").to_contain_text("one epoch")
    assert violations(page) == []
    toml = download(page, "run-toml-1", tmp_path)
    session = Session.open(Experiment.read(toml))
    session.advance(epochs=2)
    assert page.get_by_test_id("run-loss-1").inner_text() == f"{session.history[1].logs['loss']:.4g}"
    notebook = nbformat.read(download(page, "run-ipynb-1", tmp_path), as_version=4)
    assert Experiment.from_code("\n".join(c.source for c in notebook.cells if c.cell_type == "code")) is not None
    page.get_by_test_id("run-delete-1").click()
    expect(page, "run-1").to_have_count(0)
    page.get_by_test_id("run-undelete").click()
    page.get_by_test_id("run-restore-1").click()
    expect(page, "clock-epoch").to_have_text("2")


def test_a_link_and_a_file_open_in_workspaces_of_their_own(page, violations, tmp_path):
    epoch = page.get_by_test_id("clock-epoch").inner_text()
    page.get_by_test_id("share-button").click()
    expect(page, "share-link").to_have_value(re.compile("#experiment="))
    link = page.get_by_test_id("share-link").input_value()
    assert "token" not in link
    expect(page, "share-holds").to_contain_text("No data are inside")
    file = download(page, "share-download", tmp_path)
    page.get_by_test_id("share-file").set_input_files(file)
    expect(page, "share-inside").to_contain_text(f"iris, {epoch} epochs trained")
    assert violations(page) == []
    page.get_by_test_id("share-open-file").click()
    page.wait_for_url(re.compile("workspace=iris-mlp-2"))
    expect(page, "clock-epoch").to_have_text(epoch)
    page.get_by_test_id("share-button").click()
    page.get_by_test_id("share-paste").fill(link)
    page.get_by_test_id("share-open-link").click()
    page.wait_for_url(re.compile(r"workspace=link-[0-9a-f]{8}"))
    expect(page, "clock-epoch").to_have_text("0")
    page.get_by_test_id("runs-button").click()
    expect(page, "workspaces").to_contain_text("iris-mlp-2")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialogs_are_accessible(page, iris, violations, language, theme):
    page.evaluate(f"localStorage.setItem('vitrail.theme', '{theme}')")
    page.goto(f"{iris.origin}/?workspace=iris-mlp&lang={language}")
    for name in ("runs", "share"):
        page.get_by_test_id(f"{name}-button").click()
        page.get_by_test_id(f"{name}-dialog").wait_for()
        assert violations(page) == []
        page.get_by_test_id(f"{name}-close").click()
