"""A table with a column of texts and a label: numbers by the words of the texts learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from vitrail import locale
from vitrail.data import options, splits, targets
from vitrail.data.dataset import Dataset
from vitrail.data.vocabulary import Standardize, Tokens, Vocabulary, tokens_of
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.splits import Split
    from vitrail.data.tables.frame import Column, Frame
    from vitrail.data.targets import Target
    from vitrail.types import Array, Language

MOST_WORDS = 1_000_000
MOST_LENGTH = 10_000
"""Tokens of a sample."""
_USUAL_LENGTH = 200
"""Tokens that a sample has at most, where nobody says how many."""

Cut = Literal["stratified", "random"]


@dataclass(frozen=True, slots=True)
class Texts:
    """What was done to the texts of a table."""

    column: str
    label: str
    lines_train: tuple[int, ...]
    """The line of the file that each training sample stands in."""
    lines_test: tuple[int, ...]
    cut: int
    """Texts that were longer than a sample."""
    unknown: int
    """Tokens of the texts for testing that are no words of the vocabulary."""
    tested: int
    """Tokens of the texts for testing."""
    words: int
    """Of the vocabulary."""
    length: int
    """Tokens of a sample."""

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from, and what was done to it."""
        words = ("words", "length", "cut", "unknown", "tested")
        return locale.text(
            "data.texts.provenance", language, name=name, **{word: getattr(self, word) for word in words}
        )


def load(
    path: Path,
    *,
    text: str,
    label: str = "",
    target: Target = "auto",
    classes: Sequence[str] = (),
    most_words: int = 10_000,
    length: int | None = None,
    standardize: Standardize = "lower_and_strip_punctuation",
    tokens: Tokens = "whitespace",
    split: Cut = "stratified",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load a table with a column of texts, and number their words.

    Args:
        path: of the table.
        text: the column of texts.
        label: the column of what is to be learnt; the last other one when left out.
        target: whether it holds classes or numbers. When left out, texts are classes, and so are whole numbers of which
            all from 0 to the largest occur.
        classes: the names of the classes in their order.
        most_words: of the vocabulary, with the two that stand for nothing and for the unknown; the most frequent ones.
        length: tokens of a sample; as many as the longest text learnt from has, 200 at most, when left out.
        standardize: what is done to a text before: small letters, punctuation taken away, both or `"none"`.
        tokens: where it is cut, `"whitespace"` or `"character"`.
        split: `"stratified"`, each class by itself, or `"random"`; numbers are always split at random.
        train_ratio: the share to train on.
        seed: of the order in which rows are taken.

    Returns:
        x: (samples, time) int32, 0 after the end of a text and 1 for an unknown word; y: (samples,) int64 for classes,
        float64 for numbers. `vocabulary[code]` is the word; `fitted` holds the rule, as a `Vocabulary`, and `source`
        says what was cut.

    Raises:
        DataError: the file is no such table, a column is unknown, a text or a label is missing, or an option is wrong.
    """
    from vitrail.data.tables import kinds, reading

    options.choice("standardize", standardize, get_args(Standardize))
    options.choice("tokens", tokens, get_args(Tokens))
    options.choice("split", split, get_args(Cut))
    most = options.whole("most_words", most_words, low=3, high=MOST_WORDS)
    frame = kinds.typed(reading.read(path), path.name, texts={text})
    said, told = _columns(frame, path, text, label)
    known = targets.read(_labels(told), what=f"{path.name}: {told.name}", target=target, classes=classes)
    cut = _split(known, split, train_ratio, seed)
    words = said.words.tolist()
    learnt = [words[row] for row in cut.train]
    lengths = np.array([len(tokens_of(each, standardize, tokens)) for each in words])
    usual = max(1, min(int(lengths[cut.train].max()), _USUAL_LENGTH))
    kept = usual if length is None else options.whole("length", length, low=1, high=MOST_LENGTH)
    fitted = Vocabulary.fit(learnt, most_words=most, length=kept, standardize=standardize, tokens=tokens)
    x = fitted.apply(words)
    source = Texts(
        said.name,
        told.name,
        *(tuple(frame.lines[part].tolist()) for part in cut),
        cut=int(np.sum(lengths > kept)),
        unknown=int(np.sum(x[cut.test] == 1)),
        tested=int(np.sum(x[cut.test] > 0)),
        words=len(fitted.words),
        length=kept,
    )
    return _dataset(path.name, x, known, cut, fitted, source)


def _dataset(name: str, x: Array, known: targets.Targets, cut: Split, fitted: Vocabulary, source: Texts) -> Dataset:
    return Dataset(
        name=name,
        x_train=x[cut.train],
        y_train=known.y[cut.train],
        x_test=x[cut.test],
        y_test=known.y[cut.test],
        axes=("sample", "time"),
        feature_names=(),
        class_names=known.class_names,
        task="classification" if known.class_names else "regression",
        provenance=source.render(name),
        licence=locale.text("data.licence.own"),
        vocabulary=fitted.words,
        source=source,
        fitted=fitted,
    )


def _columns(frame: Frame, path: Path, text: str, label: str) -> tuple[Column, Column]:
    """The texts and the labels, none of them missing."""
    others = [name for name in frame.names if name != text]
    wanted = label or others[-1]
    for name in (text, wanted):
        if name not in frame.names or (name == text and label == text):
            known = ", ".join(frame.names)[:200]
            raise DataError("error.data.text_column", file=path.name, column=name[:60], known=known)
        missing = frame[name].missing
        if missing.any():
            line = int(frame.lines[np.argmax(missing)])
            raise DataError("error.data.text_missing", file=path.name, line=line, column=name)
    return frame[text], frame[wanted]


def _labels(column: Column) -> Array:
    """Whole numbers as such, so that they may be classes; other numbers, or words."""
    if column.kind != "number":
        return np.array(column.words.tolist())
    whole = column.values.astype(np.int64)
    return whole if np.array_equal(whole, column.values) else column.values


def _split(known: targets.Targets, split: Cut, train_ratio: float, seed: int) -> Split:
    if known.class_names and split == "stratified":
        return splits.stratified(known.y, train_ratio=train_ratio, seed=seed)
    return splits.at_random(len(known.y), train_ratio=train_ratio, seed=seed)
