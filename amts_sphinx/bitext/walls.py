"""What looks the same in both languages cuts a document into short stretches.

A formula, a code block, an image, a label: such a *wall* has a key that must be equal
on both sides. Walls are matched by their longest common runs, never by position, so an
extra code cell moves nothing beyond its stretch. Headings of one depth all look alike:
they cut a stretch only where both sides show the same depths in the same order. Where
they do not, as after an inserted section, they stay in the text and the search for
pairs has to earn them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Pairs of equal keys that the matcher may look at: its worst case is cubic.
_MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document, seen by the aligner."""

    #: "paragraph", "title", "list_item", "caption", "term" …; of a wall "math", "code",
    #: "figure", "label", "directive"
    kind: str
    #: "" for prose; otherwise the key that must be equal on both sides ("math:x^2",
    #: "title:2" for a heading of depth 2)
    wall: str
    #: plain text with the payload of inline codes in place; () for a pure wall
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What lies between two matched walls, as ranges of blocks."""

    source: range
    target: range


def stretches(source: Sequence[Block], target: Sequence[Block]) -> Iterator[Stretch]:
    """Cut two versions of a document at the walls and headings that they share."""
    ours = [i for i, block in enumerate(source) if block.wall and not block.sentences]
    theirs = [j for j, block in enumerate(target) if block.wall and not block.sentences]
    cuts = [(-1, -1)]
    keys = [source[i].wall for i in ours], [target[j].wall for j in theirs]
    for a, b in _common(*keys):
        cuts.append((ours[a], theirs[b]))
    cuts.append((len(source), len(target)))
    for (a, b), (c, d) in pairwise(cuts):
        yield from _sections(source, target, range(a + 1, c), range(b + 1, d))


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions of a common subsequence of two lists of keys.

    Keys so frequent that comparing them would be slow say little; they are left out.
    """
    here, there = Counter(one), Counter(other)
    budget = _MOST_COMPARED
    kept = set()
    for cost, key in sorted((here[key] * there[key], key) for key in here):
        budget -= cost
        if budget < 0:
            break
        kept.add(key)
    ours = [i for i, key in enumerate(one) if key in kept]
    theirs = [j for j, key in enumerate(other) if key in kept]
    matcher = SequenceMatcher(
        None, [one[i] for i in ours], [other[j] for j in theirs], autojunk=False
    )
    for match in matcher.get_matching_blocks():
        for step in range(match.size):
            yield ours[match.a + step], theirs[match.b + step]


def _sections(
    source: Sequence[Block], target: Sequence[Block], here: range, there: range
) -> Iterator[Stretch]:
    """Cut a stretch at its headings if both sides have the same depths in order."""
    ours = [i for i in here if source[i].wall and source[i].sentences]
    theirs = [j for j in there if target[j].wall and target[j].sentences]
    if [source[i].wall for i in ours] != [target[j].wall for j in theirs]:
        ours = theirs = []
    a, b = here.start, there.start
    for one, other in zip(ours, theirs, strict=True):
        yield Stretch(range(a, one), range(b, other))
        yield Stretch(range(one, one + 1), range(other, other + 1))
        a, b = one + 1, other + 1
    yield Stretch(range(a, here.stop), range(b, there.stop))
