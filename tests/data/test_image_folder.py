"""Folders of pictures: sizes and colours said, bad files named, decoded once into a bounded cache."""

import numpy as np
import pytest
from PIL import Image

from vitrail import load_dataset, places
from vitrail.data import disk_cache, image_folder
from vitrail.errors import DataError, UnavailableError, VitrailError


def fill(folder, counts, shape=(4, 6), suffix=".png"):
    """Pictures of one brightness each, told apart by class and place."""
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for place in range(count):
            value = 100 * list(counts).index(name) + place
            Image.fromarray(np.full(shape, value, np.uint8)).save(folder / name / f"{place}{suffix}")
    return folder


@pytest.fixture(autouse=True)
def _private_cache(tmp_path, monkeypatch):
    monkeypatch.setenv(places.PICTURES_VARIABLE, str(tmp_path / "cache"))


def test_a_folder_for_each_class(tmp_path):
    folder = fill(tmp_path / "set", {"cat": 5, "dog": 10})
    (folder / "cat" / "notes.txt").write_text("no picture")
    data = load_dataset(str(folder))
    assert (data.class_names, data.sample_shape, data.axes) == (("cat", "dog"), (4, 6), ("sample", "height", "width"))
    assert (np.bincount(data.y_train).tolist(), np.bincount(data.y_test).tolist()) == ([4, 8], [1, 2])
    for x, y, files in ((data.x_train, data.y_train, data.source.train), (data.x_test, data.y_test, data.source.test)):
        assert x[:, 0, 0].tolist() == [100 * label + int(file.stem) for label, file in zip(y, files, strict=True)]
    assert (tuple(data.source.changes), data.source.passed_over) == ((0, 0, 0), 1)
    assert not (tmp_path / "cache").exists()


def test_parts_that_are_given_stay_as_they_are(tmp_path):
    fill(tmp_path / "train", {"a": 3, "b": 2})
    fill(tmp_path / "test", {"a": 1, "b": 1})
    data = load_dataset(str(tmp_path), classes=["b", "a"])
    assert (data.class_names, np.bincount(data.y_train).tolist(), data.y_test.tolist()) == (("b", "a"), [2, 3], [0, 1])


def test_size_and_colours_are_chosen_and_said(tmp_path):
    folder = fill(tmp_path / "set", {"a": 2, "b": 2}, shape=(200, 100))
    Image.fromarray(np.zeros((300, 150, 3), np.uint8)).save(folder / "a" / "colours.png")
    data = load_dataset(str(folder))
    assert (data.sample_shape, tuple(data.source.changes)) == ((64, 32, 3), (5, 0, 4))
    grey = load_dataset(str(folder), size=[8, 4], channels=1)
    assert (grey.sample_shape, tuple(grey.source.changes)) == ((8, 4), (5, 1, 0))


def test_many_are_decoded_once_and_mapped(tmp_path, monkeypatch, capsys):
    folder = fill(tmp_path / "set", {"a": 5, "b": 5})
    expected = load_dataset(str(folder))
    monkeypatch.setattr(image_folder, "CACHED_FROM", 1)
    data = load_dataset(str(folder))
    assert "Decoding 10 pictures to 4 x 6" in " ".join(capsys.readouterr().err.split())
    assert isinstance(data.x_train.base, np.memmap)
    again = load_dataset(str(folder))
    assert capsys.readouterr().err == ""
    for part in ("x_train", "y_train", "x_test", "y_test"):
        assert getattr(data, part).tolist() == getattr(again, part).tolist() == getattr(expected, part).tolist()
    Image.fromarray(np.full((4, 6), 255, np.uint8)).save(folder / "a" / "0.png")
    monkeypatch.setattr(disk_cache, "MOST_BYTES", 600)  # the old one must go
    changed = load_dataset(str(folder))
    assert 255 in [*changed.x_train[:, 0, 0], *changed.x_test[:, 0, 0]]
    assert len(list((tmp_path / "cache").iterdir())) == 1
    monkeypatch.setattr(disk_cache, "MOST_BYTES", 100)
    with pytest.raises(UnavailableError) as refused:
        load_dataset(str(folder), seed=1)
    assert refused.value.key == "error.data.cache_room"
    monkeypatch.setattr(disk_cache, "MOST_BYTES", 10**6)
    (folder / "b" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DataError) as damaged:
        load_dataset(str(folder), size=4, channels=1)
    assert damaged.value.arguments["file"] == str(folder / "b" / "3.png")
    assert [path for path in (tmp_path / "cache").iterdir() if path.name.startswith(".")] == []


def test_the_folder_one_is_in_has_its_own_name(tmp_path, monkeypatch):
    monkeypatch.chdir(fill(tmp_path / "set", {"a": 2, "b": 2}))
    assert load_dataset("./").name == "set"


def test_a_name_no_file_can_have_is_no_data_set():
    with pytest.raises(DataError) as refused:
        load_dataset("a" * 300)
    assert refused.value.key == "error.data.unknown_name"


def broken(folder):
    (fill(folder, {"a": 2, "b": 2}) / "a" / "1.png").write_bytes(b"no picture")


def huge(folder):
    Image.new("1", (8000, 5000)).save(fill(folder, {"a": 2, "b": 2}) / "a" / "1.png")


@pytest.mark.parametrize(
    ("make", "options", "key"),
    [
        (lambda folder: folder.mkdir(), {}, "error.data.folder_empty"),
        (str, {}, "error.data.folder"),
        (lambda folder: fill(folder, {"a": 2}), {}, "error.data.folder_classes"),
        (lambda folder: fill(folder, {"a": 2, "b": 1}), {}, "error.data.split_class"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"classes": ["a", "c"]}, "error.data.labels_unknown"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"size": [1, 2, 3]}, "error.data.option_whole"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"size": 1.5}, "error.data.option_whole"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"size": [0, 5]}, "error.data.option_whole"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"channels": [1]}, "error.data.option_choice"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"channels": 2}, "error.data.option_choice"),
        (lambda folder: fill(folder, {"a": 2, "b": 2}), {"split": "group"}, "error.data.option_choice"),
        (broken, {}, "error.data.image_kind"),
        (huge, {}, "error.data.image_large"),
    ],
)
def test_what_is_refused(tmp_path, make, options, key):
    make(tmp_path / "set")
    with pytest.raises(VitrailError) as refused:
        load_dataset(str(tmp_path / "set"), **options)
    assert refused.value.key == key
