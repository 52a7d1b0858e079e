"""Own data that are no table: arrays in whatever files, and folders of pictures."""

import io
import json
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image

from vitrail.data import idx_files, load_dataset
from vitrail.data.images import fit_image, read_image
from vitrail.experiment import DataSpec, Experiment
from vitrail.lab import own
from vitrail.wire import messages as wire
from vitrail.wire import own_limits

RANDOM = np.random.default_rng(0)
X = RANDOM.random((40, 4))
Y = np.arange(40) % 3
PICTURES = RANDOM.integers(0, 256, (40, 5, 6), dtype=np.uint8)


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def npy(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return head + array.astype(np.uint8).tobytes()


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def garden(count=6, size=(12, 16)):
    """Roses are dark and tulips light."""
    files = {}
    for name, low in (("rose", 0), ("tulip", 150)):
        for place in range(count):
            out = io.BytesIO()
            Image.fromarray(RANDOM.integers(low, low + 100, (*size, 3), dtype=np.uint8)).save(out, "PNG")
            files[f"garden/{name}/{place}.png"] = out.getvalue()
    return files


IDX = {
    "train-images-idx3-ubyte": idx(PICTURES[:30]),
    "train-labels-idx1-ubyte": idx(Y[:30]),
    "t10k-images-idx3-ubyte": idx(PICTURES[30:]),
    "t10k-labels-idx1-ubyte": idx(Y[30:]),
}


def give(lab, workspace, name, content, **roles):
    asked = "".join(f"&{key}={value}" for key, value in roles.items())
    return lab.request("PUT", f"/api/data?workspace={workspace}&name={name}{asked}", content=content)


def experiment_of(lab, workspace):
    return Experiment.from_json(lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").text)


def change(lab, workspace, **options):
    draft = lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").json()
    draft["data"]["options"] = options
    return lab.request("PUT", f"/api/experiment?keep=true&adapt=true&workspace={workspace}", content=json.dumps(draft))


def taken(lab, workspace, folder):
    """The data as they are downloaded, read without the lab as the experiment says."""
    answer = lab.request("GET", f"/api/data?workspace={workspace}")
    name = answer.headers["content-disposition"].split('"')[1]
    path = folder / name
    path.write_bytes(answer.content)
    spec = experiment_of(lab, workspace).data
    assert spec.name == name
    return load_dataset(str(path), **dict(spec.options))


@pytest.mark.parametrize(
    ("name", "content", "card", "shape", "classes"),
    [
        pytest.param("set.npz", npz(x=X, y=Y), ("x", "y", False), [4], 3, marks=pytest.mark.soak),
        ("set.npz", npz(a=Y, b=X), ("b", "a", False), [4], 3),
        (
            "set.npz",
            npz(x_train=X[:30], y_train=Y[:30], x_test=X[30:], y_test=Y[30:]),
            ("x_train", "y_train", True),
            [4],
            3,
        ),
        pytest.param(
            "arrays.zip",
            packed({"points.npy": npy(X), "kinds.npy": npy(Y)}),
            ("points", "kinds", False),
            [4],
            3,
            marks=pytest.mark.soak,
        ),
        ("arrays.zip", packed(IDX), ("train_images", "train_labels", True), [5, 6], 3),
        ("set.npz", npz(x=X, y=X[:, :2]), ("x", "y", False), [4], 0),
    ],
)
def test_arrays_are_learnt_from_as_they_are(lab, tmp_path, request, name, content, card, shape, classes):
    workspace = f"arrays-{request.node.callspec.id[-1]}-{len(content)}"
    with lab.browse(workspace) as page:
        page.until(wire.Workspace)
        answer = give(lab, workspace, name, content)
        assert answer.status_code == 200, answer.text
        found = page.until(wire.Workspace)
        page.send(wire.Step("batch"))
        page.idle(1)
    assert (found.files.x, found.files.y, found.files.given) == card
    assert (found.dataset.sample_shape, len(found.dataset.class_names)) == (shape, classes)
    data = taken(lab, workspace, tmp_path)
    assert [(one.name, one.train, one.test) for one in found.files.classes] == [
        (label, int((data.y_train == place).sum()), int((data.y_test == place).sum()))
        for place, label in enumerate(data.class_names)
    ]
    np.testing.assert_array_equal(
        np.sort(np.concatenate([data.x_train, data.x_test]).ravel()), np.sort((X if shape == [4] else PICTURES).ravel())
    )
    last = experiment_of(lab, workspace).layers[-1].config
    assert (last["units"], last["activation"]) == ((3, "softmax") if classes else (2, "linear"))


def test_idx_files_give_what_the_python_loader_gives(lab, tmp_path):
    workspace = "idx"
    assert give(lab, workspace, "mnist.zip", packed(IDX)).status_code == 200
    for name, content in IDX.items():
        (tmp_path / name).write_bytes(content)
    expected, data = idx_files.load(tmp_path), taken(lab, workspace, tmp_path)
    for part in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(data, part), getattr(expected, part))
    spec = experiment_of(lab, workspace).data
    assert (spec.scale, dict(spec.options)) == (255.0, {"target": "classes"})


def test_a_learner_says_which_array_is_which(lab):
    content = npz(first=X, second=X[:, :2])
    refused = give(lab, "unclear", "set.npz", content)
    assert (refused.status_code, refused.json()["key"]) == (422, "error.lab.arrays_unclear")
    assert json.loads(refused.json()["arguments"]["arrays"]) == [["first", [40, 4]], ["second", [40, 2]]]
    assert experiment_of(lab, "unclear").data.name == "iris"

    assert give(lab, "unclear", "set.npz", content, x="first", y="second").status_code == 200
    assert dict(experiment_of(lab, "unclear").data.options) == {"x": "first", "y": "second"}

    assert change(lab, "unclear", x="first", y=-1).status_code == 200
    column = experiment_of(lab, "unclear")
    assert column.layers[-1].config["units"] == 1

    assert change(lab, "unclear", x="first").status_code == 200
    mirrored = experiment_of(lab, "unclear")
    assert (mirrored.data.target, mirrored.layers[-1].config["units"]) == ("inputs", 4)

    assert change(lab, "unclear", x="first", y="second").status_code == 200
    again = experiment_of(lab, "unclear")
    assert (again.data.target, again.layers[-1].config["units"]) == ("labels", 2)


def test_pictures_without_targets_are_their_own(lab):
    with lab.browse("mirror") as page:
        page.until(wire.Workspace)
        answer = give(lab, "mirror", "faces.npy", npy(PICTURES), x="faces")
        assert answer.status_code == 200, answer.text
        card = page.until(wire.Workspace)
        page.send(wire.Step("batch"))
        page.idle(1)
    spec = experiment_of(lab, "mirror").data
    assert (spec.target, spec.shape, spec.scale, card.files.y) == ("inputs", (30,), 255.0, "")


def test_pictures_are_read_undone_and_read_otherwise(lab, tmp_path):
    files = garden()
    with lab.browse("pictures") as page:
        page.until(wire.Workspace)
        answer = give(lab, "pictures", "garden.zip", packed({**files, "garden/rose/notes.txt": b"?"}))
        assert answer.status_code == 200, answer.text
        card = page.until(wire.Workspace)
        edits = page.until(wire.Edits)
        assert (edits.undo.key, edits.undo.arguments) == ("lab.edit.own_zip", {"rows": 12})
        assert card.dataset.sample_shape == [12, 16, 3]
        assert card.files.passed_over == 1
        assert [(one.name, one.train, one.test) for one in card.files.classes] == [("rose", 4, 2), ("tulip", 4, 2)]
        expected = taken(lab, "pictures", tmp_path)
        np.testing.assert_array_equal(
            np.frombuffer(card.strip.values.data, np.uint8).reshape(card.strip.values.shape), expected.x_test
        )

        assert change(lab, "pictures", size=[6, 8], channels=1).status_code == 200
        small = page.until(wire.Workspace)
        assert (small.dataset.sample_shape, small.files.resized, small.files.greyed) == ([6, 8], 12, 12)
        page.send(wire.Undo())
        assert page.until(wire.Workspace).dataset.sample_shape == [12, 16, 3]
        page.send(wire.Undo())
        assert page.until(wire.Workspace).dataset.name == "iris"
        page.send(wire.Redo())
        assert page.until(wire.Workspace).files == card.files


def test_a_picture_is_predicted_as_by_the_model_that_is_taken_away(lab, tmp_path):
    files = garden(size=(150, 192))
    with lab.browse("predicted") as page:
        page.until(wire.Workspace)
        give(lab, "predicted", "garden.zip", packed(files))
        card = page.until(wire.Workspace)
        assert (card.dataset.sample_shape, card.files.resized) == ([50, 64, 3], 12)
        page.send(wire.Step("epoch"))
        page.idle(1)
        content = files["garden/tulip/0.png"]
        sample = lab.request("POST", "/api/picture?workspace=predicted&name=0.png", content=content).json()
        page.send(wire.Try(sample["values"], None))
        look = page.until(wire.Look, index=wire.OWN)
        model = tmp_path / "model.keras"
        model.write_bytes(lab.request("GET", "/api/model?workspace=predicted").content)
    picture = tmp_path / "0.png"
    picture.write_bytes(content)
    x = fit_image(read_image(picture), (50, 64, 3)).sample.round()[None] / 255
    prediction = keras.saving.load_model(model).predict(x, verbose=0)
    np.testing.assert_allclose(look.prediction, prediction[0], rtol=1e-4)


def test_own_files_come_back_and_are_handed_on(run_lab, tmp_path, describe):
    content = packed(garden())
    with run_lab(workers=1, workspaces=tmp_path) as lab:
        with lab.browse("kept") as page:
            page.until(wire.Workspace)
            give(lab, "kept", "garden.zip", content)
            card = page.until(wire.Workspace)
            page.send(wire.Step("epoch"))
            page.until(wire.Frame, status="idle")
            page.saved(own_data=True)
        file = lab.request("GET", "/api/file?workspace=kept").content
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.read("data.zip") == content
    with run_lab(workers=1, workspaces=tmp_path) as lab:
        with lab.browse("kept") as page:
            assert page.until(wire.Workspace).files == card.files
        opened = lab.request("POST", "/api/file?name=handed", content=file)
        assert opened.status_code == 200, opened.text
        with lab.browse(opened.json()["workspace"]) as page:
            again = page.until(wire.Workspace)
        assert (again.files, again.strip) == (card.files, card.strip)
        assert lab.request("GET", f"/api/data?workspace={opened.json()['workspace']}").content == content


def test_an_edit_of_the_network_reads_nothing_again(tmp_path, describe):
    """A training's file is that of the workspace where the disk can share, and what was read of it is remembered."""
    workspace, first, second = (tmp_path / name for name in ("workspace", "session-1", "session-2"))
    file = tmp_path / "data.npz"
    file.write_bytes(npz(x=X, y=Y))
    own.give(workspace, first, file)
    own.take(first, workspace)
    own.give(workspace, second, None)
    experiment = describe().model_copy(update={"data": DataSpec(name="data.npz")})
    assert (first / "data.npz").samefile(second / "data.npz")
    assert own.load_if_own(experiment, first) is own.load_if_own(experiment, second)
    (tmp_path / "data.csv").write_text("x,y\n1,2\n3,4\n5,6\n")
    own.give(workspace, second, tmp_path / "data.csv")
    assert sorted(path.name for path in second.iterdir()) == ["data.csv"]
    assert sorted(path.name for path in first.iterdir()) == ["data.npz"]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("set.npz", npz(x=X, y=Y)[:-40], "error.data.npz"),
        ("set.npz", npz(x=X, y=np.array([{}] * 40, dtype=object)), "error.data.npy_objects"),
        ("set.npy", npy(np.array([{}], dtype=object), allow_pickle=True), "error.data.npy_objects"),
        ("set.npy", npy(X)[:-8], "error.data.npy_length"),
        ("set.npz", npz(x=X, y=Y[:-1]), "error.data.lengths"),
        ("set.npz", npz(x=np.where(X > 0.9, np.nan, X), y=Y), "error.data.not_finite"),
        ("set.npz", b"", "error.data.npz"),
        ("train-images-idx3-ubyte", idx(PICTURES), "error.data.idx_pair"),
        ("mnist.zip", packed({**IDX, "t10k-labels-idx1-ubyte": idx(Y[31:])}), "error.data.lengths"),
        ("garden.zip", packed({}), "error.data.folder_empty"),
        ("garden.zip", packed(garden(1)), "error.data.split_class"),
        ("garden.zip", packed({**garden(2), "garden/../../out.png": b""}), "error.data.zip_name"),
        ("cat.png", garden(1)["garden/rose/0.png"], "error.lab.one_sample"),
        (
            "wide.npz",
            npz(x=np.zeros((4, own_limits.SAMPLE_VALUES + 1), np.uint8), y=np.arange(4) % 2),
            "error.lab.sample_large",
        ),
    ],
)
def test_what_cannot_be_read_is_one_error_that_names_the_file_and_changes_nothing(lab, name, content, key):
    before = experiment_of(lab, "hostile")
    answer = give(lab, "hostile", name, content)
    assert (answer.status_code, answer.json()["key"]) == (422, key)
    told = json.dumps(answer.json()["arguments"])
    assert "/tmp" not in told
    assert "upload" not in told
    assert experiment_of(lab, "hostile") == before
    assert lab.request("GET", "/api/data?workspace=hostile").json()["key"] == "error.lab.no_own_data"


