"""Learning a lexicon from the book itself, without supervision.

IBM model 1 (Brown et al. 1993) in both directions over the likely sentence pairs of an
earlier pass, each weighted by its probability. No dictionary has to be shipped and the
words of the book's own field are known. Tokens count once per sentence; tokens seen
once are left out, and at the end so are two words that met only once: such an entry was
learnt from the very pair that it would confirm, right or wrong. The same pairs tell how
far lengths spread and how often each word stays without partner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from amts_sphinx.bitext.lexicon import HEARD, SAME, VARIANCE, Lexicon, Table, count
from amts_sphinx.bitext.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from amts_sphinx.bitext.grid import Floats, Ints, Line

_ROUNDS = 6
#: … and fewer where there is plenty to learn from.
_FEWER = 3
_PLENTY = 1_500
_SMOOTHING = 0.5
_SMALLEST = 0.001
#: Two words have met more than once if their pairs' probabilities add up to more.
_ONCE = 1.01
#: Pairs learnt from at most: more adds memory (about 10 kB each), not knowledge.
_MOST_PAIRS = 30_000
_PART = 2_000
#: The variance of lengths that is assumed first is worth so many pairs.
_ASSUMED = 20
#: Pairs say less than the truth about it: only those that fit were found likely.
_WIDER = 1.5
#: A partner that makes a word 1/10 as likely as chance would half explains it.
_PLAIN = 10


class Couple(NamedTuple):
    """A likely sentence pair to learn from."""

    source: Ints  #: numbers of the distinct tokens
    target: Ints
    weight: float  #: probability that it is one
    sizes: tuple[int, int]  #: bytes of both sides

    @classmethod
    def of(
        cls, source: Line, target: Line, ours: range, theirs: range, weight: float
    ) -> Couple:
        """Take some sentences of both lines together."""
        import numpy as np

        words = [
            line.words[part[0]]
            if len(part) == 1
            else _distinct(np.concatenate([line.words[i] for i in part]))
            for line, part in ((source, ours), (target, theirs))
        ]
        sizes = sum(source.sizes[i] for i in ours), sum(target.sizes[j] for j in theirs)
        return cls(words[0], words[1], weight, sizes)


def learn_lexicon(pairs: Iterable[tuple[str, str]]) -> Lexicon:
    """Learn from known sentence pairs, so that a changed page can be aligned alone."""
    import numpy as np

    known = [(source, target) for source, target in pairs if source and target]
    read = [(tokens(source), tokens(target)) for source, target in known]
    counts = count([s for s, _ in read], [t for _, t in read], 1.0)
    couples = []
    for texts, said in zip(known, read, strict=True):
        source, target = (
            np.array([counts.numbers[token] for token in side], dtype=np.int64)
            for side in said
        )
        a, b = (len(text.encode(errors="replace")) + 1 for text in texts)
        couples.append(Couple(source, target, 1.0, (a, b)))
    return learn(counts, couples)


def learn(counts: Lexicon, couples: Sequence[Couple]) -> Lexicon:
    """Return *counts* with what can be learnt from *couples*."""
    import numpy as np

    if not couples:
        return counts
    ratio, variance = _lengths(couples)
    rounds = _ROUNDS if len(couples) < _PLENTY else _FEWER
    step = -(-len(couples) // _MOST_PAIRS)
    batches = [_batch(counts, part) for part in _parts(couples[::step])]
    # What is sorted in runs is sorted again fastest by the stable algorithm.
    cells = np.sort(np.concatenate([batch.cells for batch in batches]), kind="stable")
    cells = cells[_changes(cells)]
    numbers = [
        np.repeat(np.searchsorted(cells, batch.cells).astype(np.int32), batch.times)
        for batch in batches
    ]
    source, target = np.divmod(cells, len(counts.numbers))
    return replace(
        counts,
        ratio=ratio,
        variance=variance,
        forward=_model1(
            [(n, b.target, b.weight) for n, b in zip(numbers, batches, strict=True)],
            _Words(source, target, counts.target_counts),
            rounds,
        ),
        backward=_model1(
            [(n, b.source, b.weight) for n, b in zip(numbers, batches, strict=True)],
            _Words(target, source, counts.source_counts),
            rounds,
        ),
    )


def _distinct(numbers: Ints) -> Ints:
    """Return each number once, in order; for many numbers faster than np.unique."""
    import numpy as np

    ordered = np.sort(numbers)
    return ordered[_changes(ordered)]


def _changes(ordered: Ints) -> Ints:
    """Return where each of the *ordered* numbers, none negative, stands first."""
    import numpy as np

    return np.flatnonzero(np.diff(ordered, prepend=-1))


def _lengths(couples: Sequence[Couple]) -> tuple[float, float]:
    """Return the ratio of the lengths, and the variance of what it leaves."""
    import numpy as np

    weight = np.array([couple.weight for couple in couples])
    a, b = np.array([couple.sizes for couple in couples], dtype=np.float64).T
    ratio = float((b @ weight) / (a @ weight))
    off = (b - ratio * a) ** 2 / ((a + b / ratio) / 2)
    variance = _WIDER * (off @ weight) + VARIANCE * _ASSUMED
    return ratio, float(variance / (weight.sum() + _ASSUMED))


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """All (source word, target word) combinations within some sentence pairs.

    They are in the order of the words: what is added up lies side by side.
    """

    cells: Ints  #: the combinations, each once
    times: Ints  #: how often each is found
    source: Ints  #: which source word of which pair
    target: Ints  #: which target word of which pair
    weight: Floats  #: probability of the pair


class _Words(NamedTuple):
    """What the cells of a direction combine, by number of the word."""

    given: Ints
    told: Ints
    often: Ints  #: sentences that hold each word of the told language


def _parts(couples: Sequence[Couple]) -> Iterator[Sequence[Couple]]:
    """Cut a long list, so that the arrays built from each part stay small."""
    for start in range(0, len(couples), _PART):
        yield couples[start : start + _PART]


def _batch(counts: Lexicon, couples: Sequence[Couple]) -> _Batch:
    """Combine each source word of a pair with each target word."""
    import numpy as np

    left, n = _known([couple.source for couple in couples], counts.source_counts)
    right, m = _known([couple.target for couple in couples], counts.target_counts)
    pair = np.repeat(np.arange(len(couples)), n)
    partners = m[pair]
    source = np.repeat(np.arange(len(left), dtype=np.int32), partners)
    before = np.cumsum(m)[pair] - np.cumsum(partners)
    target = np.arange(len(source), dtype=np.int32) + np.repeat(before, partners)
    order = np.lexsort((_ranked(right)[target], _ranked(left)[source]))
    source, target = source[order], target[order]
    cell = left[source] * len(counts.numbers) + right[target]
    starts = _changes(cell)
    weight = np.array([couple.weight for couple in couples])
    return _Batch(
        cell[starts],
        np.diff(starts, append=len(cell)),
        source,
        target.astype(np.int32),
        np.repeat(weight[pair], partners)[order],
    )


def _ranked(words: Ints) -> Ints:
    """Number words by their order; with 16 bits, where they do, sorting is linear."""
    import numpy as np

    distinct = _distinct(words)
    few = len(distinct) <= np.iinfo(np.uint16).max
    return np.searchsorted(distinct, words).astype(np.uint16 if few else np.uint32)


def _known(sides: Sequence[Ints], often: Ints) -> tuple[Ints, Ints]:
    """Return the words that the book says twice, and how many each side has."""
    import numpy as np

    words = np.concatenate(sides)
    kept = often[words] > 1
    upto = np.cumsum([0, *kept.tolist()])
    ends = np.cumsum([0, *map(len, sides)])
    return words[kept], np.diff(upto[ends])


def _model1(
    batches: Sequence[tuple[Ints, Ints, Floats]], words: _Words, rounds: int
) -> Table:
    """Estimate t(told | given) from co-occurrences; start from a Dice-like guess.

    Each batch holds, for each combination, its cell (a pair of words), the slot of the
    told word, whose mass the cells share, and the weight of the sentence pair.
    """
    import numpy as np

    given, told, often = words
    size = len(often)
    seen = np.zeros(len(given))
    for cell, _, weight in batches:
        seen += np.bincount(cell, weight, len(given))
    total_given = np.bincount(given, seen, size)
    total_told = np.bincount(told, seen, size)
    chance = seen / np.sqrt(total_given[given] * total_told[told])
    for _ in range(rounds):
        mass = np.zeros(len(given))
        for cell, slot, weight in batches:
            part = chance[cell]
            part *= weight / np.bincount(slot, part)[slot]
            mass += np.bincount(cell, part, len(given))
        chance = mass / (np.bincount(given, mass, size)[given] + _SMOOTHING)
    chance[(chance < _SMALLEST) | (seen <= _ONCE)] = 0.0
    missed = _missed(batches, words, chance)
    kept = np.flatnonzero(chance)
    kept = kept[np.argsort(given[kept], kind="stable")]
    starts = np.searchsorted(given[kept], np.arange(size + 1))
    return Table(starts, told[kept], chance[kept], missed)


def _missed(
    batches: Sequence[tuple[Ints, Ints, Floats]], words: _Words, chance: Floats
) -> Floats:
    """Count for each told word the sentences in which no given word explains it.

    A particle or a filler word is not translated by any word; to find it unexplained
    must not count against a pair.
    """
    import numpy as np

    given, told, often = words
    good = np.where(given == told, SAME, chance * HEARD)
    good *= often.sum() / np.maximum(often[told], 1)
    missed = np.zeros(len(often))
    for cell, slot, weight in batches:
        slots = int(slot.max(initial=-1)) + 1
        best = np.zeros(slots)
        np.maximum.at(best, slot, good[cell])
        word = np.zeros(slots, dtype=np.int64)
        word[slot] = told[cell]
        share = np.zeros(slots)
        share[slot] = weight
        missed += np.bincount(word, share / (1 + _PLAIN * best), len(often))
    return missed
