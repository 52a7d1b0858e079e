"""`make bench-lab`: how fast the lab is, counted in its own page in a real browser.

States painted each second, an edit until it is seen, bytes for each frame, memory, the first paint: for one workspace
in training, and for eight at once. It prints what it found; `--publish` keeps it and draws the pages of figures.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import websockets
from benchmarks.lab_report import LabResults, Painted
from playwright.sync_api import expect, sync_playwright

from benchmarks import lab_report, machine
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.experiment.reference import reference
from vitrail.models import ObjectSpec
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PROBE = Path(__file__).with_name("lab_probe.js")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
WINDOW = {"width": 1440, "height": 900}
SECONDS = 5.0
"""Of counting, once a training runs warm."""
EDITS = 7
UNITS = 12
MODES = ("mode-z", "mode-a", "mode-delta", "mode-weights")
OTHERS = 7
"""Workspaces that train beside the one that is painted."""
REFERENCE = reference("fashion_mnist_mini").model_copy(update={"fit": FitSpec(epochs=1, batch_size=32)})
PRESS = 80
"""Milliseconds that a person holds a button."""
PATIENCE = 120_000
"""Milliseconds that the browser waits for anything."""


def playground(*, units: int = 8, activation: str = "tanh") -> Experiment:
    """The playground's spiral: three hidden layers of eight, in batches of ten."""
    hidden = ObjectSpec(class_name="Dense", config={"units": 8, "activation": activation})
    first = ObjectSpec(class_name="Dense", config={"units": units, "activation": activation})
    return Experiment(
        data=DataSpec(name="spiral"),
        layers=(first, hidden, hidden, ObjectSpec(class_name="Dense", config={"units": 1, "activation": "sigmoid"})),
        compile=CompileSpec(optimizer="adam", loss="binary_crossentropy", metrics=("accuracy",)),
        fit=FitSpec(epochs=1, batch_size=10),
    )


