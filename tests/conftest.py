"""What all tests share: a home of their own, Hypothesis profiles, and a word on what has to be left out."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DEBIAN_FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
HOMES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "KERAS_HOME")

hypothesis.settings.register_profile("dev", deadline=None, max_examples=25)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


def find_chromium() -> str | None:
    """The path of a browser that the browser tests can drive."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


class Means(NamedTuple):
    """Something outside the lock that the tests of one marker need."""

    here: Callable[[], bool]
    missing: str


MEANS = {
    "browser": Means(lambda: find_chromium() is not None, "no Chromium found; apt install chromium"),
    "oracle": Means(
        lambda: importlib.util.find_spec("torch") is not None, "no PyTorch found; .venv/bin/pip install torch"
    ),
    "full_data": Means(DEBIAN_FASHION_MNIST.is_dir, "no full Fashion-MNIST; apt install dataset-fashion-mnist"),
}
LEFT_OUT = "left out: "


def pytest_configure(config: pytest.Config) -> None:
    """Keep the person's own caches, runs and settings out of the tests: before anything reads where they are."""
    home = Path(tempfile.mkdtemp(prefix="vitrail-tests-"))
    for name in HOMES:
        os.environ[name] = str(home / name.lower())
    os.environ.pop("VITRAIL_WORKSPACES", None)
    os.environ["KERAS_BACKEND"] = "jax"  # tests may import Keras before Vitrail
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The heavy forms run only where they are asked for: `make soak`."""
    if config.option.markexpr:
        return
    soak = [item for item in items if item.get_closest_marker("soak")]
    if soak:
        config.hook.pytest_deselected(items=soak)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a test out, or fail it with `VITRAIL_REQUIRE_ALL=1`, when what it needs cannot be had here."""
    for name, means in MEANS.items():
        if item.get_closest_marker(name) and not means.here():
            if os.environ.get("VITRAIL_REQUIRE_ALL") == "1":
                pytest.fail(means.missing, pytrace=False)
            pytest.skip(f"{LEFT_OUT}{name} ({means.missing})")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line for each missing means how many tests it cost."""
    reasons = (report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    counts = Counter(reason.partition(LEFT_OUT)[2] for reason in reasons if LEFT_OUT in reason)
    for what, count in sorted(counts.items()):
        name, _, why = what.partition(" ")
        terminalreporter.write_line(f"left out: {count} {name} test{'s' if count > 1 else ''} {why}", yellow=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; only for tests marked `browser`."""
    path = find_chromium()
    assert path is not None
    return path
