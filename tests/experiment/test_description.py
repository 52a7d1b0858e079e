"""An experiment's two file forms, and the one error that each mistake in them gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vitrail.errors import ExperimentError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, reference
from vitrail.models import ObjectSpec

names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
objects = st.builds(ObjectSpec, class_name=names, config=st.dictionaries(names, values, max_size=3))
experiments = st.builds(
    Experiment,
    seed=st.integers(0, 2**32 - 1),
    data=st.builds(
        DataSpec, name=names, options=st.dictionaries(names, values, max_size=2), scale=st.floats(1e-6, 1e6)
    ),
    layers=st.lists(objects, min_size=1, max_size=4).map(tuple),
    compile=st.builds(CompileSpec, optimizer=names | objects, loss=names | objects, metrics=st.tuples(names | objects)),
    fit=st.builds(
        FitSpec,
        epochs=st.integers(1, 1000),
        batch_size=st.integers(1, 10_000),
        shuffle=st.booleans(),
        validation=st.sampled_from(["test", "none"]),
    ),
)


@given(experiments)
def test_both_file_forms_give_the_same_experiment_back(experiment):
    assert Experiment.from_toml(experiment.to_toml()) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_the_reference_in_toml():
    assert (
        Experiment.from_toml(
            """
        format = 1
        seed = 42
        [data]
        name = "fashion_mnist"
        scale = 255
        [[layers]]
        class_name = "Flatten"
        [[layers]]
        class_name = "Dense"
        config = { units = 128, activation = "relu" }
        [[layers]]
        class_name = "Dense"
        config = { units = 10, activation = "softmax" }
        [compile]
        optimizer = "adam"
        loss = "sparse_categorical_crossentropy"
        metrics = ["accuracy"]
        """
        )
        == reference()
    )


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"format": 2}, "error.experiment.format", "format"),
        ({"format": None}, "error.experiment.no_format", "format"),
        ({"seed": -1}, "error.experiment.value", "seed"),
        ({"seed": 2**32}, "error.experiment.value", "seed"),
        ({"layers": None}, "error.experiment.missing", "layers"),
        ({"layers": []}, "error.experiment.value", "layers"),
        ({"layers": [{"class": "Dense"}]}, "error.experiment.missing", "layers.0.class_name"),
        ({"layers": [{"class_name": "Dense", "units": 3}]}, "error.experiment.unknown_field", "layers.0.units"),
        ({"data": {"name": "iris", "scale": 0}}, "error.experiment.value", "data.scale"),
        ({"data": {"name": "iris", "scale": float("nan")}}, "error.experiment.value", "data.scale"),
        ({"fit": {"epochs": 0}}, "error.experiment.value", "fit.epochs"),
        ({"fit": {"batchsize": 3}}, "error.experiment.unknown_field", "fit.batchsize"),
        ({"fit": {"validation": "train"}}, "error.experiment.value", "fit.validation"),
        (
            {"compile": {"loss": "mse", "optimizer": {"class": "Adam"}}},
            "error.experiment.missing",
            "compile.optimizer.class_name",
        ),
        ({"kompile": {}}, "error.experiment.unknown_field", "kompile"),
    ],
)
def test_a_mistake_names_its_field(change, key, field):
    values = {**reference().to_dict(), **change}
    values = {name: value for name, value in values.items() if value is not None}
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict(values)
    assert (caught.value.key, caught.value.field) == (key, field)
    assert field in str(caught.value)


@pytest.mark.parametrize("text", ["layers = [", "= 3", "\x00", "format = 1\nformat = 1"])
def test_broken_toml(text):
    with pytest.raises(ExperimentError, match="no valid TOML"):
        Experiment.from_toml(text)


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000])
def test_broken_json(text):
    with pytest.raises(ExperimentError, match="no valid JSON"):
        Experiment.from_json(text)


@pytest.mark.parametrize("text", ["[]", "3", '"iris"', "null"])
def test_json_that_is_no_table(text):
    with pytest.raises(ExperimentError, match="An experiment is a table"):
        Experiment.from_json(text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ExperimentError, match=r"lost\.toml cannot be read: No such file"):
        Experiment.read(tmp_path / "lost.toml")


def test_files_are_read_by_their_name(tmp_path):
    (tmp_path / "one.toml").write_text(reference().to_toml())
    (tmp_path / "one.json").write_text(reference().to_json())
    assert Experiment.read(tmp_path / "one.toml") == Experiment.read(tmp_path / "one.json") == reference()


def test_nothing_of_an_experiment_can_be_changed():
    experiment = reference()
    with pytest.raises(ValidationError, match="frozen"):
        experiment.seed = 3
    with pytest.raises(TypeError):
        experiment.layers[1].config["units"] = 3


def test_defaults_are_left_out_of_the_files_except_format_seed_and_fit():
    assert json.loads(reference("iris").model_copy(update={"data": DataSpec(name="iris")}).to_json())["data"] == {
        "name": "iris"
    }
