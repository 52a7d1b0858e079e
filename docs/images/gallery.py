"""Takes the pictures of the gallery, which a test compares with the lab as it is.

`PYTHONPATH=src:. .venv/bin/python docs/images/gallery.py` takes them again.
"""
# ruff: noqa: INP001  a program, no package

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageStat

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.models import ObjectSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright

HERE = Path(__file__).parent / "gallery"
WINDOW = {"width": 1440, "height": 900}
SHOWN = (720, 450)
"""Size of a picture in the gallery."""
QUALITY = 84
COMPARED = (160, 100)
"""Size at which two pictures are compared: letters are gone, places and colours are there."""
MOST = 2.5
"""Mean difference of a channel, of 255, at which a picture counts as another one."""
SLOW = 120_000

PLAYGROUND = Experiment(
    seed=3,
    data=DataSpec(name="circle"),
    layers=tuple(
        ObjectSpec(class_name="Dense", config={"units": units, "activation": activation})
        for units, activation in ((6, "tanh"), (4, "tanh"), (1, "sigmoid"))
    ),
    compile=CompileSpec(
        optimizer=ObjectSpec(class_name="Adam", config={"learning_rate": 0.01}),
        loss="binary_crossentropy",
        metrics=("accuracy",),
    ),
    fit=FitSpec(epochs=20, batch_size=10),
)


def screens(page: Page, address: str) -> Iterator[tuple[str, bytes]]:
    """Every picture of the gallery by its name, taken from a page that is open nowhere yet."""
    page.goto(address)
    page.evaluate("localStorage.setItem('vitrail.tour-seen', 'yes')")
    site = address.partition("?")[0]
    page.goto(f"{site}?workspace=gallery&lang=en")
    _train(page, 2)
    yield "fit-light-en", _picture(page)
    page.get_by_test_id("strip-5").click()
    page.locator("[data-testid^='unit-dense-']").nth(3).click()
    page.get_by_test_id("unit-delta").wait_for(timeout=SLOW)
    yield "unit-light-en", _picture(page)
    page.get_by_test_id("theme").click()
    page.get_by_test_id("lang-fr").click()
    yield "unit-dark-fr", _picture(page)
    page.get_by_test_id("to-evaluate").click()
    yield "evaluate-dark-fr", _picture(page)
    page.get_by_test_id("help").click()
    page.get_by_test_id("help-dialog").wait_for()
    yield "words-dark-fr", _picture(page)
    page.get_by_test_id("help-close").click()
    page.goto(f"{site}?workspace=gallery-plane&lang=en")
    page.get_by_test_id("play").wait_for(timeout=SLOW)
    page.get_by_test_id("theme").click()
    give = (
        "(body) => fetch('api/experiment?workspace=gallery-plane', { method: 'PUT', body }).then((one) => one.status)"
    )
    assert page.evaluate(give, PLAYGROUND.to_json()) == 204, "an experiment of the catalogue's kind"  # noqa: PLR2004
    _train(page, 20)
    yield "playground-light-en", _picture(page)
    page.get_by_test_id("help").click()
    page.get_by_test_id("tour").click()
    page.get_by_test_id("tour-next").click()
    yield "tour-light-en", _picture(page)


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures differ where letters do not matter: the mean of all channels, of 255."""
    small = [picture.convert("RGB").resize(COMPARED, Image.Resampling.BOX) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def kept(name: str) -> Image.Image:
    """A picture of the gallery."""
    with Image.open(HERE / f"{name}.webp") as picture:
        return picture.convert("RGB")


def _train(page: Page, epochs: int) -> None:
    from playwright.sync_api import expect

    page.get_by_test_id("step-epoch").wait_for(timeout=SLOW)
    for epoch in range(1, epochs + 1):
        page.get_by_test_id("step-epoch").click()
        expect(page.get_by_test_id("clock-epoch")).to_have_text(str(epoch), timeout=SLOW)


def _picture(page: Page) -> bytes:
    """The page as it is, without what differs from day to day."""
    page.mouse.move(0, 0)
    page.evaluate("""() => {
        for (const one of document.querySelectorAll("[data-testid=figure-seconds], [data-testid=saved]")) {
            one.style.visibility = "hidden";
        }
    }""")
    page.wait_for_timeout(600)
    return page.screenshot()


def main() -> None:
    """Take all of them."""
    from docs.images.take import lab
    from playwright.sync_api import sync_playwright

    HERE.mkdir(exist_ok=True)
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        os.environ |= dict.fromkeys(("XDG_DATA_HOME", "XDG_STATE_HOME"), home)  # no workspaces from before
        with lab() as address:
            _take(playwright, address)


def _take(playwright: Playwright, address: str) -> None:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
    )
    page = browser.new_page(viewport=WINDOW, reduced_motion="reduce", color_scheme="light", locale="en-GB")
    for name, content in screens(page, address):
        with Image.open(io.BytesIO(content)) as picture:
            small = picture.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
        small.save(HERE / f"{name}.webp", quality=QUALITY, method=6)
    browser.close()


if __name__ == "__main__":
    main()
