"""Finds the sentence that a changed one has come from.

Only what changed gets here, so nothing is indexed until the first such sentence is
asked for.  Candidates must share a rare word with it; the likeness itself is the ratio
of Ratcliff and Obershelp (``difflib``) over what is left of both sentences without
emphasis, case and punctuation, from 0 to 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from amts_sphinx.text import codes
from amts_sphinx.text.units import TranslationUnit

#: a word; of scripts written without spaces, a character
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+|[^\w\s]"
)
#: words of a sentence that are looked up, the rarest ones
_ASKED = 6
#: sentences that a word may stand in and still tell something
_COMMON = 60
#: candidates whose likeness is computed
_COMPARED = 4
#: share of common words below which likeness need not be computed: one changed word
#: in three already costs more than any threshold worth showing allows
_SHARED = 0.4


class SimilarUnits:
    """Units of some documents, by what their sources say."""

    def __init__(self, units: Sequence[tuple[str, TranslationUnit]]) -> None:
        """Index units; each comes with its source's skeleton."""
        self._units = units
        self._holders: dict[str, list[int]] = {}
        for number, (said, _) in enumerate(units):
            for word in set(_WORD.findall(said)):
                self._holders.setdefault(word, []).append(number)

    def like(
        self, said: str, least: float, standing: Collection[str]
    ) -> Iterator[tuple[float, TranslationUnit]]:
        """Units of at least that likeness to a skeleton, the most similar first.

        A unit whose own sentences are all among ``standing``, those of the page as it
        is, has not changed: it is not what this sentence has come from.
        """
        matcher = SequenceMatcher(None, "", said, autojunk=False)
        found: list[tuple[float, int]] = []
        for number in self._candidates(said, standing):
            matcher.set_seq1(self._units[number][0])
            if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                likeness = matcher.ratio()
                if likeness >= least:
                    found.append((likeness, number))
        for likeness, number in sorted(found, key=lambda pair: (-pair[0], pair[1])):
            yield likeness, self._units[number][1]

    def _candidates(self, said: str, standing: Collection[str]) -> list[int]:
        """The numbers of the units that share most words, most of them first."""
        words = frozenset(_WORD.findall(said))
        known = sorted(
            (len(holders), word)
            for word in words
            if (holders := self._holders.get(word))
        )
        held = Counter(
            number
            for count, word in known[:_ASKED]
            if count <= _COMMON
            for number in self._holders[word]
        )
        shared = []
        for number in held:
            other = frozenset(_WORD.findall(self._units[number][0]))
            share = 2 * len(words & other) / (len(words) + len(other))
            unit = self._units[number][1]
            if share >= _SHARED and not _all_stand(unit, standing):
                shared.append((-share, number))
        return [number for _, number in sorted(shared)[:_COMPARED]]


def _all_stand(unit: TranslationUnit, standing: Collection[str]) -> bool:
    """Is each sentence of a unit still one of the page?"""
    if not unit.cuts:
        return unit.source in standing
    bounds = pairwise((0, *unit.cuts, len(unit.source)))
    parts = (unit.source[start:end].strip() for start, end in bounds)
    return all(codes.localise(part)[0] in standing for part in parts)
