"""The other computed sets: truth tables, clouds, functions, a series and a corpus."""

from __future__ import annotations

import numpy as np
import pytest

from vitrail.data import load_dataset, temperatures


@pytest.mark.parametrize(
    ("name", "truth"), [("or", lambda a, b: a or b), ("and", lambda a, b: a and b), ("xor_table", lambda a, b: a != b)]
)
def test_truth_tables(name, truth):
    data = load_dataset(name)
    assert data.x_train.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.y_train.tolist() == [int(truth(*row)) for row in data.x_train.tolist()]
    assert (data.x_test.tolist(), data.y_test.tolist()) == (data.x_train.tolist(), data.y_train.tolist())
    assert (data.x_train.dtype, data.y_train.dtype, data.class_names) == (np.float32, np.int64, ("false", "true"))


def test_moons_without_noise_lie_on_two_half_circles():
    data = load_dataset("moons", noise=0.0, points=100)
    x, y = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    assert np.bincount(y).tolist() == [50, 50]
    np.testing.assert_allclose(np.hypot(*x[y == 0].T), 1, atol=1e-6)
    np.testing.assert_allclose(np.hypot(*(x[y == 1] - [1, 0.5]).T), 1, atol=1e-6)


def test_blobs_without_noise_are_their_centres():
    data = load_dataset("blobs", noise=0.0, points=80, centers=4)
    assert len(np.unique(data.x_train, axis=0)) == 4
    assert data.class_names == ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("sine", np.sin),
        ("piecewise", lambda x: np.where(x < -1, x + 2, np.where(x >= 1, 1 - x, x * x))),
    ],
)
def test_functions_without_noise(name, function):
    data = load_dataset(name, noise=0.0, points=300)
    np.testing.assert_allclose(data.y_train, function(data.x_train[:, 0]), atol=1e-6)
    assert data.task == "regression"


def test_a_target_of_the_wave_is_what_follows_its_window():
    data = load_dataset("sine_wave", points=60, steps=7, train_ratio=0.5)
    x, y = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    assert (x.shape, data.axes) == ((53, 7, 1), ("sample", "time", "feature"))
    assert np.array_equal(x[1:, -1, 0], y[:-1])
    assert np.array_equal(x[1:, :-1], x[:-1, 1:])


def test_the_wave_without_noise_has_its_period():
    data = load_dataset("sine_wave", noise=0.0)
    np.testing.assert_allclose(data.y_train[25:], data.y_train[:-25], atol=1e-6)
    np.testing.assert_allclose(data.x_train[0, :, 0], np.sin(2 * np.pi * np.arange(20) / 25), atol=1e-6)


def sentences(data):
    """Training and test part as words."""
    return [
        [" ".join(data.vocabulary[code] for code in row).strip() for row in part]
        for part in (data.x_train, data.x_test)
    ]


DENIALS = {"en": {"not", "never"}, "fr": {"n'était", "ne"}}
PRAISE = {
    "en": {"good", "beautiful", "funny", "brilliant", "pleasant", "clever"},
    "fr": {"bon", "beau", "drôle", "brillant", "agréable", "réussi"},
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_class_of_a_review_follows_from_its_words(language):
    data = load_dataset("tiny_reviews", language=language)
    train, test = sentences(data)
    assert (len(train), len(test)) == (1200, 300)
    assert len({*train, *test}) == 1500
    for texts, labels in ((train, data.y_train), (test, data.y_test)):
        assert labels.tolist() == [
            int(bool(PRAISE[language] & {*text.split()}) != bool(DENIALS[language] & {*text.split()})) for text in texts
        ]
        assert np.bincount(labels).tolist() == [len(texts) // 2] * 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_code_zero_only_fills_up(language):
    data = load_dataset("tiny_reviews", language=language)
    filled = data.x_train == 0
    assert data.vocabulary[0] == ""
    assert len(set(data.vocabulary)) == len(data.vocabulary)
    assert np.array_equal(filled, np.maximum.accumulate(filled, axis=1))
    assert not filled[:, 0].any()
    assert data.x_train.max() < len(data.vocabulary)


def test_neither_denial_nor_judgement_alone_tells_the_class():
    data = load_dataset("tiny_reviews")
    train, _ = sentences(data)
    for words in (DENIALS["en"], PRAISE["en"]):
        has = np.array([bool(words & {*text.split()}) for text in train])
        assert 0.4 < data.y_train[has].mean() < 0.6


def test_temperatures_have_two_rhythms():
    hours = temperatures.hours(730, 0)
    assert hours.shape == (17_520, 3)
    by_hour = hours[:, 0].reshape(730, 24).mean(axis=0)
    by_month = hours[:8_760, 0].reshape(12, 730).mean(axis=1)
    assert (int(by_hour.argmin()), int(by_hour.argmax())) == (2, 14)
    assert by_month.argmin() in {0, 1, 11}
    assert by_month.argmax() in {5, 6, 7}
    data = load_dataset("temperatures", days=20, window=24, horizon=3, scaling="none")
    spans = data.source.spans("test")
    assert np.array_equal(data.y_test, temperatures.hours(20, 0)[spans.target, 0].astype(np.float32))
    assert np.array_equal(data.x_test[5], temperatures.hours(20, 0)[spans.start[5] : spans.end[5]].astype(np.float32))


def test_tones_are_told_apart_by_their_overtones():
    data = load_dataset("tones", form="spectrogram", noise=0)
    power = 10 ** (data.x_train.mean(axis=1) / 10)
    beside = 1 - np.sort(power, axis=1)[:, -4:].sum(axis=1) / power.sum(axis=1)
    means = [float(beside[data.y_train == label].mean()) for label in range(3)]
    assert means[0] < 0.01 < means[1] < means[2]
    waves = load_dataset("tones", noise=0)
    assert np.bincount(waves.y_test).tolist() == [40, 40, 40]
    square = np.abs(waves.x_train[waves.y_train == 1, :, 0])
    assert np.allclose(square, square[:, :1])
