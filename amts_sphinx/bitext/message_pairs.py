"""Whole messages that translate each other, for what is judged message by message.

A score needs both sides of a message exactly as they stand, codes included, so only
messages that the aligner pairs one to one are taken; one that a translator has cut in
two, or joined with its neighbour, has no counterpart of its own and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.bitext.candidates import Granularity, linked
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page, text_digest
from amts_sphinx.text.units import Message


class MessagePair(NamedTuple):
    """A message and its translation."""

    source: Message
    target: Message


def message_pairs(
    source: Page, target: Page, beads: Sequence[Bead]
) -> Iterator[tuple[int, int]]:
    """The messages of two aligned pages that correspond one to one, by number."""
    for left, right, _ in linked(source, target, beads, Granularity.PARAGRAPH):
        ours = {sentence.number for sentence in left}
        theirs = {sentence.number for sentence in right}
        if len(ours) == len(theirs) == 1:
            yield ours.pop(), theirs.pop()


def message_digest(message: Message) -> str:
    """What a message is known by, however its white space is laid out."""
    return text_digest(codes.fold_space(message.text), str(message.codes))


def same_shape(source: Page, target: Page) -> bool:
    """Does each block stand where the other page has one of its kind?

    What a machine returned of a page has the page's own shape; nothing has to be
    aligned then.
    """
    return [_shape(block) for block in source.blocks] == [
        _shape(block) for block in target.blocks
    ]


def _shape(block: object) -> tuple[bool, str]:
    return isinstance(block, Message), getattr(block, "kind", "")


def paired(
    source: Page, target: Page, pairs: Sequence[tuple[str, int]]
) -> list[MessagePair]:
    """The messages of these digests and numbers, in the source's order.

    A message that was edited has another digest, and none of what translates its former
    self.
    """
    theirs = list(target.messages)
    known: dict[str, list[int]] = {}
    for digest, number in sorted(pairs, key=itemgetter(1)):
        if number < len(theirs):
            known.setdefault(digest, []).append(number)
    found: list[MessagePair] = []
    for message in source.messages:
        numbers = known.get(message_digest(message))
        if numbers:
            found.append(MessagePair(message, theirs[numbers.pop(0)]))
    return found
