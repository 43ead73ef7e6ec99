"""From two versions of a document to sentence pairs.

Walls first, search second. What looks the same in both languages - a formula, a code
block, an image, a label - cuts a document into short stretches; inside one, dynamic
programming over beads weighs length, tokens and blocks (`evidence`, `grid`). The first
pass knows no words; from its pairs a lexicon is learnt, and the second pass uses it.
Headings of one depth all look alike, so they cut only where both sides of a stretch
show the same sequence of depths; elsewhere the search has to earn them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from amts_sphinx.bitext import evidence, grid
from amts_sphinx.bitext.evidence import Line, Weights
from amts_sphinx.bitext.lexicon import Lexicon, count, learn, learn_lexicon
from amts_sphinx.bitext.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from amts_sphinx.bitext.grid import Ints

__all__ = [
    "Bead",
    "Block",
    "Lexicon",
    "align_document",
    "align_documents",
    "learn_lexicon",
]

_BLIND = Weights(floor=1.0, null=-3.5, merge=-4.0)
_READING = Weights(floor=0.05, null=-1.5, merge=-4.0)
#: Equal keys that the search for common walls may compare: its worst case is cubic.
_MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document, seen by the aligner."""

    #: "paragraph", "title", "list_item", "caption" …; of a wall "math", "code" …
    kind: str
    #: "" for prose; otherwise the key that must be equal on both sides, as "math:x^2"
    wall: str
    #: plain text with the payload of inline codes in place; () for a pure wall
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences that translate each other; one side may be empty (a null)."""

    source: tuple[int, ...]  #: sentence numbers, counted through the document from 0
    target: tuple[int, ...]  #: the same for the other side
    confidence: float  #: 0 … 1, grows with the evidence for this pair


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Prose between two matched walls, as ranges of blocks."""

    source: range
    target: range


