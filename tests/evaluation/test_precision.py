"""How far the checks may be trusted: counted by hand, and on a book people edited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from amts_sphinx.bitext.alignment import SHOWN, Bead, align_documents
from amts_sphinx.bitext.pairs import blocks_of
from amts_sphinx.bitext.sentences import Sentence, sentences_of
from amts_sphinx.bitext.terminology import Term, Terminology
from amts_sphinx.evaluation.adherence import adherence
from amts_sphinx.evaluation.precision import Precision, precision
from amts_sphinx.sphinx_ext.books import read_pages
from amts_sphinx.text.check_rules import readable
from amts_sphinx.text.checks import Check, Checker, Coded, LengthBand, Severity
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message, Origin, Question, Segment


def triple(source: str, draft: str, final: str) -> tuple[Question, Question, Question]:
    """A source, what a machine made of it, and what people made of that."""
    return Question(source), Question(draft), Question(final)


def test_counted_by_hand() -> None:
    """Hits on drafts, hits on finals, and the share of the former that went."""
    triples = [
        triple("Knead it.", "揉面团面团。", "揉面团。"),
        triple("Knead it.", "揉面团面团。", "揉面团面团！"),
        triple("Bake it.", "烤。", "烤"),
    ]
    found = precision(Checker("en", "zh"), triples)
    assert [row.check for row in found] == list(Check)
    assert [row for row in found if row.drafts or row.finals] == [
        Precision(Check.DUPLICATE, drafts=2, finals=1, gone=0.5),
        Precision(Check.END_STOP, drafts=0, finals=2, gone=None),
    ]


def test_a_hit_that_comes_is_none_that_goes() -> None:
    """A text that fired before and one that fires now do not balance each other."""
    triples = [
        triple("Stir it.", "搅拌,等待。", "搅拌，等待。"),
        triple("Stir it.", "搅拌，等待。", "搅拌,等待。"),
    ]
    rows = {row.check: row for row in precision(Checker("en", "zh"), triples)}
    assert rows[Check.HALF_WIDTH] == Precision(Check.HALF_WIDTH, 1, 1, 1.0)


def test_nothing_measured() -> None:
    """Without a draft there is no share of drafts."""
    found = precision(Checker("en", "zh"), [])
    assert {(row.drafts, row.finals, row.gone) for row in found} == {(0, 0, None)}


# -- a real book -------------------------------------------------------------------


class Edited(NamedTuple):
    """The D2L chapters: what Amazon made of them, and what people made of that."""

    triples: list[tuple[Message, Message, Message]]  #: source, draft, final
    sentences: list[tuple[Segment, Segment]]  #: source and what people published


def homes(page: Page) -> list[int]:
    """The number of the message that each sentence of a page stands in."""
    return [n for n, message in enumerate(page.messages) for _ in message.segments]


def whole_messages(source: Page, target: Page, beads: Sequence[Bead]) -> dict[int, int]:
    """The messages of two pages that translate each other and nothing else."""
    ours, theirs = homes(source), homes(target)
    right, left = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for bead in beads:
        for i in bead.source:
            for j in bead.target:
                right[ours[i]].add(theirs[j])
                left[theirs[j]].add(ours[i])
    pairs = ((i, *found) for i, found in right.items() if len(found) == 1)
    return {i: j for i, j in pairs if left[j] == {i}}


def span(sentences: Sequence[Sentence]) -> Segment | None:
    """Sentences of one message as one segment."""
    message = sentences[0].message
    if any(sentence.message is not message for sentence in sentences):
        return None
    return message.span(sentences[0].segment.start, sentences[-1].segment.end)


def sure_pairs(
    source: Page, target: Page, beads: Sequence[Bead]
) -> Iterator[tuple[Segment, Segment]]:
    """What may be shown as people's translation, as far as the aligner knows."""
    ours, theirs = list(sentences_of(source)), list(sentences_of(target))
    for bead in beads:
        if bead.source and bead.target and bead.confidence >= SHOWN:
            left = span([ours[i] for i in bead.source])
            right = span([theirs[j] for j in bead.target])
            if left and right:
                yield left, right


