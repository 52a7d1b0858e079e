"""Texts as numbers: words of the training part alone, and back to words."""

import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail import load_dataset
from vitrail.data.vocabulary import Vocabulary
from vitrail.errors import VitrailError

WORDS = st.lists(st.sampled_from(["good", "bad", "film", "book", "été"]), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5), WORDS, st.integers(3, 6), st.integers(1, 5))
def test_the_most_frequent_words_are_kept_and_come_back(learnt, other, most, length):
    vocabulary = Vocabulary.fit([" ".join(words) for words in learnt], most_words=most, length=length)
    counts = Counter(word for words in learnt for word in words)
    kept = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))][: most - 2]
    assert vocabulary.words == ("", "[UNK]", *kept)
    (codes,) = vocabulary.apply([" ".join(other)])
    assert codes.shape == (length,)
    assert vocabulary.decode(codes).split() == [word if word in kept else "[UNK]" for word in other[:length]]
    assert (codes[len(other) :] == 0).all()


@given(st.text(max_size=40))
def test_characters_come_back_as_they_were(text):
    vocabulary = Vocabulary.fit([text], most_words=100, length=40, standardize="none", tokens="character")
    assert vocabulary.decode(vocabulary.apply([text])[0]) == text


def test_punctuation_is_that_of_the_layer():
    vocabulary = Vocabulary.fit(["a" + string.punctuation + "B"], length=1)
    assert vocabulary.words == ("", "[UNK]", "ab")


def write(path, rows, header="review,stars,kind"):
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return str(path)


ROWS = [f'"Good, {word} film",{place},up' for place, word in enumerate("abcde")] + [
    f'"Bad {word}",{place},down' for place, word in enumerate("vwxyz")
]


def test_a_table_of_texts(tmp_path):
    data = load_dataset(write(tmp_path / "t.csv", ROWS), text="review")
    assert (data.class_names, data.axes, data.x_train.dtype) == (("down", "up"), ("sample", "time"), np.int32)
    assert data.vocabulary == data.fitted.words
    lines = [data.source.lines_train, data.source.lines_test]
    assert sorted(sum(lines, ())) == list(range(2, 12))
    texts = [row.split('"')[1].replace(",", "").lower() for row in ROWS]
    known = {word for line in lines[0] for word in texts[line - 2].split()}
    assert set(data.vocabulary[2:]) == known
    for x, y, part in ((data.x_train, data.y_train, lines[0]), (data.x_test, data.y_test, lines[1])):
        for codes, label, line in zip(x, y, part, strict=True):
            expected = [word if word in known else "[UNK]" for word in texts[line - 2].split()]
            assert data.fitted.decode(codes) == " ".join(expected)
            assert ROWS[line - 2].endswith(data.class_names[label])
    assert (data.source.unknown, data.source.tested, data.source.cut) == (2, 5, 0)
    assert Vocabulary.from_dict(data.fitted.to_dict()) == data.fitted


def test_numbers_are_learnt_too_and_texts_are_cut(tmp_path):
    rows = [f"{'w ' * place}end,{place + 0.5},x" for place in range(8)]
    data = load_dataset(
        write(tmp_path / "t.tsv", [row.replace(",", "\t") for row in rows], "a\tb\tc"), text="a", label="b", length=2
    )
    assert (data.task, data.sample_shape, data.source.cut) == ("regression", (2,), 6)
    assert sorted([*data.y_train, *data.y_test]) == [place + 0.5 for place in range(8)]


@pytest.mark.parametrize(
    ("rows", "options", "key"),
    [
        (ROWS, {"text": "none"}, "error.data.text_column"),
        (ROWS, {"text": "review", "label": "review"}, "error.data.text_column"),
        ([*ROWS, ",3,up"], {"text": "review"}, "error.data.text_missing"),
        ([*ROWS, "fine,3,"], {"text": "review"}, "error.data.text_missing"),
        (ROWS, {"text": "review", "most_words": 2}, "error.data.option_whole"),
        (ROWS, {"text": "review", "length": 0}, "error.data.option_whole"),
        (ROWS, {"text": "review", "tokens": "syllable"}, "error.data.option_choice"),
        (ROWS, {"text": "review", "standardize": "upper"}, "error.data.option_choice"),
        (ROWS, {"text": "review", "classes": ["up"]}, "error.data.class_count"),
        (ROWS, {"text": "review", "classes": ["up", "left"]}, "error.data.labels_unknown"),
    ],
)
def test_what_is_refused(tmp_path, rows, options, key):
    with pytest.raises(VitrailError) as refused:
        load_dataset(write(tmp_path / "t.csv", rows), **options)
    assert refused.value.key == key
    assert str(refused.value) != key


def test_codes_and_texts_are_checked():
    vocabulary = Vocabulary.fit(["a"], length=1)
    with pytest.raises(VitrailError) as code:
        vocabulary.decode([3])
    with pytest.raises(VitrailError) as text:
        vocabulary.apply([1])
    assert (code.value.arguments, text.value.arguments) == ({"code": 3, "last": 2}, {"row": 0, "found": "int"})
