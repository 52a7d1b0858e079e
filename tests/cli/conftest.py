"""One finished run for all tests of the command line."""

import pytest

from vitrail.cli.command import run


@pytest.fixture(scope="session")
def iris_run(tmp_path_factory):
    """The folder of a short training on iris."""
    folder = tmp_path_factory.mktemp("runs") / "iris"
    assert run(["fit", "iris_mlp", "--epochs", "4", "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory):
    """The folder of a short training on pictures."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    assert run(["fit", "digits_mlp", "--epochs", "1", "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="session")
def plane_run(tmp_path_factory):
    """The folder of a short regression."""
    folder = tmp_path_factory.mktemp("runs") / "plane"
    assert run(["fit", "linear_regression", "--epochs", "1", "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="session")
def gauss_run(tmp_path_factory):
    """The folder of a short training with a single output."""
    folder = tmp_path_factory.mktemp("runs") / "gauss"
    assert run(["fit", "logistic_regression", "--epochs", "1", "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture
def private(monkeypatch, tmp_path):
    """Empty places of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path
