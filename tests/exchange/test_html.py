"""Folders of web pages as books: names, encodings, what is left out, real output."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.html import html_language, read_html
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code
from building import ROOTS, build

BOOK = {
    "index.html": "<html lang=es><p>uno</p>",
    "guide/index.html": "<html lang=es><p>dos</p>",
    "guide/Use.HTM": "<html lang=en><p>tres</p>",
    "empty.html": "<html lang=en><nav>x</nav>",
    "notes.txt": "no page",
    "saved.html": "<p>cuatro</p>",
    "saved_files/frame.html": "<p>an advertisement</p>",
    ".cache/x.html": "<p>hidden</p>",
    "_modules/m.html": "<p>Source code</p>",
    "search.html": '<script src="_static/x.js"></script><p>Search</p>',
    "topics/search.html": "<p>cinco</p>",
}


#: the words of the little book that Sphinx builds, one message a line
BASIC = {
    "index": """
A small pond
This book is about a small pond. It is short, but every page has something to say.
How to read it
Read the pages in order. If you only have a minute, read Fish in the pond first.
""",
    "one": """
Fish in the pond
There are n = 12 fish in the pond. They are fed every morning by a neighbour.
A heron visits the pond in winter.
Counting the fish
Call count() to count the fish. The project page explains how counting works.
Big fish stay at the bottom.
Small fish swim near the surface.
Note
Never count the same fish twice.
""",
    "two": """
Plants in the pond
Reeds grow along the northern bank. Nobody has cut them for years.
The water lilies open at noon, as Fish in the pond mentions nowhere.
Plants and their heights
Plant
Height
Reed
two metres
Water lily
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the files of a book."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def texts(page: Page) -> list[str]:
    """The readable text of each message, with what its codes stand for."""
    return [
        codes.plain(codes.fold_space(m.text), [code.payload for code in m.codes])
        for m in page.messages
    ]


def test_a_folder_is_read_as_pages_by_name(tmp_path: Path) -> None:
    """Names are paths without suffix; what is no page of the book is left out."""
    pages = read_html(write(tmp_path, BOOK), pytest.fail)
    assert {name: texts(page) for name, page in pages.items()} == {
        "guide/Use": ["tres"],
        "guide/index": ["dos"],
        "index": ["uno"],
        "saved": ["cuatro"],
        "topics/search": ["cinco"],
    }
    assert list(pages) == sorted(pages)
    assert all(page.docname == name for name, page in pages.items())


def test_the_language_is_the_one_most_pages_say(tmp_path: Path) -> None:
    """A tie goes to the first by name; a book that says nothing has none."""
    assert html_language(write(tmp_path, BOOK)) == "en"
    write(tmp_path, {"more.html": "<html xml:lang='es'><p>x"})
    assert html_language(tmp_path) == "es"
    assert html_language(tmp_path / "saved.html") == ""


def test_one_file_is_a_book_of_one_page(tmp_path: Path) -> None:
    """Its name is the file's."""
    write(tmp_path, {"page.es.html": "<p>uno</p>"})
    assert list(read_html(tmp_path / "page.es.html", pytest.fail)) == ["page.es"]


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b'<meta charset="latin-1">'),
        ("utf-16", b""),
        ("shift_jis", b'<META http-equiv=x content="text/html; charset=Shift_JIS">'),
        ("euc-jp", b"<?xml version='1.0' encoding='EUC-JP'?>"),
    ],
)
def test_the_encoding_is_the_one_the_page_is_in(
    tmp_path: Path, encoding: str, head: bytes
) -> None:
    """A byte-order mark decides, else what the page says, else UTF-8."""
    file = tmp_path / "page.html"
    text = head.decode() + "<p>日本語の文。</p>"
    file.write_bytes(text.encode(encoding))
    assert texts(read_html(file, pytest.fail)["page"]) == ["日本語の文。"]


