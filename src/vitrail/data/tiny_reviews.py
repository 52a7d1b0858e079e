"""1,500 short reviews, each praise or complaint, made by a small grammar; in English or in French.

A sentence is a subject, a verb that affirms or denies, a degree, a judgement and an ending. Only judgement and denial
decide: "was not dull" is praise, so that counting good and bad words is not enough. Codes and order never change.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from vitrail import locale
from vitrail.data import options
from vitrail.data.dataset import Dataset
from vitrail.data.generated import provenance
from vitrail.types import Language

if TYPE_CHECKING:
    from vitrail.types import Array

TRAIN_PER_CLASS = 600
TEST_PER_CLASS = 150
_SEED = 0
PADDING = ""
"""The word of code 0, which fills short sentences up."""


class Grammar(NamedTuple):
    """The parts of a sentence, each in the order that it is said in."""

    subjects: tuple[str, ...]
    affirmed: tuple[str, ...]
    denied: tuple[str, ...]
    degrees: tuple[str, ...]
    praise: tuple[str, ...]
    complaint: tuple[str, ...]
    endings: tuple[str, ...]


GRAMMARS: dict[Language, Grammar] = {
    "en": Grammar(
        subjects=("the film", "this book", "the meal", "our hotel", "that game", "the concert", "her talk", "the show"),
        affirmed=("was", "felt", "seemed", "stayed"),
        denied=("was not", "never felt", "did not seem", "never stayed"),
        degrees=("", "very", "really", "quite"),
        praise=("good", "beautiful", "funny", "brilliant", "pleasant", "clever"),
        complaint=("bad", "dull", "bland", "clumsy", "awful", "tiresome"),
        endings=("", "in the end", "from start to finish", "last night", "for all of us"),
    ),
    "fr": Grammar(
        subjects=(
            "le film",
            "ce livre",
            "le repas",
            "notre hôtel",
            "ce jeu",
            "le concert",
            "son discours",
            "le spectacle",
        ),
        affirmed=("était", "paraissait", "semblait", "restait"),
        denied=("n'était pas", "ne paraissait jamais", "ne semblait pas", "ne restait jamais"),
        degrees=("", "très", "vraiment", "tout à fait"),
        praise=("bon", "beau", "drôle", "brillant", "agréable", "réussi"),
        complaint=("mauvais", "ennuyeux", "fade", "maladroit", "affreux", "pénible"),
        endings=("", "au bout du compte", "du début à la fin", "hier soir", "pour nous tous"),
    ),
}


def load(*, language: Language = "en") -> Dataset:
    """Load 1,200 + 300 sentences, half of them praise.

    Args:
        language: `"en"` or `"fr"`.

    Returns:
        x: (samples, time) int32, one code per word, 0 after the last one; `vocabulary[code]` is the word. y: (samples,)
        int64, 1 for praise, 0 for complaint.

    Raises:
        DataError: there is no such language.

    Examples:
        >>> data = load()
        >>> " ".join(data.vocabulary[code] for code in data.x_train[0]).strip(), data.class_names[data.y_train[0]]
        ('the film was not very pleasant last night', 'negative')
    """
    options.choice("language", language, get_args(Language))
    found = sentences(GRAMMARS[language])
    random = np.random.RandomState(_SEED)
    chosen = [
        random.permutation(np.flatnonzero(np.array([label for _, label in found]) == label))[
            : TRAIN_PER_CLASS + TEST_PER_CLASS
        ]
        for label in (0, 1)
    ]
    train = random.permutation(np.concatenate([rows[:TRAIN_PER_CLASS] for rows in chosen]))
    test = random.permutation(np.concatenate([rows[TRAIN_PER_CLASS:] for rows in chosen]))
    vocabulary = (PADDING, *sorted({word for text, _ in found for word in text.split()}))
    x, y = encode([text for text, _ in found], vocabulary), np.array([label for _, label in found])
    return Dataset(
        name="tiny_reviews",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        axes=("sample", "time"),
        feature_names=(),
        class_names=("negative", "positive"),
        task="classification",
        provenance=provenance("tiny_reviews", language=language),
        licence=locale.text("data.licence.computed"),
        vocabulary=vocabulary,
    )


def sentences(grammar: Grammar) -> list[tuple[str, int]]:
    """All sentences of a grammar with their classes, in the order of its parts."""
    judgements = [(word, True) for word in grammar.praise] + [(word, False) for word in grammar.complaint]
    verbs = [(verb, True) for verb in grammar.affirmed] + [(verb, False) for verb in grammar.denied]
    return [
        (" ".join(f"{subject} {verb} {degree} {word} {ending}".split()), int(affirmed == praised))
        for subject, (verb, affirmed), degree, (word, praised), ending in itertools.product(
            grammar.subjects, verbs, grammar.degrees, judgements, grammar.endings
        )
    ]


def encode(texts: list[str], vocabulary: tuple[str, ...]) -> Array:
    """The codes of each word, (texts, longest), 0 after the last one.

    Examples:
        >>> encode(["a b", "b"], ("", "a", "b")).tolist()
        [[1, 2], [2, 0]]
    """
    codes = {word: code for code, word in enumerate(vocabulary)}
    words = [text.split() for text in texts]
    coded = np.zeros((len(texts), max(map(len, words))), np.int32)
    for row, sentence in enumerate(words):
        coded[row, : len(sentence)] = [codes[word] for word in sentence]
    return coded
