"""Whole messages that translate each other: one to one, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.bitext.message_pairs import (
    MessagePair,
    message_digest,
    message_pairs,
    paired,
    same_shape,
)
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Message

#: which sentences of two pages belong together
Link = tuple[Sequence[int], Sequence[int]]


def message(text: str, *cuts: int, kind: str = "paragraph") -> Message:
    """A message of as many sentences as it is cut into, and one."""
    return Message(text, (), kind, 4, cuts)


def page(*blocks: Message | Wall) -> Page:
    """A page named p."""
    return Page("p", "digest", blocks)


def found(source: Page, target: Page, *beads: Link) -> list[tuple[int, int]]:
    """The pairs of two pages, their sentences linked like this."""
    return list(
        message_pairs(source, target, [Bead(tuple(a), tuple(b), 0.9) for a, b in beads])
    )


ONE = page(message("A."), message("B. C.", 3), message("D."))


def test_messages_that_correspond() -> None:
    """In page order, however many sentences each has on either side."""
    other = page(message("Ah. Oh.", 4), message("Be. Ce.", 4), message("De."))
    beads: list[Link] = [([0], [0, 1]), ([1], [2]), ([2], [3]), ([3], [4])]
    assert found(ONE, other, *beads) == [(0, 0), (1, 1), (2, 2)]


def test_one_that_was_cut_in_two_has_no_counterpart() -> None:
    """Nor has one that was joined with its neighbour; the others keep theirs."""
    cut = page(message("Ah."), message("Be."), message("Ce."), message("De."))
    beads: list[Link] = [([0], [0]), ([1], [1]), ([2], [2]), ([3], [3])]
    assert found(ONE, cut, *beads) == [(0, 0), (2, 3)]
    joined = page(message("Ah. Be. Ce.", 4, 8), message("De."))
    assert found(ONE, joined, *beads) == [(2, 1)]


def test_one_that_was_left_out() -> None:
    """A message without a partner has none; half of one is still its partner's."""
    beads: list[Link] = [([0], []), ([1], [0]), ([2], []), ([3], [1])]
    other = page(message("Be."), message("De."))
    assert found(ONE, other, *beads) == [(1, 0), (2, 1)]


def test_walls_are_no_messages() -> None:
    """Code between messages does not move their numbers."""
    source = page(message("A."), Wall("code", "x"), message("B."))
    assert found(source, source, ([0], [0]), ([1], [1])) == [(0, 0), (1, 1)]


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=6),
    st.lists(st.integers(0, 3), min_size=1, max_size=6),
    st.data(),
)
def test_each_message_once(
    left: list[int], right: list[int], data: st.DataObject
) -> None:
    """However sentences are linked, no message is in two pairs, and order is kept."""

    def built(sizes: list[int]) -> Page:
        return page(*(message("A. " * (n + 1), *range(3, 3 * n + 1, 3)) for n in sizes))

    source, target = built(left), built(right)
    ours, theirs = (sum(n + 1 for n in sizes) for sizes in (left, right))
    beads: list[Link] = []
    i = j = 0
    while i < ours or j < theirs:
        a = data.draw(st.integers(0, min(2, ours - i)))
        b = data.draw(st.integers(0 if a or j >= theirs else 1, min(2, theirs - j)))
        if not a and not b:
            a = 1 if i < ours else 0
        beads.append((range(i, i + a), range(j, j + b)))
        i, j = i + a, j + b
    pairs = found(source, target, *beads)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    assert pairs == sorted(pairs)


def test_the_same_shape() -> None:
    """Blocks of the same kinds in the same order, whatever they say."""
    title = message("Fish", kind="title")
    source = page(title, message("A."), Wall("code", "x"))
    answer = page(message("鱼", kind="title"), message("啊。"), Wall("code", "y"))
    assert same_shape(source, answer)
    assert not same_shape(source, page(title, Wall("code", "x"), message("A.")))
    assert not same_shape(source, page(title, message("A.")))
    assert not same_shape(source, page(message("A."), message("A."), Wall("code", "x")))
    wall = page(Wall("code", "x"))
    assert not same_shape(wall, page(message("x", kind="code")))


def test_what_a_page_does_not_have_any_more() -> None:
    """Pages that have changed since have fewer pairs, not wrong ones."""
    other = page(message("Ah."))
    first = MessagePair(message("A."), message("Ah."))
    known = [message_digest(one) for one in ONE.messages]
    gone = message_digest(message("A, before it was edited."))
    assert paired(ONE, other, [(known[0], 0), (known[1], 1), (gone, 0)]) == [first]


def test_the_same_words_twice() -> None:
    """Each has its own translation, in the order of the page."""
    source = page(message("A."), message("A."))
    other = page(message("Ah."), message("Oh."))
    digest = message_digest(message("A."))
    pairs = paired(source, other, [(digest, 1), (digest, 0)])
    assert [pair.target.text for pair in pairs] == ["Ah.", "Oh."]
