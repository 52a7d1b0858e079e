"""Finished runs for all tests of the command line."""

import functools

import pytest

from vitrail.cli.command import run


def trained(tmp_path_factory, name, epochs):
    """The folder of a short training of an experiment of the catalogue."""
    folder = tmp_path_factory.mktemp("runs") / name
    assert run(["fit", name, "--epochs", str(epochs), "--out", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture(scope="session")
def iris_run(tmp_path_factory):
    return trained(tmp_path_factory, "iris_mlp", 4)


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory):
    """A run on pictures."""
    return trained(tmp_path_factory, "digits_mlp", 1)


@pytest.fixture(scope="session")
def plane_run(tmp_path_factory):
    """A regression."""
    return trained(tmp_path_factory, "linear_regression", 1)


@pytest.fixture(scope="session")
def gauss_run(tmp_path_factory):
    """Two classes and a single output."""
    return trained(tmp_path_factory, "logistic_regression", 1)


@pytest.fixture
def train(tmp_path_factory):
    """What gives the folder of a short training, by the experiment's name and a number of epochs."""
    return functools.partial(trained, tmp_path_factory)


@pytest.fixture
def private(monkeypatch, tmp_path):
    """Empty places of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path
