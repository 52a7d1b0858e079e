"""Every experiment of the catalogue can be given every data set, and then trains."""

import pytest

from vitrail.data import dataset_names
from vitrail.experiment import DataSpec, adapting, catalogue

SETS = [name for name in dataset_names() if name not in {"fashion_mnist", "mnist", "cifar10", "california_housing"}]


@pytest.mark.parametrize("name", catalogue.entries())
def test_its_own_data_change_nothing(name):
    experiment = catalogue.named(name)
    assert adapting.adapted(experiment, experiment) == experiment


@pytest.mark.parametrize("name", ["digits_cnn", "sine_lstm", "reviews_transformer", "digits_denoising", "iris_mlp"])
def test_each_set_is_answered_as_it_asks(name):
    before = catalogue.named(name)
    for data in SETS:
        draft = before.model_copy(update={"data": DataSpec(name=data)})
        after = adapting.adapted(before, draft)
        if data == before.data.name:
            continue
        asked = adapting.asked_by(after.data)
        units = after.layers[-1].config["units"]
        assert units in ({asked.classes, 1} if asked.classes == 2 else {asked.classes or 1}), data
        assert ("crossentropy" in str(after.compile.loss)) == bool(asked.classes), data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("digits_cnn", "sine_wave"),
        ("digits_cnn", "fashion_mnist_mini"),
        ("sine_lstm", "circle"),
        ("iris_mlp", "digits"),
    ],
)
def test_what_comes_out_trains(name, data):
    from vitrail.training import Session

    before = catalogue.named(name)
    after = adapting.adapted(before, before.model_copy(update={"data": DataSpec(name=data)}))
    session = Session.open(after)
    session.advance(batches=1)
    assert session.clock.updates == 1


def test_more_clouds_need_more_outputs():
    before = catalogue.named("iris_mlp")
    three = adapting.adapted(before, before.model_copy(update={"data": DataSpec(name="blobs")}))
    five = adapting.adapted(three, three.model_copy(update={"data": DataSpec(name="blobs", options={"centers": 5})}))
    assert [three.layers[-1].config["units"], five.layers[-1].config["units"]] == [3, 5]
