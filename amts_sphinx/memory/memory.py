"""The translation memory: the sentences people stand behind, and how to find them.

A look-up is one dictionary access for the exact sentence; only when that fails is the
sentence reduced to its skeleton (no emphasis, case, punctuation) and looked up again,
and only when that fails too is it compared with others.  When people translated one
sentence in several ways, the page's own translation is taken first, then the one with
the same neighbours, then the most frequent, then the first in order: the same input
gives the same book.

Memories are files.  What cannot be a person's sentence in good form is not taken in
(``sound``), and a unit answers only for sentences whose codes stand for the same kinds
of things as its own (``agrees``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from amts_sphinx.memory.recoding import agrees, recoded, revised, skeleton
from amts_sphinx.memory.similar import SimilarUnits
from amts_sphinx.memory.soundness import sound
from amts_sphinx.text.units import (
    Context,
    Origin,
    Segment,
    TranslationUnit,
    neighbour,
)

NOWHERE = Context()


class Former(NamedTuple):
    """A translation of a sentence's former self."""

    unit: TranslationUnit  #: its source as it was, its target in the codes of today
    likeness: float  #: of the former source to the sentence, 0 to 1


class TranslationMemory:
    """Translation units by source sentence."""

    def __init__(
        self, units: Iterable[TranslationUnit] = (), pages: Collection[str] = ()
    ) -> None:
        """Take in what people made; ``pages`` are the documents there are today."""
        self._exact: dict[str, list[TranslationUnit]] = defaultdict(list)
        #: first sentence of units of several sentences: how many sentences they hold
        self._runs: dict[str, set[int]] = defaultdict(set)
        self._pages = pages
        #: units that were not taken in
        self.refused = 0
        for unit in units:
            if unit.origin is not Origin.HUMAN or not sound(unit):
                self.refused += 1
                continue
            self._exact[unit.source].append(unit)
            if unit.cuts:
                head = unit.source[: unit.cuts[0]].rstrip()
                self._runs[head].add(len(unit.cuts) + 1)
        #: numbers of sentences that units hold, apart from 1; longest first
        self.lengths = sorted(set().union(*self._runs.values()), reverse=True)
        self._similar: dict[tuple[str | None, int], SimilarUnits] = {}

    def __len__(self) -> int:
        return sum(map(len, self._exact.values()))

    def runs(self, first: str) -> Iterable[int]:
        """How many sentences units hold that begin with this one; longest first."""
        return sorted(self._runs.get(first, ()), reverse=True)

    def exact(
        self, segment: Segment, context: Context = NOWHERE
    ) -> TranslationUnit | None:
        """The unit of exactly this sentence."""
        known = self._exact.get(segment.text)
        if not known:
            return None
        return _choose([unit for unit in known if agrees(unit, segment)], context)

    def cosmetic(
        self, segment: Segment, context: Context = NOWHERE
    ) -> TranslationUnit | None:
        """A unit whose sentence differs in markup, case or punctuation only.

        Its codes are re-numbered for the segment: protected codes correspond in order,
        emphasis stays if it is the same in both and is dropped otherwise.
        """
        key = skeleton(segment.text, segment.codes)
        known = self._cosmetic.get(key, ()) if key else ()
        moved = (recoded(unit, segment) for unit in known)
        return _choose([u for u in moved if u and agrees(u, segment)], context)

    def former(
        self,
        segment: Segment,
        context: Context,
        least: float,
        standing: Collection[str] = (),
        sentences: int = 1,
    ) -> Former | None:
        """The most similar unit, of at least that likeness, if its source has changed.

        Asked are the units of the page itself, then those of pages that are no more;
        ``standing`` are the sentences of the page as it is.  ``sentences`` is how many
        sentences the segment holds.
        """
        said = skeleton(segment.text, segment.codes)
        if not said:
            return None
        for document in (context.document, None):
            similar = self._similar_units(document, sentences)
            for likeness, unit in similar.like(said, least, standing):
                moved = revised(unit, segment)
                if moved:
                    return Former(moved, likeness)
        return None

    @cached_property
    def _cosmetic(self) -> dict[str, list[TranslationUnit]]:
        index: dict[str, list[TranslationUnit]] = defaultdict(list)
        for unit in chain.from_iterable(self._exact.values()):
            index[skeleton(unit.source, unit.source_codes)].append(unit)
        return index

    @cached_property
    def _by_document(self) -> dict[tuple[str | None, int], list[TranslationUnit]]:
        """Units by document and number of sentences; None: of no page of the book."""
        found: dict[tuple[str | None, int], list[TranslationUnit]] = defaultdict(list)
        for unit in chain.from_iterable(self._exact.values()):
            found[unit.document, len(unit.cuts) + 1].append(unit)
            if unit.document not in self._pages:
                found[None, len(unit.cuts) + 1].append(unit)
        return found

    def _similar_units(self, document: str | None, sentences: int) -> SimilarUnits:
        key = document, sentences
        if key not in self._similar:
            if document is not None:  # pages come one by one: only one is remembered
                kept = (None, document)
                self._similar = {k: v for k, v in self._similar.items() if k[0] in kept}
            units = self._by_document.get(key, ())
            self._similar[key] = SimilarUnits(
                [(skeleton(unit.source, unit.source_codes), unit) for unit in units]
            )
        return self._similar[key]


def _choose(
    units: Sequence[TranslationUnit], context: Context
) -> TranslationUnit | None:
    """The one of several translations that belongs to this place."""
    if len(units) < 2:  # noqa: PLR2004 - nothing to choose from
        return units[0] if units else None
    here = [unit for unit in units if unit.document == context.document] or units
    if len(here) > 1:
        before, after = neighbour(context.before), neighbour(context.after)
        beside = [(unit.before == before) + (unit.after == after) for unit in here]
        here = [u for u, n in zip(here, beside, strict=True) if n == max(beside)]
    votes = Counter(unit.target for unit in here)
    return max(here, key=lambda unit: votes[unit.target])
