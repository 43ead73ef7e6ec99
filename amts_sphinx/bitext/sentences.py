"""The sentences of a page, each with its place: what the numbers in beads count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message, Segment


class Sentence(NamedTuple):
    """A sentence, the message it belongs to, and what stands beside it."""

    message: Message
    number: int  #: of the message, counted through the page from 0
    segment: Segment
    before: str  #: text of the segment before it on the page
    after: str  #: text of the segment behind it in the message


def sentences_of(page: Page) -> Iterator[Sentence]:
    """All sentences of a page, in order."""
    before = ""
    for number, message in enumerate(page.messages):
        texts = [segment.text for segment in message.segments]
        for segment, after in zip(message.segments, [*texts[1:], ""], strict=True):
            yield Sentence(message, number, segment, before, after)
            before = segment.text
