"""A lab that ends and begins again, and runs kept, restored and handed on through its addresses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import httpx
import keras
import nbformat
import numpy as np
import pytest
import websockets.sync.client

from vitrail.errors import UnavailableError
from vitrail.experiment import Experiment, to_notebook
from vitrail.lab import keeping, own
from vitrail.training import Session
from vitrail.wire import messages as wire

BATCHES = 15


def weights(lab, workspace, folder):
    path = folder / "model.keras"
    path.write_bytes(lab.request("GET", f"/api/model?workspace={workspace}").content)
    return keras.saving.load_model(path).get_weights()


def same(ours, theirs):
    return all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


def train(page, *, epochs=0, batches=0, since=0):
    for _ in range(epochs):
        page.send(wire.Step("epoch"))
        since += BATCHES
        page.idle(since)
    for _ in range(batches):
        page.send(wire.Step("batch"))
        since += 1
        page.idle(since)


def api(lab, method, path, workspace, **options):
    answer = lab.request(method, f"/api/{path}?workspace={workspace}", **options)
    assert answer.is_success, answer.text
    return answer


def cards(lab, workspace):
    return api(lab, "GET", "runs", workspace).json()


def until_runs(lab, page, workspace, count):
    """Read on to where so many runs are kept."""
    while len(found := cards(lab, workspace)) != count:
        page.saved()
    return found


def test_a_lab_that_ends_begins_again_where_it_was(run_lab, tmp_path):
    with run_lab(workers=1, workspaces=tmp_path) as lab:
        with lab.browse() as page:
            assert page.saved().at is None
            page.idle(0)
            train(page, epochs=1, batches=1)
            page.send(wire.Follow(5))
            page.send(wire.Focus("dense", 2))
            page.saved(follow=5, focus=wire.Focus("dense", 2))
        before, history = weights(lab, "main", tmp_path), api(lab, "GET", "history", "main").json()
        with lab.browse("looked-at") as page:
            page.idle(0)
        with pytest.raises(UnavailableError):
            keeping.claim(tmp_path / "main")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["main"], "of a mere look nothing stays"
    assert keeping.read(tmp_path / "main").focus == ("dense", 2)
    (tmp_path / "main" / keeping.FILE).write_text("damaged")
    with run_lab(workers=1, workspaces=tmp_path) as lab, lab.browse() as page:
        assert page.until(wire.Notice).key == "error.lab.workspace_damaged"
        assert page.idle(BATCHES + 1).last.epoch == 1
        assert same(weights(lab, "main", tmp_path), before)
        assert api(lab, "GET", "history", "main").json() == history
        page.send(wire.Follow(5))
        page.send(wire.Focus("dense", 2))
        page.saved(follow=5, focus=wire.Focus("dense", 2))
    (snapshot,) = keeping.sessions(tmp_path / "main").values()
    for path in snapshot.iterdir():
        path.write_bytes(b"damaged")
    with run_lab(workers=1, workspaces=tmp_path) as lab, lab.browse() as page:
        saved = page.saved()
        assert (saved.follow, saved.focus, saved.at is None) == (5, wire.Focus("dense", 2), False)
        assert page.until(wire.Notice).key == "error.lab.session_damaged"
        page.idle(0)


SERVE = """
import sys
from pathlib import Path
from vitrail.experiment import Experiment
from vitrail.lab import server
if __name__ == "__main__":
    make = server.create_app
    server.create_app = lambda *given, **named: make(*given, static=Path(sys.argv[1]), **named)
    experiment = Experiment.from_json(sys.argv[2])
    server.serve(experiment, port=0, language="en", open_browser=False, workers=1, workspaces=Path(sys.argv[3]))
