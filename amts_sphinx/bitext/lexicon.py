"""A bilingual lexicon learnt from the book itself, without supervision.

IBM model 1 (Brown et al. 1993) in both directions over the sentence pairs of a first,
lexicon-free alignment. No dictionary has to be shipped and the words of the book's own
field are known. Tokens count once per sentence; tokens seen once are left out, and at
the end so are two words that met only once: such an entry was learnt from the very
pair that it would confirm, right or wrong. The table is stored as three flat arrays per
direction, so a book of 10 000 sentences costs a few megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from amts_sphinx.bitext.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from amts_sphinx.bitext.grid import Floats, Ints

    _Words = tuple[Sequence[str], Sequence[str]]

_ROUNDS = 4
_SMOOTHING = 0.5
_SMALLEST = 0.001
#: Pairs learnt from at most: more adds memory (about 10 kB each), not knowledge.
_MOST_PAIRS = 30_000
_PART = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Translation probabilities t(other | word), one row for each word."""

    starts: Ints  #: row w holds the entries starts[w] … starts[w + 1]
    words: Ints  #: numbers of the other language's words
    chances: Floats  #: their probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What is known of the two languages of one book."""

    numbers: Mapping[str, int]  #: token -> number; both languages share them
    ratio: float  #: bytes of target text for one byte of source text
    source_counts: Ints  #: sentences that hold the token, by number
    target_counts: Ints
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
            table and replace(table, starts=np.pad(table.starts, more, "edge"))
            for table in (self.forward, self.backward)
        ]
        return Lexicon(
            numbers,
            self.ratio,
            np.pad(self.source_counts, more),
            np.pad(self.target_counts, more),
            *tables,
        )


def learn_lexicon(pairs: Iterable[tuple[str, str]]) -> Lexicon:
    """Learn from known sentence pairs, so that a changed page can be aligned alone."""
    known = [(source, target) for source, target in pairs if source and target]
    read = [(tokens(source), tokens(target)) for source, target in known]
    size = [
        sum(len(pair[side].encode(errors="replace")) + 1 for pair in known)
        for side in (0, 1)
    ]
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
        array[np.array(list(seen), dtype=np.int64)] = list(seen.values())
    return Lexicon(numbers, ratio, arrays[0], arrays[1], None, None)


def learn(
    counts: Lexicon,
    pairs: Sequence[_Words],
    ratio: float,
) -> Lexicon:
    """Return *counts* with translations learnt from *pairs* of token lists."""
    import numpy as np

    if not pairs:
        return counts
    step = -(-len(pairs) // _MOST_PAIRS)
    size = len(counts.numbers)
    batches = [_batch(counts, part) for part in _parts(pairs[::step])]
    cells = np.unique(np.concatenate([np.unique(batch.cell) for batch in batches]))
    batches = [
        replace(batch, cell=np.searchsorted(cells, batch.cell).astype(np.int32))
        for batch in batches
    ]
    source, target = cells // size, cells % size
    forward = _model1([(b.cell, b.target) for b in batches], source, target, size)
    back = _model1([(b.cell, b.source) for b in batches], target, source, size)
    return replace(counts, ratio=ratio, forward=forward, backward=back)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """All (source word, target word) combinations within some sentence pairs."""

    cell: Ints  #: which combination of words
    source: Ints  #: which source word of which pair
    target: Ints  #: which target word of which pair


def _parts(pairs: Sequence[_Words]) -> Iterator[Sequence[_Words]]:
    """Cut a long list, so that the arrays built from each part stay small."""
    for start in range(0, len(pairs), _PART):
        yield pairs[start : start + _PART]


def _batch(counts: Lexicon, pairs: Iterable[_Words]) -> _Batch:
    """Combine each source word of a pair with each target word."""
    import numpy as np

    numbers, size = counts.numbers, len(counts.numbers)
    rows: list[Ints] = []
    lefts = rights = 0
    for source, target in pairs:
        left = np.array([numbers[token] for token in source], dtype=np.int64)
        right = np.array([numbers[token] for token in target], dtype=np.int64)
        left = left[counts.source_counts[left] > 1]
        right = right[counts.target_counts[right] > 1]
        n, m = len(left), len(right)
        cell = (left[:, None] * size + right).ravel()
        source_slot = np.repeat(np.arange(lefts, lefts + n), m)
        target_slot = np.tile(np.arange(rights, rights + m), n)
        rows.append(np.stack([cell, source_slot, target_slot]))
        lefts, rights = lefts + n, rights + m
    cell, source_slot, target_slot = np.concatenate(rows, axis=1)
    return _Batch(cell, source_slot.astype(np.int32), target_slot.astype(np.int32))


def _model1(
    batches: Sequence[tuple[Ints, Ints]], given: Ints, told: Ints, size: int
) -> Table:
    """Estimate t(told | given) from co-occurrences; start from a Dice-like guess.

    Each batch holds, for each combination, its cell (a pair of words, *given* and
    *told* by number) and the slot of the told word, whose mass the cells share.
    """
    import numpy as np

    seen = np.zeros(len(given))
    for cell, _ in batches:
        seen += np.bincount(cell, minlength=len(given))
    total_given = np.bincount(given, seen, size)
    total_told = np.bincount(told, seen, size)
    chance = seen / np.sqrt(total_given[given] * total_told[told])
    for _ in range(_ROUNDS):
        mass = np.zeros(len(given))
        for cell, slot in batches:
            weight = chance[cell]
            weight /= np.bincount(slot, weight)[slot]
            mass += np.bincount(cell, weight, len(given))
        chance = mass / (np.bincount(given, mass, size)[given] + _SMOOTHING)
    kept = np.flatnonzero((chance >= _SMALLEST) & (seen > 1))
    kept = kept[np.argsort(given[kept], kind="stable")]
    starts = np.searchsorted(given[kept], np.arange(size + 1))
    return Table(starts, told[kept], chance[kept])
