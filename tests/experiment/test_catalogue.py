"""The experiments that ship with Vitrail: each complete, each trained to its stated quality."""

import re
from importlib import resources
from pathlib import Path

import pytest

from vitrail.data import dataset_entry
from vitrail.errors import ExperimentError
from vitrail.experiment import Experiment, catalogue, reference
from vitrail.locale import LANGUAGES, text
from vitrail.training import Session

NAMES = list(catalogue.entries())


def test_every_file_has_its_entry():
    files = resources.files("vitrail.experiment").joinpath("files").iterdir()
    found = {file.name.removesuffix(".toml") for file in files if file.name != catalogue.INDEX}
    assert found == {*NAMES}


def test_the_reference_is_the_reference():
    assert catalogue.named("reference") == reference()


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_is_whole(name):
    entry = catalogue.entries()[name]
    assert [bound for bound in (entry.at_least, entry.at_most) if bound is not None] != []
    for language in LANGUAGES:
        assert {text(f"catalogue.{name}.{part}", language) for part in ("title", "why")} != {""}
        assert text(f"catalogue.subject.{entry.subject}", language) != ""


@pytest.mark.parametrize("page", ["docs/en/experiments.md", "docs/fr/experiences.md"])
def test_the_documentation_lists_all_in_order(page):
    written = Path(__file__).parents[2].joinpath(page).read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| .* \| `(\w+)` [≥≤] [0-9.,]+ \|$", written, re.MULTILINE) == [
        (name, entry.metric) for name, entry in catalogue.entries().items()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_is_kept_as_it_is_read(name):
    experiment = catalogue.named(name)
    assert Experiment.from_toml(experiment.to_toml()) == experiment


SLOW = ("reviews_transformer", "reviews_embedding", "digits_cnn", "digits_mlp")
"""Trained in `make soak`; others of their kind are trained in `make test`."""


def _marks(name):
    full = catalogue.named(name).data.name == "fashion_mnist"
    return [pytest.mark.full_data] * full + [pytest.mark.soak] * (name in SLOW)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=_marks(name)) if _marks(name) else name for name in NAMES],
)
def test_an_experiment_reaches_its_stated_quality(name):
    entry, experiment = catalogue.entries()[name], catalogue.named(name)
    assert dataset_entry(experiment.data.name).here
    session = Session.open(experiment)
    session.advance(epochs=experiment.fit.epochs)
    reached = session.run().history[entry.metric][-1]
    assert entry.reached(reached), f"{entry.metric} = {reached}"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_seed_lets_a_single_unit_learn_xor(seed):
    experiment = catalogue.named("perceptron_xor").model_copy(update={"seed": seed})
    session = Session.open(experiment)
    session.advance(epochs=experiment.fit.epochs)
    assert max(session.run().history["val_accuracy"]) <= 0.75


def test_an_unknown_name_is_answered_with_a_near_one():
    with pytest.raises(ExperimentError) as caught:
        catalogue.named("spiral")
    assert str(caught.value) == (
        "There is no experiment 'spiral', neither a file nor in the catalogue. Did you mean 'spiral_mlp'? "
        "'vitrail fit --list' lists the catalogue."
    )