"""


def test_a_lab_killed_in_mid_training_comes_back_where_it_was_saved(run_lab, page_of, static, describe, tmp_path):
    (tmp_path / "lab.py").write_text(SERVE)
    root = tmp_path / "workspaces"
    arguments = [sys.executable, str(tmp_path / "lab.py"), str(static), describe(epochs=10**6).to_json(), str(root)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as lab:
        try:
            address = re.search(r"http://127\.0\.0\.1:(\d+)/\S+", lab.stdout.readline())
            with httpx.Client(trust_env=False, timeout=60) as browser:
                browser.get(address[0])
                cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            with websockets.sync.client.connect(
                f"ws://127.0.0.1:{address[1]}/ws",
                origin=f"http://127.0.0.1:{address[1]}",
                additional_headers={"Cookie": cookies},
                proxy=None,
            ) as socket:
                page = page_of(socket)
                page.send(wire.Play())
                while not any(path.name >= "session-000003" for path in root.glob("main/*/session-*.npz")):
                    page.receive()
                lab.kill()
        finally:
            lab.kill()
    with run_lab(workers=1, workspaces=root) as lab, lab.browse() as page:
        frame = page.until(wire.Frame, status="idle")
        assert frame.clock.epoch >= 1
        session = Session.open(describe(epochs=10**6))
        session.advance(epochs=frame.clock.epoch)
        if frame.clock.batch:
            session.advance(batches=frame.clock.batch)
        assert same(weights(lab, "main", tmp_path), session.synchronize().get_weights())


def test_a_run_is_kept_and_gone_on_from_to_the_last_bit(lab, describe, tmp_path):
    with lab.browse("runs") as page:
        page.idle(0)
        train(page, epochs=1, batches=1)
        page.send(wire.SetWeight("dense", "kernel", [0, 0], 0.5))
        kept = api(lab, "POST", "runs", "runs", json={"name": "first"}).json()
        assert (kept["name"], kept["number"], kept["epochs"], kept["changes"]) == ("first", 1, 1, 1)
        before = weights(lab, "runs", tmp_path)
        train(page, epochs=1, since=BATCHES)
        after = weights(lab, "runs", tmp_path)
        api(lab, "PUT", "experiment", "runs", content=describe(seed=5).to_json())
        assert page.until(wire.Workspace).settings.seed == 5
        lost = until_runs(lab, page, "runs", 2)[0]
        assert (lost["number"], lost["automatic"], lost["epochs"]) == (2, True, 2)
        api(lab, "POST", f"runs/{kept['id']}/restore", "runs")
        assert page.until(wire.Workspace).settings.seed == 1
        page.idle(BATCHES + 1)
        assert same(weights(lab, "runs", tmp_path), before)
        train(page, epochs=1, since=BATCHES)
        assert same(weights(lab, "runs", tmp_path), after)
        api(lab, "POST", f"runs/{lost['id']}/restore", "runs")
        page.until(wire.Workspace)
        page.idle(2 * BATCHES)
        assert same(weights(lab, "runs", tmp_path), after)
        page.send(wire.Reset())
        page.idle(0)
    assert len(cards(lab, "runs")) == 3, "what was restored and not trained on is no new run"


def test_files_of_a_run(lab, describe, tmp_path):
    with lab.browse("files") as page:
        page.idle(0)
        train(page, epochs=1)
        run = api(lab, "POST", "runs", "files", json={}).json()["id"]
        content = {end: api(lab, "GET", f"runs/{run}/{end}", "files") for end in ("toml", "py", "ipynb", "json")}
        model = tmp_path / "run.keras"
        model.write_bytes(api(lab, "GET", f"runs/{run}/keras", "files").content)
        assert same(keras.saving.load_model(model).get_weights(), weights(lab, "files", tmp_path))
    assert content["toml"].text == describe().to_toml()
    assert content["py"].text == describe().to_code()
    assert content["ipynb"].text == to_notebook(describe(), "en") == api(lab, "GET", "notebook", "files").text
    assert content["json"].json() == api(lab, "GET", "history", "files").json()
    assert content["py"].headers["content-disposition"] == f'attachment; filename="{run}.py"'
    for path in (f"runs/{run}/exe", "runs/..%2F..%2Fmain/toml", "runs/nobody/toml"):
        assert lab.request("GET", f"/api/{path}?workspace=files").status_code in {404, 422}
    assert lab.request("POST", "/api/runs?workspace=files", json={"name": "x" * 81}).status_code == 422


def test_a_run_is_renamed_deleted_and_brought_back(lab):
    with lab.browse("names") as page:
        page.idle(0)
        run = api(lab, "POST", "runs", "names", json={}).json()["id"]
        revision = page.saved().runs
        api(lab, "PATCH", f"runs/{run}", "names", json={"name": "été"})
        assert [card["name"] for card in cards(lab, "names")] == ["été"]
        api(lab, "DELETE", f"runs/{run}", "names")
        assert cards(lab, "names") == []
        api(lab, "POST", f"runs/{run}/undelete", "names")
        assert [card["id"] for card in cards(lab, "names")] == [run]
        assert page.saved(runs=revision + 3).runs == revision + 3


def test_a_file_opens_in_a_workspace_of_its_own(lab, tmp_path):
    with lab.browse("handed-on") as page:
        page.idle(0)
        train(page, epochs=1, batches=2)
        page.send(wire.Follow(4))
        page.until(wire.Look)
        (lab.app.state.hub.root / "handed-on" / own.TABLE).write_text("a,b\n1,2\n")
        file = api(lab, "GET", "file", "handed-on")
        before = weights(lab, "handed-on", tmp_path)
    assert file.headers["content-disposition"] == 'attachment; filename="handed-on.vitrail"'
    card = lab.request("POST", "/api/file/contents", content=file.content).json()
    assert (card["data"], card["own_data"], card["epochs"], card["changes"]) == ("iris", True, 1, 0)
    name = lab.request("POST", "/api/file?name=Handed on", content=file.content).json()["workspace"]
    assert name == "handed-on-2"
    assert same(weights(lab, name, tmp_path), before)
    assert (lab.app.state.hub.root / name / own.TABLE).read_text() == "a,b\n1,2\n"
    with lab.browse(name) as page:
        assert page.saved().follow == 4
        page.idle(BATCHES + 2)
    assert lab.request("POST", "/api/file", content=b"noise").json()["key"] == "error.lab.file"
    listed = {entry["name"]: entry for entry in lab.request("GET", "/api/workspaces").json()}
    assert (listed[name]["data"], listed[name]["open"]) == ("iris", True)


def test_a_notebook_holds_the_whole_program(describe):
    experiment = describe()
    for language in ("en", "fr"):
        notebook = nbformat.reads(to_notebook(experiment, language), as_version=4)
        nbformat.validate(notebook)
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert [line for line in code.splitlines() if line] == [
            line for line in experiment.to_code().splitlines() if line
        ]
        assert Experiment.from_code(code) == experiment


def test_an_address_without_a_workspace_leads_home(run_lab, tmp_path):
    with run_lab(workers=1, workspaces=tmp_path, home="iris-2") as lab:
        answer = lab.request("GET", "/?lang=fr")
        assert (answer.status_code, answer.headers["location"]) == (307, "/?workspace=iris-2&lang=fr")
        assert lab.request("GET", "/?workspace=iris-2").status_code == 200
        assert json.loads(lab.request("GET", "/api/experiment?format=json").text)["data"]["name"] == "iris"
