"""Takes the pictures of a trace in a notebook: `.venv/bin/python docs/images/take_widget.py`."""
# ruff: noqa: INP001  a program, no package

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SLOW = 120_000
"""Milliseconds that the kernel may take."""

CELL = """
import vitrail
import keras
from vitrail.widgets import TraceWidget

keras.utils.set_random_seed(1)
data = vitrail.load_dataset("fashion_mnist_mini")
model = keras.Sequential([
    keras.Input((28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(16, "relu", name="hidden"),
    keras.layers.Dense(10, "softmax", name="out"),
])
model.compile("adam", "sparse_categorical_crossentropy")
vitrail.fit(model, data.x_train / 255, data.y_train, epochs=2)
TraceWidget(vitrail.trace(model, data.x_test[:8] / 255, data.y_test[:8]), language="LANGUAGE")
"""


@contextmanager
def notebooks(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab over a folder, `NAME` in the place of the notebook's."""
    options = ("--no-browser", "--allow-root", "--port=0", f"--ServerApp.root_dir={folder}")
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr is not None, "it was asked for"
        try:
            found = next(match for line in process.stderr if (match := re.search(r"(http://127\S+)/lab\?(\S+)", line)))
            yield f"{found[1]}/lab/workspaces/NAME/tree/NAME.ipynb?{found[2]}"
        finally:
            process.terminate()


def write(folder: Path, language: str) -> None:
    """A notebook of one cell."""
    source = CELL.replace("LANGUAGE", language)
    cell = {"cell_type": "code", "id": "one", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{language}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def main() -> None:
    """One picture for each language."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        for language in ("en", "fr"):
            write(folder, language)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with notebooks(folder) as address:
            for language, ending in (("en", ""), ("fr", "-fr")):
                page = browser.new_page(viewport={"width": 1500, "height": 1400}, reduced_motion="reduce")
                page.goto(address.replace("NAME", language))
                page.locator(".jp-Notebook .cm-content").first.click(timeout=SLOW)
                page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=SLOW)
                page.keyboard.press("Shift+Enter")
                page.locator("[data-testid^='unit-hidden-']").nth(3).click(timeout=SLOW)
                page.get_by_test_id("unit-delta").wait_for()
                page.mouse.move(0, 0)
                page.add_style_tag(content=".Toastify { display: none }")  # JupyterLab's own news
                page.get_by_test_id("trace").screenshot(path=HERE / f"trace-widget{ending}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
