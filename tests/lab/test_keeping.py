"""What is on disk of a workspace: written whole, read strictly, held by one lab, listed, renamed and deleted."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from vitrail import runs
from vitrail.errors import ExperimentError, RequestError, RunError, UnavailableError
from vitrail.experiment import Experiment
from vitrail.lab import keeping, keeping_file, keeping_list
from vitrail.lab.keeping import Kept
from vitrail.lab.keeping_runs import AUTOMATIC, ROWS, SNAPSHOT, Runs
from vitrail.training import Session


@pytest.fixture(scope="module")
def written(describe, tmp_path_factory):
    """What copies a finished run folder, as a worker writes one, to a place."""
    import shutil

    source = tmp_path_factory.mktemp("run") / "run"
    session = Session.open(describe())
    session.advance(epochs=2)
    runs.save(session.run(), session.experiment, source)
    session.save(source / SNAPSHOT)
    return lambda place: shutil.copytree(source, place)


def test_what_is_saved_is_read_again(describe, tmp_path):
    kept = Kept(describe(), 7, follow=3, focus=("dense", 2))
    keeping.write(tmp_path, kept)
    keeping.write(tmp_path, kept)
    assert keeping.read(tmp_path) == kept
    assert [path.name for path in tmp_path.iterdir()] == [keeping.FILE]
    assert keeping.read(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"format":1', '"format":2').replace('"format": 1', '"format": 2'),
        lambda text: text.replace("Dropout", "Dropin"),
        lambda text: text.replace('"session": 7', '"session": -7'),
        lambda _: "",
    ],
)
def test_what_is_damaged_is_said(describe, tmp_path, change):
    keeping.write(tmp_path, Kept(describe(), 7))
    path = tmp_path / keeping.FILE
    path.write_text(change(path.read_text()))
    if "Dropin" in path.read_text():  # a layer that Keras does not have is found where the model is built
        assert keeping.read(tmp_path).experiment.layers[1].class_name == "Dropin"
        return
    with pytest.raises(RunError) as refused:
        keeping.read(tmp_path)
    assert refused.value.key == "error.lab.workspace_damaged"
    keeping.set_aside(path)
    assert keeping.read(tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == ["workspace.json.damaged"]


def test_one_lab_holds_a_workspace(tmp_path):
    lock = keeping.claim(tmp_path / "main")
    assert keeping.is_open(tmp_path / "main")
    with pytest.raises(UnavailableError) as refused:
        keeping.claim(tmp_path / "main")
    assert (refused.value.key, refused.value.arguments) == ("error.lab.workspace_open", {"name": "main"})
    lock.release()
    assert not keeping.is_open(tmp_path / "main")


def save(describe, root, *names):
    for name in names:
        (root / name).mkdir()
        keeping.write(root / name, Kept(describe(), None))


def names_of(root):
    return sorted(entry.name for entry in keeping_list.entries(root))


def test_workspaces_are_listed_renamed_and_deleted(describe, tmp_path):
    save(describe, tmp_path, "main", "iris")
    (tmp_path / "Not a workspace").mkdir()
    (tmp_path / "looked-at").mkdir()
    assert names_of(tmp_path) == ["iris", "main"]
    assert {entry.data for entry in keeping_list.entries(tmp_path)} == {"iris"}
    keeping_list.rename(tmp_path, "iris", "looked-at")
    assert names_of(tmp_path) == ["looked-at", "main"]
    keeping_list.delete(tmp_path, "looked-at")
    assert names_of(tmp_path) == ["main"]


def test_what_cannot_be_renamed_or_deleted_stays(describe, tmp_path):
    save(describe, tmp_path, "main", "other")
    lock = keeping.claim(tmp_path / "main")
    for refuse, key in (
        (lambda: keeping_list.rename(tmp_path, "main", "new"), "error.lab.workspace_open"),
        (lambda: keeping_list.delete(tmp_path, "main"), "error.lab.workspace_open"),
        (lambda: keeping_list.rename(tmp_path, "other", "main"), "error.lab.workspace_exists"),
        (lambda: keeping_list.rename(tmp_path, "other", "../new"), "error.lab.workspace_name"),
        (lambda: keeping_list.delete(tmp_path, ".."), "error.lab.workspace_name"),
        (lambda: keeping_list.delete(tmp_path, "unknown"), "error.lab.workspace_unknown"),
    ):
        with pytest.raises((RequestError, UnavailableError)) as refused:
            refuse()
        assert refused.value.key == key
    lock.release()
    assert names_of(tmp_path) == ["main", "other"]


def test_the_last_workspace_comes_back_unless_it_is_open(describe, tmp_path):
    assert keeping_list.last(tmp_path) is None
    save(describe, tmp_path, "main")
    assert keeping_list.last(tmp_path) == "main"
    lock = keeping.claim(tmp_path / "main")
    assert (keeping_list.last(tmp_path), keeping_list.fresh(tmp_path, "main")) == (None, "main-2")
    lock.release()
    assert keeping_list.fresh(tmp_path, "../../Été 2026") == "t-2026"


# Runs ----------------------------------------------------------------------------------------------------------------


def keep(place, written, **note):
    folder = place.begin()
    written(folder)
    return place.finish(folder, **{"automatic": False, "changes": 0, **note})


def test_runs_are_kept_named_deleted_and_brought_back(written, describe, tmp_path):
    place = Runs(tmp_path / "runs")
    assert place.cards() == []
    first, second = keep(place, written), keep(place, written, name=" wide ", changes=2)
    assert [(card.number, card.name, card.changes) for card in place.cards()] == [(2, "wide", 2), (1, "", 0)]
    assert Experiment.from_json(first.experiment) == describe()
    assert (first.epochs, [row.epoch for row in first.history]) == (2, [1, 2])
    assert first.history[1].logs["loss"] == json.loads((place.folder(first.id) / "history.json").read_text())["loss"][1]
    place.rename(first.id, "narrow")
    place.delete(second.id)
    assert [card.name for card in place.cards()] == ["narrow"]
    place.undelete(second.id)
    assert [card.name for card in Runs(tmp_path / "runs").cards()] == ["wide", "narrow"]
    assert place.revision == 5


def test_of_runs_that_nobody_asked_for_the_last_ones_stay(written, tmp_path):
    place = Runs(tmp_path)
    named = keep(place, written, automatic=True)
    place.rename(named.id, "mine")
    asked = keep(place, written)
    automatic = [keep(place, written, automatic=True).id for _ in range(AUTOMATIC + 2)]
    assert {card.id for card in place.cards()} == {named.id, asked.id, *automatic[2:]}


def test_what_was_not_finished_or_was_deleted_is_gone_at_the_next_opening(written, tmp_path):
    place = Runs(tmp_path)
    place.delete(keep(place, written).id)
    written(place.begin())
    damaged = keep(place, written)
    (place.folder(damaged.id) / "run.json").write_text("{")
    assert Runs(tmp_path).cards() == []
    assert [path.name for path in tmp_path.iterdir()] == [damaged.id]


@pytest.mark.parametrize("name", ["..", "", "../runs", "20260101-000000-iris", "20260101-000000-../../x", "a" * 300])
def test_no_name_of_a_run_leads_anywhere_else(name, tmp_path):
    place = Runs(tmp_path / "runs")
    for refuse in (place.folder, place.card, place.delete, place.undelete, lambda one: place.rename(one, "x")):
        with pytest.raises(RequestError) as refused:
            refuse(name)
        assert refused.value.key == "error.lab.run_unknown"


def test_a_long_history_is_thinned_and_ends_with_the_last_epoch(written, tmp_path):
    place, count = Runs(tmp_path), 4 * ROWS - 1
    folder = written(place.begin())
    (folder / "history.json").write_text(json.dumps({"loss": list(range(count))}))
    information = json.loads((folder / "run.json").read_text()) | {"epochs": count, "seconds": [0.5] * count}
    (folder / "run.json").write_text(json.dumps(information))
    card = place.finish(folder, automatic=False, changes=0)
    assert [row.epoch for row in card.history] == [*range(1, count + 1, 4), count]
    assert all(row.logs["loss"] == row.epoch - 1 for row in card.history)


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def packed(written, tmp_path):
    """A file with a person's own data."""
    data = tmp_path / "mine.csv"
    data.write_text("a,b\n1,2\n")
    path = tmp_path / "mine.vitrail"
    keeping_file.pack(written(tmp_path / "run"), path, changes=1, data=data, follow=4, focus=("dense", 1))
    return path


