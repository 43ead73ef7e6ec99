"""The translation memory: the sentences people stand behind, and how to find them.

A look-up is one dictionary access for the exact sentence; only when that fails is the
sentence reduced to its skeleton (no emphasis, case, punctuation) and looked up again.
When people translated one sentence in several ways, the page's own translation is taken
first, then the most frequent, then the first in order: the same input gives the same
book.

Memories are files.  What cannot be a person's sentence in good form is not taken in
(``sound``), and a unit answers only for sentences whose codes stand for the same kinds
of things as its own (``_agrees``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

from amts_sphinx.memory.soundness import sound
from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Segment, TranslationUnit


class TranslationMemory:
    """Translation units by source sentence."""

    def __init__(self, units: Iterable[TranslationUnit] = ()) -> None:
        self._exact: dict[str, list[TranslationUnit]] = defaultdict(list)
        #: first sentence of units of several sentences: how many sentences they hold
        self._runs: dict[str, set[int]] = defaultdict(set)
        #: units that were not taken in
        self.refused = 0
        for unit in units:
            if not sound(unit):
                self.refused += 1
                continue
            self._exact[unit.source].append(unit)
            if unit.cuts:
                head = unit.source[: unit.cuts[0]].rstrip()
                self._runs[head].add(len(unit.cuts) + 1)

    def __len__(self) -> int:
        return sum(map(len, self._exact.values()))

    def runs(self, first: str) -> Iterable[int]:
        """How many sentences units hold that begin with this one; longest first."""
        return sorted(self._runs.get(first, ()), reverse=True)

    @cached_property
    def _cosmetic(self) -> dict[str, list[TranslationUnit]]:
        index: dict[str, list[TranslationUnit]] = defaultdict(list)
        for unit in chain.from_iterable(self._exact.values()):
            index[skeleton(unit.source, unit.source_codes)].append(unit)
        return index

    def exact(self, segment: Segment, document: str) -> TranslationUnit | None:
        """The unit of exactly this sentence."""
        known = self._exact.get(segment.text)
        if not known:
            return None
        return _choose([unit for unit in known if _agrees(unit, segment)], document)

    def cosmetic(self, segment: Segment, document: str) -> TranslationUnit | None:
        """A unit whose sentence differs in markup, case or punctuation only.

        Its codes are re-numbered for the segment: protected codes correspond in order,
        emphasis stays if it is the same in both and is dropped otherwise.
        """
        key = skeleton(segment.text, segment.codes)
        known = self._cosmetic.get(key, ()) if key else ()
        moved = (_recoded(unit, segment) for unit in known)
        return _choose([u for u in moved if u and _agrees(u, segment)], document)


def skeleton(source: str, source_codes: Sequence[Code]) -> str:
    """What stays of a sentence when markup, case and punctuation are ignored."""
    return codes.skeleton(
        source, lambda number: source_codes[number - 1].kind not in EMPHASIS
    )


def _agrees(unit: TranslationUnit, segment: Segment) -> bool:
    """Do the codes of both sentences stand for the same kinds of things?

    Where the translator wrote a formula or code of their own, or left one out, that was
    said of the very formulas and code of their source: they must be the same ones.
    """
    ours, theirs = segment.codes, unit.source_codes
    if ours == theirs:
        return True
    if [code.kind for code in ours] != [code.kind for code in theirs]:
        return False
    used = set(codes.numbers(unit.target))
    whole = not any(code.kind not in EMPHASIS for code in unit.target_codes) and all(
        number in used for number, code in enumerate(theirs, 1) if code.kind in OWN
    )
    return whole or all(
        code == other
        for code, other in zip(ours, theirs, strict=True)
        if code.kind in OWN
    )


def _choose(units: Sequence[TranslationUnit], document: str) -> TranslationUnit | None:
    if len(units) < 2:  # noqa: PLR2004 - nothing to choose from
        return units[0] if units else None
    here = [unit for unit in units if unit.document == document] or units
    votes = Counter(unit.target for unit in here)
    return max(here, key=lambda unit: votes[unit.target])


def _recoded(unit: TranslationUnit, segment: Segment) -> TranslationUnit | None:
    """The unit with its codes numbered as in a cosmetically equal sentence."""
    old, new = _lasting(unit.source, unit.source_codes, segment)
    if len(old) != len(new):
        return None
    number = dict(zip(old, new, strict=True))
    first = len(unit.source_codes) + 1
    shift = len(segment.codes) + 1 - first
    number |= {n: n + shift for n in range(first, first + len(unit.target_codes))}
    target = codes.keep_codes(unit.target, number.__contains__)
    return unit._replace(
        source=segment.text,
        target=codes.renumber(target, number.__getitem__),
        source_codes=tuple(
            # what the unit was made from, in the segment's numbers
            unit.source_codes[old[new.index(n)] - 1] if n in new else code
            for n, code in enumerate(segment.codes, 1)
        ),
    )


def _lasting(
    source: str, source_codes: Sequence[Code], segment: Segment
) -> tuple[list[int], list[int]]:
    """The codes that correspond in order: all if both have the same, else protected."""
    old, new = codes.numbers(source), codes.numbers(segment.text)
    if [source_codes[n - 1].kind for n in old] == [
        segment.codes[n - 1].kind for n in new
    ]:
        return old, new
    return (
        [n for n in old if source_codes[n - 1].kind not in EMPHASIS],
        [n for n in new if segment.codes[n - 1].kind not in EMPHASIS],
    )