def test_latin_1_means_what_browsers_take_it_for(tmp_path: Path) -> None:
    """Pages that say so hold quotation marks that only Windows-1252 has."""
    file = tmp_path / "page.html"
    file.write_bytes(b"<meta charset=iso-8859-1><p>\x93se\xf1al\x94</p>")
    assert texts(read_html(file, pytest.fail)["page"]) == ["“señal”"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<p>one\n\xe9t\xe9</p>", "page.html:2: byte 7 is not UTF-8"),
        (b"<meta charset=punycode><p>x</p>", "'punycode' is no character set"),
        (b"<p>one</p>\n<p title='two>three", "page.html:2: a tag that never ends"),
    ],
)
def test_a_page_that_cannot_be_read_costs_one_line(
    tmp_path: Path, data: bytes, said: str
) -> None:
    """The line names the file and what to do; the other pages are read."""
    (tmp_path / "page.html").write_bytes(data)
    write(tmp_path, {"other.html": "<p>fine</p>"})
    told: list[str] = []
    assert "other" in read_html(tmp_path, told.append)
    [line] = told
    assert said in line
    assert "; " in line


def test_two_pages_of_one_name_are_told(tmp_path: Path) -> None:
    """The first by name is read, the other one named."""
    write(tmp_path, {"a.htm": "<p>one</p>", "a.html": "<p>two</p>"})
    told: list[str] = []
    assert texts(read_html(tmp_path, told.append)["a"]) == ["one"]
    assert [line.startswith(str(tmp_path / "a.html")) for line in told] == [True]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_nothing_to_read_is_an_error(tmp_path: Path, name: str) -> None:
    """A path that does not exist, or a folder without pages, is no book."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExchangeError, match=name):
        read_html(tmp_path / name, pytest.fail)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_folder_that_holds_itself_is_read_once(tmp_path: Path) -> None:
    """Links to folders are not followed."""
    write(tmp_path, {"a.html": "<p>one</p>"})
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert list(read_html(tmp_path, pytest.fail)) == ["a"]


@pytest.fixture(scope="module")
def basic(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """A little book built by Sphinx and read from its HTML."""
    out = tmp_path_factory.mktemp("html")
    result = build(ROOTS / "test-basic", out)
    assert result.status == 0, result.stderr
    return read_html(out, pytest.fail)


def test_of_a_book_built_by_sphinx_all_text_is_read_and_nothing_else(
    basic: dict[str, Page],
) -> None:
    """Every page gives the author's words in order, without a word of the theme."""
    found = {name: texts(page) for name, page in basic.items() if "_amts" not in name}
    assert {name: "\n".join(lines) for name, lines in found.items()} == {
        name: text.strip() for name, text in BASIC.items()
    }


def test_of_a_book_built_by_sphinx_formulas_and_code_are_kept(
    basic: dict[str, Page],
) -> None:
    """Formulas in the text and links are codes; code and displayed formulas, walls."""
    counting = next(m for m in basic["one"].messages if "project page" in m.text)
    assert counting.codes == (
        Code("literal", "count()"),
        Code("link", "https://www.example.org/pond"),
    )
    assert Code("math", "n = 12") in list(basic["one"].messages)[1].codes
    assert Wall("code", 'count("pond")#allfish') in _walls(basic["one"])
    assert Wall("math", r"A=\pir^2") in _walls(basic["two"])
    assert [m.kind for m in basic["two"].messages][3:5] == ["title", "paragraph"]


def _walls(page: Page) -> list[Wall]:
    """The walls of a page, wherever they stand."""
    return [block._replace(line=0) for block in page.blocks if isinstance(block, Wall)]


def test_reading_a_book_twice_gives_the_same_pages(
    tmp_path: Path, basic: dict[str, Page]
) -> None:
    """Pages depend on what the files say, and their digest tells."""
    write(tmp_path, {"a.html": "<p>one</p>"})
    first = read_html(tmp_path, pytest.fail)
    assert read_html(tmp_path, pytest.fail) == first
    write(tmp_path, {"a.html": "<p>two</p>"})
    assert read_html(tmp_path, pytest.fail)["a"].digest != first["a"].digest
    assert len({page.digest for page in basic.values()}) == len(basic)
