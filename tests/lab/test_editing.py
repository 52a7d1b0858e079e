"""Changes of an experiment under way: what keeps the weights, what does not, and how each is undone and done again."""

from __future__ import annotations

import json

import numpy as np
import pytest

from vitrail.lab.edits import MOST, Edits, Turn
from vitrail.wire import messages as wire

BATCHES = 15


def change(lab, workspace, edit, **how):
    """Change the experiment as the page does."""
    draft = lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").json()
    edit(draft)
    options = "".join(f"&{name}=true" for name in how)
    return lab.request("PUT", f"/api/experiment?keep=true{options}&workspace={workspace}", content=json.dumps(draft))


def kernel(page):
    page.send(wire.See([]))  # what is in sight already is not sent again
    page.send(wire.See(["dense"]))
    while not (frame := page.until(wire.Frame)).kernels:
        pass
    return frame.kernels[0].weights


def test_what_only_changes_how_it_trains_keeps_the_weights_and_undo_brings_back_the_training_before(lab):
    with lab.browse("keeps") as page:
        page.until(wire.Edits, undo=None, redo=None)
        page.send(wire.Step("epoch"))
        page.idle(BATCHES)
        weights = kernel(page)

        answer = change(lab, "keeps", lambda draft: draft["compile"].update(optimizer="sgd"))
        assert answer.status_code == 204
        assert page.until(wire.Workspace).floor == 1
        says = wire.Edit("lab.edit.set", {"field": "optimizer", "before": "adam", "after": "sgd"})
        page.until(wire.Edits, undo=says, redo=None)
        frame = page.idle(BATCHES)
        assert frame.last.epoch == 1
        assert kernel(page) == weights
        page.send(wire.StepBack("epoch"))
        page.send(wire.Step("epoch"))
        page.idle(2 * BATCHES)
        assert kernel(page) != weights

        page.send(wire.Undo())
        card = page.until(wire.Workspace)
        assert (card.floor, card.settings.optimizer) == (None, "adam")
        page.until(wire.Edits, undo=None, redo=says)
        page.idle(BATCHES)
        assert kernel(page) == weights

        page.send(wire.Redo())
        assert page.until(wire.Workspace).floor == 1
        page.until(wire.Edits, undo=says, redo=None)
        page.idle(2 * BATCHES)
        assert kernel(page) != weights


def test_other_layers_begin_with_new_weights_and_so_does_what_was_not_trained(lab):
    with lab.browse("new") as page:
        page.idle(0)
        change(lab, "new", lambda draft: draft["fit"].update(epochs=9))
        assert page.until(wire.Workspace).floor is None
        page.send(wire.Step("batch"))
        page.idle(1)
        change(lab, "new", lambda draft: draft["layers"][0]["config"].update(units=9))
        assert page.until(wire.Workspace).floor is None
        page.idle(0)


def test_a_training_that_plays_goes_on_with_what_keeps_its_weights(lab):
    with lab.browse("goes-on") as page:
        page.idle(0)
        change(lab, "goes-on", lambda draft: draft["fit"].update(epochs=10_000))
        page.until(wire.Workspace)
        page.send(wire.Play())
        page.until(wire.Frame, status="running")
        change(lab, "goes-on", lambda draft: draft["layers"][0]["config"].update(activation="tanh"))
        floor = page.until(wire.Workspace).floor
        page.until(wire.Frame, status="running")
        assert floor is not None
        page.send(wire.SetSpeed(5.0))
        page.until(wire.Frame, speed=5.0)
        page.send(wire.Pause())
        page.until(wire.Frame, status="idle")


def test_a_weight_and_a_learning_rate_are_undone_as_values(lab):
    with lab.browse("values") as page:
        page.idle(0)
        before = kernel(page)
        page.send(wire.SetWeight("dense", "kernel", [0, 0], 5.0))
        edits = page.until(wire.Edits)
        assert (edits.undo.key, edits.undo.arguments["weight"]) == ("lab.edit.weight", "dense.kernel[0, 0]")
        assert kernel(page) != before
        page.send(wire.SetLearningRate(0.5))
        page.until(wire.Frame, learning_rate=0.5)
        page.send(wire.Undo())
        page.until(wire.Frame, learning_rate=float(np.float32(0.001)))
        page.send(wire.Undo())
        page.until(wire.Edits, undo=None)
        assert kernel(page) == before


def test_a_new_seed_is_undone(lab):
    with lab.browse("seed") as page:
        page.idle(0)
        page.send(wire.Step("batch"))
        page.idle(1)
        page.send(wire.Reset(5))
        assert page.until(wire.Workspace).settings.seed == 5
        page.idle(0)
        page.send(wire.Undo())
        assert page.until(wire.Workspace).settings.seed == 1
        page.idle(1)


