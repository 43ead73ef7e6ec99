"""What speaks for a bead: length, words, blocks. All scores are natural logs.

Length is UTF-8 bytes, scored by the tail of the normal law (Gale & Church 1993); on
characters the same model fails for Chinese. Words: see `explanation`. Blocks: borders
of paragraphs and their kinds are weak hints, because translators cut paragraphs anew;
headings are strong ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from amts_sphinx.bitext.explanation import explain

if TYPE_CHECKING:
    from amts_sphinx.bitext.grid import Beads, Floats, Grid, Line
    from amts_sphinx.bitext.lexicon import Lexicon

_FLOOR = -25.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What the search believes before it has read a word."""

    floor: float  #: factor for an unexplained token; 1 costs nothing
    null: float  #: a sentence without counterpart
    merge: float  #: a 2-1 or 1-2 bead; 2-2 four times that, 3-1 and 1-3 1.8 times
    border: float = -0.5  #: each paragraph border inside a bead or at one end only
    kind: float = -1.0  #: first sentences from blocks of different kinds
    heading: float = -8.0  #: a heading with anything but a heading of its depth
    headings: float = 4.0  #: two headings of one depth


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The evidence for every bead of a grid: arrays [shape, row, cell] of logs."""

    length: Floats  #: fit of the lengths; 0 for nulls
    ahead: Floats  #: how well the source explains the target, over all its tokens
    back: Floats  #: how well the target explains the source
    total: Floats  #: all of it, with the priors; minus infinity: no such bead


def weigh(
    grid: Grid, source: Line, target: Line, lexicon: Lexicon, weights: Weights
) -> Scores:
    """Gather all evidence for the beads of a stretch."""
    length = _lengths(grid, source, target, lexicon)
    ahead, back = explain(grid, source, target, lexicon, weights.floor)
    total = _priors(grid, source, target, weights)
    total += length
    total += (ahead + back) / 2
    return Scores(length, ahead, back, total)


def _lengths(grid: Grid, source: Line, target: Line, lexicon: Lexicon) -> Floats:
    """Score how the lengths fit; nulls get 0, impossible beads minus infinity."""
    import numpy as np

    ratio = lexicon.ratio
    ends_a = np.cumsum([0, *source.sizes])
    ends_b = np.cumsum([0, *target.sizes])
    shape = (len(grid.shapes), *grid.column.shape)
    scores = np.full(shape, -np.inf, dtype=np.float32)
    for score, beads in zip(scores, grid.shapes, strict=True):
        fit = np.zeros(grid.column.shape)
        if beads.source and beads.target:
            a = ends_a[grid.row] - ends_a[beads.row]
            b = ends_b[grid.column] - ends_b[beads.column]
            spread = np.sqrt(lexicon.variance / 2 * np.maximum(a + b / ratio, 1))
            steps = np.minimum(np.abs(b - ratio * a) / spread * 100, 799)
            fit = _tail()[steps.astype(np.int64)]
        score[beads.possible] = fit[beads.possible]
    return scores


@cache
def _tail() -> Floats:
    """Tabulate log P(|Z| > z) for z = 0.00 … 7.99."""
    import numpy as np

    tail = [math.erfc(step / 100 / math.sqrt(2)) for step in range(800)]
    return np.array([max(_FLOOR, math.log(chance)) for chance in tail])


def _priors(grid: Grid, source: Line, target: Line, weights: Weights) -> Floats:
    """Score each bead by its shape and by the blocks that it touches."""
    import numpy as np

    merged = {1: 0.0, 2: weights.merge, 3: 1.8 * weights.merge, 4: 4 * weights.merge}
    starts_a = np.array([*source.first, True], dtype=np.int64)
    starts_b = np.array([*target.first, True], dtype=np.int64)
    starts_a[0] = starts_b[0] = 1
    upto_a, upto_b = np.cumsum(starts_a), np.cumsum(starts_b)
    ends = np.abs(starts_a[grid.row] - starts_b[grid.column])
    scores = np.zeros((len(grid.shapes), *grid.column.shape), dtype=np.float32)
    for shape, beads in enumerate(grid.shapes):
        if not beads.source or not beads.target:
            scores[shape] = weights.null + weights.border * ends
            continue
        within = upto_a[np.maximum(grid.row - 1, 0)] - upto_a[beads.row]
        within = within + upto_b[np.maximum(grid.column - 1, 0)] - upto_b[beads.column]
        scores[shape] = _blocks(grid, beads, source, target, weights)
        scores[shape] += merged[beads.source * beads.target]
        scores[shape] += weights.border * (ends + within)
    return scores


def _blocks(
    grid: Grid, beads: Beads, source: Line, target: Line, weights: Weights
) -> Floats:
    """Compare the kinds of the blocks in which beads begin, and in which they end."""
    import numpy as np

    kinds = sorted({*source.kinds, *target.kinds})
    value = np.array(
        [[_alike(one, other, weights) / 2 for other in kinds] for one in kinds]
    )
    a = np.searchsorted(kinds, source.kinds)
    b = np.searchsorted(kinds, target.kinds)
    begin_a = a[np.minimum(beads.row, len(a) - 1)]
    begin_b = b[np.minimum(beads.column, len(b) - 1)]
    end_a, end_b = a[np.maximum(grid.row - 1, 0)], b[np.maximum(grid.column - 1, 0)]
    found: Floats = value[begin_a, begin_b] + value[end_a, end_b]
    return found


def _alike(one: str, other: str, weights: Weights) -> float:
    """Weigh two kinds; a heading's kind is its wall key."""
    heading = ":" in one or ":" in other
    if one == other:
        return weights.headings if heading else 0.0
    return weights.heading if heading else weights.kind
