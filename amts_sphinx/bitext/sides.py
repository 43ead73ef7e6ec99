"""What the aligner knows of a document before it searches.

Each version becomes a *side*: its sentences laid end to end, read once (tokens, sizes,
blocks). Two sides and the stretches that walls cut them into are a *pair of sides*.
Every pass of the search reads from here, so nothing is tokenised twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amts_sphinx.bitext.grid import Line
from amts_sphinx.bitext.tokens import tokens
from amts_sphinx.bitext.walls import Block, Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from amts_sphinx.bitext.grid import Ints


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a document, its sentences laid end to end."""

    kinds: list[str]  #: kind of each sentence's block; a heading's wall key
    first: list[bool]  #: the sentence begins a block
    starts: list[int]  #: number of each block's first sentence, and the total
    tokens: list[list[str]]
    gaps: list[Ints]  #: for each token, sentences since it was last said
    sizes: list[int]  #: UTF-8 bytes of each sentence, plus 1

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Side:
        """Read the sentences of *blocks*."""
        texts = [text for block in blocks for text in block.sentences]
        starts = [0]
        for block in blocks:
            starts.append(starts[-1] + len(block.sentences))
        read = [tokens(text) for text in texts]
        return cls(
            [block.wall or block.kind for block in blocks for _ in block.sentences],
            [not i for block in blocks for i in range(len(block.sentences))],
            starts,
            read,
            list(_gaps(read)),
            [len(text.encode(errors="replace")) + 1 for text in texts],
        )

    def sentences(self, blocks: range) -> range:
        """Return the numbers of the sentences of *blocks*."""
        return range(self.starts[blocks.start], self.starts[blocks.stop])

    def said(self, sentences: Iterable[int]) -> frozenset[str]:
        """Return the distinct tokens of some sentences."""
        return frozenset(token for i in sentences for token in self.tokens[i])

    def line(self, sentences: range, numbers: Mapping[str, int]) -> Line:
        """Return some neighbouring sentences as the search wants them."""
        import numpy as np

        part = slice(sentences.start, sentences.stop)
        words = [
            np.array([numbers[token] for token in sentence], dtype=np.int64)
            for sentence in self.tokens[part]
        ]
        return Line(
            words,
            self.gaps[part],
            self.sizes[part],
            self.first[part],
            self.kinds[part],
        )


@dataclass(frozen=True, slots=True)
class Sides:
    """Both versions of a document, and how walls cut them."""

    source: Side
    target: Side
    stretches: list[Stretch]

    @classmethod
    def of(cls, source: Sequence[Block], target: Sequence[Block]) -> Sides:
        """Read both versions."""
        return cls(Side.of(source), Side.of(target), list(stretches(source, target)))


def _gaps(sentences: Iterable[Sequence[str]]) -> Iterator[Ints]:
    """Yield for each sentence's tokens how many sentences ago they were last said."""
    import numpy as np

    said: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        ago = [number - said.get(token, -9) for token in sentence]
        yield np.array(ago, dtype=np.int64)
        said.update(dict.fromkeys(sentence, number))
