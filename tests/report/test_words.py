"""The words of the status page, in every language there is."""

from __future__ import annotations

from string import Formatter

import pytest

from amts_sphinx.report.words import words
from amts_sphinx.text.languages import PROFILES
from amts_sphinx.text.units import Origin

ENGLISH = words("en")
WRITTEN = sorted(code for code in PROFILES if words(code) is not ENGLISH)


def placeholders(text: str) -> set[str | None]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("code", WRITTEN)
def test_a_language_is_complete(code: str) -> None:
    """Every word is there, says something, and keeps its placeholders."""
    found = words(code)
    assert found.keys() == ENGLISH.keys()
    for key, text in found.items():
        assert text.strip() == text != ""
        assert placeholders(text) == placeholders(ENGLISH[key]), key


@pytest.mark.parametrize("code", ["en", *WRITTEN])
def test_words_differ_from_each_other(code: str) -> None:
    """No two origins have the same name, and the summary can be filled in."""
    found = words(code)
    assert len({found[origin] for origin in Origin}) == len(Origin)
    summary = found["summary"].format(human="17 %", total="1 204")
    assert "17 %" in summary
    assert "1 204" in summary


@pytest.mark.parametrize("code", WRITTEN)
def test_a_language_is_not_english(code: str) -> None:
    """What has been written for a language is not left in English."""
    found = words(code)
    assert [key for key, text in found.items() if text == ENGLISH[key]] == []


def test_what_is_written_at_least() -> None:
    """The languages of the books that the project began with are among them."""
    assert {"zh", "zh-TW", "es", "ja", "ko", "pt", "tr", "vi"} <= set(WRITTEN)


def test_regions_and_unknown_languages() -> None:
    """A region takes its language's words or has its own; the rest is English."""
    assert words("es-MX") is words("es")
    assert words("pt-PT") is words("pt")
    assert words("zh-TW") is not words("zh")
    assert words("xx") is words("") is words("-") is ENGLISH
