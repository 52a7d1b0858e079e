"""The downloads of `keras.datasets`: small files of the same form, and Keras' own reading of them as the measure."""

from __future__ import annotations

import hashlib
import io
import pickle
import pickletools
import tarfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vitrail import locale
from vitrail.data import cifar, dataset_entry, keras_sets, load_dataset
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

NAMES = {"mnist": "MNIST", "california_housing": "HOUSING", "cifar10": "CIFAR10"}


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def cifar_archive(batches: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def cifar_batch(number: int) -> bytes:
    """Two pictures, as Python 2 pickled them: protocol 2, with strings that are bytes."""
    random = np.random.RandomState(number)
    values = {b"data": random.randint(0, 256, (2, 3072), np.uint8), b"labels": random.randint(0, 10, 2).tolist()}
    written = bytearray(pickle.dumps(values, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    old = {"PROTO": b"\x80\x02", "BINUNICODE": b"T", "BINBYTES": b"T", "SHORT_BINBYTES": b"U"}
    for opcode, _, place in pickletools.genops(bytes(written)):
        code = old.get(opcode.name, b"")
        written[place : place + len(code)] = code
    return bytes(written)


CONTENT = {
    "mnist": npz(
        x_train=np.arange(12, dtype=np.uint8).reshape(3, 2, 2),
        y_train=np.array([5, 0, 9], np.uint8),
        x_test=np.full((1, 2, 2), 255, np.uint8),
        y_test=np.array([7], np.uint8),
    ),
    "california_housing": npz(
        x=np.arange(11 * 8, dtype=np.float32).reshape(11, 8), y=np.arange(11, dtype=np.float32) * 1000
    ),
    "cifar10": cifar_archive(
        {
            name: cifar_batch(place)
            for place, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"])
        }
    ),
}


@pytest.fixture(params=list(NAMES))
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """One of the sets, a small file in its place; all places are empty and private."""
    name = request.param
    file = getattr(keras_sets, NAMES[name])
    stand_in = file._replace(sha256=hashlib.sha256(CONTENT[name]).hexdigest())
    monkeypatch.setattr(keras_sets, NAMES[name], stand_in)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return name


def file_of(name: str) -> Any:
    return getattr(keras_sets, NAMES[name])


def test_is_downloaded_once_and_checked(small: str, server: Server):
    file = file_of(small)
    server.files = {file.name: CONTENT[small]}
    assert file.find() is None
    first, second = load_dataset(small), load_dataset(small)
    assert server.asked == [file.name]
    assert [path.name for path in file.cached.parent.iterdir()] == [file.name]
    assert np.array_equal(first.x_train, second.x_train)


def test_is_found_where_keras_keeps_it(small: str, server: Server, tmp_path: Path):
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    (folder / file_of(small).in_keras).write_bytes(CONTENT[small])
    assert load_dataset(small).name == small
    assert server.asked == []


def test_what_is_missing_is_said(small: str, server: Server):
    file = file_of(small)
    with pytest.raises(UnavailableError) as caught:
        load_dataset(small)
    assert str(caught.value) == (
        f"{server.url}/{file.name} could not be downloaded (HTTP 404). Connect and try again, or put the file there "
        f"yourself: {file.cached}."
    )


def test_wrong_content_is_not_kept(small: str, server: Server):
    file = file_of(small)
    server.files = {file.name: CONTENT[small][:-1]}
    with pytest.raises(UnavailableError) as caught:
        load_dataset(small)
    assert (caught.value.key, list(file.cached.parent.iterdir())) == ("error.data.fetch_content", [])


def test_a_damaged_file_is_named(small: str, server: Server):
    file = file_of(small)
    file.cached.parent.mkdir(parents=True)
    file.cached.write_bytes(b"something else")
    with pytest.raises(DataError) as caught:
        load_dataset(small)
    assert (caught.value.key, caught.value.arguments["file"]) == ("error.data.checksum", str(file.cached))


def test_a_folder_in_place_of_the_file_is_named(small: str, server: Server):
    file_of(small).cached.mkdir(parents=True)
    server.files = {file_of(small).name: CONTENT[small]}
    with pytest.raises(DataError) as caught:
        load_dataset(small)
    assert (caught.value.key, caught.value.arguments["reason"]) == ("error.data.file", "Is a directory")


def test_values_are_those_of_keras(small: str, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Keras reads the same small file, its download replaced by the file itself."""
    import keras

    path = tmp_path / "kept"
    path.write_bytes(CONTENT[small])
    server.files = {file_of(small).name: CONTENT[small]}
    ours = load_dataset(small)
    if small == "cifar10":
        theirs = _keras_cifar(path, tmp_path)
    else:
        source = getattr(keras.src.datasets, small)
        monkeypatch.setattr(source, "get_file", lambda *_, **__: str(path))
        theirs = source.load_data()
    for got, expected in zip(
        (ours.x_train, ours.y_train, ours.x_test, ours.y_test), (a for part in theirs for a in part), strict=True
    ):
        assert got.dtype == expected.dtype
        assert np.array_equal(got, expected)


def _keras_cifar(path: Path, folder: Path) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Keras' `load_batch` on each file; its `load_data` only takes batches of ten thousand."""
    from keras.src.datasets.cifar import load_batch

    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    batches = [
        load_batch(str(folder / "cifar-10-batches-py" / name))
        for name in [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
    ]
    pairs = [(x.transpose(0, 2, 3, 1), np.reshape(y, (-1, 1)).astype(np.uint8)) for x, y in batches]
    x, y = (np.concatenate([pair[part] for pair in pairs[:-1]]) for part in (0, 1))
    return (x, y), pairs[-1]


class Acting:
    """A pickle that would act."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("acted",)


def test_a_batch_that_would_act_does_not(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.print"):
        cifar.read(cifar_archive({"data_batch_1": pickle.dumps(Acting())}))
    assert capsys.readouterr().out == ""


def test_the_registry_knows_the_real_shapes():
    known = {name: (entry.train, entry.test, entry.sample_shape) for name in NAMES for entry in [dataset_entry(name)]}
    assert known == {
        "mnist": (60_000, 10_000, (28, 28)),
        "cifar10": (50_000, 10_000, (32, 32, 3)),
        "california_housing": (16_512, 4_128, (8,)),
    }


def test_classes_of_cifar_in_both_languages():
    names = [[locale.text(f"data.cifar10.class.{n}", language) for n in range(10)] for language in ("en", "fr")]
    assert tuple(names[0]) == keras_sets.CIFAR10_CLASSES
    assert names[1][:3] == ["avion", "automobile", "oiseau"]
