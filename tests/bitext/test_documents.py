"""Which document translates which, and which version of it."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.documents import choose_source, pair_documents
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code, Message


def page(*blocks: str, name: str = "page") -> Page:
    """A page of paragraphs, walls (``code:x``) and headings (``# title``)."""
    found: list[Message | Wall] = []
    for text in blocks:
        kind, colon, key = text.partition(":")
        if text.startswith("# "):
            found += [Wall("title", "1"), Message(text[2:], (), "title")]
        elif colon and " " not in text:
            found.append(Wall(kind, key))
        else:
            found.append(Message(text, (), "paragraph"))
    return Page(name, "", tuple(found))


def said(text: str, *found: Code) -> Page:
    """A page of one paragraph with codes."""
    return Page("page", "", (Message(text, found, "paragraph"),))


def chapter(number: int, language: str) -> Page:
    """A page on a subject of its own, in words that no other language shares."""
    words = [f"{language}{number}{n}".translate(_LETTERS) for n in range(5)]
    return page(
        f"# {words[0]}",
        f"{words[1]} {words[2]} {1000 + number}.",
        f"code:step{number}()",
        f"{words[3]} 7 {words[4]}",
        f"math:x_{number}",
        "image:logo.png",
    )


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def test_equal_names_belong_together_whatever_they_say() -> None:
    """A name is the best sign there is; the content is not asked."""
    one, two = chapter(1, "en"), chapter(2, "en")
    assert pair_documents({"a": one, "b": two}, {"b": one, "a": two, "c": two}) == [
        ("a", "a"),
        ("b", "b"),
    ]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("guide", "guide.es"),
        ("guide", "guide_es"),
        ("en/guide/index", "es/guide/index"),
        ("index", "index-zh"),
        ("guide", "zh_CN/guide"),
        ("guide-en", "guide-pt-BR"),
        ("guide_origin", "guide"),
        ("docs/en-GB/Guide", "docs/es-MX/guide"),
    ],
)
def test_a_mark_of_the_language_is_no_other_name(source: str, target: str) -> None:
    """Names that differ by such a mark belong together, without any content."""
    other = {"elsewhere": page("nothing")}
    assert pair_documents({source: page("a")} | other, {target: page("b")}) == [
        (source, target)
    ]


def test_a_name_that_only_looks_marked_stays() -> None:
    """A word that is no language is part of the name; so is a lone mark."""
    ours = {"set-up": page("a"), "es": page("b")}
    theirs = {"set": page("c"), "en": page("d"), "down": page("e")}
    assert pair_documents(ours, theirs) == []


def test_names_that_fall_together_are_left_to_the_content() -> None:
    """Where two documents lose their marks to one name, nobody guesses."""
    source = {"en/a": chapter(1, "en"), "en-GB/a": chapter(2, "en")}
    target = {"es/a": chapter(2, "es")}
    assert pair_documents(source, target) == [("en-GB/a", "es/a")]


def test_renamed_documents_are_found_by_their_content() -> None:
    """Translated names in another order: code, formulas and numbers tell."""
    order = list(range(12))
    random.Random(1).shuffle(order)  # noqa: S311 - the same order in each run
    source = {f"chapter{n}": chapter(n, "en") for n in range(12)}
    target = {f"kapitel-{place}": chapter(n, "de") for place, n in enumerate(order)}
    assert pair_documents(source, target) == sorted(
        (f"chapter{n}", f"kapitel-{place}") for place, n in enumerate(order)
    )


def test_codes_and_addresses_in_the_text_tell_too() -> None:
    """A page without walls is known by its code words and its addresses."""
    source = {
        "a": said('Call <x id="1"/> or <x id="2"/>.', *map(_literal, ("f()", "g()"))),
        "b": said("See http://a.example/x and http://b.example/y now."),
    }
    target = {
        "uno": said("Véase http://b.example/y o http://a.example/x antes."),
        "dos": said('Con <x id="1"/>, <x id="2"/>.', *map(_literal, ("g()", "f()"))),
    }
    assert pair_documents(source, target) == [("a", "dos"), ("b", "uno")]


def _literal(text: str) -> Code:
    return Code("literal", text)


