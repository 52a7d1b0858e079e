"""The private Keras names that Vitrail leans on. These fail first when a new Keras moves them."""

import inspect

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.backend.jax.trainer import JAXEpochIterator
from keras.src.random import seed_generator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.utils import is_default, rng_utils

import vitrail


def test_keras_is_the_minor_version_that_was_read():
    assert keras.__version__.startswith("3.15.")
    assert vitrail.__version__


def test_the_trainer_has_what_training_calls():
    model = keras.Model
    assert list(inspect.signature(model.train_step).parameters) == ["self", "state", "data"]
    assert list(inspect.signature(model.test_step).parameters) == ["self", "state", "data"]
    assert "iterator" in inspect.signature(model._symbolic_build).parameters
    assert list(inspect.signature(model.jax_state_sync).parameters) == ["self"]
    assert {"training", "optimizer_variables"} <= set(inspect.signature(model.compute_loss_and_updates).parameters)
    assert "_losses_override" in vars(keras.Sequential())
    assert hasattr(model, "get_metrics_result")
    assert hasattr(JAXEpochIterator, "reset")


def test_fit_has_the_arguments_that_are_passed_on():
    ours = {name: parameter.default for name, parameter in inspect.signature(vitrail.fit).parameters.items()}
    theirs = {name: parameter.default for name, parameter in inspect.signature(keras.Model.fit).parameters.items()}
    del ours["model"], ours["mode"], theirs["self"]
    assert ours == theirs


def test_arrays_are_packed_as_the_step_takes_them():
    adapter = ArrayDataAdapter(np.zeros((5, 2)), np.zeros(5), batch_size=2)
    assert ([part.shape for part in adapter._inputs], adapter.batch_size, adapter.num_batches) == ([(5, 2), (5,)], 2, 3)


def test_a_model_begins_with_the_chosen_epoch():
    model = keras.Sequential([keras.layers.Dense(1)])
    assert (model._initial_epoch, model._should_eval(1, 2)) == (None, True)
    assert keras.Model.train_step is keras.Sequential.train_step


def test_states_are_tuples_in_the_order_that_the_steps_take():
    source = inspect.getsource(keras.Model.train_step)
    order = ["trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables"]
    assert sorted(order, key=source.index) == sorted(order, key=lambda name: source.index(f"        {name},"))


def test_hooks_that_callbacks_leave_alone_are_marked():
    class Quiet(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            pass

    class Loud(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    assert is_default(Quiet().on_train_batch_end)
    assert not is_default(Loud().on_train_batch_end)


def test_a_seed_sets_the_generators_that_sessions_keep_apart():
    keras.utils.set_random_seed(3)
    assert global_state.get_global_attribute(rng_utils.GLOBAL_RANDOM_SEED) == 3
    assert global_state.get_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR) is None
    assert np.random.get_state()[1][0] == 3  # noqa: NPY002


def test_callbacks_have_what_their_decisions_are_read_from():
    early = keras.callbacks.EarlyStopping(monitor="loss", restore_best_weights=True)
    early.on_train_begin()
    assert (early.best_weights, early.monitor, early.verbose) == (None, "loss", 0)
    assert keras.callbacks.TerminateOnNaN(raise_error=True).raise_error is True
