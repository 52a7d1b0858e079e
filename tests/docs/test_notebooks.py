"""The notebooks, executed from their first cell to their last in a kernel of their own."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "examples" / "notebooks"
PAIRS = {"tensors": "tenseurs", "fashion-mnist": "fashion-mnist", "backpropagation": "retropropagation"}
PATHS = [NOTEBOOKS / "en" / f"{name}.ipynb" for name in PAIRS] + [
    NOTEBOOKS / "fr" / f"{name}.ipynb" for name in PAIRS.values()
]
RUN = [pytest.param(path, marks=pytest.mark.soak) if path.parent.name == "fr" else path for path in PATHS]
"""Those in French, which go the same way, run in `make soak`."""


def test_every_notebook_has_its_like_in_the_other_language():
    assert sorted(NOTEBOOKS.glob("*/*.ipynb")) == sorted(PATHS)


@pytest.mark.parametrize(("english", "french"), PAIRS.items())
def test_both_languages_go_the_same_way(english, french):
    ways = [
        [cell.cell_type for cell in nbformat.read(NOTEBOOKS / language / f"{name}.ipynb", as_version=4).cells]
        for language, name in (("en", english), ("fr", french))
    ]
    assert ways[0] == ways[1]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_notebook_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_cell_is_a_program(path):
    transform = TransformerManager().transform_cell
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [ast.parse(transform(source)) for source in cells] != []


@pytest.mark.parametrize("path", RUN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND")  # as in Colab, where nobody has chosen
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    errors = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in errors if output.output_type == "error" or output.get("name") == "stderr"] == []
