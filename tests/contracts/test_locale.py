"""The catalogue of texts: both languages whole and alike, every key used, every text given what it asks for."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from vitrail import locale

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "src" / "vitrail").rglob("*.py"))
WEB = [
    path
    for folder in sorted((ROOT / "web").glob("*/*"))
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".ts", ".svelte"} and not {"node_modules", "dist", ".svelte-kit"} & set(path.parts)
]

KEY = re.compile(r"(?:error|cli|lab|training)(?:\.[a-z0-9_]+)+")
"""The name of a text, whole. `data.` also begins fields of an experiment, so it is not looked for."""
PREFIX = re.compile(r"(?:error|cli|lab|training|data)(?:\.[a-z0-9_]+)*\.")
"""The beginning of an f-string whose rest is filled in as the program runs."""
WEB_KEY = re.compile(rf"[\"'`]({KEY.pattern})[\"'`]")
WEB_PREFIX = re.compile(rf"`({PREFIX.pattern})\$\{{")
"""The same two in TypeScript."""


class Use(NamedTuple):
    """One mention of a key in the program."""

    place: str
    key: str
    whole: bool
    arguments: frozenset[str] | None
    """The names given in the same call; None where they are not all written there."""


def uses_in(path: Path) -> Iterator[Use]:
    """Every mention of a key in one Python file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {id(node.args[0]): node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
    beginnings = {id(node.values[0]) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and node.values}
    for node in ast.walk(tree):
        place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in beginnings and PREFIX.fullmatch(node.value):
            yield Use(place, node.value, whole=False, arguments=None)
        elif id(node) not in beginnings and KEY.fullmatch(node.value):
            yield Use(place, node.value, whole=True, arguments=_named(called.get(id(node))))


def _named(call: ast.Call | None) -> frozenset[str] | None:
    if call is None or any(keyword.arg is None for keyword in call.keywords):
        return None
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg is not None)


def uses_in_web(path: Path) -> Iterator[Use]:
    """Every mention of a key in one file of the front end."""
    content, place = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    for pattern, whole in ((WEB_KEY, True), (WEB_PREFIX, False)):
        yield from (Use(place, key, whole=whole, arguments=None) for key in pattern.findall(content))


PYTHON_USES = [use for path in PYTHON for use in uses_in(path)]
WEB_USES = [use for path in WEB for use in uses_in_web(path)]
ENGLISH = locale.catalogue("en")


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_file_has_one_form(language: str):
    """Keys sorted and single, two spaces, letters as they are: so that two people's changes merge line by line."""
    content = (ROOT / "src" / "vitrail" / "locale" / f"{language}.json").read_text(encoding="utf-8")
    assert content == json.dumps(json.loads(content), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def test_languages_have_the_same_keys():
    assert {language: sorted(set(locale.catalogue(language)) ^ set(ENGLISH)) for language in locale.LANGUAGES} == {
        language: [] for language in locale.LANGUAGES
    }


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_texts_ask_for_the_same_arguments(language: str):
    texts = locale.catalogue(language)
    assert {key: sorted(set(placeholders(texts[key]))) for key in ENGLISH} == {
        key: sorted(set(placeholders(text))) for key, text in ENGLISH.items()
    }


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_placeholders_are_plain_names(language: str):
    fields = [field for text in locale.catalogue(language).values() for field in string.Formatter().parse(text)]
    assert [field for field in fields if field[1] is not None and (not field[1].isidentifier() or field[2])] == []


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_no_text_is_empty_or_padded(language: str):
    assert [key for key, text in locale.catalogue(language).items() if not text or text != text.strip()] == []


def test_french_keeps_its_punctuation_on_the_line():
    """A space before `: ; ? ! »` and after `«` is one that no line breaks at: U+00A0 or U+202F."""
    breaking = re.compile(r" [:;?!»]|« ")
    assert [key for key, text in locale.catalogue("fr").items() if breaking.search(text)] == []


def test_english_has_no_space_before_punctuation():
    assert [key for key, text in ENGLISH.items() if re.search(r"[ \u00a0\u202f][:;?!,](?!\w)", text)] == []


def test_every_key_in_the_program_has_a_text():
    assert [
        f"{use.place} {use.key}"
        for use in [*PYTHON_USES, *WEB_USES]
        if (use.key not in ENGLISH if use.whole else not any(key.startswith(use.key) for key in ENGLISH))
    ] == []


def test_every_error_and_word_of_the_command_line_is_used():
    whole = {use.key for use in [*PYTHON_USES, *WEB_USES] if use.whole}
    beginnings = tuple({use.key for use in [*PYTHON_USES, *WEB_USES] if not use.whole})
    looked_at = [key for key in ENGLISH if key.startswith(("error.", "cli.", "training."))]
    assert [key for key in looked_at if key not in whole and not key.startswith(beginnings)] == []


def test_every_call_gives_what_its_text_asks_for():
    assert [
        f"{use.place} {use.key} misses {sorted(missing)}"
        for use in PYTHON_USES
        if use.arguments is not None and (missing := set(placeholders(ENGLISH.get(use.key, ""))) - use.arguments)
    ] == []