@contextlib.contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A lab of this clone: its address with the token, and the number of its process."""
    command = [sys.executable, "-m", "vitrail", "lab", "--port", "0", "--no-browser", "--lang", "en"]
    with (
        tempfile.TemporaryDirectory(prefix="vitrail-bench-") as home,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "XDG_DATA_HOME": home, "XDG_STATE_HOME": home},
        ) as lab,
    ):
        assert lab.stdout is not None
        found = (re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", line) for line in lab.stdout)
        try:
            yield next(match[0] for match in found if match), lab.pid
        finally:
            lab.send_signal(signal.SIGINT)


def opened(browser: Browser, address: str, workspace: str) -> Page:
    """A page of a workspace, with the probe in it, once its network is drawn."""
    context = browser.new_context(viewport=WINDOW, locale="en-GB")
    context.add_init_script(path=PROBE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.goto(f"{address.partition('?')[0]}?workspace={workspace}")
    page.get_by_test_id("play").wait_for()
    page.wait_for_timeout(300)
    return page


def give(page: Page, workspace: str, experiment: Experiment) -> dict[str, float]:
    """Give a workspace another experiment: milliseconds until it is drawn, and then until it has trained a batch."""
    return page.evaluate("([name, text]) => probe.replace(name, text)", [workspace, experiment.to_json()])


def play(page: Page) -> None:
    """Train on after the one epoch that was planned, so that it never ends by itself."""
    page.get_by_test_id("step-epoch").click()
    expect(page.get_by_test_id("clock-epoch")).to_have_text("1", timeout=PATIENCE)
    page.get_by_test_id("play").click()
    page.wait_for_timeout(2000)


def painted(page: Page) -> Painted:
    """Count while it plays, and touch what can be touched meanwhile."""
    play(page)
    counted = page.evaluate(f"probe.count({SECONDS})")
    page.evaluate("probe.interactions()")
    rates = [page.evaluate(f"probe.rate({0.001 * (2 + i)})") for i in range(EDITS)]
    pressed = [*page.locator("[data-testid^='unit-']").all()[:UNITS], *map(page.get_by_test_id, MODES)]
    for place in pressed:
        place.click(delay=PRESS)
    page.wait_for_timeout(300)
    waited = page.evaluate("probe.interactions()")
    waited += [0.0] * (len(pressed) - len(waited))
    page.get_by_test_id("pause").click()
    return Painted(
        states=counted["states"],
        bytes=counted["bytes"],
        rate=statistics.median(rates),
        slowest_rate=max(rates),
        interaction=statistics.median(waited),
        slowest_interaction=max(waited),
    )


def first_paint(browser: Browser, address: str, workspace: str) -> tuple[float, float]:
    """Milliseconds until a browser that has nothing in store paints, and until the network is drawn."""
    found: list[tuple[float, float]] = []
    for _ in range(5):
        page = opened(browser, address, workspace)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        found.append((paint, page.evaluate("probe.drawn")))
        page.context.close()
    return statistics.median(one for one, _ in found), statistics.median(other for _, other in found)


def edits(page: Page, workspace: str) -> dict[str, float]:
    """Milliseconds until a changed network is seen: one seen for the first time, and again."""
    give(page, workspace, playground())
    first = give(page, workspace, playground(units=7))
    give(page, workspace, playground())
    again = give(page, workspace, playground(units=7))
    activation = give(page, workspace, playground(activation="relu"))
    return {
        "units_first": first["drawn"],
        "units_first_trained": first["trained"],
        "units_again": again["drawn"],
        "units_again_trained": again["trained"],
        "activation": activation["drawn"],
        "activation_trained": activation["trained"],
    }


class Others:
    """Workspaces that train while somebody reads all of their frames, as pages do."""

    def __init__(self, address: str, cookie: str) -> None:
        self._origin = re.sub(r"/\?.*", "", address)
        self._headers = {"Cookie": cookie}

    async def train(self, seconds: float) -> list[int]:
        """Play in all of them, and give the updates of each."""
        return await asyncio.gather(*(self._one(f"other-{i}", seconds) for i in range(OTHERS)))

    async def _one(self, workspace: str, seconds: float) -> int:
        address = f"{self._origin.replace('http', 'ws', 1)}/ws?workspace={workspace}"
        updates = 0
        async with websockets.connect(
            address, origin=self._origin, additional_headers=self._headers, max_size=None, proxy=None
        ) as socket:
            await socket.send(msgspec.msgpack.encode(wire.See(["dense_1", "dense_2", "dense_3"])))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    async for letter in socket:
                        message = msgspec.msgpack.decode(letter, type=wire.ServerMessage)
                        if isinstance(message, wire.Frame):
                            updates = message.clock.updates
                            if message.status == "idle":
                                await socket.send(msgspec.msgpack.encode(wire.Play()))
            await socket.send(msgspec.msgpack.encode(wire.Pause()))
        return updates


@contextlib.contextmanager
def beside(others: Others, seconds: float) -> Iterator[None]:
    """Train the other workspaces in a process of their own, so that reading costs the page nothing in this one."""
    import multiprocessing

    process = multiprocessing.get_context("spawn").Process(target=_train, args=(others, seconds))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _train(others: Others, seconds: float) -> None:
    asyncio.run(others.train(seconds))


def memory(pid: int) -> dict[str, float]:
    """Bytes of the server and of all its workers, shared pages divided among those who share them."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return {"server": _share(pid), "workers": sum(_share(child) for child in children)}


def _share(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(1024.0 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measure() -> LabResults:
    """Everything, one after the other."""
    program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if program is None:
        raise SystemExit("no Chromium found; apt install chromium")
    date = dt.datetime.now(dt.UTC).date().isoformat()
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        page = opened(browser, address, "playground")
        changed = edits(page, "playground")
        give(page, "playground", playground())
        found = {"playground": painted(page)}
        other = opened(browser, address, "reference")
        give(other, "reference", REFERENCE)
        found["reference"] = painted(other)
        other.context.close()
        alone = memory(pid)
        paint, drawn = first_paint(browser, address, "reference")
        (cookie,) = page.context.cookies()
        for i in range(OTHERS):
            give_to = f"other-{i}"
            page.evaluate(
                "([name, body]) => fetch(`api/experiment?workspace=${name}`, { method: 'PUT', body })",
                [give_to, playground().to_json()],
            )
        give(page, "playground", playground())
        with beside(Others(address, f"{cookie['name']}={cookie['value']}"), 60):
            page.wait_for_timeout(4000)
            found["eight"] = painted(page)
            full = memory(pid)
        browser.close()
    return LabResults(
        date=date,
        machine=machine.describe(),
        painted=found,
        edits=changed,
        paint=paint,
        drawn=drawn,
        memory={"one": alone, "eight": full},
    )


def main() -> int:
    """Measure, print, and keep where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publish", action="store_true", help="keep the figures and draw their pages")
    options = parser.parse_args()
    results = measure()
    print(lab_report.table(results))
    if options.publish:
        lab_report.publish(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
