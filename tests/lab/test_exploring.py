"""What can be explored of a training: the very numbers of its data, weights and trace, asked for in any order."""

from __future__ import annotations

import keras
import msgspec
import numpy as np
import pytest

from vitrail.errors import InputError, RequestError
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.lab.album import FRAME_SECONDS, Album
from vitrail.lab.exploring import EVERY, Room, explorables
from vitrail.lab.frames import Exposure
from vitrail.lab.orders import Own, View
from vitrail.lab.regions import Survey
from vitrail.models import ObjectSpec
from vitrail.training import Session
from vitrail.wire import messages as wire
from vitrail.wire.tensor_messages import Arrange, Arrangement, Measure, Pick, Slab, TensorCard

DIGITS = Experiment(
    seed=1,
    data=DataSpec(name="digits", scale=16.0, shape=(8, 8, 1)),
    layers=(
        ObjectSpec(class_name="Conv2D", config={"filters": 3, "kernel_size": 3, "activation": "relu"}),
        ObjectSpec(class_name="BatchNormalization"),
        ObjectSpec(class_name="Flatten"),
        ObjectSpec(class_name="Dense", config={"units": 10, "activation": "softmax"}),
    ),
    compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy"),
    fit=FitSpec(epochs=1, batch_size=32),
)
IRIS = 0
NUMBERS = Arrangement(["held", "columns"], [2, 0], "numbers", "tensor", [0, 0, 0])


@pytest.fixture(scope="module")
def exposures(describe):
    """A moment of each of two trainings."""
    moments = []
    for experiment in (describe(), DIGITS):
        session = Session.open(experiment)
        session.advance(batches=2)
        moments.append(Exposure(session, Survey()))
    return moments


@pytest.mark.parametrize("which", [0, 1])
def test_each_expression_gives_in_python_what_is_shown(exposures, which):
    exposure = exposures[which]
    known = list(explorables(exposure, 4))
    session, given = exposure.session, exposure.session.prepared_data()
    names = {part: getattr(given, part) / (given.scale if part[0] == "x" else 1) for part in given._fields[:4]}
    names |= {"data": session.dataset, "model": session.synchronize(), "trace": exposure.answers(4).trace}
    for one in known:
        values = one.read()
        assert (list(values.shape), str(values.dtype)) == (one.entry.shape, one.entry.dtype), one
        assert one.axes is None or len(one.axes) == values.ndim, one
        np.testing.assert_array_equal(values, np.asarray(eval(one.expression, names)).astype(values.dtype), str(one))
    weights = {one.entry.name: one.entry.shape for one in known if one.entry.group == "weights"}
    assert weights == {
        f"weights/{layer.name}/{variable.name}": list(variable.shape)
        for layer in session.model.layers
        for variable in layer.weights
        if variable.name != "seed_generator_state"
    }


def test_what_is_explored_is_grouped_and_named(exposures):
    found = [one.entry.name for one in explorables(exposures[1], 4)]
    assert found[:6] == [
        "data/x_train",
        "data/data.x_train",
        "data/y_train",
        "data/x_test",
        "data/data.x_test",
        "data/y_test",
    ]
    assert [name for name in found if "conv2d" in name] == [
        "weights/conv2d/kernel",
        "weights/conv2d/bias",
        "activations/conv2d/inputs",
        "activations/conv2d/z",
        "activations/conv2d/a",
        "gradients/conv2d/upstream",
        "gradients/conv2d/delta",
        "gradients/conv2d/kernel",
        "gradients/conv2d/bias",
    ]
    assert {one.entry.group for one in explorables(exposures[1], None)} == {"data", "weights"}
    own = Own(tuple(exposures[IRIS].session.dataset.x_test[0].tolist()), None)
    assert {one.entry.group for one in explorables(exposures[IRIS], own)} == {"data", "weights", "activations"}


def test_weights_of_one_name_are_told_apart():
    layer = keras.layers.MultiHeadAttention(1, 2, name="heads")
    layer.build((None, 3, 2), (None, 3, 2))
    from vitrail.training._keras import weight_names

    assert weight_names(layer)[:4] == ["query/kernel", "query/bias", "key/kernel", "key/bias"]


