"""How much of a draft people changed: what post-editing it cost.

Edit rate = token edits from draft to final / tokens of the final; a message counts at
most as if it had been written anew.  Moving a phrase is no edit of its own as in TER,
whose tokens mean nothing in Chinese and whose search takes minutes for a book.  Edits
are counted a whole row at a time in the bits of one integer, so a book takes seconds
without a compiled library.  It understates the time for reading and for terminology.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, NamedTuple

from amts_sphinx.evaluation.masking import is_mask
from amts_sphinx.evaluation.tokenizers import Tokenizer

#: the bands by which agencies price the editing of drafts: name, least similarity in %
BANDS: Final = (
    ("100", 100),
    ("95-99", 95),
    ("85-94", 85),
    ("75-84", 75),
    ("50-74", 50),
    ("<50", 0),
)


class Edits(NamedTuple):
    """What was changed in one message."""

    edits: int  #: tokens put in, taken out or replaced
    length: int  #: tokens of the final

    @property
    def rate(self) -> float:
        """Edits for each token of the final, 1 at most."""
        if not self.length:
            return float(self.edits > 0)
        return min(1.0, self.edits / self.length)


class Band(NamedTuple):
    """How much lies within a range of similarity, which is 1 - edit rate."""

    name: str  #: its range in per cent: ``"95-99"``; what was not touched is ``"100"``
    messages: float  #: share of the messages, 0 to 1
    text: float  #: share of the tokens of the finals, 0 to 1


def edits(draft: str, final: str, tokenizer: Tokenizer) -> Edits:
    """Count the edits that made a message's final of its draft, both masked text."""
    ours = tokens(final, tokenizer)
    return Edits(distance(tokens(draft, tokenizer), ours), len(ours))


def edit_rate(found: Iterable[Edits]) -> float | None:
    """The rate of a corpus, 0 to 1: the sum of edits by the sum of lengths.

    None if no final has a token.
    """
    pairs = [(min(one.edits, one.length), one.length) for one in found]
    length = sum(of for _, of in pairs)
    return sum(edited for edited, _ in pairs) / length if length else None


def bands(found: Iterable[Edits]) -> tuple[Band, ...]:
    """The shares by similarity, the most similar first; nothing for no message."""
    count = dict.fromkeys((name for name, _ in BANDS), 0)
    length = dict(count)
    for one in found:
        kept = max(0, one.length - one.edits)
        of = one.length or int(one.edits > 0)  # nothing of nothing is all of it
        name = next(name for name, least in BANDS if 100 * kept >= least * of)
        count[name] += 1
        length[name] += one.length
    messages, text = sum(count.values()), sum(length.values()) or 1
    if not messages:
        return ()
    return tuple(Band(n, count[n] / messages, length[n] / text) for n, _ in BANDS)


def tokens(text: str, tokenizer: Tokenizer) -> list[str]:
    """What is edited as one: tokens as BLEU counts them; a mask always is one."""
    if tokenizer.name != "char":
        return tokenizer.split(text)
    return [
        token
        for word in text.split()
        for token in ([word] if is_mask(word) else tokenizer.split(word))
    ]


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """The Levenshtein distance of two sequences: insert, delete, replace cost 1 each.

    Bit-parallel: bit i of ``up`` and ``down`` says whether the table of the
    textbook grows or shrinks by one from row i to row i + 1 (H. Hyyrö, A Bit-Vector
    Algorithm for Computing Levenshtein and Damerau Edit Distances, 2003).
    """
    if len(a) < len(b):
        a, b = b, a  # few steps over long integers are quicker than many over short
    where: dict[Hashable, int] = {}
    for place, token in enumerate(a):
        where[token] = where.get(token, 0) | 1 << place
    result = len(a)
    every = (1 << result) - 1
    last = 1 << result >> 1
    up, down = every, 0
    for token in b:
        same = where.get(token, 0)
        level = (((same & up) + up) ^ up) | same | down
        right = down | ~(level | up)
        left = level & up
        result += bool(right & last) - bool(left & last)
        right = right << 1 | 1
        up = (left << 1 | ~(level | right)) & every
        down = level & right & every
    return result
