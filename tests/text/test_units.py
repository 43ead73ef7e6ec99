"""Messages and their sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.text import codes
from amts_sphinx.text.units import (
    EMPHASIS,
    ORIGIN_OF_RUNG,
    OWN,
    Code,
    Message,
    Origin,
    Rung,
    Segment,
    Translation,
)

MATH = Code("math", "x")
LINK = Code("link", "u")


def test_sentences_of_a_message() -> None:
    """Each sentence stands alone: own numbers, own codes, no white space around it."""
    text = 'A <x id="1"/>.  \nSee\n<g id="2">b <x id="3"/></g>. '
    message = Message(text, (MATH, LINK, Code("literal", "f")), "paragraph", 3, (17,))
    first, second = message.segments
    assert first.text == 'A <x id="1"/>.'
    assert (first.codes, first.numbers) == ((MATH,), (1,))
    assert second.text == 'See <g id="1">b <x id="2"/></g>.'
    assert (second.codes, second.numbers) == ((LINK, Code("literal", "f")), (2, 3))
    assert (text[first.start], text[first.end - 1]) == ("A", ".")
    assert (text[second.start], text[second.end - 1]) == ("S", ".")


@given(strategies.messages())
def test_sentences_cover_the_message(message: Message) -> None:
    """In order, without overlap, with nothing but white space between them."""
    end = 0
    for segment in message.segments:
        assert not message.text[end : segment.start].strip()
        assert segment.end > segment.start
        end = segment.end
    assert not message.text[end:].strip()
    assert len(message.segments) == len(message.cuts) + 1


@given(strategies.messages())
def test_a_sentence_knows_its_codes(message: Message) -> None:
    """Numbers lead from each sentence's codes to the message's, all of them once."""
    numbers: list[int] = []
    for segment in message.segments:
        numbers += segment.numbers
        assert segment.codes == tuple(message.codes[n - 1] for n in segment.numbers)
        back = codes.renumber(segment.text, lambda n: segment.numbers[n - 1])  # noqa: B023
        assert back == codes.fold_space(message.text[segment.start : segment.end])
        assert segment.text == segment.text.strip()
    assert numbers == list(range(1, len(message.codes) + 1))


@given(strategies.segments(), strategies.messages())
def test_what_stands_before_changes_nothing(segment: Segment, before: Message) -> None:
    """The same sentence has the same text and codes behind any other text."""
    moved = codes.renumber(segment.text, lambda n: n + len(before.codes))
    text = f"{before.text} {moved}"
    message = Message(text, before.codes + segment.codes, "paragraph")
    again = message.span(len(before.text) + 1, len(text))
    assert (again.text, again.codes) == (segment.text, segment.codes)


@given(strategies.messages(), st.data())
def test_a_run_is_its_sentences(message: Message, data: st.DataObject) -> None:
    """A span over several sentences has the codes of all, and their bounds."""
    found = message.segments
    first = data.draw(st.integers(0, len(found) - 1))
    last = data.draw(st.integers(first, len(found) - 1))
    run = message.span(found[first].start, found[last].end)
    assert (run.start, run.end) == (found[first].start, found[last].end)
    assert run.numbers == tuple(n for s in found[first : last + 1] for n in s.numbers)


def test_blank_parts_are_no_sentences() -> None:
    """A message of white space has none, and neither has what is cut off behind one."""
    assert Message(" \n", (), "paragraph").segments == ()
    assert len(Message("A.  ", (), "paragraph", cuts=(2,)).segments) == 1
    assert Message("A. ", (), "p").span(2, 3).text == ""


def test_a_span_begins_at_its_first_character() -> None:
    """White space on either side belongs to no sentence, a no-break space neither."""
    segment = Message("x \n A b\xa0 y", (), "paragraph").span(1, 9)
    assert (segment.text, segment.start, segment.end) == ("A b", 4, 7)


def test_every_rung_has_an_origin() -> None:
    """No rung is forgotten, and a translation is of its rung's origin."""
    assert set(ORIGIN_OF_RUNG) == set(Rung)
    assert set(ORIGIN_OF_RUNG.values()) == set(Origin)
    assert Translation("", Rung.CATALOG, 0, 0).origin is Origin.HUMAN
    assert Translation("", Rung.SOURCE, 0, 0).origin is Origin.UNTRANSLATED


def test_references_are_nobodys_own() -> None:
    """No kind that leads somewhere may be dropped or added by a translation."""
    leading = {"link", "xref", "footnote", "citation", "image", "download", "raw"}
    assert not leading & (EMPHASIS | OWN)
