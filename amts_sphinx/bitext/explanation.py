"""How well the words of one side of a bead explain the words of the other.

A token is explained by its best partner on the other side: its translation in the
lexicon, or the same token. Its weight is what that partner says against the token's
share in the book, so that common words, which fit anywhere, count little. IBM model 1
would add up all partners and divide by the length; then an added sentence looks useful
whatever it says, and swallows its neighbour. The best partner alone, and no second
count for a token that the bead already holds, removed most such errors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from amts_sphinx.bitext.lexicon import HEARD, SAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from amts_sphinx.bitext.grid import Floats, Grid, Ints, Line
    from amts_sphinx.bitext.lexicon import Lexicon, Table

_LONGEST = 3  #: sentences on one side of a bead, at most
#: What the shapes of beads need: (given sentences - 1, told ones before this).
_USED = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0))
#: Sentences with a token that must be known before what they tell outweighs caution.
_TRUSTED = 10
#: Sentences looked up at once: numpy's calls cost more than some superfluous cells.
_TOGETHER = 16
#: No token may count for more than this factor.
_MOST = 200.0


def explain(
    grid: Grid, source: Line, target: Line, lexicon: Lexicon, floor: float
) -> tuple[Floats, Floats]:
    """Score how well each bead's source explains its target, and the other way."""
    import numpy as np

    if not lexicon.forward:
        source, target = _comparable(source, lexicon), _comparable(target, lexicon)
    n, m = len(source.words), len(target.words)
    low, width = grid.low[:n], grid.column.shape[1]
    last = np.minimum(low + width + _LONGEST - 1, m)
    told = _Told.of(target, lexicon.target_counts, lexicon.forward, floor)
    forward = told.explained(source.words, low, last, lexicon.forward)
    column = np.arange(m)
    top = np.searchsorted(low, column - width, "right")
    last = np.minimum(np.searchsorted(low, column, "right") + _LONGEST - 1, n)
    told = _Told.of(source, lexicon.source_counts, lexicon.backward, floor)
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


def _comparable(line: Line, lexicon: Lexicon) -> Line:
    """Leave out tokens of one language: before words are known they tell nothing."""
    import numpy as np

    both = (lexicon.source_counts > 0) & (lexicon.target_counts > 0)
    at = [np.flatnonzero(both[words]) for words in line.words]
    return replace(
        line,
        words=[words[kept] for words, kept in zip(line.words, at, strict=True)],
        gaps=[gaps[kept] for gaps, kept in zip(line.gaps, at, strict=True)],
    )


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
    def of(cls, line: Line, counts: Ints, table: Table | None, floor: float) -> _Told:
        """Lay the sentences of *line* end to end.

        An unexplained token costs as much as it is unusual to find it so. One that the
        book holds once or twice has no reliable translation, so it costs little.
        """
        import numpy as np

        words = np.concatenate(line.words)
        often = np.maximum(counts[words], 1)
        missed = table.missed[words] if table else often
        share = (missed + _TRUSTED) / (often + _TRUSTED)
        gaps = np.concatenate(line.gaps)
        return cls(
            words,
            np.cumsum([0, *map(len, line.words)]),
            (counts.sum() / often).astype(np.float32),
            np.clip(share, floor, 1.0).astype(np.float32),
            len(counts),
            gaps > np.arange(_LONGEST)[:, None],
        )

    def explained(
        self, given: Sequence[Ints], first: Ints, last: Ints, table: Table | None
    ) -> Floats:
        """Return how spans of *given* explain the sentences first … last beside them.

        The result is indexed by span - 1, sentences of this side already in the bead,
        number of the first given sentence, and sentence counted from *first*; a bead
        has two sides of at most four sentences, the rest stays 0. A token is explained
        by its best partner alone: with the sum of IBM-1 an added sentence looks useful
        whatever it says, and swallows its neighbour's nulls. For the same reason a
        token that the bead already holds counts no second time.
        """
        import numpy as np

        n, reach = len(given), int((last - first).max())
        found = np.zeros((_LONGEST, _LONGEST, n, reach), dtype=np.float32)
        spans, steps = np.array(_USED).T
        scratch = np.zeros((_TOGETHER + _LONGEST - 1, self.size), dtype=np.float32)
        for begin in range(0, n, _TOGETHER):
            part = slice(begin, min(begin + _TOGETHER, n))
            nearest, farthest = first[part][0], last[part][-1]
            edges = self.edges[nearest : farthest + 1]
            heard = _Heard.of(table, given[begin : begin + len(scratch)])
            words = slice(edges[0], edges[-1])
            best = heard.best(scratch, self.words[words])[:, : part.stop - begin]
            gain = best * self.rarity[words] + self.floor[words]
            np.log(np.minimum(gain, _MOST, out=gain), out=gain)
            told = gain[spans] * self.news[steps, None, words]
            sums = np.zeros((*told.shape[:2], farthest - nearest + reach), np.float32)
            filled = np.flatnonzero(np.diff(edges))
            sums[..., filled] = np.add.reduceat(told, edges[filled] - edges[0], axis=2)
            near = first[part, None] - nearest + np.arange(reach)
            found[spans, steps, part] = np.take_along_axis(sums, near[None], axis=2)
        return found


class _Heard(NamedTuple):
    """What some neighbouring sentences say in the words of the other language."""

    sentence: Ints  #: which of them says each word
    word: Ints  #: number of the word
    chance: Floats  #: how likely it is, by one word of the sentence

    @classmethod
    def of(cls, table: Table | None, sentences: Sequence[Ints]) -> _Heard:
        """Look all words up; each also stands for itself."""
        import numpy as np

        words = np.concatenate(sentences)
        home = np.repeat(np.arange(len(sentences)), [*map(len, sentences)])
        same = np.full(len(words), SAME, dtype=np.float32)
        if table is None:
            return cls(home, words, same)
        sizes = table.starts[words + 1] - table.starts[words]
        before = table.starts[words] - np.cumsum(sizes) + sizes
        entry = np.arange(sizes.sum()) + np.repeat(before, sizes)
        chance = (table.chances[entry] * HEARD).astype(np.float32)
        return cls(
            np.concatenate([np.repeat(home, sizes), home]),
            np.concatenate([table.words[entry], words]),
            np.concatenate([chance, same]),
        )

    def best(self, scratch: Floats, words: Ints) -> Floats:
        """Return how the best partner in a span explains each of *words*.

        The result is indexed by span - 1, first sentence, and word. *scratch* has a row
        for each sentence and a column for each word of the book; it is left all zero.
        """
        import numpy as np

        at = self.sentence * scratch.shape[1] + self.word
        flat = scratch.reshape(-1)
        np.maximum.at(flat, at, self.chance)
        one = scratch[:, words]
        flat[at] = 0.0
        two = np.maximum(one[:-2], one[1:-1])
        return np.stack([one[:-2], two, np.maximum(two, one[2:])])
