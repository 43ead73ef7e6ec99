"""What is known of the two languages of one book.

Both languages share one numbering of tokens, so that a token that both use is found to
be the same by its number. Translations are stored as three flat arrays per direction;
10 000 sentences cost a few megabytes. How they are learnt: see `learning`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from amts_sphinx.bitext.grid import Floats, Ints

#: A token found on both sides counts as this chance …
SAME = 0.15
#: … and a translation's chance as this share of it.
HEARD = 0.015
#: Variance of the length difference by mean length (Gale & Church's s², in bytes),
#: assumed before pairs are known.
VARIANCE = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Translation probabilities t(other | word), one row for each word."""

    starts: Ints  #: row w holds the entries starts[w] … starts[w + 1]
    words: Ints  #: numbers of the other language's words
    chances: Floats  #: their probabilities
    missed: Floats  #: for each other word, sentences in which nothing explained it


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What is known of the two languages of one book."""

    numbers: Mapping[str, int]  #: token -> number; both languages share them
    ratio: float  #: bytes of target text for one byte of source text
    source_counts: Ints  #: sentences that hold the token, by number
    target_counts: Ints
    variance: float = VARIANCE  #: how far lengths spread around the ratio
    forward: Table | None = None  #: source word -> target words; None: counts only
    backward: Table | None = None  #: target word -> source words

    def widened(self, sentences: Iterable[Sequence[str]]) -> Lexicon:
        """Return this lexicon with numbers for the tokens that it does not know."""
        import numpy as np

        numbers = dict(self.numbers)
        for sentence in sentences:
            for token in sentence:
                numbers.setdefault(token, len(numbers))
        more = (0, len(numbers) - len(self.numbers))
        forward, backward = [
            table
            and replace(
                table,
                starts=np.pad(table.starts, more, "edge"),
                missed=np.pad(table.missed, more),
            )
            for table in (self.forward, self.backward)
        ]
        return replace(
            self,
            numbers=numbers,
            source_counts=np.pad(self.source_counts, more),
            target_counts=np.pad(self.target_counts, more),
            forward=forward,
            backward=backward,
        )


def count(
    source: Iterable[Sequence[str]], target: Iterable[Sequence[str]], ratio: float
) -> Lexicon:
    """Number and count the tokens of a book; know no translation yet."""
    import numpy as np

    numbers: dict[str, int] = {}
    found: list[dict[int, int]] = []
    for side in (source, target):
        often = Counter(chain.from_iterable(side))
        for token in often:
            numbers.setdefault(token, len(numbers))
        found.append({numbers[token]: times for token, times in often.items()})
    arrays = [np.zeros(len(numbers), dtype=np.int64) for _ in found]
    for array, seen in zip(arrays, found, strict=True):
        array[np.array(list(seen), dtype=np.int64)] = list(seen.values())
    return Lexicon(numbers, ratio, arrays[0], arrays[1])
