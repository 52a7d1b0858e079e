"""`vitrail data FILE`: what arrays, series, texts and pictures of one's own become, in both languages."""

import numpy as np
import pytest

from vitrail.cli.command import run


def shown_by(capsys, *arguments):
    assert run(["data", *map(str, arguments)]) == 0
    return {
        line.split("  ")[0]: " ".join(line.split("  ", 1)[1].split())
        for line in capsys.readouterr().out.splitlines()
        if "  " in line
    }


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def test_a_series(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.arange(40.0).reshape(20, 2))
    options = ("--option", "window=3", "--option", "train_ratio=0.5", "--lang", "en")
    shown = shown_by(capsys, tmp_path / "x.npy", *options)
    assert (shown["samples"], shown["shape of one"], shown["features"]) == ("7+7", "3 x 2", "x1, x2")
    assert shown["windows"] == "3 of 20 rows each, 1 apart; the target 1 rows later; cut at row 10"
    assert shown["mean ± deviation"] == "x1 (9 ± 5.745), x2 (10 ± 5.745)"


def test_a_series_that_ships(capsys):
    shown = shown_by(capsys, "temperatures", "--lang", "fr")
    assert (
        shown["fenêtres"]
        == "24 lignes chacune sur 17 520, à 1 d'écart ; la cible 1 lignes plus loin ; coupe à la ligne 14 016"
    )


def test_texts(capsys, tmp_path):
    rows = [f"the {word} film,{kind}" for word, kind in [("good", "up"), ("dull", "down")] * 2]
    (tmp_path / "t.csv").write_text("\n".join(["review,kind", *rows]), encoding="utf-8")
    shown = shown_by(capsys, tmp_path / "t.csv", "--option", "text=review", "--lang", "fr")
    assert (shown["vocabulaire"], shown["premier exemple"]) == (
        "0 · 1 [UNK] 2 film 3 the 4 dull 5 good",
        "the dull film",
    )
    assert shown["provenance"].startswith("Vos propres textes, t.csv, en numéros")


def test_an_array_without_targets(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((5, 2, 2), np.uint8))
    shown = shown_by(capsys, tmp_path / "x.npy", "--lang", "fr")
    assert (shown["axes"], shown["cibles"]) == ("exemple, hauteur, largeur", "les exemples eux-mêmes")


def test_a_damaged_file_is_one_sentence(capsys, tmp_path):
    (tmp_path / "x.npy").write_bytes(b"\x93NUMPY")
    assert run(["data", str(tmp_path / "x.npy"), "--lang", "en"]) != 0
    assert "x.npy is no array that can be read here" in " ".join(capsys.readouterr().err.split())