def test_a_network_that_does_not_fit_names_the_layer(lab):
    def add_pooling(draft):
        draft["layers"].insert(1, {"class_name": "MaxPooling2D"})

    with lab.browse("misfit") as page:
        page.idle(0)
        answer = change(lab, "misfit", add_pooling)
        assert (answer.status_code, answer.json()["key"]) == (422, "error.experiment.shapes")
        assert answer.json()["arguments"]["field"] == "layers.1"


def test_other_data_change_the_output_with_them(lab):
    with lab.browse("adapts") as page:
        page.idle(0)
        answer = change(lab, "adapts", lambda draft: draft.update(data={"name": "plane"}), adapt=True)
        changed = {one["field"]: one["after"] for one in answer.json()}
        assert changed == {
            "layers.2.config.units": "1",
            "layers.2.config.activation": "linear",
            "compile.loss": "mean_squared_error",
            "compile.metrics.0": "mean_absolute_error",
        }
        assert page.until(wire.Workspace).dataset.task == "regression"


POINTS = {"x": [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.5]], "y": [1, 0, 1, 0], "class_names": ["red", "blue"]}


def test_own_points_are_trained_and_taken_away_and_undone(lab):
    with lab.browse("own") as page:
        page.idle(0)
        answer = lab.request("PUT", "/api/data?workspace=own", json=POINTS)
        assert answer.status_code == 200, answer.text
        card = page.until(wire.Workspace)
        assert (card.dataset.name, card.dataset.class_names, card.dataset.train_count) == (
            "data.csv",
            ["red", "blue"],
            3,
        )
        assert 'vitrail.load_dataset("data.csv"' in card.code
        table = lab.request("GET", "/api/data?workspace=own")
        assert table.text.splitlines()[:2] == ["x1,x2,y", "0.0,1.0,blue"]
        page.send(wire.Step("epoch"))
        page.idle(1)
        change(lab, "own", lambda draft: draft["fit"].update(batch_size=2))
        assert page.until(wire.Workspace).floor == 1
        page.send(wire.Undo())
        page.until(wire.Workspace)
        page.send(wire.Undo())
        assert page.until(wire.Workspace).dataset.name == "iris"
        page.send(wire.Redo())
        assert page.until(wire.Workspace).dataset.name == "data.csv"
        page.idle(1)


@pytest.mark.parametrize(
    ("content", "key", "arguments"),
    [
        (b"a,b\n1,2\n3\n", "error.data.csv_width", {"line": 3, "got": 1, "expected": 2}),
        (b"a,b\n1,2\n2,3\n3,4\nx,5\n", "error.table.mixed", {"file": "data.csv", "line": 5, "column": "a", "got": "x"}),
        (b"1\n2\n", "error.data.csv_columns", {"columns": 1, "most": 1000}),
        (b"\xff\xfe", "error.data.csv_encoding", None),
        (b"", "error.data.csv_empty", {}),
    ],
)
def test_a_table_that_is_none_changes_nothing(lab, describe, content, key, arguments):
    answer = lab.request("PUT", "/api/data?workspace=wrong-table", content=content)
    assert (answer.status_code, answer.json()["key"]) == (422, key)
    assert arguments is None or answer.json()["arguments"] == arguments
    assert lab.request("GET", "/api/experiment?workspace=wrong-table").text == describe().to_toml()
    assert lab.request("GET", "/api/data?workspace=wrong-table").json()["key"] == "error.lab.no_own_data"


def test_no_path_leads_out_of_the_workspace(lab):
    draft = {"name": "/etc/data.csv"}
    answer = change(lab, "path", lambda values: values.update(data=draft))
    assert (answer.status_code, answer.json()["key"]) == (422, "error.lab.no_own_data")


def test_the_catalogue_is_what_forms_are_made_of(lab):
    found = lab.request("GET", "/api/catalogue").json()
    assert [one["name"] for one in found["datasets"] if one["points"]] == [
        *("circle", "xor", "gauss", "spiral", "plane", "multi_gauss"),
    ]
    name = found["experiments"][0]["name"]
    assert lab.request("GET", f"/api/catalogue/{name}").json()["data"]["name"] == found["experiments"][0]["dataset"]
    assert lab.request("GET", "/api/catalogue/none").json()["key"].startswith("error.catalogue.unknown_name")


def test_the_list_of_changes_is_bounded():
    edits = Edits()
    for value in range(MOST + 5):
        says = wire.Edit("lab.edit.set", {"after": value})
        edits = edits.with_change(Turn(says, wire.SetLearningRate(0.0), wire.SetLearningRate(float(value))))
    assert [change.after.value for change in edits.undoable] == [float(value) for value in range(5, MOST + 5)]