def test_a_file_carries_what_makes_raw_rows_inputs(written, tmp_path):
    run = written(tmp_path / "run")
    (run / "preprocessing.json").write_text("{}", encoding="utf-8")
    path = tmp_path / "a.vitrail"
    keeping_file.pack(run, path, changes=0, data=None, follow=None, focus=None)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("preprocessing.json") == b"{}"
    keeping_file.unpack(path, tmp_path / "out")


def test_a_file_gives_back_what_went_in(packed, written, describe, tmp_path):
    opened = keeping_file.unpack(packed, tmp_path / "out")
    assert opened.experiment == describe()
    card = opened.card()
    assert (card.data, card.own_data, card.epochs, card.changes) == ("iris", True, 2, 1)
    assert (opened.manifest.follow, opened.manifest.focus, card.bytes) == (4, ("dense", 1), packed.stat().st_size)
    assert (tmp_path / "out" / "data.csv").read_text() == "a,b\n1,2\n"
    session = Session.restore(tmp_path / "out" / SNAPSHOT)
    again = Session.restore(tmp_path / "run" / SNAPSHOT)
    for ours, theirs in zip(session.synchronize().get_weights(), again.synchronize().get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def changed(path, **parts):
    """The same archive with other parts, or without those that are none."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content |= {name.replace("__", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            if part is not None:
                archive.writestr(name, part)


def bomb():
    """Arrays that unpack to a thousand times their size."""
    stream = io.BytesIO()
    np.savez_compressed(stream, a=np.zeros(1_000_000))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"../evil": b"x"}, "error.lab.file"),
        ({"evil__py": b"x"}, "error.lab.file"),
        ({"session__npz": None}, "error.lab.file"),
        ({"session__npz": b"no archive"}, "error.lab.file"),
        ({"session__npz": bomb()}, "error.lab.file"),
        ({"manifest__json": b"{"}, "error.lab.file"),
        ({"manifest__json": b'{"format": 2}'}, "error.lab.file"),
        ({"data__csv": None}, "error.lab.file"),
        ({"experiment__toml": b"\xff"}, "error.lab.file"),
        ({"experiment__toml": b"seed = "}, "error.experiment.toml"),
        ({"experiment__toml": bytes(1_000_001)}, "error.lab.file_part"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(packed, tmp_path, parts, key):
    changed(packed, **parts)
    with pytest.raises((RequestError, ExperimentError)) as refused:
        keeping_file.unpack(packed, tmp_path / "out")
    assert refused.value.key == key
    assert [path.name for path in tmp_path.iterdir() if path.name == "evil"] == []


def test_what_is_no_archive_or_has_a_part_twice_is_refused(packed, tmp_path):
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("run.json", "{}")
    (tmp_path / "noise").write_bytes(b"noise")
    for path in (packed, tmp_path / "noise", tmp_path / "nowhere"):
        with pytest.raises(RequestError) as refused:
            keeping_file.inspect(path)
        assert refused.value.key == "error.lab.file"


def test_a_part_that_lies_about_its_size_is_not_read_on(packed, tmp_path, monkeypatch):
    monkeypatch.setitem(keeping_file._LIMITS, "session.npz", 1000)
    with pytest.raises(RequestError) as refused:
        keeping_file.unpack(packed, tmp_path / "out")
    assert refused.value.arguments == {"part": "session.npz", "most": 1000}
