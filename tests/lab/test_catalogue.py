"""Every experiment of the catalogue opens in the lab, and is shown or said to be one that cannot be looked into."""

import math
import time

import msgspec
import numpy as np
import pytest
from tests.short import short

from vitrail.experiment import CompileSpec, DataSpec, Experiment, catalogue
from vitrail.lab.album import Due, Watcher
from vitrail.lab.examiner import Examiner
from vitrail.lab.frames import Exposure
from vitrail.lab.orders import Own, View
from vitrail.lab.regions import Survey
from vitrail.models import ObjectSpec
from vitrail.training import Session
from vitrail.wire import encode
from vitrail.wire import messages as wire

NAMES = [name for name in catalogue.entries() if catalogue.named(name).data.name != "fashion_mnist"]
KINDS = ("digits_cnn", "digits_denoising", "iris_mlp", "linear_regression", "reviews_transformer", "sine_lstm")
"""One of each kind of network and of data; the others are opened in `make soak`."""
_decoder = msgspec.msgpack.Decoder(wire.ServerMessage)


def test_the_kinds_are_in_the_catalogue():
    assert set(KINDS) <= set(NAMES)


@pytest.mark.parametrize("name", short(NAMES, KINDS))
def test_an_experiment_is_shown(name):
    session = Session.open(catalogue.named(name), on_nan="stop")
    card = msgspec.msgpack.decode(msgspec.msgpack.encode(encode.workspace(session)), type=wire.Workspace)
    layers = [layer for layer in session.model.layers if type(layer).__name__ != "InputLayer"]
    assert [layer.name for layer in card.layers] == [layer.name for layer in layers]
    assert all(layer.output_shape for layer in card.layers)
    assert sum(layer.parameters for layer in card.layers) == card.settings.parameters
    session.advance(batches=1)
    weighty = tuple(layer.name for layer in card.layers if layer.kernel_shape)
    planar = card.plane is not None
    regions = tuple(layer.name for layer in card.layers if planar and len(layer.output_shape) == 1)
    view = View(see=weighty, regions=regions, follow=1, focus=(weighty[-1], 0))
    due = Due(7, Watcher(view), frame=True, look=True, unit=True)
    frame, look, unit = (_decoder.decode(letter) for letter in Exposure(session, Survey()).letters(due, "idle"))
    assert [kernel.layer for kernel in frame.kernels] == list(weighty)
    assert [region.layer for region in frame.regions] == list(regions)
    assert [layer.name for layer in look.layers] == [layer.name for layer in card.layers]
    assert [layer.a.shape for layer in look.layers] == [layer.output_shape for layer in card.layers]
    assert len(look.prediction) == math.prod(card.layers[-1].output_shape)
    opened = next(layer for layer in look.layers if layer.name == weighty[-1])
    formulas = {formula.key: formula.value for formula in unit.formulas}
    assert formulas["z"] == pytest.approx(float(np.frombuffer(opened.z.data, "<f4")[0]), rel=1e-4, abs=1e-4)
    exposure = Exposure(session, Survey())
    for layer in look.layers:  # any number of any layer can be opened
        values = np.frombuffer(layer.a.data, "<f4")
        last = exposure.unit(1, (layer.name, len(values) - 1), "fr")
        activation = next(formula.value for formula in last.formulas if formula.key == "a")
        assert activation == pytest.approx(float(values[-1]), rel=1e-4, abs=1e-4), layer.name
    own = tuple(session.dataset.x_test[1].astype(float).reshape(-1).tolist())
    tried = Exposure(session, Survey()).look(Own(own, None))
    assert (tried.index, len(tried.prediction)) == (wire.OWN, len(look.prediction))
    assert [layer.z.shape for layer in tried.layers] == [layer.z.shape for layer in look.layers]
    examiner = Examiner(time.perf_counter)
    while examiner.work(session, ("test", "separation"), playing=False):
        pass
    report, separation = examiner.found["test"], examiner.found["separation"]
    assert (report.labels.shape, report.answers.shape) == ([card.dataset.test_count], [card.dataset.test_count])
    assert set(report.scores) >= {"loss"}
    assert [one.layer for one in separation.layers][1:] in ([], [layer.name for layer in card.layers])


def test_a_layer_that_cannot_be_traced_is_said_and_training_goes_on():
    experiment = Experiment(
        data=DataSpec(name="iris"),
        layers=(
            ObjectSpec(class_name="Discretization", config={"bin_boundaries": [1.0, 2.0, 4.0]}),
            ObjectSpec(class_name="Embedding", config={"input_dim": 4, "output_dim": 2}),
            ObjectSpec(class_name="Flatten"),
            ObjectSpec(class_name="Dense", config={"units": 3, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy"),
    )
    session = Session.open(experiment)
    session.advance(batches=1)
    due = Due(7, Watcher(View(follow=1)), frame=True, look=True, unit=False)
    frame, notice = (_decoder.decode(letter) for letter in Exposure(session, Survey()).letters(due, "idle"))
    assert (frame.clock.updates, notice.level, notice.key) == (1, "error", "error.trace.layer_output")
    assert notice.arguments["layer"] == "discretization"
    session.advance(batches=1)
    assert session.clock.updates == 2
