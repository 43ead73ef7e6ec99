"""The search grid against a search that tries every path."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.bitext import grid

SIZES = st.integers(1, 6)


def scored(n: int, m: int, seed: int) -> tuple[grid.Grid, grid.Floats]:
    """A grid with random scores; no bead where none is possible."""
    band = grid.lay_out(n, m)
    chance = np.random.default_rng(seed)
    scores = chance.normal(0, 3, (len(grid.SHAPES), *band.column.shape))
    for score, beads in zip(scores, band.shapes, strict=True):
        score[~beads.possible] = -np.inf
    return band, scores.astype(np.float32)


def paths(
    band: grid.Grid, i: int = 0, j: int = 0
) -> Iterator[list[tuple[int, int, int]]]:
    """Every way from a cell to the last one, as (shape, row, column) of each bead."""
    n, m = len(band.low) - 1, int(band.column[-1, -1])
    if (i, j) == (n, m):
        yield []
        return
    for number, (k, l) in enumerate(grid.SHAPES):  # noqa: E741
        if i + k <= n and j + l <= m:
            for rest in paths(band, i + k, j + l):
                yield [(number, i + k, j + l - int(band.low[i + k])), *rest]


@settings(max_examples=60, deadline=None)
@given(SIZES, st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_best_path_is_the_best_of_all(n: int, m: int, seed: int) -> None:
    """No path has a greater sum than the one that the search returns."""
    band, scores = scored(n, m, seed)
    sums = [sum(float(scores[bead]) for bead in path) for path in paths(band)]
    found = grid.best_path(band, scores)
    total = sum(float(scores[step.shape, step.row, step.column]) for step in found)
    assert total == pytest.approx(max(sums), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(SIZES, st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_shares_are_those_of_all_paths(n: int, m: int, seed: int) -> None:
    """A bead's share is the weight of all paths through it by the weight of all."""
    band, scores = scored(n, m, seed)
    expected = np.zeros(scores.shape)
    whole = 0.0
    for path in paths(band):
        weight = math.exp(sum(float(scores[bead]) for bead in path))
        whole += weight
        for bead in path:
            expected[bead] += weight
    assert np.exp(grid.shares(band, scores)) == pytest.approx(
        expected / whole, abs=1e-4
    )


@pytest.mark.parametrize(("n", "m"), [(1, 40), (40, 1), (60, 45), (300, 310)])
def test_every_cut_of_a_band_is_crossed_once(n: int, m: int) -> None:
    """However narrow the band: each source sentence is in beads of total share 1."""
    band, scores = scored(n, m, 1)
    share = np.exp(grid.shares(band, scores))
    for sentence in range(n):
        holding = sum(
            float(share[number, sentence + 1 : sentence + 1 + k].sum(axis=1)[ahead])
            for number, (k, _) in enumerate(grid.SHAPES)
            for ahead in range(min(k, n - sentence))
        )
        assert holding == pytest.approx(1, abs=1e-3)


def test_a_window_holds_what_is_likely() -> None:
    """The narrower band of a later search keeps every likely bead's cells."""
    band, scores = scored(120, 100, 2)
    shares = grid.shares(band, scores)
    narrow = grid.lay_out(120, 100, grid.window(band, shares))
    assert narrow.column.shape[1] <= band.column.shape[1]
    for _, row, cell in np.argwhere(shares > math.log(0.01)).tolist():
        assert int(band.column[row, cell]) in narrow.column[row]
