"""Which pairs are worth learning from, and why the others are not.

Every pair given is either kept or rejected with one reason, so the yield can be shown
and each rejection disputed.  What a pair should weigh is learnt from the pairs
themselves; where several translations of one source compete, they vote, as the service
would silently keep the last.  Pairs whose numbers or codes differ are mostly right,
freer translations: their flags are for a reader and drop nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from amts_sphinx.bitext.parallel_data import FIELD_BYTES, FORBIDDEN_START, utf8_length
from amts_sphinx.bitext.residue import has_residue, prose
from amts_sphinx.text.bitext import SentencePair


class Rejection(StrEnum):
    """Why a pair is no parallel data; the first that applies, in this order."""

    NO_COUNTERPART = "no counterpart"  #: a null bead; counted by who has the beads
    NO_WORDS = "nothing to learn"  #: no letter on one side, or a name that stays
    RESIDUE = "markup left"  #: raw markup stands in the text
    UNTRANSLATED = "left untranslated"  #: the target is in the source's language
    LOW_CONFIDENCE = "low confidence"  #: the aligner doubts that it is a pair
    LENGTH = "odd length"  #: one side is far too long for the other
    TOO_LONG = "too long"  #: a field the service would skip
    FORBIDDEN_START = "forbidden start"  #: a field the service would fail
    OUTVOTED = "outvoted"  #: its source is more often translated otherwise
    DUPLICATE = "duplicate"  #: the same pair is kept already


class Rejected(NamedTuple):
    """A pair, and why it was not kept."""

    pair: SentencePair
    reason: Rejection


@dataclass(frozen=True, slots=True)
class Sifted:
    """Pairs, each in exactly one of two lists; both keep the order given."""

    kept: tuple[SentencePair, ...]
    rejected: tuple[Rejected, ...]

    @property
    def counts(self) -> Counter[Rejection]:
        """Rejected pairs by reason."""
        return Counter(reason for _, reason in self.rejected)


class YieldRow(NamedTuple):
    """One row of the table of yields."""

    reason: Rejection | None  #: None: kept
    pairs: int
    characters: int  #: of the sources


#: From this confidence on a pair may be learnt from: lower than what may be shown
#: (`alignment.SHOWN`), as one wrong pair in thousands misleads no engine.  Read by eye
#: in four English and Chinese chapters: of 34 pairs below, 14 were wrong, partial or
#: said more than the source; of 25 between it and SHOWN, three.
LEARNT = 0.5

#: Bytes added to both sides before lengths are compared: what a short pair may differ
#: by ("Why?" is a third of its Chinese) is nothing for a long one.  A pair within so
#: many bytes is of any length.
_SLACK = 20
#: how many standard deviations a length may be off, and at least this factor
_DEVIATIONS = 4.5
_FACTOR = 1.8
#: the same factor where there are too few pairs to learn from
_UNLEARNT_FACTOR = 3.0
_FEW = 30
#: the median absolute deviation of a normal distribution, in standard deviations
_MAD = 0.6745

#: from so many words on, text that stayed the same was left untranslated
_SENTENCE = 4
#: share of the target's letters that may be words of the source
_SAME = 0.5

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ASCII_RUN = re.compile(r"[!-~]+")
_CODE_LIKE = re.compile(r"[A-Za-z0-9][.(\[\\][A-Za-z0-9]|_")
#: what a translator explains or keeps in the original, beside the translation
_GLOSS = re.compile(r"[(（][^()（）]*[)）]|[\"“「『][^\"“”「」『』]*[\"”」』]")


def sift(
    pairs: Iterable[SentencePair],
    source_language: str,
    target_language: str,
    *,
    table: bool,
) -> Sifted:
    """Part the pairs worth learning from from the others.

    The languages are Amazon Translate codes.  ``table`` says that the pairs will be
    written as CSV or TSV, where some characters may not begin a field.
    """
    given = list(pairs)
    kin = _base(source_language) == _base(target_language)
    reasons = [_fault(pair, kin=kin) for pair in given]
    length = Length.learn(
        [pair for pair, reason in zip(given, reasons, strict=True) if not reason]
    )
    for number, pair in enumerate(given):
        reasons[number] = reasons[number] or _unfit(pair, length, table=table)
    for number, reason in _vote(given, reasons):
        reasons[number] = reason
    return Sifted(
        tuple(pair for pair, reason in zip(given, reasons, strict=True) if not reason),
        tuple(
            Rejected(pair, reason)
            for pair, reason in zip(given, reasons, strict=True)
            if reason
        ),
    )


def yields(sifted: Sifted) -> list[YieldRow]:
    """What was kept and what was not, as rows of a table: the largest first."""
    counts: dict[Rejection | None, list[int]] = {}
    told = [(pair, None) for pair in sifted.kept] + list(sifted.rejected)
    for pair, reason in told:
        row = counts.setdefault(reason, [0, 0])
        row[0] += 1
        row[1] += len(pair.source)
    rows = [YieldRow(reason, *row) for reason, row in counts.items()]
    return sorted(rows, key=lambda row: (-row.pairs, -row.characters, row.reason or ""))


# -- the pair for itself ---------------------------------------------------------


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _fault(pair: SentencePair, *, kin: bool) -> Rejection | None:
    """What is wrong with a pair, whatever the other pairs are."""
    source, target = prose(pair.source), prose(pair.target)
    if not (_has_letters(source) and _has_letters(target)):
        return Rejection.NO_WORDS
    if has_residue(pair.source) or has_residue(pair.target):
        return Rejection.RESIDUE
    if source == target:
        known = len(_WORD.findall(source)) < _SENTENCE
        return Rejection.NO_WORDS if known else Rejection.UNTRANSLATED
    if not kin and _untranslated(source, target):
        return Rejection.UNTRANSLATED
    return None if pair.confidence >= LEARNT else Rejection.LOW_CONFIDENCE


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _untranslated(source: str, target: str) -> bool:
    """Is most of the target the source's own words?

    Names, code words and what stands in parentheses or quotation marks may stay; only
    words that begin in lower case (or have no case) tell.
    """
    said = set(_common_words(source))
    words = list(_common_words(_GLOSS.sub(" ", target)))
    same = [word for word in words if word in said]
    if len(same) < _SENTENCE:
        return False
    return _weight(same) > _SAME * _weight(words)


def _common_words(text: str) -> Iterator[str]:
    plain = _ASCII_RUN.sub(lambda m: " " if _CODE_LIKE.search(m[0]) else m[0], text)
    found = _WORD.findall(plain)
    return (word for word in found if not word[0].isupper())


def _weight(words: Iterable[str]) -> int:
    """Bytes, so that scripts with few characters a word count as much as others."""
    return sum(map(utf8_length, words))


# -- the pair among the others ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Length:
    """How long a translation is, learnt from pairs.

    The logarithm of target bytes over source bytes is taken as normal around its
    median; the median absolute deviation tells its width, which a few wrong pairs
    cannot move (Hampel, "The influence curve and its role in robust estimation", 1974).
    """

    usual: float  #: the median logarithm
    limit: float  #: how far from it a pair may be

    @classmethod
    def learn(cls, pairs: Sequence[SentencePair]) -> Length:
        """Learn from pairs; from few of them, little: then the limit is wide."""
        found = [_ratio(pair) for pair in pairs]
        if len(found) < _FEW:
            return cls(median(found) if found else 0.0, math.log(_UNLEARNT_FACTOR))
        usual = median(found)
        width = median(abs(ratio - usual) for ratio in found) / _MAD
        return cls(usual, max(_DEVIATIONS * width, math.log(_FACTOR)))

    def fits(self, pair: SentencePair) -> bool:
        """Can one side be a translation of the other, by length alone?"""
        if max(map(utf8_length, pair[:2])) <= _SLACK:
            return True
        return abs(_ratio(pair) - self.usual) <= self.limit


def _ratio(pair: SentencePair) -> float:
    return math.log(
        (utf8_length(pair.target) + _SLACK) / (utf8_length(pair.source) + _SLACK)
    )


def _unfit(pair: SentencePair, length: Length, *, table: bool) -> Rejection | None:
    """Why a sound pair cannot be used among these pairs, in such a file."""
    if not length.fits(pair):
        return Rejection.LENGTH
    if max(utf8_length(pair.source), utf8_length(pair.target)) > FIELD_BYTES:
        return Rejection.TOO_LONG
    if table and any(text.startswith(FORBIDDEN_START) for text in pair[:2]):
        return Rejection.FORBIDDEN_START
    return None


def _vote(
    pairs: Sequence[SentencePair], reasons: Sequence[Rejection | None]
) -> Iterator[tuple[int, Rejection]]:
    """The pairs that lose against another with the same source.

    The translation given most often wins, then the surest, then the first.
    """
    by_source: dict[str, dict[str, list[int]]] = {}
    for number, pair in enumerate(pairs):
        if not reasons[number]:
            targets = by_source.setdefault(pair.source, {})
            targets.setdefault(pair.target, []).append(number)
    for targets in by_source.values():

        def rank(
            target: str, said: dict[str, list[int]] = targets
        ) -> tuple[float, ...]:
            numbers = said[target]
            return len(numbers), max(pairs[n].confidence for n in numbers), -numbers[0]

        winner = max(targets, key=rank)
        for target, numbers in targets.items():
            if target == winner:
                yield from ((number, Rejection.DUPLICATE) for number in numbers[1:])
            else:
                yield from ((number, Rejection.OUTVOTED) for number in numbers)
