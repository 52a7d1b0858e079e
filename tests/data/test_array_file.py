"""Arrays in files: what a header promises is checked first, targets are told apart, nothing is half loaded."""

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from vitrail import load_dataset
from vitrail.data import npy, targets
from vitrail.errors import VitrailError

ARRAYS = hnp.arrays(
    dtype=st.sampled_from(["u1", ">i2", "<i8", ">f4", "f8", "?", "U3"]), shape=hnp.array_shapes(max_dims=4, max_side=4)
)


def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def header(shape, dtype="<f8"):
    """A file that promises an array and holds nothing of it."""
    told = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told


def refused(call, *arguments, **options):
    with pytest.raises(VitrailError) as caught:
        call(*arguments, **options)
    assert str(caught.value) != caught.value.key
    return caught.value.key


@given(ARRAYS, st.booleans(), st.booleans(), st.sampled_from([(1, 0), (2, 0)]))
def test_reads_back_what_numpy_wrote(tmp_path_factory, array, fortran, mapped, version):
    array = np.asfortranarray(array) if fortran else array
    path = tmp_path_factory.getbasetemp() / "x.npy"
    path.write_bytes(saved(array, version))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(npy, "MAPPED_FROM", 0 if mapped else 10**9)
        got = npy.read(path)
    assert isinstance(got, np.memmap) == (mapped and array.dtype.isnative)
    native = array.astype(array.dtype.newbyteorder("="))
    assert (got.dtype, got.shape, got.tobytes()) == (native.dtype, native.shape, native.tobytes())
    assert not got.flags.writeable


@given(ARRAYS, st.data())
def test_refuses_a_file_cut_or_continued_at_any_byte(tmp_path_factory, array, data):
    content, path = saved(array), tmp_path_factory.getbasetemp() / "cut.npy"
    end = data.draw(st.integers(0, len(content) + 3).filter(lambda end: end != len(content)))
    path.write_bytes((content + b"abc")[:end])
    assert refused(npy.read, path) in {"error.data.npy", "error.data.npy_length"}


@given(st.binary(max_size=200))
@example(header("(-2, -3)") + bytes(48))
@example(header("(1000000000000,)", "<U0"))
@example(header("(0, 5)"))
@example(header(f"({'1, ' * 70})") + bytes(8))
@example(b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000)
@example(b"\x93NUMPY\x03\x00")
def test_is_total_over_bytes(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.npy"
    path.write_bytes(content)
    assert refused(npy.read, path) in {"error.data.npy", "error.data.npy_length", "error.data.empty"}


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_forty_gigabytes_that_are_not_there_are_one_error(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    if suffix == ".npy":
        path.write_bytes(header("(5000000000,)"))
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("x.npy", header("(5000000000,)"))
    assert refused(load_dataset, str(path)) == "error.data.npy_length"


def bomb(path):
    np.savez_compressed(path, x=np.zeros(2000, np.uint8))


def objects(path):
    np.savez(path, x=np.array([{}, []], dtype=object))


def truncated(path):
    np.savez(path, x=np.zeros((20, 20)))
    path.write_bytes(path.read_bytes()[:-200])


def flipped(path):
    np.savez(path, x=np.zeros((20, 20)))
    path.write_bytes(path.read_bytes().replace(bytes(100), b"\1" + bytes(99), 1))


def foreign(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("notes.txt", "no array")


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (bomb, "error.data.file_bytes"),
        (objects, "error.data.npy_objects"),
        (truncated, "error.data.npz"),
        (flipped, "error.data.npz"),
        (foreign, "error.data.npz"),
        (lambda path: path.write_bytes(b"PK"), "error.data.npz"),
        (lambda path: path.mkdir(), "error.data.own_file"),
        (lambda path: np.savez(path, a=np.zeros((3, 1)), b=np.zeros(3)), "error.data.npz_names"),
        (lambda path: np.savez(path, x=np.zeros(())), "error.data.rank_zero"),
        (lambda path: np.savez(path, x=np.array([[1.0], [np.nan]])), "error.data.not_finite"),
        (lambda path: np.savez(path, x=np.array(["a", "b"])), "error.data.strings"),
        (lambda path: np.savez(path, x=np.zeros((3, 1)), y=np.zeros(2)), "error.data.lengths"),
        (lambda path: np.savez(path, x=np.zeros((2,) * 6)), "error.data.array_rank"),
        (lambda path: np.savez(path, x=np.zeros((3, 1)), y=np.array(["a"] * 3)), "error.data.class_count"),
    ],
)
def test_what_is_refused(tmp_path, monkeypatch, make, key):
    monkeypatch.setattr(npy, "MOST_BYTES", 2000 + 127 if make is bomb else 10**6)
    path = tmp_path / "set.npz"
    make(path)
    assert refused(load_dataset, str(path)) == key


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"split": "time"}, "error.data.option_choice"),
        ({"axes": ["sample", "depth"]}, "error.data.option_choice"),
        ({"axes": ["sample"]}, "error.data.axes"),
        ({"y": 4}, "error.data.option_whole"),
        ({"x": "z"}, "error.data.npz_names"),
        ({"y": "missing.npy"}, "error.data.own_file"),
    ],
)
def test_which_options_are_refused(tmp_path, options, key):
    np.save(tmp_path / "x.npy", np.zeros((5, 4)))
    assert refused(load_dataset, str(tmp_path / "x.npy"), **options) == key


