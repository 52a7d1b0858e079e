"""What is compiled and when, what is kept, and threads that work at the same time."""

from __future__ import annotations

import gc
import threading
import weakref

import keras
import numpy as np
import pytest

from vitrail.errors import ModelError
from vitrail.tracing import taps, trace
from vitrail.tracing.program import program_of


def compilations(model, *, training=False):
    return program_of(model, training=training).run._cache_size()


def test_one_compilation_serves_all_weights_and_data_of_one_shape(reference, batch):
    x, y = batch
    trace(reference, x, y, sample=0)
    program = program_of(reference, training=False)
    for place in range(1, 5):
        reference.set_weights([weights + 1 for weights in reference.get_weights()])
        trace(reference, x, y, sample=place)
    reference.fit(x, y, verbose=0)
    trace(reference, x, y, sample=0)
    assert program_of(reference, training=False) is program
    assert compilations(reference) == 1
    trace(reference, x, y)
    assert compilations(reference) == 2


def test_seeds_share_one_compilation(batch):
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dropout(0.5)])
    model.compile(loss="mse")
    target = np.zeros((5, 16))
    for seed in (None, 0, 1, 2**32 - 1):
        trace(model, batch[0], target, training=True, seed=seed)
    assert compilations(model, training=True) == 1


def change_loss(model):
    model.compile(loss="mse")


def change_activation(model):
    model.get_layer("hidden").activation = keras.activations.tanh


def change_regulariser(model):
    model.get_layer("hidden").kernel_regularizer = keras.regularizers.L2(1.0)


def freeze(model):
    model.get_layer("hidden").trainable = False


@pytest.mark.parametrize("change", [change_loss, change_activation, freeze])
def test_a_changed_model_is_compiled_anew(reference, batch, change):
    x, y = batch
    before = trace(reference, x, y)
    change(reference)
    after = trace(reference, x, np.eye(3)[y] if change is change_loss else y)
    if change is freeze:
        assert dict(after["hidden"].gradients) == {}
    else:
        assert not np.array_equal(before["hidden"].delta, after["hidden"].delta)


def test_a_model_is_let_go_with_its_programs(batch):
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    trace(model, *batch)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_two_threads_trace_one_model(reference, batch):
    expected = trace(reference, *batch)
    found = []

    def look(size):
        found.append(trace(reference, batch[0][:size], batch[1][:size]))

    threads = [threading.Thread(target=look, args=(size,)) for size in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for step in found:
        size = len(step["out"].a)
        np.testing.assert_allclose(step["out"].z, expected["out"].z[:size], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(step["out"].delta * size, expected["out"].delta[:size] * 5, rtol=1e-4, atol=1e-7)
    assert reference.get_layer("hidden").activation is keras.activations.relu


def test_other_threads_call_and_build_models_while_one_is_traced(reference, batch):
    """A layer whose computation waits lets another thread work in the very middle of a trace."""
    inside, seen = threading.Event(), threading.Event()
    found = {}

    def other():
        inside.wait()
        found["same model"] = np.asarray(reference(batch[0]))
        found["new model"] = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "relu")]).predict(
            np.ones((1, 2)), verbose=0
        )
        seen.set()

    def slow_relu(z):
        if threading.current_thread() is not thread and not inside.is_set():
            inside.set()
            assert seen.wait(60)
        return keras.activations.relu(z)

    expected = np.asarray(reference(batch[0]))
    reference.get_layer("hidden").activation = slow_relu
    thread = threading.Thread(target=other)
    thread.start()
    step = trace(reference, *batch)
    thread.join()
    assert step.names == ("flatten", "hidden", "out")
    np.testing.assert_array_equal(found["same model"], expected)
    assert found["new model"].shape == (1, 2)
    assert reference.get_layer("hidden").activation is slow_relu


def test_everything_is_put_back_when_a_trace_fails(reference, batch):
    def broken(z):
        message = "no such activation"
        raise ValueError(message)

    reference.get_layer("out").activation = broken
    with pytest.raises(ModelError, match="no such activation"):
        trace(reference, *batch)
    assert reference.get_layer("out").activation is broken
    assert all("call" not in vars(layer) for layer in reference.layers)
    assert taps._ACTIVE.get() is None
    reference.get_layer("out").activation = keras.activations.softmax
    assert len(trace(reference, *batch)) == 3
