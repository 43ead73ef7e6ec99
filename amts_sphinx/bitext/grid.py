"""The search grid of one stretch: the best path of beads, and how sure each bead is.

Dynamic programming over (source sentences used, target sentences used), kept to a band
round the diagonal, so that memory and time grow with the length of the text and not
with its square. A grid holds numpy arrays of shape (rows, width), only the rows are a
Python loop. The same recursion gives the best path (with maxima) and, with log-sums,
the probability of a bead among all paths (forward and backward, as for hidden Markov
models).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Ints = NDArray[np.signedinteger]
    #: The first column of each row of a band, and its width.
    Window = tuple[Ints, int]

#: Bead shapes: source sentences, target sentences. 0-1 is last: it stays in its row.
SHAPES = ((1, 1), (1, 0), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (0, 1))
#: Cells of a band at most, so that a whole novel in one stretch stays within memory.
_MOST_CELLS = 1_000_000
#: Nulls on both sides may lead a path so far from the diagonal.
_FARTHEST = 50
#: A later search leaves out cells whose log-share is below this …
_UNLIKELY = -7.0
#: … but not those within so many columns of others.
_MARGIN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Beads:
    """All beads of one shape, each at the cell in which it ends."""

    source: int  #: source sentences of each bead
    target: int  #: target sentences of each bead
    row: Ints  #: the row each bead begins in; a column vector
    column: Ints  #: the column each bead begins in
    possible: NDArray[np.bool_]  #: the bead begins within the band


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A band of cells; the cell (i, j) is "i source and j target sentences used"."""

    low: Ints  #: first column of each row
    row: Ints  #: number of each row; a column vector
    column: Ints  #: number of each cell's column
    shapes: tuple[Beads, ...]  #: in the order of SHAPES


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The sentences of one side of a stretch."""

    words: Sequence[Ints]  #: numbers of each sentence's tokens
    gaps: Sequence[Ints]  #: for each token, sentences since it was last said
    sizes: Sequence[int]  #: bytes of each sentence, plus 1
    first: Sequence[bool]  #: the sentence begins a block
    kinds: Sequence[str]  #: kind of the sentence's block, a heading's with its depth


@dataclass(frozen=True, slots=True)
class Step:
    """One bead of a path: the shape, and the cell it ends in."""

    shape: int  #: index in SHAPES
    row: int
    column: int  #: counted from the start of the band


def lay_out(n: int, m: int, window: Window | None = None) -> Grid:
    """Return the band for *n* source and *m* target sentences, both at least 1.

    It lies round the diagonal, or where *window* says.
    """
    import numpy as np

    row = np.arange(n + 1)
    if window:
        low, width = window
    else:
        half = max(12, min(abs(n - m) + 8, _MOST_CELLS // (2 * n)))
        half = max(half, 2 * -(-m // n) + 12, min(n // 10, _FARTHEST))
        width = min(m + 1, 2 * half + 1)
        low = np.clip(row * m // n - half, 0, m + 1 - width)
    column = low[:, None] + np.arange(width)
    shapes = []
    for source, target in SHAPES:
        begin = np.maximum(row - source, 0)
        start = column - target
        left = low[begin][:, None]
        possible = (start >= left) & (start < left + width) & (row >= source)[:, None]
        shapes.append(
            Beads(source, target, begin[:, None], np.maximum(start, 0), possible)
        )
    return Grid(low, row[:, None], column, tuple(shapes))


def window(grid: Grid, shares: Floats) -> Window:
    """Return the part of a band that paths of any likelihood cross, and some more.

    Rows overlap, and both corners are within, so that there is always a path.
    """
    import numpy as np

    width, end = grid.column.shape[1], int(grid.column[-1, -1])
    crossed = np.any(shares > _UNLIKELY, axis=0)
    some = crossed.any(1)
    first = grid.low + np.where(some, crossed.argmax(1), width)
    last = grid.low + np.where(some, width - 1 - crossed[:, ::-1].argmax(1), 0)
    first[0], last[-1] = 0, end
    low = np.minimum.accumulate(first[::-1])[::-1]
    high = np.maximum.accumulate(last)
    low[1:] = np.minimum(low[1:], high[:-1])
    size = min(int((high - low).max()) + 2 * _MARGIN, end) + 1
    return np.clip(low - _MARGIN, 0, end + 1 - size), size


def best_path(grid: Grid, scores: Floats) -> list[Step]:
    """Return the beads with the greatest sum of *scores* (shape, row, cell)."""
    import numpy as np

    reached = _forward(grid, scores, np.maximum)
    path: list[Step] = []
    i, j = len(grid.low) - 1, int(grid.column[-1, -1])
    while i or j:
        values = []
        for shape, beads in enumerate(grid.shapes):
            a, b = i - beads.source, j - beads.target
            value = scores[shape, i, j - grid.low[i]]
            inside = a >= 0 and b >= 0 and beads.possible[i, j - grid.low[i]]
            values.append(value + reached[a, b - grid.low[a]] if inside else -np.inf)
        shape = int(np.argmax(values))
        path.append(Step(shape, i, j - int(grid.low[i])))
        i, j = i - SHAPES[shape][0], j - SHAPES[shape][1]
    return path[::-1]


def shares(grid: Grid, scores: Floats) -> Floats:
    """Return the log of each bead's share among all paths, as [shape, row, cell]."""
    import numpy as np

    before = _forward(grid, scores, np.logaddexp)
    after = _backward(grid, scores)
    after -= before[-1, -1]
    width = before.shape[1]
    found = np.full(scores.shape, -np.inf, dtype=np.float32)
    for share, score, beads in zip(found, scores, grid.shapes, strict=True):
        start = np.clip(beads.column - grid.low[beads.row], 0, width - 1)
        path = before[beads.row, start] + score + after
        share[beads.possible] = path[beads.possible]
    return found