def test_samples_and_targets_by_name(tmp_path):
    x, y = np.arange(20.0).reshape(10, 2), np.array(["dog", "cat"] * 5)
    np.savez(tmp_path / "set.npz", x=x, y=y)
    data = load_dataset(str(tmp_path / "set.npz"), seed=3)
    assert (data.name, data.class_names, data.axes) == ("set.npz", ("cat", "dog"), ("sample", "feature"))
    assert sorted([*data.x_train[:, 0], *data.x_test[:, 0]]) == x[:, 0].tolist()
    for samples, labels in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert [data.class_names[label] for label in labels] == [y[int(row[0]) // 2] for row in samples]
    np.savez(tmp_path / "named.npz", measured=x, wanted=np.arange(10.0), more=y)
    named = load_dataset(str(tmp_path / "named.npz"), x="measured", y="wanted", split="order")
    assert (named.task, named.x_train.tolist(), named.y_test.tolist()) == ("regression", x[:8].tolist(), [8.0, 9.0])


def test_parts_of_the_file_stay_as_they_are(tmp_path):
    parts = {"x_train": np.zeros((3, 4, 4), np.uint8), "x_test": np.ones((2, 4, 4), np.uint8)}
    np.savez_compressed(tmp_path / "set.npz", **parts, y_train=np.array([[2], [0], [1]]), y_test=np.array([[0], [0]]))
    data = load_dataset(str(tmp_path / "set.npz"))
    assert (data.axes, data.class_names) == (("sample", "height", "width"), ("0", "1", "2"))
    assert (data.y_train.tolist(), data.y_test.tolist()) == ([[2], [0], [1]], [[0], [0]])
    assert (data.x_train.tolist(), data.x_test.tolist()) == (parts["x_train"].tolist(), parts["x_test"].tolist())


def test_an_array_has_its_targets_beside_it_in_a_column_or_is_its_own(tmp_path, monkeypatch):
    x = np.arange(12.0).reshape(4, 3)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", [0, 1, 1, 0])
    path = str(tmp_path / "x.npy")
    assert load_dataset(path, y="y.npy", split="order").y_train.tolist() == [0, 1, 1]
    column = load_dataset(path, y=-1, split="order")
    assert (column.x_train.tolist(), column.y_train.tolist()) == (x[:3, :2].tolist(), [2.0, 5.0, 8.0])
    monkeypatch.setattr(npy, "MAPPED_FROM", 0)
    own = load_dataset(path, split="order")
    assert (own.task, own.y_test.tolist()) == ("regression", x[3:].tolist())
    assert isinstance(own.x_train.base, np.memmap)
    monkeypatch.setattr(npy, "MOST_BYTES", 50)
    assert load_dataset(path, split="order").x_train.tolist() == x[:3].tolist()
    assert refused(load_dataset, path) == "error.data.npy_memory"


@pytest.mark.parametrize(
    ("y", "options", "names"),
    [
        ([0, 2, 1], {}, ("0", "1", "2")),
        ([0, 2, 2], {}, ()),
        ([0.0, 1.0], {}, ()),
        ([0.0, 1.5], {"target": "classes"}, ("0.0", "1.5")),
        ([0, 1], {"target": "numbers"}, ()),
        ([1, 0], {"classes": ["no", "yes"]}, ("no", "yes")),
        ([True, False], {}, ("0", "1")),
        ([b"b", b"a"], {}, ("a", "b")),
    ],
)
def test_classes_are_told_from_numbers(y, options, names):
    found = targets.read(np.array(y), what="y", **options)
    assert found.class_names == (names if names != ("0", "1") or y != [True, False] else ("False", "True"))


def idx_set(folder, write_idx, counts, prefix=""):
    """Pictures of their label's brightness."""
    folder.mkdir(exist_ok=True)
    for part, count in counts.items():
        labels = np.arange(count, dtype=np.uint8) % 3 + 1
        (folder / f"{prefix}{part}-images-idx3-ubyte").write_bytes(write_idx(np.repeat(labels, 4).reshape(count, 2, 2)))
        (folder / f"{prefix}{part}-labels-idx1-ubyte").write_bytes(write_idx(labels))
    return folder


def test_idx_files_go_with_each_other(tmp_path, write_idx):
    folder = idx_set(tmp_path / "set", write_idx, {"train": 6, "t10k": 3})
    data = load_dataset(str(folder))
    assert (data.name, data.class_names, data.sample_shape) == ("set", ("1", "2", "3"), (2, 2))
    assert (data.y_train.tolist(), data.y_test.tolist()) == ([0, 1, 2, 0, 1, 2], [0, 1, 2])
    assert data.x_train[:, 0, 0].tolist() == (data.y_train + 1).tolist()
    alone = idx_set(tmp_path / "alone", write_idx, {"train": 5}, prefix="own-")
    cut = load_dataset(str(alone / "own-train-images-idx3-ubyte"), classes=["zero", "one", "two", "three"])
    assert (len(cut.x_train), len(cut.x_test)) == (4, 1)
    assert cut.y_train.tolist() == cut.x_train[:, 0, 0].tolist()
    idx_set(alone, write_idx, {"train": 5})
    assert refused(load_dataset, str(alone)) == "error.data.idx_sets"
    (alone / "train-labels-idx1-ubyte").unlink()
    assert refused(load_dataset, str(alone / "train-images-idx3-ubyte")) == "error.data.idx_pair"


def test_an_idx_file_is_read_no_further_than_its_header_says(tmp_path, write_idx, monkeypatch):
    import gzip

    folder = idx_set(tmp_path / "set", write_idx, {"train": 6})
    path = folder / "train-images-idx3-ubyte"
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 12)
    assert refused(load_dataset, str(folder)) == "error.data.file_bytes"
    path.write_bytes(content[:-1])
    assert refused(load_dataset, str(folder)) == "error.data.idx_length"
    path.unlink()
    packed = folder / "train-images-idx3-ubyte.gz"
    packed.write_bytes(gzip.compress(content + bytes(10**6)))
    assert refused(load_dataset, str(folder)) == "error.data.idx_length"
    packed.write_bytes(gzip.compress(content))
    assert len(load_dataset(str(folder)).x_train) == 4
    packed.write_bytes(gzip.compress(content)[:-9])
    assert refused(load_dataset, str(folder)) == "error.data.gzip"


def test_one_picture_to_look_at(tmp_path):
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    Image.fromarray(pixels).save(tmp_path / "one.png")
    data = load_dataset(str(tmp_path / "one.png"))
    assert (data.x_train.tolist(), data.y_test.tolist()) == ([pixels.tolist()], [pixels.tolist()])
    assert (data.axes, data.feature_names) == (("sample", "height", "width", "channel"), ("red", "green", "blue"))
    assert load_dataset(str(tmp_path / "one.png"), size=[1, 2], channels=1).sample_shape == (1, 2)
    assert refused(load_dataset, str(tmp_path / "one.png"), channels=2) == "error.data.option_choice"
