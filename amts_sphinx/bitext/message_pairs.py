"""Whole messages that translate each other, for what is judged message by message.

A score needs both sides of a message exactly as they stand, codes included, so only
messages that the aligner pairs one to one are taken; one that a translator has cut in
two, or joined with its neighbour, has no counterpart of its own and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.bitext.candidates import Granularity, linked
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message


class MessagePair(NamedTuple):
    """A message and its translation."""

    source: Message
    target: Message
    confidence: float  #: the least of its sentences, 0 to 1


def message_pairs(
    source: Page, target: Page, beads: Sequence[Bead]
) -> Iterator[MessagePair]:
    """The messages of two aligned pages that correspond one to one, in page order."""
    groups = linked(source, target, beads, Granularity.PARAGRAPH)
    for left, right, confidence in groups:
        ours = {id(sentence.message): sentence.message for sentence in left}
        theirs = {id(sentence.message): sentence.message for sentence in right}
        if len(ours) == len(theirs) == 1:
            [one], [other] = ours.values(), theirs.values()
            yield MessagePair(one, other, confidence)
