"""The pages of words say what the lab says, and the lab explains every word that there is."""

from __future__ import annotations

import pytest

from docs import words
from vitrail.locale import LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_what_the_lab_says(language):
    assert words.PAGES[language].read_text(encoding="utf-8") == words.page(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_catalogue_is_shown(language):
    named = {key.split(".")[1] for key in catalogue(language) if key.startswith("word.")}
    assert sorted(named) == sorted(words.order())
