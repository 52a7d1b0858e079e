"""`vitrail describe`, in both languages and for a file."""

import numpy as np
import pytest

from vitrail import describe, load_dataset
from vitrail.cli.command import run


@pytest.mark.parametrize("language", ["en", "fr"])
def test_inputs_and_targets_are_described(capsys, language):
    assert run(["describe", "iris", "--lang", language]) == 0
    said, data = capsys.readouterr().out, load_dataset("iris")
    for array in (data.x_train, data.y_train):
        assert describe(array).render(language) in said


def test_a_file_is_described_as_what_it_becomes(capsys, tmp_path):
    np.savez(tmp_path / "pictures.npz", x=np.zeros((20, 9, 9), np.uint8), y=np.arange(20) % 2)
    assert run(["describe", str(tmp_path / "pictures.npz"), "--lang", "en"]) == 0
    assert "shape (16, 9, 9)" in capsys.readouterr().out


def test_an_unknown_name_is_one_line(capsys):
    assert run(["describe", "irys", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n"), "iris" in said.err) == ("", 1, True)
