"""What one state makes of many samples, slice by slice."""

from __future__ import annotations

import numpy as np
import pytest

from vitrail.data import load_dataset
from vitrail.evaluation import predict
from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec, catalogue
from vitrail.models import ObjectSpec
from vitrail.training import Session, measure


def finished(work):
    """What a generator returns, and how often it stood still."""
    pauses = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, pauses
        pauses += 1


def digits(**changed) -> Session:
    return Session.open(catalogue.named("digits_mlp").model_copy(update=changed))


@pytest.mark.parametrize("part", ["train", "test"])
def test_scores_and_outputs_are_those_of_evaluate_and_predict(part):
    session = digits()
    session.advance(batches=5)
    examined, pauses = finished(session.examine(part))
    model, x, y = session.synchronize(), session.inputs(part), session.targets(part)
    assert examined.logs == measure(model, x, y, batch_size=session.experiment.fit.batch_size)
    np.testing.assert_allclose(examined.outputs, predict(model, x), rtol=1e-5, atol=1e-6)
    assert pauses >= len(x) / 256


def test_what_is_found_is_that_of_the_state_it_began_with():
    session, other = digits(), digits()
    work = session.examine("test")
    next(work)
    session.advance(batches=3)
    meant, _ = finished(other.examine("test"))
    found, _ = finished(work)
    assert found.logs == meant.logs
    assert np.array_equal(found.outputs, meant.outputs)
    assert session.clock.updates == 3


def test_class_weights_and_a_split_change_no_score():
    fit = FitSpec(epochs=1, batch_size=32, validation="split", validation_split=0.25, class_weight={0: 5.0})
    session = digits(fit=fit)
    examined, _ = finished(session.examine("train"))
    assert examined.outputs.shape == (len(session.dataset.x_train), 10)
    plain = measure(session.synchronize(), session.inputs("train"), session.targets("train"), batch_size=32)
    assert examined.logs == plain


def test_each_layer_of_a_graph_is_represented_in_its_order():
    session = Session.open(catalogue.named("reviews_transformer"))
    found, _ = finished(session.represent(260))
    names = [layer.name for layer in session.model.layers if type(layer).__name__ != "InputLayer"]
    assert list(found) == ["", *names]
    assert all(len(values) == 260 for values in found.values())
    outputs = predict(session.synchronize(), session.inputs("test"))[:260]
    np.testing.assert_allclose(found[names[-1]], outputs, rtol=1e-5, atol=1e-6)


def test_a_sample_of_ones_own_is_prepared_like_the_others():
    session = digits()
    x, y = session.prepared(session.dataset.x_test[7], session.dataset.y_test[7:8])
    assert np.array_equal(x, session.inputs("test", 7))
    assert np.array_equal(y, session.targets("test", 7))


def test_a_sample_of_ones_own_is_its_own_target_where_inputs_are():
    session = Session.open(
        Experiment(
            data=DataSpec(name="iris", target="inputs", scale=8.0),
            layers=(ObjectSpec(class_name="Dense", config={"units": 4}),),
            compile=CompileSpec(optimizer="sgd", loss="mse"),
        )
    )
    sample = load_dataset("iris").x_test[0]
    x, y = session.prepared(sample)
    np.testing.assert_array_equal(x, (sample[None] / 8.0).astype(np.float32))
    np.testing.assert_array_equal(y, x)
