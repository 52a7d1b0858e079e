"""Fashion-MNIST: where it is looked for, how it is downloaded, and what is said when it cannot be had."""

from __future__ import annotations

import gzip
import socket
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vitrail import locale
from vitrail.data import Dataset, _make_mini, fashion_mnist, load_dataset, remote
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Server, Tiny
    from vitrail.types import Array

REMEDIES = (
    "or install the Debian package (apt install dataset-fashion-mnist), or put the four .gz files into {folder}, or "
    "use fashion_mnist_mini, which ships with Vitrail."
)
NAMES = [source.name for source in fashion_mnist.SOURCES]


def assert_is(data: Dataset, tiny: Tiny) -> None:
    for name in ("x_train", "y_train", "x_test", "y_test"):
        got, expected = getattr(data, name), getattr(tiny, name)
        assert (got.dtype, got.tolist()) == (np.uint8, expected.tolist())
        assert not got.flags.writeable


def unavailable() -> str:
    with pytest.raises(UnavailableError) as caught:
        load_dataset("fashion_mnist")
    assert caught.value.render("fr") != str(caught.value)
    return str(caught.value)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("place", ["keras/datasets/fashion-mnist", "debian", "cache/vitrail/datasets/fashion-mnist"])
def test_is_read_from_each_place(tiny: Tiny, server: Server, tmp_path: Path, place: str):
    tiny.put(tmp_path / place)
    assert_is(load_dataset("fashion_mnist"), tiny)
    assert server.asked == []


def test_is_read_from_keras_place_in_the_home(tiny: Tiny, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    tiny.put(tmp_path / ".keras" / "datasets" / "fashion-mnist")
    assert_is(load_dataset("fashion_mnist"), tiny)


def test_places_are_looked_at_in_order(tiny: Tiny, tmp_path: Path):
    places = [tmp_path / "keras/datasets/fashion-mnist", tmp_path / "debian", fashion_mnist.cache()]
    found = []
    for place in reversed(places):
        tiny.put(place)
        found.append(fashion_mnist.find())
    assert found == places[::-1]


def test_an_incomplete_place_is_passed_over(tiny: Tiny, tmp_path: Path):
    tiny.put(tmp_path / "keras/datasets/fashion-mnist")
    (tmp_path / "keras/datasets/fashion-mnist" / NAMES[2]).unlink()
    assert fashion_mnist.find() is None


def test_is_downloaded_once(tiny: Tiny, server: Server, capfd: pytest.CaptureFixture[str]):
    server.files = tiny.files
    assert_is(load_dataset("fashion_mnist"), tiny)
    assert_is(load_dataset("fashion_mnist"), tiny)
    assert server.asked == NAMES
    assert left_in(fashion_mnist.cache()) == sorted(NAMES)
    assert capfd.readouterr() == ("", "")


def test_what_is_there_already_is_not_downloaded_again(tiny: Tiny, server: Server):
    tiny.put(fashion_mnist.cache())
    (fashion_mnist.cache() / NAMES[1]).unlink()
    server.files = tiny.files
    assert_is(load_dataset("fashion_mnist"), tiny)
    assert server.asked == [NAMES[1]]


def test_the_same_content_may_be_packed_otherwise(tiny: Tiny, server: Server):
    server.files = {name: gzip.compress(gzip.decompress(packed), 1) for name, packed in tiny.files.items()}
    assert server.files != tiny.files
    assert_is(load_dataset("fashion_mnist"), tiny)


def test_a_missing_file_on_the_server(tiny: Tiny, server: Server):
    server.files = {name: packed for name, packed in tiny.files.items() if name != NAMES[1]}
    folder = fashion_mnist.cache()
    assert unavailable() == (
        f"{server.url}/{NAMES[1]} could not be downloaded (HTTP 404). Connect and try again, "
        + REMEDIES.format(folder=folder)
    )
    assert left_in(folder) == [NAMES[0]]


def test_no_server(tiny: Tiny, server: Server, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as taken:  # bound and not listening: nobody answers
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv(remote.URL_VARIABLE, url)
        folder = fashion_mnist.cache()
        assert unavailable() == (
            f"{url}/{NAMES[0]} could not be downloaded (ConnectionError). Connect and try again, "
            + REMEDIES.format(folder=folder)
        )
    assert left_in(folder) == []


@pytest.mark.parametrize("url", ["nonsense", "http://[", "ftp://127.0.0.1", "http://"])
def test_no_address(tiny: Tiny, monkeypatch: pytest.MonkeyPatch, url: str):
    monkeypatch.setenv(remote.URL_VARIABLE, url)
    assert unavailable().startswith(f"{url.rstrip('/')}/{NAMES[0]} could not be downloaded (")


def test_a_connection_cut_in_the_middle_of_a_file(tiny: Tiny, server: Server):
    server.files = tiny.files
    server.announced = {NAMES[0]: len(tiny.files[NAMES[0]]) + 100}
    folder = fashion_mnist.cache()
    assert unavailable() == (
        f"{server.url}/{NAMES[0]} could not be downloaded (ChunkedEncodingError). Connect and try again, "
        + REMEDIES.format(folder=folder)
    )
    assert left_in(folder) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:-10],
        lambda _: b"<html>Please log in</html>",
        lambda packed: gzip.compress(gzip.decompress(packed)[:-1]),
        lambda packed: gzip.compress(gzip.decompress(packed)[:-1] + b"\x7f"),
        lambda _: b"",
    ],
    ids=["cut", "page", "cut-inside", "changed", "nothing"],
)
def test_wrong_content_is_not_kept(tiny: Tiny, server: Server, spoil: Callable[[bytes], bytes]):
    server.files = {**tiny.files, NAMES[0]: spoil(tiny.files[NAMES[0]])}
    folder = fashion_mnist.cache()
    assert unavailable() == (
        f"What came from {server.url}/{NAMES[0]} is not the file it should be: it is truncated, damaged or changed, "
        "and was not kept. Try again, " + REMEDIES.format(folder=folder)
    )
    assert left_in(folder) == []


