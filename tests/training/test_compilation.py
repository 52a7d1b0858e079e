"""The folder of compiled programs: used by the next process, chosen by the person, never in the way."""

import json
import os
import subprocess
import sys

PROGRAM = """
import json, jax, numpy as np, vitrail, keras
compiled = []
jax.monitoring.register_event_listener(lambda name, **_: compiled.append(name))
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile(loss="mse")
run = vitrail.fit(model, np.ones((8, 3)), np.ones((8, 2)), epochs=2, verbose=0)
print(json.dumps({"hits": sum("cache_hits" in name for name in compiled), "loss": run.history["loss"]}))
"""


def train(program=PROGRAM, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def test_processes_that_start_together_share_the_folder_and_the_next_compiles_nothing_again(tmp_path):
    environment = {**os.environ, "VITRAIL_COMPILATION_CACHE": str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    losses = [json.loads(process.communicate(timeout=120)[0])["loss"] for process in started]
    kept = {path.name for path in tmp_path.iterdir() if path.name.endswith("-cache")}
    next_one = train(VITRAIL_COMPILATION_CACHE=str(tmp_path))
    assert next_one["hits"] >= 2
    assert losses == [next_one["loss"]] * 2
    assert {path.name for path in tmp_path.iterdir() if path.name.endswith("-cache")} == kept != set()


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").write_text("")
    assert train(VITRAIL_COMPILATION_CACHE=str(tmp_path / "file" / "cache"))["hits"] == 0


def test_it_can_be_turned_off_and_leaves_a_folder_of_jax_alone(tmp_path):
    assert train(VITRAIL_COMPILATION_CACHE="off")["hits"] == 0
    train(JAX_COMPILATION_CACHE_DIR=str(tmp_path / "own"), VITRAIL_COMPILATION_CACHE=str(tmp_path / "ours"))
    assert (tmp_path / "own").is_dir()
    assert not (tmp_path / "ours").exists()


def test_the_folder_may_go_while_a_process_uses_it(tmp_path):
    again = (
        "import os, shutil; shutil.rmtree(os.environ['VITRAIL_COMPILATION_CACHE'])\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1), keras.layers.Dense(2)])\n"
        "model.compile(loss='mse')\n"
        "run = vitrail.fit(model, np.ones((8, 3)), np.ones((8, 2)), epochs=2, verbose=0)\n"
    )
    before, last = PROGRAM.rstrip().rsplit("\n", 1)
    losses = [
        train(f"{before}\n{again}{last}", VITRAIL_COMPILATION_CACHE=str(tmp_path / "cache"))["loss"] for _ in range(2)
    ]
    assert losses[0] == losses[1]