@pytest.fixture(scope="module")
def edited(d2l: Path) -> Edited:
    """Sources, drafts and finals of the D2L chapters, side by side."""
    english, draft, final = (
        read_pages(d2l / folder, None, pytest.fail)[0]
        for folder in ("draft/en", "draft/zh", "zh")
    )
    names = [name for name in english if name in final]
    sides = [(blocks_of(english[name]), blocks_of(final[name])) for name in names]
    result = Edited([], [])
    for name, beads in zip(names, align_documents(sides), strict=True):
        sources, finals = list(english[name].messages), list(final[name].messages)
        drafts = list(draft[name].messages)
        result.sentences.extend(sure_pairs(english[name], final[name], beads))
        pairs = whole_messages(english[name], final[name], beads)
        if len(drafts) == len(sources):  # the machine kept every paragraph in its place
            result.triples.extend(
                (sources[i], drafts[i], finals[j]) for i, j in pairs.items()
            )
    return result


@pytest.fixture(scope="module")
def checker(edited: Edited) -> Checker:
    """The checks, with a band learnt from what people published."""
    band = LengthBand.learn((s.text, final.text) for s, _, final in edited.triples)
    assert band is not None
    return Checker("en", "zh", band)


@pytest.fixture(scope="module")
def rows(edited: Edited, checker: Checker) -> dict[Check, Precision]:
    """Every check, measured on the book."""
    return {row.check: row for row in precision(checker, edited.triples)}


@pytest.mark.slow
def test_people_make_no_errors(edited: Edited, checker: Checker) -> None:
    """No error in 3,000 texts of people's, and a warning in less than one of 100."""
    texts: list[tuple[Coded, Coded]] = [*edited.sentences]
    texts += [(source, final) for source, _, final in edited.triples]
    found = [
        {finding.severity for finding in checker.findings(source, text, Origin.HUMAN)}
        for source, text in texts
    ]
    assert len(found) > 3_000
    counted = Counter(severity for severities in found for severity in severities)
    assert counted[Severity.ERROR] == 0
    assert counted[Severity.WARNING] < 0.01 * len(found)


@pytest.mark.slow
def test_what_is_grave_people_mend(
    edited: Edited, checker: Checker, rows: dict[Check, Precision]
) -> None:
    """What is an error or a warning of a machine's: at least seven of ten hits go.

    A band learnt from people is for people, and still finds what they mend.
    """
    grave = {
        finding.check
        for source, draft, _ in edited.triples
        for finding in checker.findings(source, draft, Origin.MACHINE)
        if finding.severity is not Severity.INFO
    }
    assert {Check.MARKUP, Check.MATH, Check.SAME, Check.DUPLICATE} <= grave
    for check in grave | {Check.LENGTH}:
        assert (rows[check].gone or 0) >= 0.7, rows[check]
    assert rows[Check.MARKUP].drafts > 100
    assert rows[Check.MARKUP].finals < 5


@pytest.mark.slow
def test_no_warning_fires_more_on_people(
    edited: Edited, checker: Checker, rows: dict[Check, Precision]
) -> None:
    """What people do as often as a machine is worth an info in their text, no more."""
    warned = {
        finding.check
        for source, _, final in edited.triples
        for finding in checker.findings(source, final, Origin.HUMAN)
        if finding.severity is not Severity.INFO
    }
    assert warned
    for check in warned:
        assert rows[check].finals < rows[check].drafts, rows[check]


@pytest.mark.slow
def test_people_mend_the_terms(edited: Edited) -> None:
    """The words that people replaced throughout are those at the head of the table."""
    token, layer = Term("token", ("词元",)), Term("layer", ("层",))
    texts = (
        (readable(source.text), readable(text.text), origin)
        for source, draft, final in edited.triples
        for text, origin in ((draft, Origin.MACHINE), (final, Origin.HUMAN))
    )
    found = adherence(Terminology((layer, token)), texts)
    assert [row.term for row in found.rows] == [token, layer]
    assert found.rows[0].machine.met == 0
    assert (found.rows[0].human.share or 0) > 0.9
    assert found.rows[0].human.occurrences > 100
