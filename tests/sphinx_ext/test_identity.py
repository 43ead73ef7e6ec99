"""With the engine ``memory`` and nothing in the memory, a book stays what it is.

The yardstick is the same book built by plain Sphinx with an interface in the target
language, so that nothing may differ but origin marks and the status page.
"""

from __future__ import annotations

import re

import pytest

from building import SPANISH, Result
from compare import pages, warnings_of
from library import Library

#: nothing is known of Amharic, nor has Sphinx a word of it: its interface is English
AMHARIC = ("-D", "language=am", "-D", "amts_target=am", "-D", "amts_languages=am")
PLAIN_SPANISH = ("-D", "language=es", "-D", "amts_languages=zh")
NOTHING_KNOWN = (
    *("-D", "amts_languages=es", "-D", "amts_memory_dir=empty"),
    *("-D", "amts_engine=memory"),
)
ECHO = ("-D", "amts_engine=echoing:EchoingEngine")
_MARK = re.compile(r'<span class="amts-[a-z]+"(?: lang="en")?>')
_SPAN = re.compile(r"<(/?)span\b[^>]*>")
_STYLE = re.compile(r'\s*<link [^>]*href="[^"]*_static/amts\.css[^"]*"[^>]*/?>')
_LANGUAGE = re.compile(r'<html ([^>]*)lang="am"')
#: what differs from build to build, and from language to language
_CHANGING = re.compile(
    r"(?<=equation-)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<=documentation_options\.js\?v=)[0-9a-f]+"
)

#: smart quotes look at the text around a quote, so at what a mark divides
BOOKS = [
    ("kitchen-sink", "smartquotes=0"),
    ("kitchen-sink", "smartquotes=1"),
    ("example", "smartquotes=1"),
    pytest.param("d2l", "smartquotes=0", marks=pytest.mark.slow),
]


@pytest.fixture
def shelf(request: pytest.FixtureRequest, library: Library) -> Library:
    """The library; with the real book only for the test that wants it."""
    if "d2l" in request.node.callspec.params.values():
        real: Library = request.getfixturevalue("real")
        return real
    return library


def unmarked(html: str) -> str:
    """A page without the marks of AMTS and its style sheet.

    Marks hold other spans, so each mark's end tag is found by counting.
    """
    html = _CHANGING.sub("", _STYLE.sub("", html))
    while match := _MARK.search(html):
        depth = 1
        for tag in _SPAN.finditer(html, match.end()):
            depth += -1 if tag[1] else 1
            if not depth:
                inner = html[match.end() : tag.start()]
                html = html[: match.start()] + inner + html[tag.end() :]
                break
        assert not depth, "a mark that nobody closes"
    return html


def assert_same_pages(plain: Result, ours: Result) -> None:
    """Every page is the same, byte for byte, but for the marks."""
    theirs = pages(ours.out)
    for name, path in pages(plain.out).items():
        expected = _CHANGING.sub("", path.read_text("utf-8"))
        html = unmarked(theirs.pop(name).read_text("utf-8"))
        for ours_line, line in zip(
            html.splitlines(), expected.splitlines(), strict=True
        ):
            assert ours_line.rstrip() == line.rstrip(), name
    assert theirs == {}


def assert_same_text(plain: Result, ours: Result) -> None:
    """Every page is the same, but for the marks and where lines are broken."""
    theirs = pages(ours.out)
    for name, path in pages(plain.out).items():
        expected = _CHANGING.sub("", path.read_text("utf-8"))
        html = unmarked(theirs.pop(name).read_text("utf-8"))
        assert html.split() == expected.split(), name
    assert theirs == {}


@pytest.mark.parametrize(("book", "quotes"), BOOKS)
def test_pages_are_the_same_bytes(shelf: Library, book: str, quotes: str) -> None:
    """Against plain Sphinx with a Spanish interface: no byte differs but for marks."""
    plain = shelf.built(book, *PLAIN_SPANISH, "-D", quotes)
    ours = shelf.built(book, *SPANISH, *NOTHING_KNOWN, "-D", quotes)
    assert_same_pages(plain, ours)
    assert warnings_of(ours.stderr) == warnings_of(plain.stderr)
    segments = ours.report["totals"]["segments"]
    assert segments.pop("untranslated") > 0
    assert set(segments.values()) == {0}
    assert ours.report["counters"]["engine_calls"] == 0


@pytest.mark.parametrize(("book", "quotes"), BOOKS)
def test_an_echo_changes_nothing(shelf: Library, book: str, quotes: str) -> None:
    """All is taken apart, answered as it was and put together again: the same bytes."""
    plain = shelf.built(book, *PLAIN_SPANISH, "-D", quotes)
    ours = shelf.built(book, *SPANISH, *NOTHING_KNOWN[:-2], *ECHO, "-D", quotes)
    assert_same_text(plain, ours)
    segments = ours.report["totals"]["segments"]
    assert segments.pop("machine") > 0
    assert set(segments.values()) == {0}
    assert set(ours.report["counters"]["repairs"]) == {"as_is"}


def test_the_english_book_itself(library: Library) -> None:
    """For a language without an interface it is the English book, byte for byte."""
    english = library.built("kitchen-sink", "-D", "smartquotes=0")
    ours = library.built(
        "kitchen-sink",
        *AMHARIC,
        "-D",
        "amts_engine=memory",
        "-D",
        "smartquotes=0",
    )
    theirs = pages(ours.out)
    for name, path in pages(english.out).items():
        html = _LANGUAGE.sub(
            r'<html \1lang="en"', unmarked(theirs[name].read_text("utf-8"))
        )
        assert html == _CHANGING.sub("", path.read_text("utf-8")), name


def test_unmarked_pages_have_no_mark_at_all(library: Library) -> None:
    """``amts_mark_origin = False`` leaves pages as plain Sphinx writes them."""
    plain = library.built("kitchen-sink", *PLAIN_SPANISH, "-D", "smartquotes=1")
    ours = library.built(
        "kitchen-sink", *SPANISH, *NOTHING_KNOWN, "-D", "amts_mark_origin=0"
    )
    assert_same_pages(plain, ours)
    assert "amts-untranslated" not in ours.page("blocks.html")
