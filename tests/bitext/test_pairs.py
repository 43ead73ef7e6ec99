"""From beads to units: which pairs may be shown, and in which codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.bitext.alignment import SHOWN, Bead, Block
from amts_sphinx.bitext.pairs import Reason, blocks_of, pair
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code, Message, Segment

MATH = Code("math", "x^2")
LITERAL = Code("literal", "f(x)")
STRONG = Code("strong", "")
INLINE = Code("inline", "")
INDEX = Code("index", "")
LINK = Code("link", "https://example.org")
XREF = Code("xref", "install")
NOTE = Code("footnote", "1")
X1, X2 = '<x id="1"/>', '<x id="2"/>'


def message(text: str, *found: Code, cuts: Sequence[int] = ()) -> Message:
    """A paragraph."""
    return Message(text, found, "paragraph", 4, tuple(cuts))


def segment(text: str, *found: Code) -> Segment:
    """A sentence."""
    return message(text, *found).segments[0]


def page(*blocks: Message | Wall) -> Page:
    """A page named p."""
    return Page("p", "digest", blocks)


# -- beads: what becomes a unit ------------------------------------------------


def test_one_bead_one_unit() -> None:
    """A unit knows its page, the translation's line, and how sure the pairing is."""
    source = page(message("A. B.", cuts=(3,)))
    target = page(Message("Ah. Be.", (), "paragraph", 9, (4,)))
    found = pair(source, target, [Bead((0,), (0,), 0.98765), Bead((1,), (1,), SHOWN)])
    assert [(u.source, u.target) for u in found.units] == [("A.", "Ah."), ("B.", "Be.")]
    assert {(u.document, u.line, u.cuts) for u in found.units} == {("p", 9, ())}
    assert [u.confidence for u in found.units] == [0.988, round(SHOWN, 3)]
    assert not found.lost


def test_several_sentences_in_one_bead() -> None:
    """The unit says where its further source sentences begin."""
    source = page(message(f"A {X1}.\n  B. C.", MATH, cuts=(15, 20)))
    target = page(message(f"Ah {X1} be ce.", MATH))
    [unit] = pair(source, target, [Bead((0, 1, 2), (0,), 1)]).units
    assert unit.source == f"A {X1}. B. C."
    starts = [unit.source[cut:] for cut in unit.cuts]
    assert starts == ["B. C.", "C."]


def test_sentences_without_a_blank_between() -> None:
    """The cuts of a unit are right where the source language writes no blanks."""
    source, target = page(message("甲。乙。", cuts=(2,))), page(message("A und B."))
    [unit] = pair(source, target, [Bead((0, 1), (0,), 1)]).units
    assert [unit.source[cut:] for cut in unit.cuts] == ["乙。"]


def test_refused_beads_are_counted() -> None:
    """Each reason counts the characters of the source sentences it cost."""
    source = page(message("One. Two2.", cuts=(5,)), message("Three."), message("Four."))
    target = page(message("Uno."), message("Dos."))
    beads = [
        Bead((0,), (), 1),
        Bead((1, 2), (0,), 1),
        Bead((3,), (1,), SHOWN / 2),
        Bead((), (1,), 1),
    ]
    found = pair(source, target, beads)
    assert found.units == []
    assert found.lost == {
        Reason.NO_COUNTERPART: len("One."),
        Reason.CROSSES_BLOCKS: len("Two2.") + len("Three."),
        Reason.LOW_CONFIDENCE: len("Four."),
    }


def test_a_target_across_blocks_is_refused() -> None:
    """One sentence that stands for parts of two paragraphs cannot be placed."""
    source, target = page(message("One.")), page(message("Uno."), message("Dos."))
    found = pair(source, target, [Bead((0,), (0, 1), 1)])
    assert (found.units, found.lost) == ([], {Reason.CROSSES_BLOCKS: 4})


def test_a_reference_that_moved_joins_neighbours() -> None:
    """Sentences that fit only together become one unit, as sure as the less sure."""
    source = page(message(f"A {X1}. B. C.", XREF, cuts=(15, 18)))
    target = page(message(f"Ah. Be {X1}. Ce.", XREF, cuts=(4, 20)))
    beads = [Bead((n,), (n,), sure) for n, sure in enumerate((0.97, 0.96, 0.98))]
    found = pair(source, target, beads)
    first, second = found.units
    assert (first.source, first.target) == (f"A {X1}. B.", f"Ah. Be {X1}.")
    assert (first.cuts, first.confidence) == ((15,), 0.96)
    assert (second.source, second.confidence) == ("C.", 0.98)
    assert not found.lost


def test_neighbours_join_only_as_far_as_needed() -> None:
    """A sentence that fits alone stays alone, also before one that does not."""
    source = page(message(f"A. B {X1}. C.", XREF, cuts=(3, 18)))
    target = page(message(f"Ah. Be. Ce {X1}.", XREF, cuts=(4, 8)))
    found = pair(source, target, [Bead((n,), (n,), 1) for n in range(3)])
    assert [unit.source for unit in found.units] == ["A.", f"B {X1}. C."]


