"""Worker processes end, are replaced, and put trainings away, and nobody loses more than the last moment."""

from __future__ import annotations

import os
import signal
import zipfile

import h5py
import pytest

from vitrail.wire import messages as wire

BATCHES = 15


def weights(lab, workspace, folder):
    """Every array of a downloaded model by its name, the optimizer's too, as bytes."""
    answer = lab.request("GET", f"/api/model?workspace={workspace}")
    assert answer.status_code == 200, answer.text
    path = folder / "model.keras"
    path.write_bytes(answer.content)
    found = {}
    with zipfile.ZipFile(path) as archive, archive.open("model.weights.h5") as file, h5py.File(file) as content:
        content.visititems(lambda name, item: found.update({name: item[()].tobytes()}) if is_array(item) else None)
    assert len(found) > 4
    return found


def is_array(item):
    return isinstance(item, h5py.Dataset)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def cramped(run_lab):
    """A lab whose only worker keeps one training in memory."""
    with run_lab(workers=1, keep=1) as lab:
        yield lab


@pytest.fixture
def one_worker(run_lab):
    """A lab whose only worker is about to hang."""
    with run_lab(workers=1) as lab:
        yield lab


def test_a_training_that_was_put_away_comes_back_the_same(cramped, tmp_path):
    with cramped.browse("first") as page:
        page.idle(0)
        page.send(wire.Step("epoch"))
        page.idle(BATCHES)
        page.send(wire.Step("batch"))
        page.idle(BATCHES + 1)
        before = weights(cramped, "first", tmp_path)
        with cramped.browse("second") as other:
            other.idle(0)
            other.send(wire.Step("epoch"))
            other.idle(BATCHES)
        assert weights(cramped, "first", tmp_path) == before
        with cramped.browse("second") as other:
            other.idle(BATCHES)
        page.send(wire.Play())
        page.idle(3 * BATCHES)
        interrupted = weights(cramped, "first", tmp_path)
    with cramped.browse("third") as page:
        page.idle(0)
        page.send(wire.Play())
        page.idle(3 * BATCHES)
    assert weights(cramped, "third", tmp_path) == interrupted
    assert len(cramped.pids) == 1


def test_a_lost_worker_comes_back_as_it_stood_still(cramped, tmp_path):
    with cramped.browse("lost") as page:
        page.idle(0)
        page.send(wire.Step("epoch"))
        page.idle(BATCHES)
        page.send(wire.Step("batch"))
        page.idle(BATCHES + 1)
        page.send(wire.See(["dense"]))
        kernels = page.until(wire.Frame).kernels
        before = weights(cramped, "lost", tmp_path)
        history = cramped.request("GET", "/api/history?workspace=lost").json()
        (pid,) = cramped.pids
        os.kill(pid, signal.SIGKILL)
        assert page.until(wire.Notice) == wire.Notice("information", "lab.server.came_back", {})
        frame = page.idle(BATCHES + 1)
        assert frame.kernels == kernels
        assert weights(cramped, "lost", tmp_path) == before
        assert cramped.request("GET", "/api/history?workspace=lost").json() == history
        assert pid not in cramped.pids
        page.send(wire.Step("batch"))
        page.idle(BATCHES + 2)


def test_a_training_whose_worker_is_lost_while_it_plays_comes_back_paused(cramped):
    with cramped.browse("playing") as page:
        page.idle(0)
        page.send(wire.Play())
        page.idle(3 * BATCHES)
        page.send(wire.Play())
        page.until(wire.Frame, status="running")
        os.kill(cramped.pids[0], signal.SIGKILL)
        page.until(wire.Notice, key="lab.server.came_back")
        frame = page.until(wire.Frame, status="idle")
        assert frame.clock.updates >= 3 * BATCHES
        page.send(wire.Step("batch"))
        page.idle(frame.clock.updates + 1)


def test_a_training_that_hangs_is_stopped_and_told_and_the_others_go_on(one_worker):
    lab = one_worker
    with lab.browse("hanging") as page, lab.browse("beside") as beside:
        for each in (page, beside):
            each.idle(0)
            each.send(wire.Play())
            each.idle(3 * BATCHES)
        beside.send(wire.Play())
        beside.until(wire.Frame, status="running")
        (pid,) = lab.pids
        session = lab.app.state.hub.workspace("hanging").session
        (worker,) = lab.app.state.hub.pool._workers
        os.kill(pid, signal.SIGSTOP)
        worker.pulse.begin(session, seconds=0.5)  # what it would have said of itself
        assert page.until(wire.Notice) == wire.Notice("error", "lab.server.hung", {})
        page.idle(3 * BATCHES)
        assert beside.until(wire.Notice) == wire.Notice("information", "lab.server.went_on", {})
        before = beside.until(wire.Frame, status="running").clock.updates
        assert before >= 3 * BATCHES
        while beside.until(wire.Frame).clock.updates == before:
            pass
        beside.send(wire.Pause())
        page.send(wire.Step("batch"))
        page.idle(3 * BATCHES + 1)
        assert pid not in lab.pids


def test_workers_start_when_they_are_needed_and_end_with_the_lab(run_lab, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with run_lab(workers=2) as lab:
        assert lab.request("GET", "/api/experiment").status_code == 200
        assert lab.pids == []
        with lab.browse("one") as page:
            page.idle(0)
            assert len(lab.pids) == 1
            with lab.browse("two") as other:
                other.idle(0)
                assert len(lab.pids) == 2
                with lab.browse("three") as third:
                    third.idle(0)
                    assert len(lab.pids) == 2
        pids = lab.pids
        assert [folder.name.startswith("vitrail-lab-") for folder in tmp_path.iterdir()] == [True]
    assert [alive(pid) for pid in pids] == [False, False]
    assert list(tmp_path.iterdir()) == []
