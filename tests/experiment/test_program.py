"""The Keras program that an experiment prints."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, reference
from vitrail.models import ObjectSpec
from vitrail.training import Session

REFERENCE = """\
import os

os.environ["KERAS_BACKEND"] = "jax"

import keras

keras.utils.set_random_seed(42)

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = keras.Sequential([
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=5, batch_size=32, validation_data=(x_test, y_test))
model.evaluate(x_test, y_test)
model.predict(x_test)
model.summary()
"""


def test_the_reference_program():
    assert reference().to_code() == REFERENCE


@pytest.mark.full_data
def test_the_reference_program_run_by_keras_alone_gives_the_run_of_a_session(tmp_path):
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for path in Path("/usr/share/datasets/fashion-mnist").glob("*.gz"):
        shutil.copy(path, folder)
    experiment = reference().model_copy(update={"fit": FitSpec(epochs=1)})
    ending = "\nimport json\nprint(json.dumps([model.history.history, model.get_weights()[1].tolist()]))"
    done = subprocess.run(
        [sys.executable, "-c", experiment.to_code() + ending],
        env={**os.environ, "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    session = Session.open(experiment)
    session.advance(epochs=1)
    run = session.run()
    assert json.loads(done.stdout.splitlines()[-1]) == [run.history, run.model.get_weights()[1].tolist()]


def test_every_kind_of_value_is_written_as_python():
    described = Experiment(
        seed=1,
        data=DataSpec(name="spiral", options={"points": 50, "noise": 0.1}),
        layers=(
            ObjectSpec(class_name="InputLayer", config={"shape": [2]}),
            ObjectSpec(
                class_name="Dense",
                config={
                    "units": 4,
                    "use_bias": False,
                    "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.5}},
                    "name": 'a "quoted" name',
                },
            ),
            ObjectSpec(class_name="Dropout", config={"rate": 0.25}),
            ObjectSpec(class_name="Dense", config={"units": 2}),
        ),
        compile=CompileSpec(
            optimizer=ObjectSpec(class_name="SGD", config={"learning_rate": 0.1, "nesterov": True}),
            loss=ObjectSpec(class_name="SparseCategoricalCrossentropy", config={"from_logits": True}),
        ),
        fit=FitSpec(epochs=1, batch_size=5, shuffle=False, validation="none"),
    )
    program = described.to_code()
    for line in (
        "import vitrail",
        'data = vitrail.load_dataset("spiral", points=50, noise=0.1)',
        "    keras.layers.InputLayer(shape=(2,)),",
        (
            "    keras.layers.Dense(4, use_bias=False, kernel_regularizer=keras.regularizers.L2(l2=0.5), "
            'name="a \\"quoted\\" name"),'
        ),
        "    keras.layers.Dropout(0.25),",
        "    optimizer=keras.optimizers.SGD(learning_rate=0.1, nesterov=True),",
        "    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),",
        "model.fit(x_train, y_train, epochs=1, batch_size=5, shuffle=False)",
    ):
        assert line in program.splitlines()
    assert "/" not in program
    assert "metrics" not in program
    compile(program, "program", "exec")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [("t.csv", {"window": 3}, "data.fitted holds"), ("t.csv", {}, "data.preprocessing holds"), ("sine_wave", {}, None)],
)
def test_what_is_not_plain_keras_is_said(name, options, said):
    program = reference("iris").model_copy(update={"data": DataSpec(name=name, options=options)}).to_code()
    comments = [line for line in program.splitlines() if line.startswith("#")]
    assert (said in " ".join(comments)) if said else comments == []
