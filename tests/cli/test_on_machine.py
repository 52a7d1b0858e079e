"""What the command line says and does about this machine: data, doctor, clean, completion."""

import os
import re
import subprocess
import sys

import click
import pytest

from vitrail import places
from vitrail.cli import doctor as doctor_module
from vitrail.cli.command import run
from vitrail.data import dataset_names, keras_sets
from vitrail.lab import page
from vitrail.locale import text


def shown_by(capsys, *typed, code=0):
    assert run([*typed, "--lang", "en"]) == code
    return capsys.readouterr().out


@pytest.fixture
def built(monkeypatch, tmp_path):
    """The lab's page, as if it had been built."""
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<html></html>")
    monkeypatch.setattr(page, "STATIC", static)


def fill(folder, size=1500):
    folder.mkdir(parents=True)
    (folder / "file").write_bytes(bytes(size))
    return folder


def test_data_lists_every_set(private, capsys):
    lines = shown_by(capsys, "data").splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == list(dataset_names())
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:-1]}
    assert rows["mnist"] == ["classification", "60,000+10,000", "28", "x", "28", "download", "no"]
    assert rows["iris"] == ["classification", "120+30", "4", "scikit-learn", "yes"]


def test_data_describes_a_set(capsys):
    lines = shown_by(capsys, "data", "wine").splitlines()
    assert lines[0] == "wine: chemistry of wines from three cultivars"
    found = dict(line.split(maxsplit=1) for line in lines[1:] if not line.startswith((" ", "shape")))
    assert {name: found[name].strip() for name in ("task", "samples", "axes", "values", "classes")} == {
        "task": "classification",
        "samples": "144+34",
        "axes": "sample, feature",
        "values": "0.13 .. 1680, float64",
        "classes": "0 cultivar 1, 1 cultivar 2, 2 cultivar 3",
    }
    assert "UCI Machine Learning Repository" in "\n".join(lines)


def test_data_describes_options_words_and_targets(capsys):
    assert "points = 500, noise = 0.0, seed = 0, train_ratio = 0.5" in shown_by(capsys, "data", "plane")
    assert "0 · 1 all 2 awful" in shown_by(capsys, "data", "tiny_reviews")
    assert "25 .. 346, float64" in shown_by(capsys, "data", "diabetes")


def test_data_says_how_to_get_what_is_not_here(private, capsys):
    assert "vitrail data mnist --fetch" in shown_by(capsys, "data", "mnist")


def test_data_fetches(private, monkeypatch, capsys):
    def download(url, path, *, check):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(2_500_000))

    monkeypatch.setattr("vitrail.data.remote.download", download)
    path = keras_sets.MNIST.cached
    assert shown_by(capsys, "data", "mnist", "--fetch") == f"Downloaded to {path} (2.5 MB)\n"
    assert shown_by(capsys, "data", "mnist", "--fetch") == f"Already here: {path} (2.5 MB)\n"
    assert shown_by(capsys, "data", "iris", "--fetch") == "iris needs no download.\n"


