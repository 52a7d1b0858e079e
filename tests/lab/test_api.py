"""Files that go out and experiments that come in."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from vitrail.experiment import Experiment
from vitrail.lab.api import MOST_BYTES
from vitrail.locale import text
from vitrail.training import Session
from vitrail.wire import messages as wire


def load(content, folder):
    path = folder / "model.keras"
    path.write_bytes(content)
    return keras.saving.load_model(path)


@pytest.mark.parametrize(
    ("form", "read", "media"),
    [
        ("toml", Experiment.from_toml, "application/toml; charset=utf-8"),
        ("json", Experiment.from_json, "application/json; charset=utf-8"),
    ],
)
def test_experiment_goes_out_in_its_forms(lab, describe, form, read, media):
    answer = lab.request("GET", f"/api/experiment?format={form}")
    assert read(answer.text) == describe()
    assert answer.headers["content-disposition"] == f'attachment; filename="experiment.{form}"'
    assert answer.headers["content-type"] == media


def test_experiment_goes_out_as_a_program(lab, describe):
    assert lab.request("GET", "/api/experiment?format=py").text == describe().to_code()
    assert lab.request("GET", "/api/experiment").text == describe().to_toml()
    assert lab.request("GET", "/api/experiment?format=docx").status_code == 422


def test_model_goes_out_with_the_weights_of_its_moment(lab, describe, tmp_path):
    session = Session.open(describe())
    session.advance(epochs=1)
    session.advance(batches=4)
    with lab.browse("model") as page:
        page.idle(0)
        for updates in range(1, 20):
            page.send(wire.Step("batch"))
            page.idle(updates)
    answer = lab.request("GET", "/api/model?workspace=model")
    assert answer.headers["content-disposition"] == 'attachment; filename="model.keras"'
    model = load(answer.content, tmp_path)
    for ours, theirs in zip(session.synchronize().get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert model.optimizer.iterations == 19


def test_history_is_exact(lab, describe):
    session = Session.open(describe())
    session.advance(epochs=2)
    assert lab.request("GET", "/api/history?workspace=history").json() == {}
    with lab.browse("history") as page:
        for epoch in (1, 2):
            page.send(wire.Step("epoch"))
            page.idle(15 * epoch)
    names = session.history[0].logs
    expected = {name: [record.logs[name] for record in session.history] for name in names}
    assert lab.request("GET", "/api/history?workspace=history").json() == expected


@pytest.mark.parametrize("form", ["toml", "json"])
def test_another_experiment_comes_in(lab, describe, form):
    name = f"put-{form}"
    other = describe(seed=9, epochs=1)
    content = other.to_toml() if form == "toml" else other.to_json()
    with lab.browse(name) as page:
        page.idle(0)
        page.send(wire.Follow(3))
        page.until(wire.Look)
        page.send(wire.Step("epoch"))
        page.idle(15)
        answer = lab.request("PUT", f"/api/experiment?workspace={name}", content=content)
        assert (answer.status_code, answer.content) == (204, b"")
        assert page.until(wire.Workspace).settings.seed == 9
        assert page.until(wire.Frame) == wire.Frame(
            wire.Clock(0, 0, 15, 0), "idle", {}, None, [], learning_rate=float(np.float32(0.001))
        )
        page.send(wire.Play())
        assert page.idle(15).last.epoch == 1
    assert lab.request("GET", f"/api/experiment?workspace={name}").text == other.to_toml()


def unknown_layer(experiment):
    values = experiment.to_dict()
    values["layers"][0]["class_name"] = "Dens"
    return json.dumps(values)


def wrong_data(experiment):
    values = experiment.to_dict()
    values["data"]["name"] = "irises"
    return json.dumps(values)


def too_few_units(experiment):
    values = experiment.to_dict()
    values["layers"][-1]["config"]["units"] = 2
    return json.dumps(values)


def wrong_loss(experiment):
    values = experiment.to_dict()
    values["compile"]["loss"] = "binary_crossentropy"
    return json.dumps(values)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (lambda _: "seed = ", "error.experiment.toml"),
        (lambda _: "{", "error.experiment.json"),
        (lambda _: "", "error.experiment.no_format"),
        (lambda _: b"\xff", "error.lab.encoding"),
        (lambda _: "x" * (MOST_BYTES + 1), "error.lab.too_large"),
        (lambda experiment: experiment.to_toml().replace("epochs = 3", "epochs = 0"), "error.experiment.value"),
        (unknown_layer, "error.experiment.unknown_class"),
        (wrong_data, "error.data.unknown_name_close"),
        (too_few_units, "error.data.label_range"),
        (wrong_loss, "error.lab.keras"),
    ],
)
def test_an_experiment_that_cannot_be_trained_changes_nothing(lab, describe, content, key):
    with lab.browse("kept") as page:
        page.until(wire.Frame, status="idle")
        page.send(wire.Reset())
        page.send(wire.Step("batch"))
        before = page.idle(1)
        answer = lab.request("PUT", "/api/experiment?workspace=kept", content=content(describe()))
        assert (answer.status_code, answer.json()["key"]) == (422, key)
        assert answer.json()["message"] == text(key, "en", **answer.json()["arguments"])
        assert lab.request("GET", "/api/experiment?workspace=kept").text == describe().to_toml()
        page.send(wire.Pause())
        assert page.until(wire.Frame) == before


def test_a_wrong_workspace_is_an_error(lab):
    answer = lab.request("GET", "/api/history?workspace=../x")
    assert answer.status_code == 422
    assert answer.json()["key"] == "error.lab.workspace_name"


def test_two_interleaved_trainings_equal_two_alone(lab, describe, tmp_path):
    seeds = {"left": 3, "right": 4}
    for name, seed in seeds.items():
        content = describe(seed=seed).to_toml()
        assert lab.request("PUT", f"/api/experiment?workspace={name}", content=content).status_code == 204
    with lab.browse("left") as left, lab.browse("right") as right:
        for updates in range(1, 46):
            for page in (left, right):
                page.send(wire.Step("batch"))
            for page in (left, right):
                page.idle(updates)
    for name, seed in seeds.items():
        alone = Session.open(describe(seed=seed))
        alone.advance(epochs=3)
        model = load(lab.request("GET", f"/api/model?workspace={name}").content, tmp_path)
        for ours, theirs in zip(alone.synchronize().get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        logs = [dict(record.logs) for record in alone.history]
        columns = lab.request("GET", f"/api/history?workspace={name}").json()
        assert [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)] == logs