def test_a_cache_that_cannot_be_written(tiny: Tiny, server: Server, tmp_path: Path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    server.files = tiny.files
    assert "could not be downloaded (Not a directory)" in unavailable()


def test_a_truncated_file_is_named(tiny: Tiny, write_idx: Callable[[Array], bytes], tmp_path: Path):
    folder = tmp_path / "debian"
    tiny.put(folder)
    path = folder / NAMES[0]
    path.write_bytes(gzip.compress(write_idx(tiny.x_train)[:-3]))
    with pytest.raises(DataError) as caught:
        load_dataset("fashion_mnist")
    assert str(caught.value) == (
        f"{path} is truncated or damaged: its header announces 28 bytes, it has 25. Delete it, then load the data set "
        "again."
    )


def test_a_file_of_another_data_set_is_named(tiny: Tiny, write_idx: Callable[[Array], bytes], tmp_path: Path):
    folder = tmp_path / "debian"
    tiny.put(folder)
    path = folder / NAMES[1]
    path.write_bytes(gzip.compress(write_idx(tiny.y_train[::-1])))
    with pytest.raises(DataError) as caught:
        load_dataset("fashion_mnist")
    assert (caught.value.key, caught.value.arguments["file"]) == ("error.data.checksum", str(path))


def test_class_names_are_those_of_the_catalogue():
    english, french = (
        [locale.text(f"data.fashion_mnist.class.{label}", language) for label in range(10)] for language in ("en", "fr")
    )
    assert tuple(english) == fashion_mnist.CLASS_NAMES
    assert french == [
        "T-shirt/haut",
        "Pantalon",
        "Pull",
        "Robe",
        "Manteau",
        "Sandale",
        "Chemise",
        "Basket",
        "Sac",
        "Bottine",
    ]


@pytest.mark.full_data
def test_the_full_set():
    data = load_dataset("fashion_mnist")
    assert repr(data) == (
        "Dataset 'fashion_mnist': 60000 training + 10000 test samples of shape (28, 28) uint8 (height x width), "
        "classification in 10 classes"
    )
    assert np.bincount(data.y_train).tolist() == [6000] * 10
    assert np.bincount(data.y_test).tolist() == [1000] * 10
    assert (data.y_train[:10].tolist(), data.y_test[:10].tolist()) == (
        [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
        [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
    )


def test_the_mini_set():
    data = load_dataset("fashion_mnist_mini")
    assert repr(data) == (
        "Dataset 'fashion_mnist_mini': 10000 training + 2000 test samples of shape (28, 28) uint8 (height x width), "
        "classification in 10 classes"
    )
    assert np.bincount(data.y_train).tolist() == [1000] * 10
    assert np.bincount(data.y_test).tolist() == [200] * 10
    assert (int(data.x_train.min()), int(data.x_train.max())) == (0, 255)
    assert data.class_names == fashion_mnist.CLASS_NAMES
    assert data.licence == "MIT, (c) 2017 Zalando SE (https://tech.zalando.com)"


@pytest.mark.full_data
def test_the_mini_set_can_be_made_again(tmp_path: Path):
    path = tmp_path / "mini.npz"
    _make_mini.main([str(path)])
    with np.load(path) as made:
        arrays = dict(made)
    data = load_dataset("fashion_mnist_mini")
    assert sorted(arrays) == ["x_test", "x_train", "y_test", "y_train"]
    for name, array in arrays.items():
        assert array.dtype == np.uint8
        assert np.array_equal(array, getattr(data, name))