@dataclass(frozen=True, slots=True)
class _Side:
    """One version of a document, its sentences laid end to end."""

    blocks: Sequence[Block]
    starts: list[int]  #: number of each block's first sentence, and the total
    tokens: list[list[str]]
    gaps: list[Ints]  #: for each token, sentences since it was last said
    sizes: list[int]  #: UTF-8 bytes of each sentence, plus 1

    def line(self, blocks: range, numbers: Lexicon) -> Line:
        """Return the sentences of *blocks* as the search wants them."""
        import numpy as np

        here = range(self.starts[blocks.start], self.starts[blocks.stop])
        first, kinds = [], []
        for block in (self.blocks[i] for i in blocks):
            for number in range(len(block.sentences)):
                first.append(not number)
                kinds.append(block.wall or block.kind)
        known = numbers.numbers
        return Line(
            [np.array([known[t] for t in self.tokens[i]], dtype=np.int64) for i in here],
            [self.gaps[i] for i in here],
            [self.sizes[i] for i in here],
            first,
            kinds,
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both versions of a document and how walls cut them."""

    source: _Side
    target: _Side
    stretches: list[_Stretch]


def align_document(
    source: Sequence[Block], target: Sequence[Block], lexicon: Lexicon | None = None
) -> list[Bead]:
    """Pair the sentences of two versions of one document.

    Every sentence of both sides is in exactly one bead, and beads keep the order of
    both sides. Without a *lexicon* one is learnt from this document alone.
    """
    if lexicon is None:
        return align_documents([(source, target)])[0]
    pair = _prepare(source, target)
    known = lexicon.widened([*pair.source.tokens, *pair.target.tokens])
    return _beads(pair, known)


def align_documents(
    documents: Sequence[tuple[Sequence[Block], Sequence[Block]]],
) -> list[list[Bead]]:
    """Pair the sentences of all documents of a book.

    Two passes: the first without a lexicon, the second with one learnt from the first.
    """
    pairs = [_prepare(source, target) for source, target in documents]
    lexicon = _first_pass(pairs)
    return [_beads(pair, lexicon) for pair in pairs]


def _prepare(source: Sequence[Block], target: Sequence[Block]) -> _Pair:
    return _Pair(_side(source), _side(target), list(_stretches(source, target)))


def _side(blocks: Sequence[Block]) -> _Side:
    sentences = [sentence for block in blocks for sentence in block.sentences]
    starts = [0]
    for block in blocks:
        starts.append(starts[-1] + len(block.sentences))
    read = [tokens(sentence) for sentence in sentences]
    return _Side(
        blocks,
        starts,
        read,
        list(_gaps(read)),
        [len(sentence.encode(errors="replace")) + 1 for sentence in sentences],
    )


def _gaps(sentences: Sequence[Sequence[str]]) -> Iterator[Ints]:
    """Yield for each sentence's tokens how many sentences ago they were last said."""
    import numpy as np

    said: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        yield np.array([number - said.get(t, -9) for t in sentence], dtype=np.int64)
        said.update(dict.fromkeys(sentence, number))


def _stretches(
    source: Sequence[Block], target: Sequence[Block]
) -> Iterator[_Stretch]:
    """Cut at the walls that both sides share, then at the headings they agree on."""
    walls = [
        [i for i, block in enumerate(side) if block.wall and not block.sentences]
        for side in (source, target)
    ]
    keys = [
        [side[i].wall for i in numbers]
        for side, numbers in zip((source, target), walls, strict=True)
    ]
    cuts = [(-1, -1)]
    cuts += [(walls[0][a], walls[1][b]) for a, b in _common(*keys)]
    cuts += [(len(source), len(target))]
    for (a, b), (c, d) in pairwise(cuts):
        yield from _sections(source, target, range(a + 1, c), range(b + 1, d))


def _common(one: list[str], other: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions of a common subsequence of two lists of keys.

    Keys so frequent that comparing them would be slow say little; they are left out.
    """
    often = Counter(one)
    times = Counter(other)
    budget = _MOST_COMPARED
    kept = set()
    for cost, key in sorted((often[key] * times[key], key) for key in often):
        budget -= cost
        if budget >= 0:
            kept.add(key)
    at = [[i for i, key in enumerate(side) if key in kept] for side in (one, other)]
    matcher = SequenceMatcher(
        None, [one[i] for i in at[0]], [other[i] for i in at[1]], autojunk=False
    )
    for match in matcher.get_matching_blocks():
        for step in range(match.size):
            yield at[0][match.a + step], at[1][match.b + step]


def _sections(
    source: Sequence[Block], target: Sequence[Block], here: range, there: range
) -> Iterator[_Stretch]:
    """Cut a stretch at its headings if both sides have the same depths in order."""
    ours = [i for i in here if source[i].wall and source[i].sentences]
    theirs = [i for i in there if target[i].wall and target[i].sentences]
    if [source[i].wall for i in ours] != [target[i].wall for i in theirs]:
        ours = theirs = []
    a, b = here.start, there.start
    for one, other in zip(ours, theirs, strict=True):
        yield _Stretch(range(a, one), range(b, other))
        yield _Stretch(range(one, one + 1), range(other, other + 1))
        a, b = one + 1, other + 1
    yield _Stretch(range(a, here.stop), range(b, there.stop))


def _first_pass(pairs: Sequence[_Pair]) -> Lexicon:
    """Align without words and learn words from the result."""
    counts = count(
        (sentence for pair in pairs for sentence in pair.source.tokens),
        (sentence for pair in pairs for sentence in pair.target.tokens),
        _ratio(pairs),
    )
    learnt = []
    size = [0, 0]
    for pair in pairs:
        for bead in _search(pair, counts, _BLIND):
            if not bead.source or not bead.target:
                continue
            if len(bead.source) + len(bead.target) <= 3:
                learnt.append(
                    (
                        sorted({t for i in bead.source for t in pair.source.tokens[i]}),
                        sorted({t for i in bead.target for t in pair.target.tokens[i]}),
                    )
                )
                size[0] += sum(pair.source.sizes[i] for i in bead.source)
                size[1] += sum(pair.target.sizes[i] for i in bead.target)
    return learn(counts, learnt, size[1] / size[0] if learnt else counts.ratio)


def _ratio(pairs: Sequence[_Pair]) -> float:
    """Return target bytes for one source byte, from stretches that have both."""
    size = [0, 0]
    for pair in pairs:
        for stretch in pair.stretches:
            both = [
                sum(side.sizes[side.starts[part.start] : side.starts[part.stop]])
                for side, part in (
                    (pair.source, stretch.source),
                    (pair.target, stretch.target),
                )
            ]
            if all(both):
                size = [size[0] + both[0], size[1] + both[1]]
    return size[1] / size[0] if all(size) else 1.0


def _beads(pair: _Pair, lexicon: Lexicon) -> list[Bead]:
    return _search(pair, lexicon, _READING)


def _search(pair: _Pair, lexicon: Lexicon, weights: Weights) -> list[Bead]:
    beads: list[Bead] = []
    for stretch in pair.stretches:
        source = pair.source.line(stretch.source, lexicon)
        target = pair.target.line(stretch.target, lexicon)
        a = pair.source.starts[stretch.source.start]
        b = pair.target.starts[stretch.target.start]
        n, m = len(source.sizes), len(target.sizes)
        if not n or not m:
            beads += [Bead((a + i,), (), 0.0) for i in range(n)]
            beads += [Bead((), (b + j,), 0.0) for j in range(m)]
            continue
        band = grid.lay_out(n, m)
        length = evidence.lengths(band, source, target, lexicon.ratio)
        ahead, back = evidence.words(band, source, target, lexicon, weights.floor)
        prior = evidence.priors(band, source, target, weights)
        scores = length + (ahead + back) / 2 + prior
        path = grid.best_path(band, scores)
        odds = [0.0] * len(path) if weights is _BLIND else grid.chances(band, scores, path)
        for step, odd in zip(path, odds, strict=True):
            k, l = grid.SHAPES[step.shape]
            i, j = step.row, step.column + int(band.low[step.row])
            beads.append(
                Bead(
                    tuple(range(a + i - k, a + i)),
                    tuple(range(b + j - l, b + j)),
                    1 / (1 + 2.718281828 ** -min(odd, 30)) if k and l else 0.0,
                )
            )
    return beads
