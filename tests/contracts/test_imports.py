"""What `import vitrail` loads, and which backend it leaves Keras on."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("jax", "keras", "sklearn", "scipy", "fastapi", "uvicorn", "websockets", "pooch", "polars", "fastexcel")


def run(code, **environment):
    """Run a program in a fresh process whose environment says nothing of Keras but what is given."""
    bare = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", code], env=bare | environment, capture_output=True, text=True, check=False, timeout=120
    )


def keras_settings(home, **settings):
    home.mkdir(exist_ok=True)
    (home / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    return {"KERAS_HOME": str(home)}


@pytest.fixture
def no_settings(tmp_path):
    return {"KERAS_HOME": str(tmp_path)}


def test_import_is_light(no_settings):
    done = run(f"import sys, vitrail; print([m for m in {HEAVY} if m in sys.modules])", **no_settings)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_import_of_the_lab_never_loads_jax(no_settings):
    done = run(
        "import sys, vitrail.cli, vitrail.lab; print([m for m in ('jax', 'keras') if m in sys.modules])", **no_settings
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize(
    "environment", [{}, pytest.param({"KERAS_BACKEND": "jax"}, marks=pytest.mark.soak), {"KERAS_BACKEND": ""}]
)
def test_keras_runs_on_jax_after_import(no_settings, environment):
    done = run("import vitrail, keras; print(keras.config.backend())", **no_settings, **environment)
    assert (done.stdout, done.stderr) == ("jax\n", "")


def test_another_backend_in_the_environment_is_refused(no_settings):
    done = run("import vitrail", KERAS_BACKEND="tensorflow", **no_settings)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "vitrail.errors.BackendError: KERAS_BACKEND is set to tensorflow, and Vitrail needs Keras on jax. "
        "Run `unset KERAS_BACKEND` or set KERAS_BACKEND=jax, then start Python again."
    )


def test_keras_already_running_on_another_backend_is_refused(no_settings):
    done = run(
        "import sys, types\n"
        "keras = sys.modules['keras'] = types.ModuleType('keras')\n"
        "keras.config = types.SimpleNamespace(backend=lambda: 'torch')\n"
        "import vitrail",
        **no_settings,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "vitrail.errors.BackendError: Keras is already running on torch, and Vitrail needs it on jax. "
        "In a fresh Python process, write `import vitrail` before `import keras`, or set KERAS_BACKEND=jax."
    )


def test_keras_already_running_on_jax_is_welcome(no_settings):
    done = run("import keras, vitrail; print(keras.config.backend())", KERAS_BACKEND="jax", **no_settings)
    assert (done.stdout, done.stderr) == ("jax\n", "")


def test_another_backend_in_the_settings_warns_once_and_jax_wins(tmp_path):
    settings = keras_settings(tmp_path, backend="torch")
    done = run("import vitrail, keras; print(keras.config.backend())", **settings)
    assert done.stdout == "jax\n"
    assert done.stderr.count("UserWarning") == 1
    assert f"{tmp_path / 'keras.json'} chooses the backend torch, and Vitrail needs jax" in done.stderr


def test_another_backend_in_the_settings_is_silent_where_the_environment_chooses_jax(tmp_path):
    done = run("import vitrail", KERAS_BACKEND="jax", **keras_settings(tmp_path, backend="torch"))
    assert (done.returncode, done.stderr) == (0, "")


def test_settings_that_keras_wrote_itself_are_no_choice(tmp_path):
    home = {"KERAS_HOME": str(tmp_path / "home")}
    assert run("import keras", KERAS_BACKEND="jax", **home).returncode == 0
    assert (tmp_path / "home" / "keras.json").is_file()
    done = run("import vitrail, keras; print(keras.config.backend())", **home)
    assert (done.stdout, done.stderr) == ("jax\n", "")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"floatx": "float32"}'])
def test_settings_without_a_backend_are_left_to_keras(tmp_path, text):
    (tmp_path / "keras.json").write_text(text, encoding="utf-8")
    done = run("import vitrail", KERAS_HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
