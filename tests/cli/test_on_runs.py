"""What a person asks of a kept run: evaluate, predict, summary; and the catalogue by name."""

import re

import numpy as np
import pytest
from PIL import Image

import vitrail
from vitrail.cli.command import run
from vitrail.experiment import catalogue
from vitrail.runs import open_run


def write_png(path, pixels):
    Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).save(path)
    return path


def shown_by(capsys, *typed):
    assert run([*map(str, typed), "--lang", "en"]) == 0
    return capsys.readouterr().out


def scores(shown):
    """The last number of each row `class  number`."""
    return {name: float(value) for name, value in re.findall(r"^ (\d+ \S+) +([0-9.e+-]+) *$", shown, re.MULTILINE)}


def test_evaluate_prints_both_parts_as_the_library_measures_them(iris_run, capsys):
    shown = shown_by(capsys, "evaluate", iris_run)
    model, data = open_run(iris_run).model(), vitrail.load_dataset("iris")
    for name, word in (("loss", "loss"), ("accuracy", "accuracy")):
        train, test = (
            vitrail.evaluate(model, x, y, batch_size=1024)[name]
            for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test))
        )
        assert re.search(rf"^ {word} +{train:.4g} +{test:.4g} *$", shown, re.MULTILINE)
    assert "training data (120)" in shown
    assert "0 setosa" in shown


def test_evaluate_of_a_regression_has_no_confusion(plane_run, capsys):
    shown = shown_by(capsys, "evaluate", plane_run)
    assert "mean_absolute_error" in shown
    assert "Confusion" not in shown


def test_predict_a_row_with_points_or_commas(iris_run, capsys):
    shown = shown_by(capsys, "predict", iris_run, "--row", "5.1 3.5 1.4 0.2")
    assert shown == shown_by(capsys, "predict", iris_run, "--row", "5,1; 3,5; 1,4; 0,2")
    expected = vitrail.predict(open_run(iris_run).model(), [[5.1, 3.5, 1.4, 0.2]])[0]
    names = ("setosa", "versicolor", "virginica")
    assert scores(shown) == {f"{n} {name}": float(f"{expected[n]:.4g}") for n, name in enumerate(names)}
    assert list(scores(shown).values()) == sorted(scores(shown).values(), reverse=True)
    assert "probability" in shown


def test_predict_a_test_example_says_what_it_is(iris_run, capsys):
    data = vitrail.load_dataset("iris")
    shown = shown_by(capsys, "predict", iris_run, "--index", 7)
    assert f"Test example 7: it should be {data.class_names[data.y_test[7]]}." in shown


def test_predict_of_a_regression_is_a_value(plane_run, capsys):
    shown = shown_by(capsys, "predict", plane_run, "--row", "1 2")
    (expected,) = vitrail.predict(open_run(plane_run).model(), [[1.0, 2.0]])[0]
    assert shown.split()[::2] == ["output", f"{expected:.4g}"]


def test_a_single_output_is_the_second_class(gauss_run, capsys):
    found = scores(shown_by(capsys, "predict", gauss_run, "--row", "2 2"))
    (expected,) = vitrail.predict(open_run(gauss_run).model(), [[2.0, 2.0]])[0]
    assert found["1 blue"] == float(f"{expected:.4g}")
    assert found["0 orange"] == pytest.approx(1 - expected, abs=1e-3)


def test_predict_a_picture_as_the_data_set_has_it(digits_run, tmp_path, capsys):
    """A test picture saved with values up to 255 gives what --index gives, whose values go up to 16."""
    digit = vitrail.load_dataset("digits").x_test[3]
    path = write_png(tmp_path / "digit.png", (digit / 16 * 255).round().astype(np.uint8)[..., None])
    by_file = shown_by(capsys, "predict", digits_run, path)
    by_index = shown_by(capsys, "predict", digits_run, "--index", 3)
    assert "Its values from 0 to 255 were scaled to 0 to 16" in by_file
    assert scores(by_file) == pytest.approx(scores(by_index), abs=0.01)