@pytest.mark.parametrize("gap", ["null", "paragraph"])
def test_no_joining_across_a_gap(gap: str) -> None:
    """Neighbours are joined neither over a lost sentence nor over two paragraphs."""
    if gap == "null":
        source = page(message(f"A {X1}. B. C.", XREF, cuts=(15, 18)))
        target = page(message(f"Ah. Ce {X1}.", XREF, cuts=(4,)))
        beads = [Bead((0,), (0,), 1), Bead((1,), (), 1), Bead((2,), (1,), 1)]
    else:
        source = page(message(f"A {X1}.", XREF), message("C."))
        target = page(message("Ah."), message(f"Ce {X1}.", XREF))
        beads = [Bead((0,), (0,), 1), Bead((1,), (1,), 1)]
    found = pair(source, target, beads)
    assert found.units == []
    assert found.lost[Reason.CODES] == len("A .") + len("C.")


def test_what_fits_with_no_neighbour_is_lost_alone() -> None:
    """A sentence whose reference is missing costs its neighbours nothing."""
    source = page(message(f"A {X1}. B.", XREF, cuts=(15,)))
    target = page(message("Ah. Be.", cuts=(4,)))
    found = pair(source, target, [Bead((0,), (0,), 1), Bead((1,), (1,), 1)])
    assert [unit.source for unit in found.units] == ["B."]
    assert found.lost == {Reason.CODES: len("A .")}


@st.composite
def pages(draw: st.DrawFn, name: str) -> Page:
    """A page of one or two paragraphs whose sentences have names of their own."""
    return page(
        *(
            draw(strategies.messages(max_sentences=3, name=f"{name}{n}s"))
            for n in range(draw(st.integers(1, 2)))
        )
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Page, Page, list[Bead]]:
    """Two pages and beads in order that hold every source sentence once."""
    source = draw(pages("m"))
    target = source if draw(st.booleans()) else draw(pages("t"))
    ours, theirs = (
        [n for n, _ in enumerate(s for m in side.messages for s in m.segments)]
        for side in (source, target)
    )
    beads: list[Bead] = []
    sizes = st.tuples(
        *[st.sampled_from((1, 0, 2))] * 2, st.sampled_from((1.0, SHOWN, SHOWN / 2))
    )
    for left, right, confidence in draw(st.lists(sizes, max_size=8)):
        bead = Bead(tuple(ours[:left]), tuple(theirs[:right]), confidence)
        del ours[:left], theirs[:right]
        beads += [bead] if bead.source or bead.target else []
    return source, target, beads + [Bead((n,), (), 1.0) for n in ours]


@given(cases())
def test_every_sentence_is_paired_or_lost_once(
    case: tuple[Page, Page, list[Bead]],
) -> None:
    """No source sentence gets two units, none disappears without being counted."""
    source, target, beads = case
    found = pair(source, target, beads)
    sentences = [s for m in source.messages for s in m.segments]
    size = {_name(s.text)[0]: len(codes.plain(s.text)) for s in sentences}
    assert len(size) == len(sentences)
    paired = [name for unit in found.units for name in _name(unit.source)]
    assert len(paired) == len(set(paired))
    assert sum(size[n] for n in paired) + found.lost.total() == sum(size.values())
    assert paired == [name for name in size if name in set(paired)]


@given(cases())
def test_units_are_whole(case: tuple[Page, Page, list[Bead]]) -> None:
    """A unit's cuts name its further sentences; its target is what stood there."""
    source, target, beads = case
    whole = {codes.plain(codes.fold_space(message.text)) for message in target.messages}
    for unit in pair(source, target, beads).units:
        heads = [unit.source[a:] for a in (0, *unit.cuts)]
        assert [_name(head)[0] for head in heads] == _name(unit.source)
        assert len(unit.source_codes) == len(codes.numbers(unit.source))
        assert any(codes.plain(unit.target) in text for text in whole)
        assert unit.confidence >= round(SHOWN, 3)


def _name(text: str) -> list[str]:
    return re.findall(r"Start (m\ds\d)", text)


# -- blocks: what the aligner sees ---------------------------------------------


def test_blocks_show_what_codes_stand_for() -> None:
    """Formulas, code and citations are readable; what has no payload is not there."""
    text = f'A {X1} {X2} <x id="3"/> <x id="4"/><g id="5">b</g> &lt; <x id="6"/>.'
    shown = message(text, MATH, LITERAL, Code("citation", "knuth"), INDEX, STRONG, XREF)
    [block] = blocks_of(page(shown))
    expected = "A $x^2$ `f(x)` [@knuth] b < {install}."
    assert block == Block("paragraph", "", (expected,))


def test_titles_carry_their_depth() -> None:
    """A title is prose and wall in one, whatever stands behind it is not."""
    title = Message("T", (), "title")
    found = blocks_of(page(Wall("title", "2"), title, message("A."), Wall("code", "x")))
    assert found == [
        Block("title", "title:2", ("T",)),
        Block("paragraph", "", ("A.",)),
        Block("code", "code:x", ()),
    ]


@given(cases())
def test_blocks_number_sentences_as_pairs_do(
    case: tuple[Page, Page, list[Bead]],
) -> None:
    """The aligner's sentences are the page's segments, one for one."""
    for side in case[:2]:
        shown = [text for block in blocks_of(side) for text in block.sentences]
        segments = [s for message in side.messages for s in message.segments]
        assert len(shown) == len(segments)
        assert all("Start" in text for text in shown)