def test_the_page_keeps_its_arrangement_while_the_training_goes_on(describe):
    session, room = Session.open(describe()), Room()
    view = View(explore="weights/dense", language="fr")
    moment = Exposure(session, Survey())
    entries, explored, card, slab, along = room.show(moment, view)
    assert [type(one) for one in (entries, card)] == [wire.Tensors, TensorCard]
    assert (explored.name, explored.clock.updates) == ("weights/dense/kernel", 0)
    assert [axis.name for axis in card.axes] == ["input", "unit"]
    assert (slab.expression, along.span.axis) == ('model.get_layer("dense").kernel', 1)
    asked = Arrange(NUMBERS)
    assert room.answer(asked, lambda: moment, view).shape == [8]
    assert room.answer(Measure(0), lambda: moment, view).span.length == 4
    with pytest.raises(InputError, match="7"):
        room.answer(Arrange(msgspec.structs.replace(NUMBERS, at=[7, 0])), lambda: moment, view)
    session.advance(batches=1)
    explored, _, slab, along = room.show(Exposure(session, Survey()), view)
    assert (explored.clock.updates, slab.arrangement, along.span.axis) == (1, NUMBERS, 0)
    shown = np.frombuffer(slab.values.data, "<f4")
    np.testing.assert_array_equal(shown, session.kernel("dense")[0][2])
    room.put_away()
    assert room.answer(asked, lambda: Exposure(session, Survey()), view) == slab
    _, explored, card, slab, _ = room.show(Exposure(session, Survey()), View(explore="data/y_test"))
    assert (explored.clock, card.expression, slab.arrangement.roles) == (None, "y_test", ["columns"])


@pytest.mark.parametrize(("name", "follow"), [("weights/dense/nothing", None), ("activations/dense", None)])
def test_a_tensor_that_is_none_is_refused_once_and_the_one_before_stays(exposures, name, follow):
    room, exposure = Room(), exposures[IRIS]
    list(room.show(exposure, View(explore="weights/dense/bias")))
    view = View(explore=name, follow=follow)
    with pytest.raises(RequestError, match=name):
        list(room.show(exposure, view))
    assert list(room.show(exposure, view)) == []
    assert room.answer(Measure(0), lambda: exposure, view).size == 8


def test_a_group_without_a_tensor_is_listed_and_nothing_is_explored(exposures):
    room = Room()
    (entries,) = room.show(exposures[IRIS], View(explore="gradients"))
    assert {entry.group for entry in entries.entries} == {"data", "weights"}
    with pytest.raises(RequestError, match=r"error\.lab\.no_tensor|No tensor"):
        room.answer(Measure(0), lambda: exposures[IRIS], View())


def test_a_training_that_plays_keeps_nine_tenths_of_its_time():
    album = Album()
    album.watch(1, View(explore="weights"))
    (due,) = album.due(0.0, playing=True)
    assert due.tensor
    room = due.watcher.room
    room.rest(0.0, 0.01)
    assert room.rests_until == EVERY
    room.rest(0.0, 1.0)
    assert room.rests_until == 10.0
    for now, tensor in ((9.9, False), (10.0, True)):
        album.shown(1)
        album.outdate()
        (due,) = album.due(now, playing=True)
        assert (due.frame, due.tensor) == (True, tensor)
    album.shown(1)
    album.watch(1, View())
    album.outdate()
    assert [due.tensor for due in album.due(10.0 + FRAME_SECONDS, playing=False)] == [False]


# Over the socket ------------------------------------------------------------------------------------------------------


def test_a_page_explores_and_no_message_takes_it_away(lab):
    with lab.browse("exploring") as page:
        page.idle(0)
        page.send(Measure(0))
        assert page.until(wire.Notice).key == "error.lab.no_tensor"
        page.send(wire.Explore("weights/dense_1/kernel"))
        assert page.until(wire.Explored).name == "weights/dense_1/kernel"
        before = page.until(Slab)
        for name, key in (
            ("nothing", "error.lab.tensor"),
            ("weights/nothing", "error.lab.layer"),
            ("weights/dense/nothing", "error.lab.tensor"),
        ):
            page.send(wire.Explore(name))
            assert page.until(wire.Notice).key == key
        hostile = msgspec.structs.replace
        fits = Arrangement(["rows", "columns"], [0, 0], "heat", "slice", [0, 0, 0])
        for arrangement, key in (
            (hostile(fits, roles=["rows"] * 9, at=[0] * 9), "error.explore.rank"),
            (hostile(fits, roles=["rows", "rows"]), "error.explore.role"),
            (hostile(fits, roles=["held", "rows"], at=[2**62, 0]), "error.explore.index"),
            (hostile(fits, roles=["rows", "colour"]), "error.explore.colour"),
        ):
            page.send(Arrange(arrangement))
            assert page.until(wire.Notice).key == key
        page.send(Pick(fits, [0, 1], [3, 2], [0, 1]))
        assert page.until(wire.Notice).key == "error.explore.part"
        page.send(Arrange(fits))
        assert page.until(Slab).values == before.values
        page.send(wire.Step("batch"))
        explored = page.until(wire.Explored)
        assert (explored.name, explored.clock.updates) == ("weights/dense_1/kernel", 1)
        after = page.until(Slab)
        assert after.arrangement == fits
        assert after.values != before.values
        page.send(wire.Explore(None))
        page.send(Measure(0))
        assert page.until(wire.Notice).key == "error.lab.no_tensor"
    workspace = lab.app.state.hub.workspace("exploring")
    assert not workspace.edits.undoable
