"""The plane of data with two features, and what units respond to over it, as the page gets them."""

import numpy as np
import pytest

from vitrail.experiment import Experiment, catalogue, reference
from vitrail.experiment.features import FEATURES
from vitrail.lab.frames import Exposure
from vitrail.lab.regions import Survey
from vitrail.training import Session
from vitrail.wire import encode, encode_plane


def playground(**data):
    described = catalogue.named("playground").to_dict()
    return Experiment.from_dict({**described, "data": described["data"] | data})


def values(tensor):
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype)).reshape(tensor.shape) * tensor.scale


@pytest.fixture(scope="module")
def session():
    """Four features, after some batches."""
    session = Session.open(playground(features=["sin(x2)", "x1", "x2", "x1*x2"], scale=2.0))
    session.advance(batches=7)
    return session


@pytest.fixture(scope="module")
def plane(session):
    return encode.workspace(session).plane


def test_points_lie_where_the_source_has_them(session, plane):
    for points, x, y in (
        (plane.train, session.dataset.x_train, session.dataset.y_train),
        (plane.test, session.dataset.x_test, session.dataset.y_test),
    ):
        np.testing.assert_array_equal(values(points.places), x)
        np.testing.assert_array_equal(values(points.labels), y)
    left, right, bottom, top = plane.bounds
    x = values(plane.train.places)
    assert [left < x[:, 0].min(), right > x[:, 0].max(), bottom < x[:, 1].min(), top > x[:, 1].max()] == [True] * 4


def test_no_more_points_are_sent_than_can_be_told_apart():
    plane = encode.workspace(Session.open(playground(options={"points": 2400}))).plane
    assert [plane.train.places.shape, plane.test.labels.shape] == [[1000, 2], [1000]]


def test_features_are_computed_of_scaled_places(plane):
    assert [feature.name for feature in plane.features] == list(FEATURES)
    assert [feature.name for feature in plane.features if feature.on] == ["x1", "x2", "x1*x2", "sin(x2)"]
    assert plane.inputs == ["sin(x2)", "x1", "x2", "x1*x2"]
    x1, x2 = (encode_plane.grid(plane.bounds) / 2.0).T.reshape(2, plane.side, plane.side)
    for feature, expected in zip(plane.features, (x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)), strict=True):
        step = np.abs(expected).max() / 127
        np.testing.assert_allclose(values(feature.values), expected, atol=0.51 * step)


def test_a_region_is_what_the_model_predicts_there(session, plane):
    exposure = Exposure(session, Survey())
    places = encode_plane.grid(plane.bounds)
    inputs = session.experiment.inputs_of(places)
    assert inputs.shape == (plane.side**2, 4)
    predicted = np.asarray(session.synchronize()(inputs))
    (region,) = exposure.frame((), "idle", ("dense_2",), ("dense_2",)).regions
    np.testing.assert_allclose(
        values(region.values)[0], predicted.reshape(plane.side, plane.side), atol=0.51 * region.values.scale
    )
    half = plane.side // 2
    (small,) = exposure.frame((), "idle", ("dense_2",)).regions
    means = predicted.reshape(half, 2, half, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(values(small.values)[0], means, atol=0.51 * small.values.scale)
    frame = exposure.frame(("dense",), "idle", ("dense", "dense_1"), ("dense_1",))
    assert [(one.layer, one.values.shape) for one in frame.regions] == [
        ("dense", [4, half, half]),
        ("dense_1", [2, plane.side, plane.side]),
    ]


def test_weights_beside_regions_are_exact(session):
    kernel = Exposure(session, Survey()).kernel("dense")
    weights, bias = session.synchronize().get_layer("dense").get_weights()
    np.testing.assert_array_equal(values(kernel.weights), weights.T)
    np.testing.assert_array_equal(values(kernel.bias), bias)


def test_the_grid_is_laid_anew_over_other_data(session):
    survey, other = Survey(), Session.open(playground(features=["x1"]))
    assert survey.regions(session)["dense"].shape == survey.regions(other)["dense"].shape
    np.testing.assert_array_equal(survey.regions(other)["dense_1"], Survey().regions(other)["dense_1"])


@pytest.mark.parametrize("name", ["iris", "fashion_mnist_mini"])
def test_samples_of_other_shapes_have_no_plane(name):
    assert encode.workspace(Session.open(reference(name))).plane is None


def test_an_autoencoder_of_places_has_no_plane():
    described = playground(target="inputs").to_dict()
    described["layers"][-1]["config"] = {"units": 2}
    described["compile"] = {"optimizer": "adam", "loss": "mse"}
    assert encode.workspace(Session.open(Experiment.from_dict(described))).plane is None
