"""Was the reference made by editing the machine that is measured against it?

Who edits a draft leaves what is right, so an engine scores high against its own edited
drafts, whatever it is worth.  Two translators use the same words, but seldom ten
Chinese characters or thirty letters in a row.  So it is measured how much of the
reference stands in such runs that are the draft's too and not the source's.

Measured over whole books: .24 for Chinese people edited from Amazon's drafts, heavily
(42 % of all words); .05 and .08 for Spanish beside Apertium's, 0 for the draft's own
words in another order.  Single pages vary from .08 to .37: few sentences prove nothing,
and nothing is said of what lies between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amts_sphinx.evaluation.sayings import Saying
from amts_sphinx.memory.drafts import Draft
from amts_sphinx.text import codes
from amts_sphinx.text.answers import WIDE
from amts_sphinx.text.units import Origin, TranslationUnit

#: weight of a run that does not come about by chance, in letters of an alphabet
RUN: Final = 30
#: a Chinese, Japanese or Korean character says about as much as so many letters
_WIDE_WEIGHT: Final = 3
#: share in such runs from which on a reference is an edited draft
EDITED: Final = 0.20
#: share up to which it is none
OWN: Final = 0.10
#: sentences as long as a run, at least, without which nothing is said
ENOUGH: Final = 100


class Independence(StrEnum):
    """How a reference came about."""

    INDEPENDENT = "independent"  #: translated from the source
    POST_EDITED = "post-edited"  #: made by editing what an engine answered
    UNKNOWN = "unknown"  #: nobody said, and nothing shows it


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of how a reference came about."""

    independence: Independence = Independence.UNKNOWN
    engine: str = ""  #: whose drafts were edited; "" if none, or nobody knows whose

    def __str__(self) -> str:
        """The label that stands beside every score against this reference."""
        if self.independence is Independence.POST_EDITED:
            return f"post-edit of {self.engine or 'an unknown engine'}"
        return self.independence.value


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much of its drafts a reference has kept."""

    engine: str
    sentences: int  #: drafted, referenced and long enough
    kept: float  #: share of the references that stands in the draft's long runs, 0 to 1

    @property
    def shows(self) -> Independence:
        """What follows for this engine."""
        if self.sentences < ENOUGH or OWN < self.kept < EDITED:
            return Independence.UNKNOWN
        if self.kept >= EDITED:
            return Independence.POST_EDITED
        return Independence.INDEPENDENT


def evidence(
    drafts: Iterable[Draft], references: Iterable[TranslationUnit]
) -> tuple[Evidence, ...]:
    """What each engine's drafts show, sorted by engine.

    A draft is compared with every human translation of its very source.
    """
    human: dict[str, list[TranslationUnit]] = defaultdict(list)
    for unit in references:
        if unit.origin is Origin.HUMAN:
            human[unit.source].append(unit)
    counts: dict[str, list[int]] = {}
    for draft in drafts:
        count = counts.setdefault(draft.engine, [0, 0, 0])
        for unit in human.get(draft.source, ()):
            kept, weight = _kept(unit, draft.target)
            if weight >= RUN:
                count[0] += 1
                count[1] += kept
                count[2] += weight
    return tuple(
        Evidence(engine, sentences, kept / (weight or 1))
        for engine, (sentences, kept, weight) in sorted(counts.items())
    )


def provenance(
    found: Sequence[Evidence], stated: Provenance | None = None
) -> Provenance:
    """What drafts show goes before what somebody has stated; else it is unknown.

    A reference may keep much of two engines that answer alike: the one it keeps most of
    was edited.  It is independent only if it is so of every engine there is enough of.
    """
    edited = [one for one in found if one.shows is Independence.POST_EDITED]
    if edited:
        most = max(edited, key=lambda one: one.kept)
        return Provenance(Independence.POST_EDITED, most.engine)
    if stated and stated.engine not in {"", *(one.engine for one in found)}:
        return stated  # drafts of another engine say nothing about this one
    shown = {one.shows for one in found if one.sentences >= ENOUGH}
    if shown == {Independence.INDEPENDENT}:
        return Provenance(Independence.INDEPENDENT)
    return stated or Provenance()


def _kept(unit: TranslationUnit, draft: str) -> tuple[int, int]:
    """Weight of a reference that stands in the draft's runs, and all of its weight."""
    ours = _words(unit.target)
    theirs, source = _words(draft), _words(unit.source)
    known = {theirs[i:j] for i, j in _runs(theirs)}
    known -= {source[i:j] for i, j in _runs(source)}
    kept = {
        place for i, j in _runs(ours) if ours[i:j] in known for place in range(i, j)
    }
    return sum(_weight(ours[n]) for n in kept), sum(map(_weight, ours))


def _words(coded: str) -> tuple[str, ...]:
    return Saying.of(codes.plain(coded)).words


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the shortest runs of enough weight begin and end."""
    end = weight = 0
    for start, word in enumerate(words):
        while weight < RUN and end < len(words):
            weight += _weight(words[end])
            end += 1
        if weight < RUN:
            return
        yield start, end
        weight -= _weight(word)


def _weight(word: str) -> int:
    return len(word) + (_WIDE_WEIGHT - 1) * len(WIDE.findall(word))
