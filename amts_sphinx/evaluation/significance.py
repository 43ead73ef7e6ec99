"""Is one system better than another?  A paired bootstrap, and a threshold.

Both systems are scored on the same draws of the same samples (Koehn 2004), whole
documents if there are enough.  Significant is not yet relevant: with a book's thousands
of sentences a difference of 0.09 BLEU has p = .002, and no reader ever sees it.  So
nothing is called better unless it is better by a point as well.  Nor unless the
interval of the difference leaves out zero: the p value that sacrebleu prints is in
effect one-sided, and falls below .05 for one in eight pairs of equal systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from amts_sphinx.evaluation.scores import (
    Interval,
    Statistics,
    Unit,
    draws,
    interval,
)

#: a difference above this level may be chance
LEVEL: Final = 0.05
#: a smaller difference, in points of BLEU, is of no use to anybody
RELEVANT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system beside the baseline, on the same samples."""

    difference: float  #: points by which the system's score is higher
    interval: Interval | None  #: of the difference; None if there is but one unit
    p: float  #: probability of such a difference if there were none
    unit: Unit  #: what was drawn
    verdict: str  #: ``"better"``, ``"worse"``, or "" if it cannot be told


def compare(
    baseline: Statistics, system: Statistics, threshold: float = RELEVANT
) -> Comparison | None:
    """Compare two systems by what one metric counted; None without samples.

    ``threshold`` is the least difference, in points of the metric, with a verdict.

    Raises ValueError if the two are not of the same metric and documents.
    """
    same = baseline.signature == system.signature
    if not same or baseline.documents != system.documents:
        message = "only systems scored on the same samples in the same way compare"
        raise ValueError(message)
    if baseline.value is None or system.value is None:
        return None
    difference = system.value - baseline.value
    drawn = _differences(baseline, system)
    found = interval(drawn)
    p = _p_value(drawn, difference)
    verdict = ""
    if found and p < LEVEL and abs(difference) >= threshold:
        verdict = "better" if found.low > 0 else "worse" if found.high < 0 else ""
    return Comparison(difference, found, p, baseline.unit, verdict)


def _differences(baseline: Statistics, system: Statistics) -> list[float]:
    """The difference in each draw; what is drawn, is drawn of both systems."""
    unit = baseline.unit
    pairs = zip(baseline.units(unit), system.units(unit), strict=True)
    found: list[float] = []
    for sums in draws([left + right for left, right in pairs]):
        half = len(sums) // 2
        found.append(system.value_of(sums[half:]) - baseline.value_of(sums[:half]))
    return found


def _p_value(drawn: Sequence[float], difference: float) -> float:
    """The p value of ``sacrebleu --paired-bs``: how often chance moves as far.

    Its formula calls systems that never differ significant (1 / 1001); they are not.
    """
    if not any(drawn):
        return 1.0
    sizes = list(map(abs, drawn))
    middle = fmean(sizes)
    beyond = sum(size - middle > abs(difference) for size in sizes)
    return (beyond + 1) / (len(sizes) + 1)
