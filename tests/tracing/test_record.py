"""Looking things up in a trace, and what a record promises."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from vitrail.errors import ModelError
from vitrail.tracing.record import LayerTrace, Trace


def layer(name, **others):
    values = {"inputs": np.ones((2, 3)), "z": np.ones((2, 4)), "a": np.zeros((2, 4)), "delta": np.full((2, 4), 0.5)}
    values = {"class_name": "Dense", "activation": "relu", "upstream": np.ones((2, 4)), **values, **others}
    return LayerTrace(name=name, gradients={"kernel": np.ones((3, 4))}, **values)


@pytest.fixture
def step():
    return Trace(0.25, (layer("dense"), layer("part/dense_1"), layer("part/dense_1@2"), layer("out")))


def test_layers_are_found_by_name_place_and_layer(step):
    class Named:
        name = "dense_1"

    assert step["out"] is step[3] is step[-1] is step[np.int64(3)] is step.layers[3]
    assert step["part/dense_1"] is step[1] is step[Named()]
    assert step.names == ("dense", "part/dense_1", "part/dense_1@2", "out")
    assert len(step) == 4
    assert [each.name for each in step] == list(step.names)
    assert "out" in step
    assert "in" not in step


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("dens", "There is no layer dens in this trace. Did you mean dense?"),
        ("xyz", "There is no layer xyz in this trace. Its layers are: dense, part/dense_1, part/dense_1@2, out."),
        (4, "There is no layer 4 in this trace: it has 4 layers, counted from 0 to 3."),
        (-5, "There is no layer -5 in this trace: it has 4 layers, counted from 0 to 3."),
        (1.5, "A layer of a trace is looked up by its name, its place or the Keras layer itself; received float."),
    ],
)
def test_what_is_not_there_is_said(step, key, text):
    with pytest.raises(ModelError) as raised:
        step[key]
    assert str(raised.value) == text


def test_a_record_is_frozen(step):
    with pytest.raises(AttributeError):
        step.loss = 1.0
    for values in (step[0].inputs, step[0].z, step[0].a, step[0].delta, step[0].upstream, step[0].gradients["kernel"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1
    with pytest.raises(TypeError):
        step[0].gradients["kernel"] = 1


def test_freezing_leaves_the_givers_array_alone():
    mine = np.ones((2, 4))
    assert layer("dense", z=mine).z is not mine
    mine[0] = 2


def test_a_record_can_be_sent_and_copied(step):
    for other in (pickle.loads(pickle.dumps(step)), copy.deepcopy(step)):
        assert other.names == step.names
        assert other.loss == step.loss
        np.testing.assert_array_equal(other[0].gradients["kernel"], step[0].gradients["kernel"])
        assert not other[0].z.flags.writeable


def test_it_prints_as_a_table(step):
    assert repr(step).splitlines() == [
        "Trace: loss 0.25, 4 layers",
        "layer           class  activation  shape  z       a       delta",
        "dense           Dense  relu        2x4    1 .. 1  0 .. 0  0.5 .. 0.5",
        "part/dense_1    Dense  relu        2x4    1 .. 1  0 .. 0  0.5 .. 0.5",
        "part/dense_1@2  Dense  relu        2x4    1 .. 1  0 .. 0  0.5 .. 0.5",
        "out             Dense  relu        2x4    1 .. 1  0 .. 0  0.5 .. 0.5",
    ]
    assert repr(step["out"]).splitlines()[1].startswith("out    Dense  relu")


@pytest.mark.parametrize("module", ["vitrail.tracing.record", "vitrail.tracing.backprop", "vitrail.tracing"])
def test_records_and_the_chain_rule_need_neither_keras_nor_jax(module):
    program = f"import sys, {module}; print(sorted({{'jax', 'keras'}} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
