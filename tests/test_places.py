"""Where things are kept."""

from vitrail import places


def test_places_follow_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv(places.PICTURES_VARIABLE, raising=False)
    monkeypatch.delenv(places.PROGRAMS_VARIABLE, raising=False)
    monkeypatch.delenv(places.TABLES_VARIABLE, raising=False)
    monkeypatch.delenv(places.WORKSPACES_VARIABLE, raising=False)
    assert places.runs() == tmp_path / "data" / "vitrail" / "runs"
    assert places.kept() == {"runs": places.runs(), "workspaces": tmp_path / "data" / "vitrail" / "workspaces"}
    assert places.keras() == tmp_path / "keras"
    assert places.caches() == {
        "datasets": tmp_path / "cache" / "vitrail" / "datasets",
        "pictures": tmp_path / "cache" / "vitrail" / "pictures",
        "programs": tmp_path / "cache" / "vitrail" / "programs",
        "tables": tmp_path / "cache" / "vitrail" / "tables",
    }
    monkeypatch.setenv(places.TABLES_VARIABLE, str(tmp_path))
    assert places.tables() == tmp_path


def test_programs_can_be_elsewhere_or_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv(places.PROGRAMS_VARIABLE, str(tmp_path))
    assert places.programs() == tmp_path
    monkeypatch.setenv(places.PROGRAMS_VARIABLE, "off")
    assert places.programs() is None
    assert list(places.caches()) == ["datasets", "pictures", "tables"]


def test_workspaces_can_be_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv(places.WORKSPACES_VARIABLE, str(tmp_path))
    assert places.workspaces() == tmp_path


def test_sizes_count_every_file_below(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(bytes(10))
    (tmp_path / "a" / "b" / "two").write_bytes(bytes(5))
    assert (places.size(tmp_path), places.size(tmp_path / "a" / "one")) == (15, 10)
