"""Zips of folders by class: read as the folder is, and never trusted."""

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vitrail.data import image_folder, load_dataset, zipped
from vitrail.errors import DataError

COLOURS = {"rose": (220, 40, 60), "tulip": (240, 190, 40)}


def picture(colour, size=(6, 8)):
    out = io.BytesIO()
    Image.new("RGB", (size[1], size[0]), colour).save(out, "PNG")
    return out.getvalue()


def flowers(count=3):
    return {f"{name}/{place}.png": picture(colour) for name, colour in COLOURS.items() for place in range(count)}


def pack(path, files, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpack(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def refused(path, **options):
    with pytest.raises(DataError) as error:
        load_dataset(str(path), **options)
    return error.value


@pytest.mark.parametrize("around", ["", "garden/", "here/garden/"])
def test_a_zip_is_read_as_its_folder(tmp_path, around):
    files = flowers(5)
    folder = load_dataset(f"{unpack(tmp_path / 'garden', files)}", size=[3, 4], seed=2)
    packed = {f"{around}{name}": content for name, content in files.items()}
    hidden = {f"{around}.DS_Store": b"?", f"__MACOSX/{around}rose/._0.png": b"?"}
    path = pack(tmp_path / "garden.zip", {**packed, **hidden}, compression=zipfile.ZIP_DEFLATED)
    data = load_dataset(str(path), size=[3, 4], seed=2)
    for part in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(data, part), getattr(folder, part))
    assert (data.name, data.class_names, data.sample_shape) == ("garden.zip", ("rose", "tulip"), (3, 4, 3))
    assert data.x_train[data.y_train == 0][0, 0, 0].tolist() == list(COLOURS["rose"])
    assert [file.relative_to(path).as_posix() for file in data.source.train] == [
        file.relative_to(tmp_path / "garden").as_posix() for file in folder.source.train
    ]
    assert (data.source.changes.resized, data.source.passed_over) == (10, 0)
    assert "garden.zip" in data.provenance


@pytest.mark.parametrize(
    "name",
    [
        "../out.png",
        "rose/../../out.png",
        "/out.png",
        "rose//1.png",
        "./1.png",
        "C:/out.png",
        "rose\\1.png",
        "rose/\n.png",
        "a/" * 20 + "1.png",
        "x" * 300 + ".png",
    ],
)
def test_a_name_that_is_not_plain_is_refused_and_nothing_written(tmp_path, name):
    path = pack(tmp_path / "evil.zip", {**flowers(2), name: picture((0, 0, 0))})
    before = sorted(tmp_path.rglob("*"))
    error = refused(path)
    assert (error.key, error.arguments) == ("error.data.zip_name", {"file": str(path), "name": name[:80]})
    assert sorted(tmp_path.rglob("*")) == before


@given(st.text(max_size=20))
def test_no_name_leads_out_of_its_folder(tmp_path_factory, name):
    folder = tmp_path_factory.getbasetemp()
    try:
        parts = zipped._parts(name, folder)
    except DataError:
        return
    assert folder in folder.joinpath(*parts).resolve().parents


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ({}, "error.data.folder_empty"),
        ({"rose/": b""}, "error.data.folder_empty"),
        ({"a.png": picture((0, 0, 0))}, "error.data.folder_empty"),
        ({"rose/1.png": picture((0, 0, 0)), "rose/2.png": picture((0, 0, 0))}, "error.data.folder_classes"),
        (flowers(1), "error.data.split_class"),
        ({**flowers(2), "rose/9.png": b"no picture"}, "error.data.image_kind"),
        ({**flowers(2), "rose/9.png": picture((0, 0, 0))[:45]}, "error.data.image_damaged"),
        ({**flowers(2), "rose": b"a file and a folder"}, "error.data.zip_name"),
    ],
)
def test_what_is_no_folder_of_classes_is_one_error(tmp_path, files, key):
    error = refused(pack(tmp_path / "some.zip", files))
    assert error.key == key
    assert not any("vitrail-" in str(value) for value in error.arguments.values()), error.arguments


def test_a_damaged_picture_is_named_as_the_zip_names_it(tmp_path):
    path = pack(
        tmp_path / "some.zip",
        {f"garden/{name}": content for name, content in flowers(2).items()} | {"garden/rose/9.png": b"no picture"},
    )
    assert refused(path).arguments["file"] == "rose/9.png"


def test_a_picture_of_40_megapixels_is_refused_before_it_is_decoded(tmp_path):
    width, height = 8000, 5000
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    png = picture((0, 0, 0))
    checksum = struct.pack(">I", zipfile.crc32(b"IHDR" + head))
    huge = png[:16] + head + checksum + png[33:]
    error = refused(pack(tmp_path / "huge.zip", {**flowers(2), "rose/huge.png": huge}))
    assert (error.key, error.arguments) == ("error.data.image_large", {"file": "rose/huge.png", "most": 25_000_000})


def test_pictures_have_bounds_together(tmp_path):
    folder = unpack(tmp_path / "garden", flowers(2))
    with pytest.raises(DataError) as pixels:
        image_folder.read(folder, image_folder.Bounds(pixels=4 * 48 - 1, values=10**6))
    assert (pixels.value.key, pixels.value.arguments["pixels"]) == ("error.data.zip_pixels", 192)
    with pytest.raises(DataError) as values:
        image_folder.read(folder, image_folder.Bounds(pixels=10**6, values=4 * 144 - 1))
    assert (values.value.key, values.value.arguments["values"]) == ("error.data.zip_values", 576)


def test_a_bomb_is_refused_by_the_list_of_the_archive(tmp_path, monkeypatch):
    zeros = bytes(10_000_000)
    path = pack(tmp_path / "bomb.zip", {**flowers(2), "rose/z.png": zeros}, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(zipped, "MOST_BYTES", 1_000_000)
    error = refused(path)
    assert (error.key, error.arguments["bytes"] > 10_000_000) == ("error.data.zip_bytes", True)
    monkeypatch.setattr(zipped, "MOST_FILES", 4)
    assert refused(path).key == "error.data.zip_files"


def test_a_file_that_lies_about_its_size_is_unpacked_no_further(tmp_path):
    path = pack(tmp_path / "liar.zip", {**flowers(2), "rose/z.png": bytes(1_000_000)}, compression=zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10)))
    assert refused(path).key == "error.data.zip"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive at all" * 100])
def test_what_is_no_archive_is_one_error(tmp_path, content):
    path = tmp_path / "no.zip"
    path.write_bytes(content)
    assert refused(path).key == "error.data.zip"


@pytest.mark.parametrize("change", ["encrypted", "lzma"])
def test_an_archive_packed_otherwise_is_one_error(tmp_path, change):
    way = {"lzma": zipfile.ZIP_LZMA, "encrypted": zipfile.ZIP_STORED}[change]
    path = pack(tmp_path / "other.zip", flowers(2), compression=way)
    if change == "encrypted":
        content = bytearray(path.read_bytes())
        content[content.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(content)
    assert refused(path).key == "error.data.zip"


def test_an_option_that_pictures_have_not_is_refused(tmp_path):
    assert refused(pack(tmp_path / "some.zip", flowers(2)), rate=8000).key == "error.data.unknown_option"
