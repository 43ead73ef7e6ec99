"""HTML and coded text: what goes through without an engine comes out as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.testing.standin.html import lex, split, tokens
from amts_sphinx.testing.standin.sentence import Sentence
from amts_sphinx.text import codes

#: bits of pages, in any order
BITS = st.sampled_from(
    [
        *("<p>", "</p>", '<p id="1">', "<b>", "</b>", "<i>", "</i>", "<br>", "<body>"),
        *("</body>", '<x translate="no">', "</x>", "<!-- a > b -->", "<!", "<!--"),
        *("<script>", "</script>", "<a href='>'>", "</a>", "<", ">", "&", '"'),
        *("a", "你", " ", "&amp;"),
    ]
)
PAGES = st.lists(BITS, max_size=30).map("".join)


@given(PAGES)
def test_nothing_is_lost(page: str) -> None:
    """Tokens are the page, and so are the pieces of a document, every other a block."""
    assert "".join(token.raw for token in lex(page)) == page
    assert "".join(token.raw for token in tokens(page)) == page
    document = split(page)
    assert "".join(document.pieces) == page
    assert len(document.pieces) == 2 * len(document.blocks) + 1
    assert all(block.strip() for block in document.blocks)
    assert document.replaced(document.blocks) == document


@given(PAGES)
def test_a_sentence_is_coded_text(page: str) -> None:
    """Whatever tags there are, the engine gets codes that nest, each number once."""
    sentence = Sentence(page, markup=True)
    codes.parse(sentence.coded)
    numbers = codes.numbers(sentence.coded)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@given(PAGES)
def test_a_sentence_goes_there_and_back(page: str) -> None:
    """Only how characters are escaped may differ, and it differs once."""
    once = Sentence(page, markup=True).wire(Sentence(page, markup=True).coded)
    sentence = Sentence(once, markup=True)
    assert sentence.wire(sentence.coded) == once
    plain = Sentence(page, markup=False)
    assert plain.wire(plain.coded) == page
    assert not codes.numbers(plain.coded)


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<p>a</p>b<p>c", ("a", "b", "c")),
        ("<div>a<p>b</p>c</div>", ("a", "b", "c")),
        ("<table><tr><td>a<td>b</table>", ("a", "b")),
        ("<any>a <b>b</b></any><other>c</other>", ("a <b>b</b>", "c")),
        ("<html><body><b>a</b><b>b</b></body></html>", ("a", "b")),
        ("<html>a<p>b</p></html>c", ("a", "b")),
        ("<body>a</body>b", ("a",)),
        ("<p> </p><p><br></p>", ()),
        ('<p><code translate="no">a</code></p>', ('<code translate="no">a</code>',)),
        ('<p translate="no">a</p><p>b</p>', ("b",)),
        ('<p><x translate="no"/>a</p><p>b</p>', ('<x translate="no"/>a', "b")),
        ("<p data-translate='no'>a</p>", ("a",)),
        ("<P>a</P>", ("a",)),
    ],
)
def test_blocks(page: str, blocks: tuple[str, ...]) -> None:
    """What ends a sentence, and what is none."""
    assert split(page).blocks == blocks


def test_an_element_is_not_closed_by_a_slash() -> None:
    """``/>`` closes nothing, by the standard: what follows is not translated."""
    assert Sentence('a <x translate="no"/> b', markup=True).coded == 'a <x id="1"/>'
    closed = 'a <x translate="no"></x> b'
    assert Sentence(closed, markup=True).coded == 'a <x id="1"/> b'