def test_what_is_done_to_a_picture_is_said(digits_run, tmp_path, capsys):
    path = write_png(tmp_path / "photo.png", np.zeros((20, 30, 3), np.uint8))
    shown = shown_by(capsys, "predict", digits_run, path)
    assert "The picture has colours; it was made grey." in shown
    assert "The picture has 20 x 30 pixels; it was resized to 8 x 8." in shown


def test_an_array_is_a_picture_too(digits_run, tmp_path, capsys):
    np.save(tmp_path / "a.npy", np.zeros((8, 8), np.uint8))
    shown = shown_by(capsys, "predict", digits_run, tmp_path / "a.npy")
    assert "resized" not in shown
    assert len(scores(shown)) == 10


def test_summary_of_a_run_and_of_an_experiment(iris_run, capsys):
    kept = shown_by(capsys, "summary", iris_run)
    named = shown_by(capsys, "summary", "iris_mlp")
    assert [line.split()[1:] for line in kept.splitlines()] == [line.split()[1:] for line in named.splitlines()]
    assert "131 parameters, 131 of them trainable" in kept
    assert "(batch, 16)" in kept


def test_the_catalogue_is_listed_with_quality_and_reason(capsys):
    from vitrail.experiment import catalogue

    shown = shown_by(capsys, "fit", "--list")
    assert [name for name in catalogue.entries() if f"{name}: " not in shown] == []
    assert "test accuracy ≤ 0.75. One unit draws one straight line" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["evaluate"], "Missing argument"),
        (["evaluate", "lost"], "There is no run folder lost."),
        (["evaluate", "FOLDER"], "no complete run folder (No such file or directory)"),
        (["summary", "lost.toml"], "lost.toml cannot be read"),
        (["summary", "iris-mlp"], "Did you mean 'iris_mlp'?"),
        (["fit", "penguins"], "There is no experiment 'penguins'"),
        (["lab", "penguins"], "There is no experiment 'penguins'"),
        (["predict", "RUN"], "exactly one input"),
        (["predict", "RUN", "--row", "1", "--index", "2"], "exactly one input"),
        (["predict", "RUN", "lost.png", "--index", "2"], "exactly one input"),
        (["predict", "RUN", "--index", "30"], "examples 0 to 29"),
        (["predict", "RUN", "--row", "1 2 3"], "--row holds 3 numbers: expected 4"),
        (["predict", "RUN", "--row", "1 2 3 a"], "--row holds a: expected numbers"),
        (["predict", "RUN", "--row", "1 2 3 nan"], "--row holds nan: expected numbers"),
        (["predict", "RUN", "--row", ""], "--row holds 0 numbers"),
        (["predict", "RUN", "lost.png"], "lost.png cannot be read (No such file or directory)"),
        (["predict", "RUN", "THIS"], "no picture that can be read here"),
        (["predict", "RUN", "PNG"], "they are no pictures"),
    ],
)
def test_bad_use_gives_one_line_and_exit_code_2(typed, said, iris_run, tmp_path, capsys):
    png = write_png(tmp_path / "a.png", np.zeros((2, 2, 1), np.uint8))
    places = {"RUN": str(iris_run), "PNG": str(png), "THIS": __file__, "FOLDER": str(tmp_path)}
    assert run([*(places.get(word, word) for word in typed), "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err


def test_an_autoencoder_is_measured_on_its_inputs(train, capsys):
    folder = train("digits_denoising", 2)
    assert "Confusion" not in capsys.readouterr().out
    kept = open_run(folder)
    data = kept.experiment.prepare(vitrail.load_dataset("digits"))
    outputs = kept.model().predict(data.x_test, verbose=0)
    evaluated = shown_by(capsys, "evaluate", folder)
    loss = vitrail.evaluate(kept.model(), data.x_test, data.y_test, batch_size=1024)["loss"]
    assert re.search(rf"^ loss +[0-9.]+ +{loss:.4g} *$", evaluated, re.MULTILINE)
    assert "Confusion" not in evaluated
    score = float(np.square(outputs[3] - data.y_test[3]).mean())
    assert f"Mean squared difference between input and output: {score:.4g}." in shown_by(
        capsys, "predict", folder, "--index", 3
    )
    traced = shown_by(capsys, "trace", folder, "--index", 3)
    assert float(re.search(r"L = \+([0-9.]+)", traced)[1]) == pytest.approx(score, rel=1e-4)


def test_what_is_no_digit_has_a_high_score(train, capsys):
    folder = train("digits_anomaly", 10)
    shown = shown_by(capsys, "predict", folder, "--row", " ".join(["16 0"] * 32))
    score, usual = (float(found) for found in re.findall(r"(?:output: |below )([0-9.]+\d)", shown))
    assert score > 3 * usual


def test_the_end_that_early_stopping_puts_is_said(train, capsys):
    folder = train("moons_regularised", 300)
    shown = capsys.readouterr().out
    history = open_run(folder).history["val_loss"]
    best = 1 + int(np.argmin(history))
    assert len(history) == best + 20
    assert f"EarlyStopping ended the training after epoch {best + 20}." in shown
    assert f"The weights are those of the end of epoch {best} again, the best one." in shown
    data = vitrail.load_dataset("moons", points=200, noise=0.35, train_ratio=0.5)
    loss = vitrail.evaluate(open_run(folder).model(), data.x_test, data.y_test)["loss"]
    assert loss == pytest.approx(history[best - 1], rel=1e-5)


def test_a_training_that_ends_in_no_numbers_is_kept_where_the_experiment_says_so(tmp_path, capsys):
    experiment = tmp_path / "lost.toml"
    stop = '[[fit.callbacks]]\nclass_name = "TerminateOnNaN"\n'
    described = catalogue.named("iris_mlp").to_toml().replace("learning_rate = 0.01", "learning_rate = 1e30")
    experiment.write_text(f"{described}\n{stop}")
    assert run(["fit", str(experiment), "--out", str(tmp_path / "run"), "--lang", "en"]) == 0
    assert "TerminateOnNaN ended the training in epoch 1: the loss is no finite number any more." in (
        capsys.readouterr().out
    )
    assert len(open_run(tmp_path / "run").history["loss"]) == 1


def test_a_trace_names_both_classes_of_a_single_output(gauss_run, capsys):
    data = vitrail.load_dataset("gauss")
    output = open_run(gauss_run).model().predict(data.x_test[:1], verbose=0)[0, 0]
    label, predicted = (data.class_names[int(place)] for place in (data.y_test[0], output > 0.5))
    first = shown_by(capsys, "trace", gauss_run).splitlines()[0]
    assert first == f"Test example 0: true class {label}, predicted {predicted}"


def test_a_trace_of_a_regression_writes_both_numbers_alike(plane_run, capsys):
    assert run(["trace", str(plane_run), "--lang", "fr"]) == 0
    numbers = re.search(r"cible (\S+), prédiction (\S+)", capsys.readouterr().out)
    assert [bool(re.fullmatch(r"[+-]\d,\d{1,8}", number)) for number in numbers.groups()] == [True, True]


def test_a_trace_cuts_no_number_on_a_narrow_terminal(iris_run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert "…" not in shown_by(capsys, "trace", iris_run)


def test_a_file_that_is_not_there_is_said_in_french(capsys):
    assert run(["fit", "lost.toml", "--lang", "fr"]) == 2
    assert "ne peut pas être lue\N{NO-BREAK SPACE}: aucun fichier ni dossier de ce nom." in capsys.readouterr().err


def test_a_file_that_is_no_data_is_not_called_a_data_set(capsys):
    assert run(["data", __file__, "--lang", "en"]) == 2
    assert "is a file, but of no kind that is read as data" in capsys.readouterr().err
