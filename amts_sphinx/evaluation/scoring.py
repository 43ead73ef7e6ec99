"""Lays systems side by side: figures for pages, chapters and the book.

All are of the same messages (`cases`).  Inline codes are masked; code and formulas of
their own are no messages, and never scored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from amts_sphinx.bitext.material import Material
from amts_sphinx.evaluation import edit_rate, scores, significance
from amts_sphinx.evaluation.cases import Case, Cases
from amts_sphinx.evaluation.edit_rate import Edits
from amts_sphinx.evaluation.leaks import Audit
from amts_sphinx.evaluation.scores import Sample, Score, Statistics
from amts_sphinx.evaluation.significance import Comparison
from amts_sphinx.evaluation.systems import System
from amts_sphinx.evaluation.tokenizers import Tokenizer

#: a page with fewer has no BLEU: a heading of three words scores 0, right or wrong
FEWEST_MESSAGES: Final = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What a system is worth on some messages."""

    messages: int
    bleu: Score | None  #: of a page: None below `FEWEST_MESSAGES`
    chrf: Score | None
    edit_rate: float | None  #: 0 to 1


@dataclass(frozen=True)
class Result:
    """One system."""

    name: str
    book: Figures
    chapters: Mapping[str, Figures]  #: by folder
    documents: Mapping[str, Figures]
    kept: float | None  #: BLEU of the book with codes as text
    macro: float | None  #: mean BLEU of the documents
    comparison: Comparison | None  #: with the baseline; None for the baseline itself
    audits: Mapping[str, Audit] = field(default_factory=dict)  #: by document

    @property
    def leaked(self) -> int:
        """Sentences that the system knew word for word."""
        return sum(audit.leaked_exact for audit in self.audits.values())

    @property
    def comparable(self) -> bool:
        """May its figures stand beside others?"""
        return all(audit.comparable for audit in self.audits.values())


def score(
    material: Material,
    systems: Sequence[System],
    found: Cases,
    tokenizer: Tokenizer,
    baseline: str,
) -> list[Result]:
    """The figures of each system, in their order, each beside the baseline."""
    counted = [_counted(found.cases, n, tokenizer) for n in range(len(systems))]
    first = next((n for n, one in enumerate(systems) if one.name == baseline), None)
    results: list[Result] = []
    for number, system in enumerate(systems):
        comparison = None
        if first is not None and number != first:
            both = counted[first].bleu, counted[number].bleu
            comparison = significance.compare(*both)
        pages = [material.pages[name] for name in counted[number].pages]
        audited = ((page.docname, system.audit(page)) for page in pages)
        audits = {name: audit for name, audit in audited if audit}
        results.append(_result(system.name, counted[number], comparison, audits))
    return results


@dataclass(frozen=True)
class _Counted:
    """What was counted of one system in every message."""

    bleu: Statistics
    chrf: Statistics
    edits: tuple[Edits, ...]
    kept: float | None

    @property
    def pages(self) -> list[str]:
        return sorted(set(self.bleu.documents))

    def figures(self, within: Callable[[str], bool], *, page: bool = False) -> Figures:
        """The figures of some documents.

        Of a page chrF has no interval, and of few messages BLEU says nothing.
        """
        places = [n for n, name in enumerate(self.bleu.documents) if within(name)]
        enough = not page or len(places) >= FEWEST_MESSAGES
        return Figures(
            len(places),
            _part(self.bleu, places).score() if enough else None,
            _part(self.chrf, places).score(drawn=not page),
            edit_rate.edit_rate(self.edits[n] for n in places),
        )


def _part(statistics: Statistics, places: Sequence[int]) -> Statistics:
    return replace(
        statistics,
        documents=tuple(statistics.documents[n] for n in places),
        rows=tuple(statistics.rows[n] for n in places),
    )


def _counted(found: Sequence[Case], number: int, tokenizer: Tokenizer) -> _Counted:
    """Count what one system made of all messages."""
    masked, kept = (
        [Sample(case.document, lines[number + 2], lines[1]) for case, lines in sides]
        for sides in (
            [(case, case.masked) for case in found],
            [(case, case.kept) for case in found],
        )
    )
    changes = (
        edit_rate.edits(one.hypothesis, one.reference, tokenizer) for one in masked
    )
    return _Counted(
        scores.bleu(masked, tokenizer),
        scores.chrf(masked),
        tuple(changes),
        scores.bleu(kept, tokenizer).value,
    )


def _result(
    name: str,
    counted: _Counted,
    comparison: Comparison | None,
    audits: Mapping[str, Audit],
) -> Result:
    pages = {one: counted.figures(one.__eq__, page=True) for one in counted.pages}
    values = [found.bleu.value for found in pages.values() if found.bleu]
    chapters = dict.fromkeys(page.rpartition("/")[0] for page in counted.pages)
    return Result(
        name,
        counted.figures(lambda _: True),
        {chapter: counted.figures(_in(chapter)) for chapter in chapters},
        pages,
        counted.kept,
        sum(values) / len(values) if values else None,
        comparison,
        audits,
    )


def _in(chapter: str) -> Callable[[str], bool]:
    return lambda document: document.rpartition("/")[0] == chapter
