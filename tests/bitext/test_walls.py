"""How walls cut two versions of a document."""

from __future__ import annotations

from amts_sphinx.bitext.walls import Block, stretches


def wall(key: str) -> Block:
    """Make a pure wall."""
    return Block(key.partition(":")[0], key, ())


def text(*sentences: str) -> Block:
    """Make a paragraph."""
    return Block("paragraph", "", sentences)


def heading(depth: int, title: str) -> Block:
    """Make a heading."""
    return Block("title", f"title:{depth}", (title,))


def cuts(source: list[Block], target: list[Block]) -> list[tuple[range, range]]:
    """Return the stretches that hold a block on either side."""
    return [
        (s.source, s.target)
        for s in stretches(source, target)
        if len(s.source) or len(s.target)
    ]


def test_an_extra_wall_moves_nothing_beyond_its_stretch() -> None:
    """An added code cell on one side leaves the walls after it matched."""
    source = [text("a"), wall("math:x"), text("b"), wall("math:y"), text("c")]
    target = [*source[:3], wall("code:new"), text("b2"), *source[3:]]
    assert cuts(source, target) == [
        (range(1), range(1)),
        (range(2, 3), range(2, 5)),
        (range(4, 5), range(6, 7)),
    ]


def test_headings_cut_where_both_sides_agree() -> None:
    """The same depths in the same order cut, and each heading is its own stretch."""
    source = [heading(1, "A"), text("a"), heading(2, "B"), text("b")]
    target = [heading(1, "甲"), heading(2, "乙"), text("乙。"), text("又。")]
    assert cuts(source, target) == [
        (range(1), range(1)),
        (range(1, 2), range(1, 1)),
        (range(2, 3), range(1, 2)),
        (range(3, 4), range(2, 4)),
    ]


def test_headings_that_disagree_do_not_cut() -> None:
    """After an inserted section, position says nothing: the search must decide."""
    source = [heading(2, "A"), text("a"), heading(2, "B"), text("b")]
    target = [heading(2, "New"), text("n"), *source]
    assert cuts(source, target) == [(range(4), range(6))]


def test_the_stretches_cover_all_prose_in_order() -> None:
    """No prose block is lost or used twice, and pure walls are not prose."""
    source = [wall("label:a"), text("x"), wall("math:1"), text("y"), text("z")]
    target = [text("x"), wall("math:2"), text("y"), wall("label:a"), text("z")]
    for side, blocks in (("source", source), ("target", target)):
        seen = [i for s in stretches(source, target) for i in getattr(s, side)]
        assert seen == sorted(set(seen))
        assert set(seen) >= {i for i, block in enumerate(blocks) if block.sentences}


def test_many_equal_keys_stay_cheap() -> None:
    """Thousands of equal walls are left out rather than compared each with each."""
    same = [wall("directive:note"), text("a")] * 3000
    unique = [wall("label:z"), text("b")]
    found = cuts([*same, *unique], [*same[2:], *unique])
    assert found[-1] == (range(6001, 6002), range(5999, 6000))
