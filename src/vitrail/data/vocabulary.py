"""Texts become numbers by the words that a model learnt from, and numbers become texts again.

The rule is that of Keras' layer `TextVectorization`, which needs TensorFlow wherever it runs; here it is Python.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from vitrail.data import records
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vitrail.types import Array

PADDING, UNKNOWN = "", "[UNK]"
"""The words of 0 and 1: after the end of a text, and for what was not learnt from."""

Standardize = Literal["lower_and_strip_punctuation", "lower", "strip_punctuation", "none"]
"""What is done to a text before it is cut into tokens."""
Tokens = Literal["whitespace", "character"]
"""Where a text is cut: at white space, or after each character."""

_PUNCTUATION = re.compile(r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']")
"""What Keras' layer takes away."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a text is written in, each with its number: its place.

    Args:
        words: nothing, `"[UNK]"`, then the words learnt from, the most frequent first, those of one frequency sorted.
        length: tokens of a sample. What is longer is cut at its end; 0 fills up what is shorter.
        standardize: what is done to a text before.
        tokens: where it is cut.

    Examples:
        >>> vocabulary = Vocabulary.fit(["The film was dull.", "the film!"], length=4)
        >>> vocabulary.words
        ('', '[UNK]', 'film', 'the', 'dull', 'was')
        >>> codes = vocabulary.apply(["The play was, well, dull"])
        >>> codes.tolist(), vocabulary.decode(codes[0])
        ([[3, 1, 5, 1]], 'the [UNK] was [UNK]')
        >>> Vocabulary.from_dict(vocabulary.to_dict()) == vocabulary
        True
    """

    KIND: ClassVar[str] = "vocabulary"

    words: tuple[str, ...]
    length: int
    standardize: Standardize = "lower_and_strip_punctuation"
    tokens: Tokens = "whitespace"

    def __post_init__(self) -> None:
        if self.words[:2] != (PADDING, UNKNOWN) or len(set(self.words)) != len(self.words) or self.length < 1:
            raise DataError("error.data.record", kind=self.KIND, reason="words, length")

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        *,
        most_words: int = 10_000,
        length: int,
        standardize: Standardize = "lower_and_strip_punctuation",
        tokens: Tokens = "whitespace",
    ) -> Vocabulary:
        """Count the tokens of some texts, and keep the most frequent ones.

        Args:
            texts: those learnt from.
            most_words: with the two that stand for nothing and for the unknown.
            length: tokens of a sample.
            standardize: what is done to a text before.
            tokens: where it is cut.
        """
        counts = Counter(token for text in texts for token in tokens_of(text, standardize, tokens))
        kept = sorted(counts, key=lambda word: (-counts[word], word))[: most_words - 2]
        return cls((PADDING, UNKNOWN, *kept), length, standardize, tokens)

    def apply(self, raw: Iterable[str]) -> Array:
        """The numbers of some texts, (texts, time) int32.

        Raises:
            DataError: one of them is no text.
        """
        codes = {word: code for code, word in enumerate(self.words) if code > 1}
        texts = [raw] if isinstance(raw, str) else list(raw)
        coded = np.zeros((len(texts), self.length), np.int32)
        for row, text in enumerate(texts):
            if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - from a file or a person
                raise DataError("error.data.text_type", row=row, found=type(text).__name__)
            found = tokens_of(text, self.standardize, self.tokens)[: self.length]
            coded[row, : len(found)] = [codes.get(token, 1) for token in found]
        return coded

    def decode(self, codes: Sequence[int] | Array) -> str:
        """The words of one sample, without what fills it up.

        Raises:
            DataError: a number stands for no word.
        """
        numbers = np.asarray(codes).astype(np.int64).ravel()
        wrong = numbers[(numbers < 0) | (numbers >= len(self.words))]
        if wrong.size:
            raise DataError("error.data.text_code", code=int(wrong[0]), last=len(self.words) - 1)
        between = " " if self.tokens == "whitespace" else ""
        return between.join(self.words[code] for code in numbers if code)

    def to_dict(self) -> dict[str, Any]:
        """For a file of JSON."""
        return records.written(self, self.KIND, self.keras_layer())

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Vocabulary:
        """What `to_dict` gave.

        Raises:
            DataError: it is damaged, or a later version wrote it.
        """
        return records.read(kept, cls.KIND, cls)

    def keras_layer(self) -> dict[str, Any]:
        """The layer of Keras that does the same: its class name and configuration.

        It writes letters of the Latin alphabet small and leaves others, such as É, as they are, where `apply` does not.
        """
        config = {
            "max_tokens": len(self.words),
            "standardize": None if self.standardize == "none" else self.standardize,
            "split": self.tokens,
            "output_mode": "int",
            "output_sequence_length": self.length,
            "vocabulary": list(self.words[2:]),
        }
        return {"class_name": "TextVectorization", "config": config}


def tokens_of(text: str, standardize: Standardize, tokens: Tokens) -> list[str]:
    """The tokens of a text.

    Examples:
        >>> (
        ...     tokens_of("L'Été, déjà !", "lower_and_strip_punctuation", "whitespace"),
        ...     tokens_of("Oh!", "none", "character"),
        ... )
        (['lété', 'déjà'], ['O', 'h', '!'])
    """
    if standardize.startswith("lower"):
        text = text.lower()
    if standardize.endswith("strip_punctuation"):
        text = _PUNCTUATION.sub("", text)
    return text.split() if tokens == "whitespace" else list(text)