def test_unrelated_documents_stay_alone() -> None:
    """What all pages have, or small numbers, connects nothing."""
    source = {f"a{n}": chapter(n, "en") for n in range(5)}
    target = {f"b{n}": chapter(n + 50, "es") for n in range(5)}
    assert pair_documents(source, target) == []


def test_one_document_on_either_side_is_one_pair() -> None:
    """Two single files are meant to be a text and its translation."""
    assert pair_documents({"a": page("x")}, {"b": page("y")}) == [("a", "b")]
    assert pair_documents({}, {"b": page("y")}) == []


def test_ties_are_broken_by_name() -> None:
    """Documents that no content tells apart pair in order, whatever they came in."""
    names = ["c", "a", "b"]
    source = {f"s{name}": chapter(1, "en") for name in names}
    target = {f"t{name}": chapter(1, "es") for name in reversed(names)}
    extra = {f"s{n}": chapter(n, "en") for n in range(2, 9)}
    found = pair_documents(source | extra, target)
    again = pair_documents(
        dict(sorted((source | extra).items())), dict(sorted(target.items()))
    )
    assert found == again


@pytest.mark.slow
def test_two_thousand_renamed_documents_take_seconds() -> None:
    """The work grows with what documents share, not with their number squared."""
    count = 2000
    source = {f"s{n}": chapter(n, "en") for n in range(count)}
    target = {f"t{count - n}": chapter(n, "es") for n in range(count)}
    start = time.process_time()
    found = pair_documents(source, target)
    assert time.process_time() - start < 5
    assert dict(found) == {f"s{n}": f"t{count - n}" for n in range(count)}


_KEYS = st.lists(st.sampled_from([f"code:{n}" for n in range(9)]), max_size=6)
_BOOKS = st.dictionaries(
    st.sampled_from(["a", "b", "a.es", "es/a", "c", "d", "x_origin", "x"]),
    _KEYS.map(lambda keys: page(*keys)),
)


@given(_BOOKS, _BOOKS)
def test_pairs_are_one_to_one_and_do_not_depend_on_order(
    source: dict[str, Page], target: dict[str, Page]
) -> None:
    """Each document is in one pair at most; the order of the books changes nothing."""
    found = pair_documents(source, target)
    assert found == sorted(found)
    assert (
        len({one for one, _ in found}) == len({two for _, two in found}) == len(found)
    )
    assert {one for one, _ in found} <= source.keys()
    assert {two for _, two in found} <= target.keys()
    backwards = [dict(reversed(book.items())) for book in (source, target)]
    assert pair_documents(*backwards) == found


OLD = ("one", "code:a", "two", "math:b", "three")


def test_the_version_with_the_translations_walls_is_chosen() -> None:
    """Of today's page, an old one and the right one, the walls name the right one."""
    target = page("uno", "code:a", "dos", "math:b", "code:c", "tres")
    today = page(*OLD, "code:new", "code:newer", "math:newest")
    right = page("one", "code:a", "two", "math:b", "code:c", "three")
    old = page("one", "code:a", "two")
    assert choose_source([today, old, right], target) == 2
    assert choose_source([right, today, old], target) == 0


def test_versions_with_equal_walls_differ_by_their_text() -> None:
    """The version whose stretches have as many blocks as the translation's is meant."""
    target = page("uno", "code:a", "dos", "dos y medio", "math:b", "tres")
    longer = page("one", "code:a", "two", "two and a half", "math:b", "three")
    moved = page("one", "one and a half", "code:a", "two", "math:b", "three")
    assert choose_source([page(*OLD), moved, longer], target) == 2


def test_versions_that_fit_equally_well_go_in_order() -> None:
    """The first of several that nothing tells apart is chosen."""
    assert choose_source([page(*OLD), page(*OLD)], page(*OLD)) == 0
    assert choose_source([page("a"), page("b")], page("c")) == 0


def test_headings_that_agree_are_no_missing_walls() -> None:
    """A heading cuts stretches but is neither matched nor missing."""
    target = page("# uno", "a", "code:x")
    assert (
        choose_source([page("a", "code:y"), page("# one", "a", "code:x")], target) == 1
    )


def test_without_a_version_there_is_no_choice() -> None:
    """The caller has to have one at least."""
    with pytest.raises(ValueError, match="empty"):
        choose_source([], page("a"))
