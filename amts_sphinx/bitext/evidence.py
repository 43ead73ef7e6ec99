"""What speaks for a bead: length, words, blocks. All scores are natural logs.

Length is UTF-8 bytes, scored by the tail of the normal law (Gale & Church 1993); on
characters the same model fails for Chinese. Words: how well each side's tokens explain
the other's, through the lexicon and through tokens that are the same on both sides.
Blocks: paragraph borders and kinds are weak hints, because translators cut paragraphs
anew; headings are strong ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from amts_sphinx.bitext.grid import Beads, Floats, Grid, Ints
    from amts_sphinx.bitext.lexicon import Lexicon, Table

_LONGEST = 3
_VARIANCE = 5.0
_FLOOR = -25.0
#: A token found on both sides counts as this chance …
_SAME = 0.15
#: … and a translation's chance as this share of it.
_HEARD = 0.015
#: Sentences that must hold a token before half of the floor applies to it.
_TRUSTED = 40
#: No token may count for more than this factor.
_MOST = 200.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What the search believes before it has read a word."""

    floor: float  #: factor for an unexplained token; 1 costs nothing
    null: float  #: a sentence without counterpart
    merge: float  #: a 2-1 or 1-2 bead; 2-2 twice that, 3-1 and 1-3 1.8 times
    border: float = -0.5  #: each paragraph border inside a bead or at one end only
    kind: float = -1.0  #: first sentences from blocks of different kinds
    heading: float = -8.0  #: a heading with anything but a heading of its depth
    headings: float = 3.0  #: two headings of one depth


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The sentences of one side of a stretch."""

    words: Sequence[Ints]  #: numbers of each sentence's tokens
    gaps: Sequence[Ints]  #: for each token, sentences since it was last said
    sizes: Sequence[int]  #: bytes of each sentence, plus 1
    first: Sequence[bool]  #: the sentence begins a block
    kinds: Sequence[str]  #: kind of the sentence's block, a heading's with its depth


def lengths(grid: Grid, source: Line, target: Line, ratio: float) -> Floats:
    """Score the length fit of each bead; nulls get 0, impossible beads minus infinity."""
    import numpy as np

    ends_a = np.cumsum([0, *source.sizes])
    ends_b = np.cumsum([0, *target.sizes])
    scores = np.full((len(grid.shapes), *grid.column.shape), -np.inf)
    for score, beads in zip(scores, grid.shapes, strict=True):
        fit = np.zeros(grid.column.shape)
        if beads.source and beads.target:
            a = ends_a[grid.row] - ends_a[beads.row]
            b = ends_b[grid.column] - ends_b[beads.column]
            spread = np.sqrt(_VARIANCE / 2 * np.maximum(a + b / ratio, 1))
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


def priors(grid: Grid, source: Line, target: Line, weights: Weights) -> Floats:
    """Score each bead by its shape and by the blocks that it touches."""
    import numpy as np

    shape = {1: 0.0, 2: weights.merge, 3: 1.8 * weights.merge, 4: 2 * weights.merge}
    starts_a = np.array([*source.first, True], dtype=np.int64)
    starts_b = np.array([*target.first, True], dtype=np.int64)
    starts_a[0] = starts_b[0] = 1
    upto_a, upto_b = np.cumsum(starts_a), np.cumsum(starts_b)
    ends = np.abs(starts_a[grid.row] - starts_b[grid.column])
    scores = np.zeros((len(grid.shapes), *grid.column.shape))
    for score, beads in zip(scores, grid.shapes, strict=True):
        if not beads.source or not beads.target:
            score += weights.null + weights.border * ends
            continue
        within = upto_a[np.maximum(grid.row - 1, 0)] - upto_a[beads.row]
        within = within + upto_b[np.maximum(grid.column - 1, 0)] - upto_b[beads.column]
        score += shape[beads.source * beads.target] + weights.border * (ends + within)
        score += _blocks(grid, beads, source, target, weights)
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


def words(
    grid: Grid, source: Line, target: Line, lexicon: Lexicon, floor: float
) -> tuple[Floats, Floats]:
    """Score how well each bead's source explains its target, and the other way."""
    import numpy as np

    n, m = len(source.words), len(target.words)
    low, width = grid.low[:n], grid.column.shape[1]
    last = np.minimum(low + width + _LONGEST - 2, m)
    told = _Told.of(target, lexicon.target_counts, floor)
    forward = told.explained(source.words, low, last, lexicon.forward)
    column = np.arange(m)
    top = np.searchsorted(low, column - width, "right")
    last = np.minimum(np.searchsorted(low, column, "right") + _LONGEST - 1, n)
    told = _Told.of(source, lexicon.source_counts, floor)
    backward = told.explained(target.words, top, last, lexicon.backward)
    ahead = np.zeros((len(grid.shapes), *grid.column.shape))
    back = np.zeros_like(ahead)
    for shape, beads in enumerate(grid.shapes):
        if not beads.source or not beads.target:
            continue
        at = beads.possible
        a = np.broadcast_to(beads.row, at.shape)[at]
        b = beads.column[at]
        for step in range(beads.target):
            cell = (beads.source - 1, step, a, b + step - low[a])
            ahead[shape][at] += forward[cell]
        for step in range(beads.source):
            cell = (beads.target - 1, step, b, a + step - top[b])
            back[shape][at] += backward[cell]
    return ahead, back


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The side of a stretch whose tokens wait to be explained, laid end to end."""

    words: Ints  #: numbers of all tokens
    edges: Ints  #: where each sentence's tokens begin, and the end
    rarity: Floats  #: 1 / share of the token in the book
    floor: Floats  #: factor if nothing explains the token
    size: int  #: tokens of the book
    news: NDArray[np.bool_]  #: row b: not said in the b sentences before

    @classmethod
    def of(cls, line: Line, counts: Ints, floor: float) -> _Told:
        """Lay the sentences of *line* end to end.

        A token that the book holds once or twice has no reliable translation, so it
        costs little to leave it unexplained; a frequent one costs up to *floor*.
        """
        import numpy as np

        words = np.concatenate(line.words)
        often = np.maximum(counts[words], 1)
        gaps = np.concatenate(line.gaps)
        return cls(
            words,
            np.cumsum([0, *map(len, line.words)]),
            counts.sum() / often,
            floor ** ((often - 1) / (often + _TRUSTED)),
            len(counts),
            gaps > np.arange(_LONGEST)[:, None],
        )

    def explained(
        self, given: Sequence[Ints], first: Ints, last: Ints, table: Table | None
    ) -> Floats:
        """Return how spans of *given* explain the sentences first … last beside them.

        The result is indexed by span - 1, sentences of this side already in the bead,
        number of the first given sentence, and sentence counted from *first*. A token
        is explained by its best partner alone: with the sum of IBM-1 an added sentence
        looks useful whatever it says, and swallows its neighbour's nulls. For the
        same reason a token that the bead already holds counts no second time.
        """
        import numpy as np

        heard = np.zeros(self.size)
        rows = [_row(table, words) for words in given]
        found = np.zeros((_LONGEST, _LONGEST, len(given), int((last - first).max())))
        for begin in range(len(given)):
            cut = slice(self.edges[first[begin]], self.edges[last[begin]])
            ends = self.edges[first[begin] : last[begin] + 1] - cut.start
            here = range(begin, min(begin + _LONGEST, len(given)))
            for span, number in enumerate(here):
                words, chance = rows[number]
                np.maximum.at(heard, words, chance)
                heard[given[number]] = _SAME
                gain = self.floor[cut] + heard[self.words[cut]] * self.rarity[cut]
                gain = np.log(np.minimum(gain, _MOST))
                sums = np.zeros((_LONGEST, len(gain) + 1))
                np.cumsum(gain * self.news[:, cut], axis=1, out=sums[:, 1:])
                sums = sums[:, ends[1:]] - sums[:, ends[:-1]]
                found[span, :, begin, : len(ends) - 1] = sums
            for number in here:
                heard[rows[number][0]] = 0.0
                heard[given[number]] = 0.0
        return found


def _row(table: Table | None, words: Ints) -> tuple[Ints, Floats]:
    """Gather the lexicon's entries for all *words*."""
    import numpy as np

    if table is None or not len(words):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    cut = [slice(table.starts[word], table.starts[word + 1]) for word in words]
    return (
        np.concatenate([table.words[part] for part in cut]),
        np.concatenate([table.chances[part] for part in cut]) * _HEARD,
    )
