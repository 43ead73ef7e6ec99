"""From two aligned pages to translation units.

The aligner sees sentences as plain text; here its beads become units in coded text.  A
pair may be *shown* as a person's translation only if both sides lie within one block,
the aligner is sure, and the translation's inline codes can be the source's own:
references, links and citations correspond one to one, formulas and code the translator
changed are kept as the translator's own.  Where that fails for one sentence but not for
it and its neighbours together (a reference moved across a full stop), they become one
unit.  Everything else is counted with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from amts_sphinx.bitext.alignment import SHOWN, Bead, Block
from amts_sphinx.bitext.sentences import Sentence, sentences_of
from amts_sphinx.text import codes
from amts_sphinx.text.correspondence import fit
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import (
    Code,
    Segment,
    TranslationUnit,
    neighbour,
)

#: from so many words on, equal text on both sides is a sentence nobody translated
_SENTENCE = 4


class Reason(StrEnum):
    """Why a source sentence got no unit."""

    NO_COUNTERPART = "no counterpart"
    CROSSES_BLOCKS = "crosses blocks"
    LOW_CONFIDENCE = "low confidence"
    CODES = "codes do not fit"
    UNTRANSLATED = "left untranslated"


@dataclass
class Yield:
    """What one pair of pages gave."""

    units: list[TranslationUnit] = field(default_factory=list)
    #: source characters by reason, for the sentences that gave no unit
    lost: Counter[Reason] = field(default_factory=Counter)


def blocks_of(page: Page) -> list[Block]:
    """A page as the aligner sees it."""
    found: list[Block] = []
    wall = ""
    for block in page.blocks:
        if isinstance(block, Wall):
            wall = f"{block.kind}:{block.key}"
            if block.kind != "title":
                found.append(Block(block.kind, wall, ()))
                wall = ""
            continue
        shown = tuple(map(_readable, block.segments))
        found.append(Block(block.kind, wall if block.kind == "title" else "", shown))
        wall = ""
    return found


def _readable(segment: Segment) -> str:
    """A segment as plain text, with what its opaque codes stand for."""
    return codes.plain(segment.text, [_show(code) for code in segment.codes])


def _show(code: Code) -> str:
    if code.kind == "math":
        return f"${code.payload}$"
    if code.kind == "literal":
        return f"`{code.payload}`"
    if code.kind == "citation":
        return f"[@{code.payload}]"
    return f"{{{code.payload}}}" if code.payload else ""


def pair(source: Page, target: Page, beads: Sequence[Bead]) -> Yield:
    """The units of one pair of pages, and what stayed without one."""
    ours = list(sentences_of(source))
    theirs = list(sentences_of(target))
    result = Yield()
    waiting: list[tuple[list[Sentence], list[Sentence], float]] = []
    for bead in beads:
        left = [ours[number] for number in bead.source]
        right = [theirs[number] for number in bead.target]
        reason = _refused(left, right, bead)
        if reason:
            _settle(waiting, source.docname, result)
            _lose(left, reason, result)
            continue
        if waiting and not _continues(waiting[-1], left, right):
            _settle(waiting, source.docname, result)
        waiting.append((left, right, bead.confidence))
    _settle(waiting, source.docname, result)
    return result


def _refused(left: list[Sentence], right: list[Sentence], bead: Bead) -> Reason | None:
    """Why this bead may not be shown, judged without its codes."""
    if not left or not right:
        return Reason.NO_COUNTERPART
    if any(s.message is not left[0].message for s in left) or any(
        s.message is not right[0].message for s in right
    ):
        return Reason.CROSSES_BLOCKS
    if _same_words(left, right):
        return Reason.UNTRANSLATED
    return None if bead.confidence >= SHOWN else Reason.LOW_CONFIDENCE


def _same_words(left: list[Sentence], right: list[Sentence]) -> bool:
    """Did the translator leave a sentence as it was?  A name or two may well stay."""
    ours, theirs = (
        " ".join(codes.plain(s.segment.text) for s in side) for side in (left, right)
    )
    return ours == theirs and len(ours.split()) >= _SENTENCE


def _continues(
    before: tuple[list[Sentence], list[Sentence], float],
    left: list[Sentence],
    right: list[Sentence],
) -> bool:
    """Do these sentences stand in the same two messages as the ones before?"""
    return (
        before[0][0].message is left[0].message
        and before[1][0].message is right[0].message
    )


def _settle(
    waiting: list[tuple[list[Sentence], list[Sentence], float]],
    docname: str,
    result: Yield,
) -> None:
    """Make units of neighbouring beads: as small as their codes allow."""
    while waiting:
        for count in range(1, len(waiting) + 1):
            unit = _unit(waiting[:count], docname)
            if unit:
                result.units.append(unit)
                del waiting[:count]
                break
        else:
            _lose(waiting.pop(0)[0], Reason.CODES, result)


def _lose(sentences: list[Sentence], reason: Reason, result: Yield) -> None:
    for sentence in sentences:
        result.lost[reason] += len(codes.plain(sentence.segment.text))


def _unit(
    beads: Sequence[tuple[list[Sentence], list[Sentence], float]], docname: str
) -> TranslationUnit | None:
    """One unit of one or several neighbouring beads; None where codes do not fit."""
    left = [sentence for bead in beads for sentence in bead[0]]
    right = [sentence for bead in beads for sentence in bead[1]]
    source_message, target_message = left[0].message, right[0].message
    start = left[0].segment.start
    source = source_message.span(start, left[-1].segment.end)
    target = target_message.span(right[0].segment.start, right[-1].segment.end)
    fitted = fit(source, target)
    if fitted is None:
        return None
    text, own = fitted
    before = [source_message.text[start : s.segment.start] for s in left[1:]]
    cuts = [len(codes.localise(codes.fold_space(part))[0]) for part in before]
    return TranslationUnit(
        source=source.text,
        target=text,
        source_codes=source.codes,
        target_codes=own,
        cuts=tuple(cuts),
        document=docname,
        line=target_message.line,
        confidence=round(min(confidence for _, _, confidence in beads), 3),
        before=neighbour(left[0].before),
        after=neighbour(left[-1].after),
    )