def _forward(grid: Grid, scores: Floats, join: np.ufunc) -> Floats:
    """Fill the grid from its first cell; *join* is maximum or logaddexp."""
    import numpy as np

    along = np.zeros(grid.column.shape)
    np.cumsum(scores[-1, :, 1:], axis=1, out=along[:, 1:])
    return _filled(_origins(grid), scores[:-1], along, join)


def _backward(grid: Grid, scores: Floats) -> Floats:
    """Fill the grid with log-sums from its last cell: forward, but turned round."""
    import numpy as np

    origins, end = _origins(grid), grid.column.size
    follow = np.full((len(origins), end + 1), end)
    steps = np.full(follow.shape, -np.inf, dtype=scores.dtype)
    for row, origin in enumerate(origins.reshape(len(origins), -1)):
        follow[row, origin] = np.arange(end)
        steps[row, origin] = scores[row].ravel()
    turned = (end - 1 - follow[:, end - 1 :: -1]) % (end + 1)
    steps = steps[:, end - 1 :: -1]
    along = np.zeros(grid.column.shape)
    np.cumsum(scores[-1, ::-1, :0:-1], axis=1, out=along[:, 1:])
    shape = origins.shape
    left = _filled(turned.reshape(shape), steps.reshape(shape), along, np.logaddexp)
    return left[::-1, ::-1]


def _origins(grid: Grid) -> Ints:
    """Return the cell in which each bead begins, counted row by row.

    Of each bead but 0-1, as [shape, row, cell]; one past the last cell: there is none.
    """
    import numpy as np

    width = grid.column.shape[1]
    return np.stack(
        [
            np.where(
                beads.possible,
                beads.row * width + beads.column - grid.low[beads.row],
                grid.column.size,
            )
            for beads in grid.shapes[:-1]
        ]
    )


def _filled(origins: Ints, steps: Floats, along: Floats, join: np.ufunc) -> Floats:
    """Fill a grid row by row: each cell joins what its beads' origins reached.

    *along* sums up the 0-1 beads of each row, which begin and end within it.
    """
    import numpy as np

    rows, width = along.shape
    reached = np.full(along.size + 1, -np.inf)
    for row, sums in enumerate(along):
        here = join.reduce(reached[origins[:, row]] + steps[:, row], axis=0)
        if not row:
            here[0] = 0.0
        reached[row * width : (row + 1) * width] = join.accumulate(here - sums) + sums
    return reached[:-1].reshape(rows, width)
