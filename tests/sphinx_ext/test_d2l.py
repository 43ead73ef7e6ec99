"""A real book: the D2L chapters in Chinese, from their own human translation.

What a maintainer gets who adds two lines to ``conf.py``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from building import CHINESE, Result, build
from compare import compare_trees, pages, warnings_of
from html_tree import article_body, latin_words, parse, texts
from library import VARIABLES, Library

pytestmark = pytest.mark.slow

#: what people write in Latin letters inside Chinese titles: names and abbreviations
_HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def english(real: Library) -> Result:
    """The book in English."""
    return real.built("d2l")


@pytest.fixture(scope="module")
def launched(real: Library) -> Result:
    """The book in Chinese, built through the launcher."""
    return real.built("d2l", builder="amts-zh")


def own_pages(result: Result) -> dict[str, Path]:
    """The pages of the book, without index and search."""
    found = pages(result.out)
    return {name: path for name, path in found.items() if name != "genindex.html"}


def test_people_translated_nine_tenths(launched: Result) -> None:
    """At least 90 % of the translatable characters are people's, none a machine's."""
    characters = launched.report["totals"]["characters"]
    assert characters["human"] >= 0.9 * sum(characters.values())
    assert characters["machine"] == characters["failed"] == 0
    assert launched.report["counters"]["engine_calls"] == 0


def test_nothing_is_warned_about(english: Result, launched: Result) -> None:
    """No warning beyond those of the English build."""
    assert warnings_of(launched.stderr) - warnings_of(english.stderr) == {}


def test_every_page_is_chinese(english: Result, launched: Result) -> None:
    """Each page of the English book is there, most of its text in Chinese."""
    assert own_pages(launched).keys() == own_pages(english).keys()
    for name, path in own_pages(launched).items():
        html = path.read_text("utf-8")
        assert 'lang="zh-CN"' in html
        if name != "references.html":
            text = article_body(parse(html)).text()
            assert len(_HAN.findall(text)) > len(latin_words(text)) / 4, name


@pytest.mark.parametrize("channel", ["title", "sidebar", "neighbours"])
def test_titles_are_chinese_everywhere(
    english: Result, launched: Result, channel: str
) -> None:
    """Titles, sidebar and the links to the neighbours are those of the Chinese book.

    A title that people left as a name (``word2vec``) stays one.
    """
    theirs = own_pages(launched)
    for name, path in own_pages(english).items():
        before = texts(parse(path.read_text("utf-8")))[channel]
        now = texts(parse(theirs[name].read_text("utf-8")))[channel]
        assert len(before) == len(now)
        for title, translation in zip(before, now, strict=True):
            assert _HAN.search(translation) or title == translation, (name, title)
        assert any(map(_HAN.search, now)) or not now, name


def test_headings_are_chinese(launched: Result) -> None:
    """Every page has a Chinese heading."""
    for name, path in own_pages(launched).items():
        body = article_body(parse(path.read_text("utf-8")))
        heading = next(e for e in body.walk() if e.tag == "h1")
        assert _HAN.search(heading.text()), name


def test_the_search_index_is_chinese(launched: Result) -> None:
    """The search knows the Chinese titles of the pages and of their sections."""
    script = launched.page("searchindex.js")
    index = json.loads(script[script.index("{") : script.rindex("}") + 1])
    chinese = [title for title in index["titles"] if _HAN.search(title)]
    assert len(chinese) == len(index["titles"])
    sections = [title for title in index["alltitles"] if _HAN.search(title)]
    assert len(sections) > 0.9 * len(index["alltitles"])


#: what people may change in a sentence: formulas, code words, emphasis and their order
FREE = {"math", "code", "tag", "kept"}
FREE_TAGS = {"em", "strong", "span", "code"}


def test_structure_is_that_of_the_source(english: Result, launched: Result) -> None:
    """Ids, links, images and program code are the source's.

    People write formulas and code words of their own, drop emphasis and put a sentence
    in another order: these are the only differences.
    """
    for found in compare_trees(english.out, launched.out):
        what, _, how = found.what.partition(" ")
        if how == "order":
            assert Counter(found.missing) == Counter(found.extra)
            assert what in FREE | {"href", "id"}, found
        else:
            assert what in FREE, found
            if what == "tag":
                assert {*found.missing, *found.extra} <= FREE_TAGS, found


def test_program_code_is_untouched(english: Result, launched: Result) -> None:
    """Not one character of the program code differs, nor of the displayed formulas."""
    theirs = own_pages(launched)
    for name, path in own_pages(english).items():
        before, now = (
            [
                element.text()
                for element in article_body(parse(page.read_text("utf-8"))).walk()
                if element.tag == "pre"
                or (element.tag == "div" and "math" in element.classes)
            ]
            for page in (path, theirs[name])
        )
        assert before == now, name


def test_a_second_build_reads_nothing(real: Library, d2l_chinese: Result) -> None:
    """No page is read again, nothing is collected, aligned or split."""
    again = build(real.source("d2l"), d2l_chinese.out, *CHINESE, variables=VARIABLES)
    counters = again.report["counters"]
    assert counters["pages_read"] == counters["pages_collected"] == 0
    assert again.report["totals"] == d2l_chinese.report["totals"]
    assert "sentence pairs" not in again.stdout


def test_a_fresh_environment_finds_all_known(
    real: Library, d2l_chinese: Result, tmp_path: Path
) -> None:
    """Read anew with everything known: each page once, no sentence split again."""
    again = build(real.source("d2l"), tmp_path / "out", *CHINESE, variables=VARIABLES)
    counters = again.report["counters"]
    assert counters["pages_read"] == len(again.report["documents"])
    assert counters["pages_collected"] == counters["messages_split"] == 0
    assert again.report["totals"] == d2l_chinese.report["totals"]
    assert again.report["documents"] == d2l_chinese.report["documents"]
