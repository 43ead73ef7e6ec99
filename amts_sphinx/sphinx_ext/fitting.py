"""The last door before the doctree: can a translation's nodes all be put back?

Engines and memories are checked where they are asked, and more kindly.  But a page in
which a link is lost, doubled or bent must not be possible at all, so whatever comes is
compared once more with the very nodes that stand in the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from docutils import nodes

from amts_sphinx.sphinx_ext.doctree import Anchor
from amts_sphinx.sphinx_ext.numref import is_numref
from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Rung, Translation


class _Use(NamedTuple):
    """One code in a text: where and how it stands there."""

    number: int
    paired: bool
    empty: bool  #: a pair around nothing
    parent: int  #: the number of the pair it stands in, 0 outside


def fits(
    source: str,
    translation: Translation,
    known: Sequence[Code],
    anchors: Sequence[Anchor],
) -> bool:
    """Does every protected node stand in the translation once, as it must?

    ``source`` is what is translated, a part of a message; ``known`` are the codes of
    the whole message, ``anchors`` the nodes they stand for.  Emphasis may be given up;
    people may also drop formulas and code of the source, and bring their own.
    """
    if "<" not in translation.text and "<" not in source:
        return True
    try:
        found = list(_uses(codes.parse(translation.text)))
    except codes.CodeError:
        return False
    expected = {use.number: use for use in _uses(codes.parse(source))}
    free = EMPHASIS if translation.rung is Rung.MACHINE else EMPHASIS | OWN
    protected = {n for n in expected if known[n - 1].kind not in free}
    own = dict(enumerate(translation.codes, len(known) + 1))
    tied = {n for n in expected if _by_order(anchors[n - 1])}
    templates = {n for n, anchor in enumerate(anchors, 1) if is_numref(anchor.node)}
    return (
        all(_well_formed(use, expected, protected, own) for use in found)
        and all(_well_placed(use, expected, tied, templates) for use in found)
        and _complete([use.number for use in found], protected, tied)
    )


def _uses(pieces: Iterable[object], parent: int = 0) -> Iterator[_Use]:
    """All codes of a parsed text, in order."""
    for piece in pieces:
        if isinstance(piece, int):
            yield _Use(piece, paired=False, empty=False, parent=parent)
        elif isinstance(piece, tuple):
            number, inner = piece
            empty = not any(not isinstance(p, str) or p.strip() for p in inner)
            yield _Use(number, paired=True, empty=empty, parent=parent)
            yield from _uses(inner, number)


def _complete(
    numbers: Sequence[int], protected: Collection[int], tied: Collection[int]
) -> bool:
    """Is nothing doubled, nothing protected lost, and what hangs on order in order?"""
    if len(set(numbers)) < len(numbers) or not set(protected).issubset(numbers):
        return False
    order = [number for number in numbers if number in tied]
    return order == sorted(order)


def _by_order(anchor: Anchor) -> bool:
    """Does the node belong to others by their order?

    Raw nodes may be the opening and the closing tag of one element.
    """
    if isinstance(anchor.node, nodes.raw):
        return not anchor.rest
    return isinstance(anchor.node, nodes.reference) and bool(
        anchor.node.get("anonymous")
    )


def _well_placed(
    use: _Use,
    expected: Mapping[int, _Use],
    tied: Collection[int],
    templates: Collection[int],
) -> bool:
    """Does it stay in its pair where it must?

    A format string keeps its placeholders, and takes nothing else; of two tags none may
    move into another pair.
    """
    before = expected[use.number].parent if use.number in expected else 0
    moves = use.number not in tied and not {use.parent, before} & set(templates)
    return moves or use.parent == before


def _well_formed(
    use: _Use,
    expected: Mapping[int, _Use],
    protected: Collection[int],
    own: Mapping[int, Code],
) -> bool:
    """Is it a pair where it has to be one, and of a kind that may stand here?"""
    if use.number in expected:
        whole = not use.empty or use.number not in protected
        return whole and use.paired is expected[use.number].paired
    kind = own[use.number].kind if use.number in own else ""
    return kind in OWN and use.paired is (kind in EMPHASIS)
