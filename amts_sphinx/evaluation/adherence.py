"""Does a translation say what the glossary asks for?  Term by term.

A term counts once for each text in which it stands, however often it stands there: good
translators do not repeat a word as often as the source does.  It is *met* if any of its
translations stands in the target.  The machine's texts and people's are counted apart:
where people do not follow the glossary either, it is the glossary that needs a review.
Stale texts are left out, as people made them from another source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from amts_sphinx.bitext.terminology import Term, Terminology, stands_in
from amts_sphinx.text.units import Origin


class Tally(NamedTuple):
    """How often terms stood in texts of one origin."""

    occurrences: int = 0  #: texts whose source has the term
    met: int = 0  #: of these, texts whose target has a translation of it

    @property
    def missed(self) -> int:
        """Texts that say it otherwise, or not at all."""
        return self.occurrences - self.met

    @property
    def share(self) -> float | None:
        """Met occurrences by occurrences, 0 to 1; None if there are none."""
        return self.met / self.occurrences if self.occurrences else None

    def plus(self, *, met: bool) -> Tally:
        """One occurrence more."""
        return Tally(self.occurrences + 1, self.met + met)


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of the glossary: what it should be, and what it is."""

    term: Term
    machine: Tally
    human: Tally

    @property
    def missed(self) -> int:
        """Occurrences missed by anybody."""
        return self.machine.missed + self.human.missed


@dataclass(frozen=True, slots=True)
class Adherence:
    """The terms that occur, those missed most often first, and their sums."""

    rows: tuple[TermRow, ...]
    machine: Tally
    human: Tally


def adherence(
    terminology: Terminology, texts: Iterable[tuple[str, str, Origin]]
) -> Adherence:
    """Count the terms in plain texts and their translations: source, target, origin.

    What is neither a machine's nor a person's translation of this source is passed
    over.
    """
    tallies: dict[tuple[Term, Origin], Tally] = {}
    for source, target, origin in texts:
        if origin in (Origin.MACHINE, Origin.HUMAN):
            for term in dict.fromkeys(terminology.occurrences(source)):
                before = tallies.get((term, origin), Tally())
                now = before.plus(met=stands_in(term, target))
                tallies[term, origin] = now
    rows = [
        TermRow(
            term,
            tallies.get((term, Origin.MACHINE), Tally()),
            tallies.get((term, Origin.HUMAN), Tally()),
        )
        for term in {term for term, _ in tallies}
    ]
    return Adherence(
        tuple(sorted(rows, key=_what_matters)),
        _sum(row.machine for row in rows),
        _sum(row.human for row in rows),
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    occurrences = met = 0
    for tally in tallies:
        occurrences += tally.occurrences
        met += tally.met
    return Tally(occurrences, met)


def _what_matters(row: TermRow) -> tuple[int, int, Term]:
    seen = row.machine.occurrences + row.human.occurrences
    return -row.missed, -seen, row.term
