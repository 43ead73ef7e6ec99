"""Behaviour of the aligner on small documents."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.bitext import grid
from amts_sphinx.bitext.alignment import (
    Bead,
    Block,
    align_document,
    align_documents,
    learn_lexicon,
)

TEXT = [
    "The river rises in the hills near the old mill.",
    "It is 12 km long.",
    "Why?",
    "Nobody who lives there has ever counted the bridges, and few would want to.",
    "In winter the water freezes, so that children skate to school along it.",
    "The function `flow(x)` returns $v_x$.",
    "See {sec_mill} for the history of the mill and of the family that owned it.",
    "A second river joins it below the town.",
]


Numbers = tuple[tuple[int, ...], tuple[int, ...]]


def text(*sentences: str, kind: str = "paragraph") -> Block:
    """Make a block of prose."""
    return Block(kind, "", sentences)


def heading(depth: int, title: str) -> Block:
    """Make a heading."""
    return Block("title", f"title:{depth}", (title,))


def pairs(beads: list[Bead]) -> list[Numbers]:
    """Drop the confidence."""
    return [(bead.source, bead.target) for bead in beads]


BLOCKS = st.lists(
    st.builds(
        Block,
        st.sampled_from(["paragraph", "list_item"]),
        st.sampled_from(["", "", "", "title:2", "math:x"]),
        st.lists(
            st.one_of(
                st.sampled_from([*TEXT, "为什么？", "河长12公里。", ""]),
                st.text(max_size=12),
            ),
            max_size=4,
        ).map(tuple),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(BLOCKS, BLOCKS)
def test_every_sentence_is_in_exactly_one_bead_in_order(
    source: list[Block], target: list[Block]
) -> None:
    """Whatever the input: complete, monotone, allowed shapes, the same twice."""
    beads = align_document(source, target)
    for side, blocks in (("source", source), ("target", target)):
        numbers = [i for bead in beads for i in getattr(bead, side)]
        assert numbers == list(range(sum(len(b.sentences) for b in blocks)))
    assert {(len(b.source), len(b.target)) for b in beads} <= set(grid.SHAPES)
    assert all(0 <= bead.confidence <= 1 for bead in beads)
    assert beads == align_document(source, target)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(TEXT), min_size=1, max_size=4), max_size=5))
def test_a_document_aligned_with_itself_is_all_one_to_one(
    paragraphs: list[list[str]],
) -> None:
    """Even repeated sentences pair with themselves."""
    blocks = [text(*sentences) for sentences in paragraphs]
    total = sum(map(len, paragraphs))
    expected = [((i,), (i,)) for i in range(total)]
    assert pairs(align_document(blocks, blocks)) == expected


@pytest.mark.parametrize("empty", [[], [text()], [Block("math", "math:x", ())]])
def test_an_empty_side_gives_nulls(empty: list[Block]) -> None:
    """Without a counterpart every sentence is a null of confidence 0."""
    blocks = [text(*TEXT[:2]), text(TEXT[3])]
    nulls = [Bead((i,), (), 0.0) for i in range(3)]
    assert align_document(blocks, empty) == nulls
    assert align_document(empty, blocks) == [Bead((), b.source, 0.0) for b in nulls]


def test_nothing_gives_nothing() -> None:
    """No documents, no beads; empty documents, no beads."""
    assert align_documents([]) == []
    assert align_documents([([], []), ([text()], [text()])]) == [[], []]


def test_an_edit_in_one_stretch_changes_no_bead_of_another() -> None:
    """With one lexicon, beads beyond the edited stretch keep even their confidence."""
    lexicon = learn_lexicon([(one, one) for one in TEXT])
    target = [
        text(*TEXT[:4]),
        Block("math", "math:x", ()),
        text(*TEXT[4:6]),
        Block("code", "code:y", ()),
        text(*TEXT[6:]),
    ]
    edited = [target[0], target[1], text("Quite new.", *TEXT[4:6]), *target[3:]]
    before = align_document(target, target, lexicon)
    after = align_document(edited, target, lexicon)
    assert after[:4] == before[:4]
    moved = [Bead((b.source[0] + 1,), b.target, b.confidence) for b in before[6:]]
    assert after[-len(moved) :] == moved
    assert Bead((4,), (), 0.0) in after


def test_a_heading_pairs_with_a_heading() -> None:
    """Matched headings pair directly, even when their words have nothing in common."""
    source = [heading(2, "Putting it all together"), text(*TEXT[:2])]
    target = [heading(2, "训练"), text("河源在老磨坊附近的山上。", "河长12公里。")]
    assert pairs(align_document(source, target))[0] == ((0,), (0,))


def test_an_inserted_section_shifts_no_heading() -> None:
    """A section that one side lacks is nulls; the headings after it keep theirs."""
    parts = [
        [heading(2, f"Part {i}"), text(*TEXT[2 * i : 2 * i + 2])] for i in range(4)
    ]
    source = [block for part in parts for block in part]
    target = [block for part in (parts[0], *parts[2:]) for block in part]
    expected: list[Numbers] = [((i,), (i,)) for i in range(3)]
    expected += [((i,), ()) for i in range(3, 6)]
    expected += [((i,), (i - 3,)) for i in range(6, 12)]
    assert pairs(align_document(source, target)) == expected


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_deleted_paragraph_gives_nulls_and_shifts_no_neighbour(gone: int) -> None:
    """The sentences around a missing paragraph keep their partners."""
    paragraphs = [TEXT[:2], TEXT[3:5], TEXT[5:8]]
    source = [text(*p) for p in paragraphs]
    target = [text(*p) for i, p in enumerate(paragraphs) if i != gone]
    sizes = [len(p) for p in paragraphs]
    begin = [0, *accumulate(sizes)][gone]
    end = begin + sizes[gone]
    expected: list[Numbers] = [((i,), (i,)) for i in range(begin)]
    expected += [((i,), ()) for i in range(begin, end)]
    expected += [((i,), (i - end + begin,)) for i in range(end, sum(sizes))]
    assert pairs(align_document(source, target)) == expected


def test_a_short_pair_between_walls_may_be_shown() -> None:
    """`Why?` says little, but the same blocks on both sides carry it."""
    lexicon = learn_lexicon([(TEXT[0], "河源在老磨坊附近的山上。")] * 3)
    source = [Block("math", "math:x", ()), text("Why?"), Block("math", "math:y", ())]
    target = [source[0], text("为什么？"), source[2]]
    (bead,) = align_document(source, target, lexicon)
    assert (bead.source, bead.target) == ((0,), (0,))
    assert bead.confidence > 0.5


def test_documents_share_one_lexicon() -> None:
    """What the book says elsewhere resolves a pair that one page leaves open."""
    words = {"apple": "manzana", "house": "casa", "green": "verde", "river": "rio"}
    clear = [
        ([text(f"{one} {two}.")], [text(f"{words[one]} {words[two]}.")])
        for one in words
        for two in words
        if one != two
    ]
    open_ = ([text("apple.", "river.", "house.")], [text("manzana.", "casa.")])
    beads = align_documents([*clear, open_])[-1]
    assert pairs(beads) == [((0,), (0,)), ((1,), ()), ((2,), (1,))]


def test_the_band_bounds_memory() -> None:
    """Long stretches cost a band, not a square; lopsided ones still have a path."""
    assert grid.lay_out(5000, 5000).column.size < 600_000
    assert grid.lay_out(9000, 9000).column.size < 1_000_000
    assert grid.lay_out(5000, 2500).column.size < 2_100_000
    for n, m in ((1, 400), (400, 1), (30, 900), (900, 30)):
        column = grid.lay_out(n, m).column
        assert column[0, 0] == 0
        assert column[-1, -1] == m