def test_data_shows_where_things_are(private, capsys):
    fill(places.datasets())
    fill(places.runs() / "one", 2_000_000)
    rows = [line.split() for line in shown_by(capsys, "data", "--where").splitlines()]
    assert ["data", "sets", "1.5", "kB", str(places.datasets())] in rows
    assert ["runs", "2.0", "MB", str(places.runs())] in rows


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["data", "irsi"], "Did you mean 'iris'?"),
        (["data", "--fetch"], "--fetch needs the name of a data set"),
        (["data", "penguins", "--fetch"], "There is no data set 'penguins'"),
        (["clean", "everything"], "PLACES: expected one of datasets, pictures, programs, tables, runs, workspaces."),
        (["completion", "tcsh"], "SHELL: expected one of bash, zsh, fish."),
        (["data", "--wher"], "No such option --wher. Near to it: --where, --help."),
        (["predict", "x", "--index", "a"], "--index: expected a whole number, 0 or more."),
        (["fit", "--seed", "-1"], "--seed: expected a whole number from 0 to 4294967295."),
        (["data", "iris", "wine"], "wine is too much. Try 'vitrail data --help'."),
        (["completion"], "Missing argument SHELL. Try 'vitrail completion --help'."),
    ],
)
def test_bad_use_gives_one_line_and_exit_code_2(typed, said, private, capsys):
    assert run([*typed, "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err


def test_an_option_without_its_value(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["predict", "x", "--index"]) == 2
    assert "L'option --index demande une valeur." in capsys.readouterr().err


def test_the_first_help_page_cuts_no_sentence(capsys):
    assert run(["--help", "--lang", "en"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "..." not in shown.replace("[ARGS]...", "")
    assert text("cli.help.trace", "en") in shown


def test_a_help_page_is_french_with_its_frame(capsys):
    assert run(["--help", "--lang", "fr"]) == 0
    assert re.findall(r"^\w+.?:", capsys.readouterr().out, re.MULTILINE) == ["Usage\xa0:", "Options:", "Commandes:"]


def test_doctor_finds_nothing_wrong(private, built, capsys):
    lines = shown_by(capsys, "doctor").splitlines()
    assert lines[-1] == "All is well."
    assert [line.split()[0] for line in lines[:-1]] == ["well"] * (len(lines) - 1)
    names = [line.split()[1] for line in lines[:-1]]
    assert names[:2] == ["vitrail", "python"]
    assert {"keras", "jax", "numpy", "scikit-learn", "devices", "runs"} < {*names}


def test_doctor_names_an_unbuilt_page(private, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(page, "STATIC", tmp_path / "nowhere")
    shown = shown_by(capsys, "doctor", code=1)
    assert "The lab's page is not built" in shown
    assert shown.splitlines()[-1] == "To mend: 1"


def test_doctor_names_another_backend(private, built, monkeypatch, capsys):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert "KERAS_BACKEND is set to torch" in shown_by(capsys, "doctor", code=1)


def test_doctor_names_settings_of_keras(private, built, monkeypatch, capsys):
    monkeypatch.delenv("KERAS_BACKEND")
    (private / "keras").mkdir()
    (private / "keras" / "keras.json").write_text('{"backend": "torch"}')
    assert "chooses the backend torch" in shown_by(capsys, "doctor", code=1)


def test_doctor_names_a_place_that_cannot_be_written(private, built, capsys):
    (private / "cache").write_text("a file where a folder should be")
    assert f"Nothing can be written to {places.datasets()}" in shown_by(capsys, "doctor", code=1)


def test_doctor_names_old_and_missing_packages(private, built, monkeypatch, capsys):
    needed = ["keras>=99", "no-such-package>=1", 'left-out>=1; python_version < "3"']
    monkeypatch.setattr(doctor_module.importlib.metadata, "requires", lambda _: needed)
    shown = shown_by(capsys, "doctor", code=1)
    assert 'expected >=99. Run: pip install "keras>=99"' in shown
    assert "The package no-such-package is not installed: expected no-such-package>=1." in shown
    assert "left-out" not in shown


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"KERAS_BACKEND": "torch"}, "KERAS_BACKEND is set to torch"),
        ({"JAX_PLATFORMS": "nonsense"}, "JAX cannot use the devices that it was told to use"),
    ],
)
def test_doctor_works_where_keras_cannot(private, setting, said):
    """In a process of its own, as the command starts."""
    code = "import sys; sys.argv = ['vitrail']; from vitrail.cli import main; main(['doctor', '--lang', 'en'])"
    bare = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    environment = bare | setting | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert said in done.stdout


def answer(monkeypatch, word):
    monkeypatch.setattr(click, "prompt", lambda *_, **__: word)


@pytest.mark.parametrize("word", ["y", "YES", "o", "oui "])
def test_clean_deletes_caches_after_a_yes(private, monkeypatch, capsys, word):
    datasets, programs, runs = fill(places.datasets()), fill(places.programs()), fill(places.runs())
    answer(monkeypatch, word)
    shown = shown_by(capsys, "clean")
    assert shown.splitlines() == [
        f"data sets: {datasets} (1.5 kB)",
        f"compiled programs: {programs} (1.5 kB)",
        "Deleted.",
    ]
    assert (datasets.exists(), programs.exists(), runs.exists()) == (False, False, True)


@pytest.mark.parametrize("word", ["", "n", "no", "x"])
def test_clean_deletes_nothing_after_anything_else(private, monkeypatch, capsys, word):
    datasets = fill(places.datasets())
    answer(monkeypatch, word)
    assert shown_by(capsys, "clean").splitlines()[-1] == "Nothing was deleted."
    assert datasets.exists()


def test_clean_without_an_answer_deletes_nothing(private, monkeypatch, capsys):
    def no_terminal(*_, **__):
        raise click.Abort

    datasets = fill(places.datasets())
    monkeypatch.setattr(click, "prompt", no_terminal)
    assert "Nothing was deleted." in shown_by(capsys, "clean")
    assert datasets.exists()


def test_clean_takes_runs_only_by_name(private, capsys):
    datasets, runs = fill(places.datasets()), fill(places.runs())
    assert shown_by(capsys, "clean", "runs", "--yes").splitlines() == [f"runs: {runs} (1.5 kB)", "Deleted."]
    assert (datasets.exists(), runs.exists()) == (True, False)


def test_clean_takes_workspaces_only_by_name(private, capsys):
    workspaces = fill(places.workspaces())
    assert shown_by(capsys, "clean", "--yes") == "There is nothing to delete.\n"
    assert shown_by(capsys, "clean", "workspaces", "--yes").endswith("Deleted.\n")
    assert not workspaces.exists()


def test_clean_has_nothing_to_do(private, capsys):
    assert shown_by(capsys, "clean", "--yes") == "There is nothing to delete.\n"


def test_clean_says_what_it_could_not_delete(private, monkeypatch, capsys):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    fill(places.datasets())
    monkeypatch.setattr("vitrail.cli.clean.shutil.rmtree", refuse)
    assert run(["clean", "--yes", "--lang", "en"]) == 2
    assert "could not be deleted (Permission denied)" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell, capsys):
    shown = shown_by(capsys, "completion", shell)
    assert "_VITRAIL_COMPLETE" in shown
    assert "vitrail" in shown


@pytest.mark.parametrize(
    ("words", "expected"),
    [("vitrail ev", {"evaluate"}), ("vitrail data xor", {"xor", "xor_table"}), ("vitrail clean d", {"datasets"})],
)
def test_the_shell_is_told_what_fits(words, expected, monkeypatch, capsys):
    monkeypatch.setenv("_VITRAIL_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    with pytest.raises(SystemExit) as left:
        run([])
    assert left.value.code == 0
    assert {line.removeprefix("plain,") for line in capsys.readouterr().out.split()} == expected
