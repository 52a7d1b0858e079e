"""The protocol between a page and a running lab."""

from __future__ import annotations

import socket

import msgspec
import numpy as np
import pytest

from vitrail import __version__
from vitrail.wire import messages as wire

BATCHES = 15
"""Of one epoch of 120 samples in batches of 8."""


def values(tensor):
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype)).reshape(tensor.shape) * tensor.scale


def test_a_page_is_told_what_it_sees(lab):
    with lab.browse("told") as page:
        assert page.receive() == wire.Hello(version=__version__, workspace="told", protocol=wire.PROTOCOL)
        workspace = page.receive()
        assert workspace.dataset.name == "iris"
        assert (workspace.dataset.train_count, workspace.dataset.test_count) == (120, 30)
        assert workspace.dataset.class_names == ["setosa", "versicolor", "virginica"]
        assert [layer.name for layer in workspace.layers] == ["dense", "dropout", "dense_1"]
        assert workspace.settings == wire.Settings(
            scale=1.0,
            optimizer="adam",
            learning_rate=float(np.float32(0.001)),
            loss="sparse_categorical_crossentropy",
            batch_size=8,
            epochs=3,
            seed=1,
            parameters=67,
        )
        assert workspace.code == lab.request("GET", "/api/experiment?format=py&workspace=told").text
        assert page.receive() == wire.Edits(None, None)
        assert page.receive() == wire.History([])
        assert page.receive() == wire.Frame(
            wire.Clock(0, 0, BATCHES, 0), "idle", {}, None, [], float(np.float32(0.001))
        )


