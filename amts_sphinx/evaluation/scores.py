"""BLEU and chrF of a corpus, each with its signature and its 95 % interval.

sacrebleu counts once for every sample; score, intervals, pages and paired tests are all
sums of these counts.  It resamples segments only, but the messages of a page resemble
each other: drawing whole pages gives an interval two to three times as wide, and the
honest one for a book.  Counts are put in order before they are drawn, so no figure
depends on the order in which pages were read.  Sentence BLEU is not offered: its
mean lies two to six points off the corpus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from amts_sphinx.evaluation.tokenizers import Tokenizer

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

#: how often a corpus is drawn anew, and what the random numbers begin with
RESAMPLES: Final = 1000
SEED: Final = 12345
#: fewer documents than this say nothing about how documents differ
FEWEST_DOCUMENTS: Final = 5

#: sums of what sacrebleu counts in a segment
Counts = tuple[int, ...]


class Unit(StrEnum):
    """What is drawn when a corpus is resampled."""

    SEGMENTS = "segments"  #: right for one page
    DOCUMENTS = "documents"  #: right for a book


class Sample(NamedTuple):
    """What is scored: one message, as plain text."""

    document: str  #: docname
    hypothesis: str  #: a system's; "" where it has none
    reference: str  #: a person's


class Interval(NamedTuple):
    """The bounds between which a figure lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """A figure, and how far it may be trusted."""

    metric: str  #: ``"BLEU"`` or ``"chrF"``
    value: float  #: 0 to 100
    interval: Interval | None  #: of the value; None if there is but one unit
    unit: Unit  #: what was drawn for the interval
    segments: int  #: how many segments it is the score of
    signature: str  #: sacrebleu's: all that must be equal to compare two figures


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a metric counted in each sample."""

    name: str  #: of the metric: ``"BLEU"`` or ``"chrF"``
    metric: Metric  #: sacrebleu's, which knows what the counts mean
    signature: str  #: of the figures that are made of the counts
    documents: tuple[str, ...]  #: the document of each sample
    rows: tuple[Counts, ...]  #: the counts of each sample

    @property
    def unit(self) -> Unit:
        """Documents if there are enough of them, else segments."""
        enough = len(set(self.documents)) >= FEWEST_DOCUMENTS
        return Unit.DOCUMENTS if enough else Unit.SEGMENTS

    @property
    def value(self) -> float | None:
        """The score of the corpus, 0 to 100; None if there is no sample."""
        return self.value_of(_sum(self.rows)) if self.rows else None

    def value_of(self, sums: Sequence[int]) -> float:
        """The score that follows from sums of counts."""
        compute = self.metric._compute_score_from_stats  # noqa: SLF001 - no other way
        return float(compute([*sums]).score)

    def score(self, unit: Unit | None = None, *, drawn: bool = True) -> Score | None:
        """The score with its interval, a percentile bootstrap; None without samples.

        Units are drawn as the property `unit` tells, unless it is said otherwise; if
        nothing is ``drawn`` there is no interval.
        """
        value = self.value
        if value is None:
            return None
        unit = unit or self.unit
        sums = draws(self.units(unit)) if drawn else ()
        found = interval(list(map(self.value_of, sums)))
        return Score(self.name, value, found, unit, len(self.rows), self.signature)

    def units(self, unit: Unit) -> list[Counts]:
        """The counts of what is drawn: of each segment, or of each document."""
        if unit is Unit.SEGMENTS:
            return list(self.rows)
        return list(map(_sum, self._rows_by_document().values()))

    def by_document(self) -> dict[str, Statistics]:
        """The same counts, those of each document by themselves, sorted by name."""
        return {
            name: replace(self, documents=(name,) * len(rows), rows=tuple(rows))
            for name, rows in sorted(self._rows_by_document().items())
        }

    def _rows_by_document(self) -> dict[str, list[Counts]]:
        found: dict[str, list[Counts]] = defaultdict(list)
        for document, row in zip(self.documents, self.rows, strict=True):
            found[document].append(row)
        return found


def _sum(rows: Iterable[Counts]) -> Counts:
    return tuple(map(sum, zip(*rows, strict=True)))


def bleu(samples: Sequence[Sample], tokenizer: Tokenizer) -> Statistics:
    """Count what BLEU needs: n-grams up to four tokens, and lengths."""
    references = tuple(sample.reference for sample in samples)
    return _statistics("BLEU", _bleu(tokenizer, references), samples)


def chrf(samples: Sequence[Sample]) -> Statistics:
    """Count what chrF needs: n-grams up to six characters, for any language."""
    references = tuple(sample.reference for sample in samples)
    return _statistics("chrF", _chrf(references), samples)


@lru_cache(maxsize=4)  # systems that stand side by side have the same references
def _bleu(tokenizer: Tokenizer, references: tuple[str, ...]) -> Metric:
    from sacrebleu.metrics.bleu import BLEU

    # forced: text that ends in a mask and a full stop looks tokenized, and is not
    metric = BLEU(tokenize=tokenizer.name, force=True)
    metric.tokenizer = tokenizer.function  # one for all: it remembers lines
    return _counted(metric, references)


@lru_cache(maxsize=4)
def _chrf(references: tuple[str, ...]) -> Metric:
    from sacrebleu.metrics.chrf import CHRF

    return _counted(CHRF(), references)


def _counted(metric: Metric, references: tuple[str, ...]) -> Metric:
    """The metric, its references counted."""
    metric._ref_cache = metric._cache_references([references])  # noqa: SLF001 - as below
    metric.n_bootstrap, metric.seed = RESAMPLES, SEED
    return metric


def _statistics(name: str, metric: Metric, samples: Sequence[Sample]) -> Statistics:
    rows: list[list[int]] = []
    signature = ""
    if samples:
        hypotheses = [sample.hypothesis for sample in samples]
        count = metric._extract_corpus_statistics  # noqa: SLF001 - no other way
        rows = count(hypotheses, None)
        signature = str(metric.get_signature())
    documents = tuple(sample.document for sample in samples)
    return Statistics(name, metric, signature, documents, tuple(map(tuple, rows)))


def draws(units: Sequence[Counts]) -> Iterator[list[int]]:
    """Sums of as many units as there are, drawn with replacement, again and again.

    The same units in another order give the same sums.  One unit or none cannot be
    drawn in different ways and gives nothing.
    """
    import numpy as np

    size = len(units)
    if size < 2:  # noqa: PLR2004 - one unit says nothing about how units differ
        return
    counts = np.array(sorted(units), dtype=np.float64)  # exact up to 2 ** 53, and fast
    random = np.random.default_rng(SEED)
    # each draw counts how often it has each unit, in a row of its own
    drawn = random.integers(size, size=(RESAMPLES, size))
    drawn += np.arange(RESAMPLES)[:, None] * size
    often = np.bincount(drawn.ravel(), minlength=RESAMPLES * size)
    sums = often.reshape(RESAMPLES, size) @ counts
    yield from sums.astype(np.int64).tolist()


def interval(values: Sequence[float]) -> Interval | None:
    """The middle 95 % of resampled values, as sacrebleu cuts them; None of none."""
    if not values:
        return None
    cut = len(values) // 40
    ordered = sorted(values)
    return Interval(ordered[cut], ordered[-1 - cut])
