"""A book in pseudo text against the English one: only words may differ.

This is the widest net of all: identifiers, links, formulas, code, images and tags of
every page are compared, with an engine that changes every letter and with one that
turns every sentence round.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from building import CHINESE, ROOTS, SPANISH, Result
from compare import compare_trees, latin_words_left, warnings_of
from html_tree import TEXT_CHANNELS, latin_words
from library import Library

PSEUDO = ("-D", "amts_engine=pseudo")
REVERSING = ("-D", "amts_engine=reversing:ReversingEngine")
#: no human translation, so that the engine translates everything
ALONE = ("-D", "amts_languages=zh,es", "-D", "amts_memory_dir=empty")


def kept_words() -> frozenset[str]:
    """The words of the kitchen sink that rightly stay English."""
    path = ROOTS / "test-kitchen-sink" / "kept_words.txt"
    lines = path.read_text("utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split()
    )


def assert_only_words_differ(english: Result, other: Result, *, order: bool) -> None:
    """No difference in structure; the same warnings; every segment asked about."""
    found = compare_trees(english.out, other.out, whole_page=True, order=order)
    assert [f"{d.page}: {d.what}: {d.missing} {d.extra}" for d in found] == []
    assert warnings_of(other.stderr) == warnings_of(english.stderr)
    counters = other.report["counters"]
    assert counters["segments_uncollected"] == 0
    assert counters["messages_split"] == 0
    segments = other.report["totals"]["segments"]
    assert segments["machine"] == counters["segments"] > 0
    assert segments["failed"] == segments["untranslated"] == 0


BOOKS = [
    "kitchen-sink",
    "example",
    pytest.param("d2l", marks=pytest.mark.slow),
]
LANGUAGES = [pytest.param(SPANISH, id="es"), pytest.param(CHINESE, id="zh")]


@pytest.fixture
def shelf(request: pytest.FixtureRequest, library: Library) -> Library:
    """The library; with the real book only for the tests that want it."""
    if "d2l" in request.node.callspec.params.values():
        real: Library = request.getfixturevalue("real")
        return real
    return library


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_words_differ(
    shelf: Library, book: str, language: tuple[str, ...]
) -> None:
    """Every id, link, formula, code block, image and tag is as in the English book."""
    english = shelf.built(book)
    other = shelf.built(book, *language, *ALONE, *PSEUDO)
    assert_only_words_differ(english, other, order=True)


@pytest.mark.parametrize("book", BOOKS)
def test_any_order_of_codes_is_safe(shelf: Library, book: str) -> None:
    """Codes in, codes out, though each sentence comes back with its pieces reversed."""
    english = shelf.built(book)
    other = shelf.built(book, *SPANISH, *ALONE, *REVERSING)
    found = compare_trees(english.out, other.out, order=False)
    assert [f"{d.page}: {d.what}: {d.missing} {d.extra}" for d in found] == []
    assert warnings_of(other.stderr) == warnings_of(english.stderr)
    segments = other.report["totals"]["segments"]
    assert segments["machine"] > 0
    # what hangs together by its order may be refused, and is then as in the source
    assert segments["failed"] <= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["body", *TEXT_CHANNELS])
def test_nothing_translatable_stays_english(
    library: Library, language: tuple[str, ...], channel: str
) -> None:
    """No plain letter is left but in words that are listed with their reasons."""
    other = library.built("kitchen-sink", *language, *ALONE, *PSEUDO)
    allowed = kept_words() | localised(library, language)
    assert latin_words_left(other.out, allowed, channel) == {}


def localised(library: Library, language: tuple[str, ...]) -> frozenset[str]:
    """Words in Latin letters that the interface of Sphinx has in a language."""
    if language == CHINESE:
        return frozenset()
    plain = library.built(
        "kitchen-sink", "-D", "language=es", "-D", "amts_languages=zh"
    )
    english = library.built("kitchen-sink")
    words: set[str] = set()
    for channel in ("body", *TEXT_CHANNELS):
        theirs = latin_words_left(plain.out, (), channel)
        ours = latin_words_left(english.out, (), channel)
        for page, found in theirs.items():
            words |= set(found) - set(ours.get(page, ()))
    return frozenset(words)


@pytest.mark.slow
def test_nothing_of_a_real_book_stays_english(real: Library) -> None:
    """Of the D2L chapters only names in the bibliography keep their letters."""
    other = real.built("d2l", *CHINESE, *ALONE, *PSEUDO)
    # citations show the labels of the bibliography
    left = latin_words_left(other.out)
    assert set().union(*left.values()) <= set(left["references.html"])
    # without a description an image shows its file name; the project has one name
    names = set()
    for path in real.source("d2l").rglob("img/*"):
        names.update(latin_words(path.name.replace("_", " ")))
    for channel in TEXT_CHANNELS:
        allowed = (
            names if channel == "alt" else set(latin_words("Dive into Deep Learning"))
        )
        assert latin_words_left(other.out, allowed, channel) == {}


def test_each_book_is_built_where_it_says(library: Library) -> None:
    """The builds compared above are really different ones, and really translated."""
    english = library.built("kitchen-sink")
    other = library.built("kitchen-sink", *SPANISH, *ALONE, *PSEUDO)
    assert english.out != other.out
    assert "Ŵéĺ" not in english.page("index.html")
    assert "amts-machine" in other.page("index.html")
    assert not Path(english.out, "_amts").exists()
