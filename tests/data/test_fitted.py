"""What was fitted, as it is kept beside a model: whole after JSON, refused when it is damaged."""

import json

import numpy as np
import pytest

from vitrail.data import fitted
from vitrail.data.scaling import Scaling
from vitrail.data.sound_form import SoundForm
from vitrail.data.vocabulary import Vocabulary
from vitrail.errors import DataError

RECORDS = [
    Scaling.fit(np.array([[0.1, 3.0], [0.2, 3.0], [0.7, 3.0]]), ("t", "p")),
    Vocabulary.fit(["a good film", "un été"], length=3, standardize="lower"),
    SoundForm(16_000, 2, 400, "spectrogram", 64, 32),
]
SCALING = RECORDS[0].to_dict()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.KIND)
def test_comes_back_whole(record):
    assert fitted.from_dict(json.loads(json.dumps(record.to_dict()))) == record


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"format": 2}, "error.data.record_format"),
        ({"kind": "wish"}, "error.data.record"),
        ({"mean": [0.0]}, "error.data.record"),
        ({"mean": "much"}, "error.data.record"),
        ({"deviation": [1.0, 0.0]}, "error.data.record"),
        ({"more": 1}, "error.data.record"),
    ],
)
def test_what_is_damaged_is_refused(change, key):
    with pytest.raises(DataError) as refused:
        fitted.from_dict({**SCALING, **change})
    assert refused.value.key == key
    assert str(refused.value) != key


def test_a_vocabulary_has_its_two_first_words():
    with pytest.raises(DataError) as refused:
        Vocabulary.from_dict({**RECORDS[1].to_dict(), "words": ["a", "b"]})
    assert refused.value.key == "error.data.record"


def test_keras_does_the_same_with_the_scaling():
    import keras

    layer = SCALING["keras"]
    x = np.array([[0.3, 2.0], [0.5, 4.0]])
    same = getattr(keras.layers, layer["class_name"])(**layer["config"])
    assert np.asarray(same(x)) == pytest.approx(RECORDS[0].apply(x), abs=1e-5)
