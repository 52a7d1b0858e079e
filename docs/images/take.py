"""Takes the pictures of the lab that the documentation shows: `.venv/bin/python docs/images/take.py`."""
# ruff: noqa: INP001  a program, no package

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
WINDOW = {"width": 1440, "height": 900}
EPOCHS = 2
EXAMPLE = 5
"""A test image whose two dark trouser legs make the weights easy to read."""


@contextmanager
def lab() -> Iterator[str]:
    """The address of a lab of its own."""
    command = [sys.executable, "-m", "vitrail", "lab", "--port", "0", "--no-browser", "--lang", "en"]
    with (
        TemporaryDirectory() as kept,
        subprocess.Popen(  # noqa: S603
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "VITRAIL_WORKSPACES": kept},
        ) as process,
    ):
        assert process.stdout is not None, "it was asked for"
        try:
            yield next(match[0] for line in process.stdout if (match := re.search(r"http://\S*token=\S+", line)))
        finally:
            process.send_signal(signal.SIGINT)


def train_and_open(page: Page) -> None:
    """Two epochs, an example, a unit."""
    page.get_by_test_id("tour-decline").click()
    for epoch in range(1, EPOCHS + 1):
        page.get_by_test_id("step-epoch").click()
        expect(page.get_by_test_id("clock-epoch")).to_have_text(str(epoch), timeout=120_000)
    page.get_by_test_id(f"strip-{EXAMPLE}").click()
    page.locator("[data-testid^='unit-dense-']").nth(3).click()
    page.get_by_test_id("unit-delta").wait_for()
    page.mouse.move(0, 0)


def main() -> None:
    """One picture for each language and theme."""
    with lab() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, reduced_motion="reduce")
        page.goto(address)
        train_and_open(page)
        for theme in ("light", "dark"):
            for language, ending in (("en", ""), ("fr", "-fr")):
                page.get_by_test_id(f"lang-{language}").click()
                page.screenshot(path=HERE / f"lab-{theme}{ending}.png")
            page.get_by_test_id("theme").click()
        browser.close()


if __name__ == "__main__":
    main()
