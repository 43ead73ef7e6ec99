"""Each sentence of running text shows where it comes from; nothing else does."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from docutils import nodes

from building import CHINESE, ROOTS, SPANISH, Result, build, copy_book
from html_tree import Element, article_body, parse
from library import Library

MEMORY = ("-D", "amts_engine=memory")


@pytest.fixture(scope="module")
def chinese(library: Library) -> Result:
    """The pond in Chinese, as far as people have translated it."""
    return library.built("basic", *CHINESE, *MEMORY)


def marks(result: Result, page: str) -> list[tuple[str, str, str]]:
    """Class, language and text of every mark of a page, in order."""
    body = article_body(parse(result.page(page)))
    return [
        (
            element.attributes["class"],
            element.attributes.get("lang", ""),
            " ".join(element.text().split()),
        )
        for element in body.walk()
        if element.is_mark
    ]


def below(result: Result, page: str, tag: str) -> list[Element]:
    """All elements of one tag in an article."""
    body = article_body(parse(result.page(page)))
    return [element for element in body.walk() if element.tag == tag]


def test_every_sentence_has_its_mark(chinese: Result) -> None:
    """Human sentences and those left in the source stand side by side, each marked."""
    found = marks(chinese, "one.html")
    assert found[0] == ("amts-human", "", r"池塘里有 \(n = 12\) 条鱼。")
    assert found[2:5] == [
        ("amts-untranslated", "en", "A heron visits the pond in winter."),
        ("amts-human", "", "调用 count() 就可以数鱼。"),
        ("amts-human", "", "项目主页介绍了具体的计数方法。"),
    ]


def test_untranslated_text_says_its_language(chinese: Result) -> None:
    """What is left in the source is marked as English, so that it is read aloud so."""
    found = marks(chinese, "one.html") + marks(chinese, "two.html")
    assert {mark[:2] for mark in found} == {
        ("amts-human", ""),
        ("amts-untranslated", "en"),
    }


def test_machine_text_is_marked(library: Library) -> None:
    """An engine's sentences carry its origin, in the language of the page."""
    result = library.built("basic", *SPANISH)
    found = marks(result, "one.html")
    assert {mark[:2] for mark in found} == {("amts-machine", "")}
    assert len(found) == 8


def test_titles_and_captions_carry_no_mark(library: Library) -> None:
    """What is copied to other places is bare: titles, captions, terms, links."""
    result = library.built("kitchen-sink", *SPANISH, "-D", "amts_languages=zh,es")
    for page in sorted(result.out.rglob("*.html")):
        root = parse(page.read_text("utf-8"))
        for element in root.walk():
            bare = element.tag in ("h1", "h2", "h3", "title", "figcaption", "dt", "th")
            if bare and not any(e.tag in ("p", "li") for e in element.walk()):
                assert not any(e.is_mark for e in element.walk()), page.name
    nav = re.search(
        r'<div class="sphinxsidebar".*?</html>', result.page("index.html"), re.DOTALL
    )
    assert nav
    assert "amts-machine" not in nav[0]


@pytest.mark.parametrize("wanted", [True, False])
def test_marks_can_be_switched_off(library: Library, wanted: bool) -> None:  # noqa: FBT001 - parametrized
    """``amts_mark_origin = False`` changes the marks and not one word."""
    option = f"amts_mark_origin={int(wanted)}"
    result = library.built("basic", *CHINESE, *MEMORY, "-D", option)
    assert bool(marks(result, "one.html")) is wanted
    text = "".join(p.text() for p in below(result, "index.html", "p"))
    assert text.startswith("本书讲的是一个小池塘。书虽然不长，但每一页都言之有物。")


@pytest.mark.parametrize(
    ("language", "joiner"), [(CHINESE, ""), (SPANISH, " ")], ids=["zh", "es"]
)
def test_sentences_are_joined_as_the_language_wants(
    library: Library, language: tuple[str, ...], joiner: str
) -> None:
    """Chinese puts nothing between two sentences, Spanish a space."""
    only = ("-D", "amts_languages=zh,es", "-D", "amts_engine=pseudo")
    result = library.built("basic", *language, *only)
    first = below(result, "index.html", "p")[0]
    sentences = [e.text() for e in first.walk() if e.is_mark]
    assert len(sentences) == 2
    assert first.text() == joiner.join(sentences)


def test_beside_source_text_its_own_space_stays(chinese: Result) -> None:
    """Between two English sentences of a Chinese page there is a space, as before."""
    paragraph = below(chinese, "two.html", "p")[0]
    text = "Reeds grow along the northern bank. Nobody has cut them for years."
    assert paragraph.text() == text


def test_skipped_pages_have_no_marks(library: Library) -> None:
    """A page that matches ``amts_skip`` is plain English, without any mark."""
    result = library.built("basic", *CHINESE, *MEMORY, "-D", "amts_skip=o*")
    assert marks(result, "one.html") == []
    assert "There are" in result.page("one.html")
    assert marks(result, "index.html")
    assert [d["docname"] for d in result.report["documents"]] == ["index", "two"]


def test_nodes_know_whether_they_are_translated(tmp_path: Path) -> None:
    """``node["translated"]`` is what Sphinx's own progress and classes go by."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    with (book / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\ntranslation_progress_classes = True\n")
    result = build(book, tmp_path / "out", *CHINESE, *MEMORY)
    assert result.status == 0
    doctree = pickle.loads((result.out / ".doctrees" / "one.doctree").read_bytes())
    known = {
        node.astext(): node["translated"]
        for node in doctree.findall(nodes.paragraph)
        if "translated" in node
    }
    assert known["A heron visits the pond in winter."] is False
    assert known["大鱼待在水底。"] is True
    page = result.page("one.html")
    assert '<p class="untranslated"><span class="amts-untranslated"' in page
    assert '<p class="translated"><span class="amts-human">大鱼' in page


def test_the_style_sheet_comes_along(chinese: Result, library: Library) -> None:
    """Pages load the few rules for marks; an English build does without them."""
    assert "_static/amts.css" in chinese.page("one.html")
    assert (chinese.out / "_static" / "amts.css").is_file()
    english = library.built("basic")
    assert "amts.css" not in english.page("one.html")
    assert not (english.out / "_static" / "amts.css").exists()
