"""How well the words of one side of a bead explain the words of the other.

A token is explained by its best partner on the other side: its translation in the
lexicon, or the same token. Its weight is what that partner says against the token's
share in the book, so that common words, which fit anywhere, count little. IBM model 1
would add up all partners and divide by the length; then an added sentence looks useful
whatever it says, and swallows its neighbour. The best partner alone, and no second
count for a token that the bead already holds, removed most such errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from amts_sphinx.bitext.grid import Floats, Grid, Ints, Line
    from amts_sphinx.bitext.lexicon import Lexicon, Table

_LONGEST = 3  #: sentences on one side of a bead, at most
#: A token found on both sides counts as this chance …
_SAME = 0.15
#: … and a translation's chance as this share of it.
_HEARD = 0.015
#: Sentences that must hold a token before half of the floor applies to it.
_TRUSTED = 40
#: No token may count for more than this factor.
_MOST = 200.0


def explain(
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
    ahead = np.zeros((len(grid.shapes), *grid.column.shape), dtype=np.float32)
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
        reach = int((last - first).max())
        found = np.zeros((_LONGEST, _LONGEST, len(given), reach), dtype=np.float32)
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
