"""The translation memory: the sentences people stand behind, and how to find them.

A look-up is one dictionary access for the exact sentence; only when that fails is the
sentence reduced to its skeleton (no emphasis, case, punctuation) and looked up again.
When people translated one sentence in several ways, the page's own translation is taken
first, then the most frequent, then the first in order: the same input gives the same
book.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, Code, TranslationUnit


class TranslationMemory:
    """Translation units by source sentence."""

    def __init__(self, units: Iterable[TranslationUnit] = ()) -> None:
        self._exact: dict[str, list[TranslationUnit]] = defaultdict(list)
        #: first sentence of units of several sentences: how many sentences they hold
        self._runs: dict[str, set[int]] = defaultdict(set)
        for unit in units:
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
        for source, units in self._exact.items():
            for unit in units:
                index[skeleton(source, unit.source_codes)].append(unit)
        return index

    def exact(self, source: str, document: str) -> TranslationUnit | None:
        """The unit of exactly this sentence."""
        return _choose(self._exact.get(source), document)

    def cosmetic(
        self, source: str, source_codes: Sequence[Code], document: str
    ) -> TranslationUnit | None:
        """A unit whose sentence differs in markup, case or punctuation only.

        Its codes are re-numbered for ``source``: protected codes correspond in order,
        emphasis that the sentence no longer has is dropped.
        """
        key = skeleton(source, source_codes)
        unit = _choose(self._cosmetic.get(key), document) if key else None
        return _recoded(unit, source, source_codes) if unit else None


def skeleton(source: str, source_codes: Sequence[Code]) -> str:
    """What stays of a sentence when markup, case and punctuation are ignored."""
    return codes.skeleton(
        source, lambda number: source_codes[number - 1].kind not in EMPHASIS
    )


def _choose(
    units: list[TranslationUnit] | None, document: str
) -> TranslationUnit | None:
    if not units:
        return None
    if len(units) == 1:
        return units[0]
    here = [unit for unit in units if unit.document == document] or units
    votes = Counter(unit.target for unit in here)
    return max(here, key=lambda unit: votes[unit.target])


def _recoded(
    unit: TranslationUnit, source: str, source_codes: Sequence[Code]
) -> TranslationUnit | None:
    """The unit with its codes numbered as in another, cosmetically equal sentence."""
    old = _protected(unit.source, unit.source_codes)
    new = _protected(source, source_codes)
    if len(old) != len(new):
        return None
    kinds = [unit.source_codes[n - 1].kind for n in old]
    if kinds != [source_codes[n - 1].kind for n in new]:
        return None
    number = dict(zip(old, new, strict=True))
    shift = len(source_codes) - len(unit.source_codes)
    for own in range(len(unit.target_codes)):
        first = len(unit.source_codes) + 1
        number[first + own] = first + own + shift
    target = codes.keep_codes(unit.target, number.__contains__)
    return unit._replace(
        source=source,
        target=codes.renumber(target, number.__getitem__),
        source_codes=tuple(source_codes),
    )


def _protected(source: str, source_codes: Sequence[Code]) -> list[int]:
    return [
        number
        for number in codes.numbers(source)
        if source_codes[number - 1].kind not in EMPHASIS
    ]