def test_transport(lab):
    with lab.browse("transport") as page:
        page.idle(0)
        page.send(wire.Step("batch"))
        frame = page.idle(1)
        assert frame.clock == wire.Clock(0, 1, BATCHES, 1)
        assert set(frame.metrics) == {"loss", "accuracy"}
        assert frame.last is None
        page.send(wire.Step("epoch"))
        frame = page.idle(BATCHES)
        assert (frame.clock, frame.metrics) == (wire.Clock(1, 0, BATCHES, BATCHES), {})
        assert frame.last.epoch == 1
        assert set(frame.last.logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        page.send(wire.Play())
        page.idle(3 * BATCHES)
        history = lab.request("GET", "/api/history?workspace=transport").json()
        assert {name: len(column) for name, column in history.items()} == dict.fromkeys(frame.last.logs, 3)
        assert history["val_loss"][0] == frame.last.logs["val_loss"]
    with lab.browse("transport") as page:
        assert [row.logs["val_loss"] for row in page.history(3 * BATCHES)] == history["val_loss"]
        page.send(wire.Play())
        page.until(wire.Frame, status="running")
        page.send(wire.Pause())
        stopped = page.until(wire.Frame, status="idle")
        assert stopped.clock.updates > 3 * BATCHES
        page.send(wire.Reset())
        page.idle(0)
        page.send(wire.Play())
        with lab.browse("transport") as other:
            other.idle(3 * BATCHES)
        assert [row.logs["val_loss"] for row in page.history(3 * BATCHES)] == history["val_loss"], "a page that is slow"
    assert lab.request("GET", "/api/history?workspace=transport").json() == history


def test_the_way_back(lab):
    with lab.browse("back") as page:
        page.idle(0)
        seen = {}
        for updates in range(1, BATCHES + 3):
            page.send(wire.Step("batch"))
            seen[updates] = page.idle(updates)
        page.send(wire.StepBack("batch"))
        assert page.idle(BATCHES + 1) == seen[BATCHES + 1]
        page.send(wire.StepBack("epoch"))
        assert page.idle(BATCHES) == seen[BATCHES]
        page.send(wire.StepBack("batch"))
        assert page.idle(BATCHES - 1) == seen[BATCHES - 1]
        page.send(wire.SetLearningRate(0.5))
        assert page.until(wire.Frame, learning_rate=0.5).clock.updates == BATCHES - 1
        page.send(wire.Step("batch"))
        other = page.idle(BATCHES)
        assert other.last != seen[BATCHES].last
        page.send(wire.Rewind(0))
        assert page.idle(0).learning_rate == float(np.float32(0.001))
        page.send(wire.Step("epoch"))
        assert page.idle(BATCHES).last.logs == seen[BATCHES].last.logs


def test_another_seed_is_on_every_page_and_in_the_experiment(lab, describe):
    with lab.browse("seeds") as page, lab.browse("seeds") as other:
        page.idle(0)
        other.idle(0)
        page.send(wire.Step("batch"))
        page.idle(1)
        page.send(wire.Reset(seed=9))
        for each in (page, other):
            card = each.until(wire.Workspace)
            assert card.settings.seed == 9
            assert "set_random_seed(9)" in card.code
            each.idle(0)
        assert lab.request("GET", "/api/experiment?workspace=seeds&format=json").json() == describe(9).to_dict()
        page.send(wire.Step("epoch"))
        logs = page.idle(BATCHES).last.logs
    assert lab.request("PUT", "/api/experiment?workspace=seeds", content=describe(9).to_toml()).status_code == 204
    with lab.browse("seeds") as page:
        page.idle(0)
        page.send(wire.Step("epoch"))
        assert page.idle(BATCHES).last.logs == logs


def test_a_page_sees_what_it_asks_for_and_nothing_else(lab):
    with lab.browse("views") as page, lab.browse("views") as other:
        page.idle(0)
        other.idle(0)
        page.send(wire.See(["dense_1", "dropout", "dense_1"]))
        (kernel,) = page.until(wire.Frame).kernels
        assert (kernel.layer, kernel.weights.shape, kernel.weights.dtype) == ("dense_1", [3, 8], "int8")
        page.send(wire.Follow(3))
        look = page.until(wire.Look)
        assert (look.index, look.clock.updates) == (3, 0)
        assert [layer.name for layer in look.layers] == ["dense", "dropout", "dense_1"]
        page.send(wire.Focus("dense_1", 2))
        unit = page.until(wire.Explained)
        assert (unit.layer, unit.unit, unit.sample, unit.checked) == ("dense_1", 2, 3, False)
        assert unit.formulas[0].value == values(look.layers[2].z)[2]
        page.send(wire.Step("batch"))
        assert page.idle(1).kernels[0].layer == "dense_1"
        assert page.until(wire.Look).clock.updates == 1
        assert page.until(wire.Explained).clock.updates == 1
        page.send(wire.Focus("", 0))
        page.send(wire.Follow(None))
        page.send(wire.Step("batch"))
        page.idle(2)
        page.send(b"?")
        assert isinstance(page.receive(), wire.Notice)
        other.send(b"?")
        seen = [other.receive()]
        while not isinstance(seen[-1], wire.Notice):
            seen.append(other.receive())
        assert {type(message) for message in seen[:-1]} <= {wire.Frame}
        assert all(message.kernels == [] for message in seen[:-1])


def test_a_look_is_at_the_weights_of_its_moment(lab):
    with lab.browse("moment") as page:
        page.idle(0)
        page.send(wire.Follow(0))
        first = page.until(wire.Look)
        page.send(wire.Step("epoch"))
        second = page.until(wire.Look, clock=wire.Clock(1, 0, BATCHES, BATCHES))
        assert first.loss != second.loss
        page.send(wire.Reset())
        assert page.until(wire.Look, clock=first.clock) == first


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (b"", "error.lab.message"),
        (b"\xc1", "error.lab.message"),
        ("play", "error.lab.message"),
        (msgspec.msgpack.encode({"type": "destroy"}), "error.lab.message"),
        (msgspec.msgpack.encode({"type": "step", "grain": "week"}), "error.lab.message"),
        (msgspec.msgpack.encode({"type": "follow", "index": -1}), "error.lab.message"),
        (msgspec.msgpack.encode({"type": "follow", "index": 2**80 // 2**17}), "error.lab.example"),
        (wire.Follow(150), "error.lab.example"),
        (wire.See(["dense", "nothing"]), "error.lab.layer"),
        (wire.See([], regions=["dense"]), "error.lab.no_regions"),
        (wire.Focus("nothing", 0), "error.lab.layer"),
        (wire.Focus("dense", 8), "error.lab.unit"),
        (wire.Rewind(7), "error.session.epoch"),
        (wire.SetLearningRate(-1.0), "error.session.rate"),
        (msgspec.msgpack.encode({"type": "reset", "seed": -1}), "error.lab.message"),
        (wire.Focus("dropout", 8), "error.lab.unit"),
        (msgspec.msgpack.encode({"type": "speak", "language": "de"}), "error.lab.message"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_socket_stays_open(lab, message, key):
    with lab.browse("bad") as page:
        page.until(wire.Frame)
        page.send(message)
        notice = page.until(wire.Notice)
        assert (notice.level, notice.key) == ("error", key)
        page.send(wire.Reset())
        page.idle(0)


def test_a_page_walks_through_the_step_of_its_example_guesses_and_has_it_checked(lab):
    with lab.browse("walk") as page:
        page.idle(0)
        page.send(wire.Speak("fr"))
        page.send(wire.Follow(3))
        page.send(wire.Focus("dense_1", 2))
        unit = page.until(wire.Explained)
        page.send(wire.Walk("operation", None))
        entry = page.until(wire.LedgerEntry)
        assert (entry.phase, entry.name, entry.what, entry.unit, entry.sample) == ("forward", "dense_1", "z", 2, None)
        assert entry.value == unit.formulas[0].value
        assert "," in entry.formula.numbers
        page.send(wire.Guess("operation", entry.index, repr(-entry.value)))
        assert page.until(wire.Judged) == wire.Judged("operation", entry.index, right=False, mistakes=["sign"])
        page.send(wire.Guess("operation", entry.index, "much"))
        assert page.until(wire.Notice).key == "error.trace.guess"
        page.send(wire.Check())
        assert (unit.checked, page.until(wire.Explained).checked) == (False, True)
        page.send(wire.Step("batch"))
        page.idle(1)
        assert not page.until(wire.Explained).checked
        assert page.until(wire.LedgerEntry).value != entry.value
        page.send(wire.Focus("dense", 1))
        assert page.until(wire.LedgerEntry).name == "dense"
        page.send(wire.EndWalk())
        page.send(wire.Focus("", 0))
        page.send(wire.Check())
        page.send(wire.Follow(None))
        page.send(wire.Check())
        page.send(wire.Step("batch"))
        assert page.idle(2).clock.updates == 2


def test_a_wrong_workspace_is_said(lab):
    with lab.browse("No%20name") as page:
        assert page.receive() == wire.Notice("error", "error.lab.workspace_name", {"name": "No name"})


def test_a_page_that_reads_slowly_gets_the_newest_frame(lab, describe):
    wide = describe().to_toml().replace("units = 8", "units = 50000")
    assert lab.request("PUT", "/api/experiment?workspace=slow", content=wide).status_code == 204
    steps = 40
    with socket.create_connection(("127.0.0.1", lab.port)) as narrow:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        with lab.browse("slow", sock=narrow, max_queue=1, ping_interval=None) as page, lab.browse("slow") as watching:
            page.send(wire.See(["dense"]))
            page.until(wire.Workspace)
            for updates in range(1, steps + 1):
                watching.send(wire.Step("batch"))
                watching.idle(updates)
            seen = [page.until(wire.Frame)]
            while seen[-1].clock.updates < steps:
                seen.append(page.until(wire.Frame))
    updates = [frame.clock.updates for frame in seen]
    assert updates == sorted(updates)
    assert len([frame for frame in seen if frame.clock.updates]) < steps


def test_two_pages_of_a_workspace_see_the_same_training(lab):
    with lab.browse("shared") as one, lab.browse("shared") as two:
        one.idle(0)
        two.idle(0)
        one.send(wire.Step("epoch"))
        assert one.idle(BATCHES) == two.idle(BATCHES)
