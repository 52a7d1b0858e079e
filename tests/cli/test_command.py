"""The command line as a person uses it: what it prints, what it leaves behind, and its exit codes."""

import json
import re
import shutil
import zipfile

import keras
import pytest

from vitrail.cli.command import run
from vitrail.experiment import Experiment, reference

IRIS = """
format = 1
seed = 3
[data]
name = "iris"
[[layers]]
class_name = "Dense"
config = { units = 3, activation = "softmax" }
[compile]
optimizer = "adam"
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 2
"""


@pytest.fixture
def iris(tmp_path):
    path = tmp_path / "iris.toml"
    path.write_text(IRIS)
    return path


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of a finished run."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "iris.toml").write_text(IRIS)
    assert run(["fit", str(folder / "iris.toml"), "--out", str(folder / "kept"), "--lang", "en"]) == 0
    return folder / "kept"


def test_fit_prints_a_row_for_each_epoch_and_keeps_the_run(iris, tmp_path, capsys):
    assert run(["fit", str(iris), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert len(re.findall(r"^ +[12]( +[0-9.]+){5}$", shown, re.MULTILINE)) == 2
    assert "0 setosa" in shown
    assert f"Saved in {tmp_path / 'kept'}" in shown
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "experiment.toml",
        "history.json",
        "model.keras",
        "run.json",
    ]


def test_what_a_run_folder_holds(kept):
    information = json.loads((kept / "run.json").read_text())
    history = json.loads((kept / "history.json").read_text())
    assert Experiment.read(kept / "experiment.toml") == Experiment.from_toml(IRIS)
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ["loss", "accuracy", "val_loss", "val_accuracy"], 2
    )
    assert (information["format"], information["seed"], information["epochs"]) == (1, 3, 2)
    assert set(information["versions"]) == {"vitrail", "python", "keras", "jax", "numpy"}
    assert information["device"]["platform"] == "cpu"


def test_the_same_experiment_gives_the_same_history(iris, kept, tmp_path):
    assert run(["fit", str(iris), "--out", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again" / "history.json").read_text() == (kept / "history.json").read_text()


def test_epochs_and_seed_can_be_given(iris, tmp_path):
    assert run(["fit", str(iris), "--epochs", "1", "--seed", "9", "--out", str(tmp_path / "kept")]) == 0
    experiment = Experiment.read(tmp_path / "kept" / "experiment.toml")
    assert (experiment.fit.epochs, experiment.seed) == (1, 9)


def test_without_an_experiment_and_without_the_full_set_the_mini_set_is_taken(monkeypatch, capsys, tmp_path):
    from vitrail.cli import fit
    from vitrail.data import load_dataset
    from vitrail.errors import UnavailableError

    def only_mini(name, **options):
        if name == "fashion_mnist":
            raise UnavailableError("cli.interrupted")
        return load_dataset(name, **options)

    monkeypatch.setattr(fit, "load_dataset", only_mini)
    assert run(["fit", "--epochs", "1", "--out", str(tmp_path / "kept"), "--lang", "en"]) == 0
    assert "the mini set that ships with Vitrail" in capsys.readouterr().out
    expected = reference("fashion_mnist_mini").data
    assert Experiment.read(tmp_path / "kept" / "experiment.toml").data == expected


def test_trace_prints_every_layer_and_unit(kept, capsys):
    assert run(["trace", str(kept), "--index", "4", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Test example 4: true class" in shown
    assert re.search(r"^ *dense 3 ", shown, re.MULTILINE)
    assert re.search(r"^ +2 virginica( +[+-][0-9.e+-]+){3}", shown, re.MULTILINE)


def test_trace_explains_one_unit_with_its_formulas(kept, capsys):
    assert run(["trace", str(kept), "--layer", "dense", "--unit", "1", "--lang", "fr"]) == 0
    shown = capsys.readouterr().out
    assert "Couche dense, neurone 1" in shown
    assert "Vérifié" in shown
    assert re.search(r"z₁ = Σᵢ w\[i,1\] · xᵢ \+ b₁ = ", shown)
    assert re.search(r"a₁ = \S+", shown)
    assert run(["trace", str(kept), "--layer", "dense", "--unit", "99", "--lang", "en"]) == 2
    assert "has no unit 99" in capsys.readouterr().err


def test_french_words_and_numbers(kept, capsys):
    assert run(["trace", str(kept), "--lang", "fr"]) == 0
    shown = capsys.readouterr().out
    assert "Exemple de test 0" in shown
    assert re.search(r"L = \+\d+,\d+", shown)


def test_language_follows_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["fit", "--help"]) == 0
    assert "époques" in capsys.readouterr().out
    assert run(["fit", "--help", "--lang", "en"]) == 0
    assert "epochs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["fit", "--bad"], "No such option"),
        (["fit", "--epochs", "0"], "--epochs"),
        (["fit", "lost.toml"], "lost.toml cannot be read"),
        (["trace"], "Missing argument"),
        (["trace", "lost"], "There is no run folder lost."),
        (["lab", "--port", "99999"], "--port"),
        (["lab", "lost.toml"], "lost.toml cannot be read"),
        (["fit", "--lang", "de"], "--lang"),
    ],
)
def test_bad_use_gives_one_line_and_exit_code_2(typed, said, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    assert run(typed) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.startswith("vitrail: ")
    assert shown.err.count("\n") == 1


def test_a_broken_experiment_leaves_nothing_behind(tmp_path, capsys):
    path = tmp_path / "bad.toml"
    path.write_text(IRIS.replace("units = 3", "units = 2"))
    assert run(["fit", str(path), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 2
    assert "label 2" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_folder_that_exists_is_not_touched(iris, tmp_path, capsys):
    (tmp_path / "kept").mkdir()
    assert run(["fit", str(iris), "--out", str(tmp_path / "kept"), "--lang", "en"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert list((tmp_path / "kept").iterdir()) == []


def test_an_example_that_is_not_there(kept, capsys):
    assert run(["trace", str(kept), "--index", "30", "--lang", "en"]) == 2
    assert "has examples 0 to 29" in capsys.readouterr().err


def test_a_model_with_a_lambda_is_not_opened(kept, tmp_path, capsys):
    folder = tmp_path / "kept"
    shutil.copytree(kept, folder)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: print("ran") or x)])  # noqa: T201
    model.compile(loss="mse")
    model.save(folder / "model.keras")
    capsys.readouterr()
    assert run(["trace", str(folder), "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert "holds a Lambda" in shown.err
    assert shown.err.count("\n") == 1
    assert "ran" not in shown.out


@pytest.mark.parametrize("spoil", ["truncate", "empty", "text"])
def test_a_damaged_model_is_named(kept, tmp_path, capsys, spoil):
    folder = tmp_path / "kept"
    shutil.copytree(kept, folder)
    path = folder / "model.keras"
    if spoil == "truncate":
        path.write_bytes(path.read_bytes()[:-200])
    elif spoil == "text":
        path.write_text("no model")
    else:
        with zipfile.ZipFile(path, "w"):
            pass
    assert run(["trace", str(folder), "--lang", "en"]) == 2
    shown = capsys.readouterr().err
    assert "model.keras" in shown
    assert shown.count("\n") == 1