def test_what_is_too_large_is_not_read_on(lab, monkeypatch):
    monkeypatch.setattr(own_limits, "FILE_BYTES", 1000)
    answer = give(lab, "large", "garden.zip", packed(garden()))
    assert (answer.json()["key"], answer.json()["arguments"]) == (
        "error.lab.upload_large",
        {"file": "garden.zip", "most": 1000},
    )
    monkeypatch.setattr(own_limits, "FILE_BYTES", 10**6)
    monkeypatch.setattr(own_limits, "ARRAY_BYTES", 1000)
    answer = give(lab, "large", "set.npz", npz(x=X, y=Y))
    assert (answer.json()["key"], answer.json()["arguments"]["file"]) == ("error.lab.arrays_large", "set.npz")
    answer = give(lab, "large", "arrays.zip", packed({"x.npy": npy(X), "y.npy": npy(Y)}))
    assert answer.json()["key"] == "error.lab.arrays_large"


def test_the_program_reads_the_data_that_are_taken_away(lab):
    give(lab, "program", "garden.zip", packed(garden()))
    change(lab, "program", size=[6, 8])
    code = lab.request("GET", "/api/experiment?format=py&workspace=program").text
    assert 'data = vitrail.load_dataset("data.zip", size=(6, 8))' in code
    assert "x_train, x_test = x_train / 255.0, x_test / 255.0" in code
    assert Experiment.from_code(code) == experiment_of(lab, "program")
