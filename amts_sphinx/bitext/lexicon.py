"""A bilingual lexicon learnt from the book itself, without supervision.

IBM model 1 (Brown et al. 1993) in both directions over the sentence pairs of a first,
lexicon-free alignment. No dictionary has to be shipped and the words of the book's own
field are known. Tokens count once per sentence, tokens seen once are left out (they
explain everything and predict nothing), and the table is stored as three flat arrays
per direction, so a book of 10 000 sentences costs a few megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amts_sphinx.bitext.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_ROUNDS = 4
_SMOOTHING = 0.5
_SMALLEST = 0.001
#: Pairs learnt from at most: more adds memory (about 3 kB each), not knowledge.
_MOST_PAIRS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Translation probabilities t(other | word), one row for each word."""

    starts: NDArray[int]  #: row w holds the entries starts[w] … starts[w + 1]
    words: NDArray[int]  #: numbers of the other language's words
    chances: NDArray[float]  #: their probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What is known of the two languages of one book."""

    numbers: Mapping[str, int]  #: token -> number; both languages share them
    ratio: float  #: bytes of target text for one byte of source text
    source_counts: NDArray[int]  #: sentences that hold the token, by number
    target_counts: NDArray[int]
    forward: Table | None  #: source word -> target words; None: counts only
    backward: Table | None  #: target word -> source words


    def widened(self, sentences: Iterable[Sequence[str]]) -> Lexicon:
        """Return this lexicon with numbers for the tokens that it does not know."""
        import numpy as np

        numbers = dict(self.numbers)
        for sentence in sentences:
            for token in sentence:
                numbers.setdefault(token, len(numbers))
        more = (0, len(numbers) - len(self.numbers))
        tables = [
            table and Table(np.pad(table.starts, more, "edge"), table.words, table.chances)
            for table in (self.forward, self.backward)
        ]
        counts = [np.pad(x, more) for x in (self.source_counts, self.target_counts)]
        return Lexicon(numbers, self.ratio, *counts, *tables)


def learn_lexicon(pairs: Iterable[tuple[str, str]]) -> Lexicon:
    """Learn from known sentence pairs, so that a changed page can be aligned alone."""
    known = [(source, target) for source, target in pairs if source and target]
    read = [(tokens(source), tokens(target)) for source, target in known]
    size = [sum(len(pair[side].encode()) + 1 for pair in known) for side in (0, 1)]
    ratio = size[1] / size[0] if known else 1.0
    counts = count([s for s, _ in read], [t for _, t in read], ratio)
    return learn(counts, read, ratio)


def count(
    source: Iterable[Sequence[str]], target: Iterable[Sequence[str]], ratio: float
) -> Lexicon:
    """Number and count the tokens of a book; know no translation yet."""
    import numpy as np

    numbers: dict[str, int] = {}
    found: list[dict[int, int]] = []
    for side in (source, target):
        seen: dict[int, int] = {}
        for sentence in side:
            for token in sentence:
                number = numbers.setdefault(token, len(numbers))
                seen[number] = seen.get(number, 0) + 1
        found.append(seen)
    arrays = [np.zeros(len(numbers), dtype=np.int64) for _ in found]
    for array, seen in zip(arrays, found, strict=True):
        array[list(seen.keys())] = list(seen.values())
    return Lexicon(numbers, ratio, arrays[0], arrays[1], None, None)


def learn(
    counts: Lexicon,
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
    ratio: float,
) -> Lexicon:
    """Return *counts* with translations learnt from *pairs* of token lists."""
    import numpy as np

    step = -(-len(pairs) // _MOST_PAIRS) or 1
    numbers = counts.numbers
    rows: list[NDArray[int]] = []
    for source, target in pairs[::step]:
        left = np.array([numbers[token] for token in source], dtype=np.int64)
        right = np.array([numbers[token] for token in target], dtype=np.int64)
        left = left[counts.source_counts[left] > 1]
        right = right[counts.target_counts[right] > 1]
        pair = np.full(len(left) * len(right), len(rows), dtype=np.int64)
        rows.append(
            np.stack([pair, np.repeat(left, len(right)), np.tile(right, len(left))])
        )
    if not rows:
        return counts
    pair, left, right = np.concatenate(rows, axis=1)
    return Lexicon(
        numbers,
        ratio,
        counts.source_counts,
        counts.target_counts,
        _model1(pair, left, right, len(numbers)),
        _model1(pair, right, left, len(numbers)),
    )


def _model1(
    pair: NDArray[int], given: NDArray[int], told: NDArray[int], size: int
) -> Table:
    """Estimate t(told | given) from co-occurrences; start from a Dice-like guess."""
    import numpy as np

    cells, cell = np.unique(given * size + told, return_inverse=True)
    cell_given, cell_told = cells // size, cells % size
    seen = np.bincount(cell).astype(np.float64)
    total_given = np.bincount(cell_given, seen, size)
    total_told = np.bincount(cell_told, seen, size)
    chance = seen / np.sqrt(total_given[cell_given] * total_told[cell_told])
    slots, slot = np.unique(pair * size + told, return_inverse=True)
    for _ in range(_ROUNDS):
        weight = chance[cell]
        weight /= np.bincount(slot, weight, len(slots))[slot]
        mass = np.bincount(cell, weight, len(cells))
        chance = mass / (np.bincount(cell_given, mass, size)[cell_given] + _SMOOTHING)
    kept = chance >= _SMALLEST
    starts = np.searchsorted(cell_given[kept], np.arange(size + 1))
    return Table(starts, cell_told[kept], chance[kept])
