"""From the beads of two pages to candidates for parallel data, as readable text.

An engine learns from text, not from codes: formulas keep their dollars, code words and
links show what a reader sees, and whatever else must stay as it is (references,
citations, footnotes) becomes a number in brackets, the same on both sides.  Nothing is
held back here; a pair that looks odd is flagged, and `filters` decides with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.bitext.differences import Part, Side, flags, one_line
from amts_sphinx.bitext.sentences import Sentence, sentences_of
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import INVISIBLE, Code, Origin, TranslationUnit


class Granularity(StrEnum):
    """What one pair is made of."""

    SENTENCE = "sentence"  #: the sentences of one bead
    PARAGRAPH = "paragraph"  #: the fewest whole messages that translate each other


_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


class _Linked(NamedTuple):
    """What belongs together: the sentences of both sides, and how surely."""

    source: list[Sentence]
    target: list[Sentence]
    confidence: float


def candidates(
    source: Page,
    target: Page,
    beads: Sequence[Bead],
    origin: Origin,
    granularity: Granularity,
) -> Iterator[SentencePair]:
    """Every pair of two aligned pages that has both sides, good or not, in page order.

    ``beads`` count the sentences of each page as `pairs.blocks_of` lays them out.
    Of a paragraph's confidence the least of its beads is told, so one that lost a
    sentence in translation (a null bead) has none.
    """
    for left, right, confidence in linked(source, target, beads, granularity):
        if left and right:
            sides = _parts(left), _parts(right)
            numbers = _brackets(*sides)
            yield SentencePair(
                _readable(sides[0], numbers[0]),
                _readable(sides[1], numbers[1]),
                source.docname,
                right[0].message.line,
                origin,
                confidence,
                tuple(flags(*sides)),
            )


def linked(
    source: Page, target: Page, beads: Sequence[Bead], granularity: Granularity
) -> Iterable[_Linked]:
    """What belongs together on two aligned pages, in page order; a side may be empty.

    Of paragraphs they are the smallest groups of beads that share no message.
    """
    ours, theirs = list(sentences_of(source)), list(sentences_of(target))
    found = [
        _Linked(
            [ours[number] for number in bead.source],
            [theirs[number] for number in bead.target],
            bead.confidence,
        )
        for bead in beads
    ]
    return _paragraphs(found) if granularity is Granularity.PARAGRAPH else found


def of_units(units: Iterable[TranslationUnit]) -> Iterator[SentencePair]:
    """The pairs that people's units are, as readable text."""
    for unit in units:
        both = unit.source_codes + unit.target_codes
        sides = [Part(unit.source, unit.source_codes)], [Part(unit.target, both)]
        numbers = _brackets(*sides)
        yield SentencePair(
            _readable(sides[0], numbers[0]),
            _readable(sides[1], numbers[1]),
            unit.document,
            unit.line,
            unit.origin,
            unit.confidence,
            tuple(flags(*sides)),
        )


def _paragraphs(beads: list[_Linked]) -> Iterator[_Linked]:
    """The smallest groups of beads that share no message of either side."""
    leader: dict[tuple[int, int], tuple[int, int]] = {}

    def find(key: tuple[int, int]) -> tuple[int, int]:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    keys = [
        [(0, s.number) for s in bead.source] + [(1, s.number) for s in bead.target]
        for bead in beads
    ]
    for first, *others in keys:
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[tuple[int, int], list[_Linked]] = {}
    for bead, (first, *_) in zip(beads, keys, strict=True):
        groups.setdefault(find(first), []).append(bead)
    yield from map(_joined, groups.values())


def _joined(group: list[_Linked]) -> _Linked:
    return _Linked(
        [sentence for bead in group for sentence in bead.source],
        [sentence for bead in group for sentence in bead.target],
        min(bead.confidence for bead in group),
    )


def _parts(sentences: list[Sentence]) -> Side:
    """Sentences of one message as one stretch of it."""
    found: Side = []
    for _, group in groupby(sentences, attrgetter("number")):
        together = list(group)
        message = together[0].message
        start, end = together[0].segment.start, together[-1].segment.end
        found.append(Part(message.text[start:end], message.codes))
    return found


# -- readable text ---------------------------------------------------------------


def _bracketed(side: Side) -> list[Code]:
    """The distinct codes that are shown as a number, in order of appearance."""
    found: dict[Code, None] = {}
    for part in side:
        for match in codes.CODE.finditer(part.text):
            if match[1]:
                code = part.codes[int(match[1]) - 1]
                if _bare(code) is None:
                    found[code] = None
    return list(found)


def _brackets(source: Side, target: Side) -> tuple[dict[Code, int], dict[Code, int]]:
    """The number of each bracketed code, for either side.

    What is the same thing has the same number; so have two things that are the only
    ones of their kind without a partner (a label that the translation renamed).
    """
    ours, theirs = _bracketed(source), _bracketed(target)
    left = {code: number for number, code in enumerate(ours, 1)}
    right = {code: left[code] for code in theirs if code in left}
    lonely = [code for code in ours if code not in right]
    foreign = [code for code in theirs if code not in right]
    for code in foreign:
        same = [other for other in lonely if other.kind == code.kind]
        if len(same) == 1 and [c.kind for c in foreign].count(code.kind) == 1:
            right[code] = left[same[0]]
        else:
            right[code] = len({*left.values(), *right.values()}) + 1
    return left, right


def _bare(code: Code) -> str | None:
    """What a reader sees of an opaque code; None if that cannot be told."""
    if code.kind == "math":
        return f"${code.payload}$"
    if code.kind in {"literal", "token"}:
        return code.payload
    if code.kind in INVISIBLE or (code.kind == "raw" and _TAG.fullmatch(code.payload)):
        return ""
    return None


def _readable(side: Side, numbers: dict[Code, int]) -> str:
    """One line of plain text."""

    def show(code: Code) -> str:
        bare = _bare(code)
        return f"[{numbers.get(code, 0)}]" if bare is None else bare

    return one_line(codes.plain(p.text, [show(code) for code in p.codes]) for p in side)
