"""From beads to readable pairs: what is joined, shown, numbered and flagged."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.bitext.candidates import Granularity, candidates
from amts_sphinx.text.bitext import Flag, SentencePair
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code, Message, Origin

X1, X2, X3 = '<x id="1"/>', '<x id="2"/>', '<x id="3"/>'


def message(
    text: str, *found: Code, cuts: Sequence[int] = (), line: int = 4
) -> Message:
    """A paragraph."""
    return Message(text, found, "paragraph", line, tuple(cuts))


def page(*blocks: Message | Wall) -> Page:
    """A page named p."""
    return Page("p", "digest", blocks)


def pairs(
    source: Page,
    target: Page,
    beads: Sequence[Bead],
    granularity: Granularity = Granularity.SENTENCE,
) -> list[SentencePair]:
    """All candidates of two pages."""
    return list(candidates(source, target, beads, Origin.HUMAN, granularity))


def one(source: Message, target: Message) -> SentencePair:
    """The only pair of two messages of one sentence."""
    (pair,) = pairs(page(source), page(target), [Bead((0,), (0,), 0.9)])
    return pair


# -- what becomes a pair ---------------------------------------------------------


def test_every_bead_with_two_sides() -> None:
    """Unsure beads are told too; a null has no pair; the line is the target's."""
    source = page(message("A. B.", cuts=(3,)), message("C."))
    target = page(message("Ah.", line=7), Wall("code", "x"), message("Ce.", line=9))
    beads = [Bead((0,), (0,), 0.1), Bead((1,), (), 0.0), Bead((2,), (1,), 0.8)]
    found = list(
        candidates(source, target, beads, Origin.MACHINE, Granularity.SENTENCE)
    )
    assert found == [
        SentencePair("A.", "Ah.", "p", 7, Origin.MACHINE, 0.1),
        SentencePair("C.", "Ce.", "p", 9, Origin.MACHINE, 0.8),
    ]


def test_a_bead_across_messages() -> None:
    """Sentences keep what stands between them; Chinese ones join without a space."""
    source = page(message("One.\nTwo.", cuts=(5,)), message("Three."))
    target = page(message("一。二。", cuts=(2,)), message("三。"))
    (pair,) = pairs(source, target, [Bead((0, 1, 2), (0, 1, 2), 0.5)])
    assert pair[:2] == ("One. Two. Three.", "一。二。三。")


def test_paragraphs_are_whole_messages() -> None:
    """What one bead links is one group; the least sure bead speaks for it."""
    source = page(message("A. B.", cuts=(3,)), message("C."), message("D."))
    target = page(message("Ah."), message("Be. Ce.", cuts=(4,)), message("De."))
    beads = [Bead((n,), (n,), sure) for n, sure in enumerate((0.9, 0.7, 0.8, 1.0))]
    found = pairs(source, target, beads, Granularity.PARAGRAPH)
    assert [(*pair[:2], pair.confidence) for pair in found] == [
        ("A. B. C.", "Ah. Be. Ce.", 0.7),
        ("D.", "De.", 1.0),
    ]


@pytest.mark.parametrize("null", [0, 1])
def test_a_null_inside_a_paragraph(null: int) -> None:
    """A sentence without translation stays in its paragraph and takes its certainty."""
    source = page(message("A. B.", cuts=(3,)))
    target = page(message("Ah."))
    beads = [Bead((1 - null,), (0,), 0.9)]
    beads.insert(null, Bead((null,), (), 0.0))
    (pair,) = pairs(source, target, beads, Granularity.PARAGRAPH)
    assert (*pair[:2], pair.confidence) == ("A. B.", "Ah.", 0.0)


def test_a_message_without_counterpart_is_no_part_of_its_neighbours() -> None:
    """Nulls that fill a whole message make no pair and spoil none."""
    source = page(message("A."), message("Lonely."), message("B."))
    target = page(message("Ah."), message("Be."))
    beads = [Bead((0,), (0,), 0.9), Bead((1,), (), 0.0), Bead((2,), (1,), 0.8)]
    found = pairs(source, target, beads, Granularity.PARAGRAPH)
    assert [(*pair[:2], pair.confidence) for pair in found] == [
        ("A.", "Ah.", 0.9),
        ("B.", "Be.", 0.8),
    ]


# -- readable text ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        (f"Take {X1} now", Code("math", "x^2"), "Take $x^2$ now"),
        (f"Take {X1} now", Code("literal", "f(x)"), "Take f(x) now"),
        (f"Take {X1} now", Code("token", "42"), "Take 42 now"),
        (f"Take {X1} now", Code("index", "take"), "Take now"),
        (f"Take {X1} now", Code("raw", "<br>"), "Take now"),
        (f"Take {X1} now", Code("raw", "<b>it</b>"), "Take [1] now"),
        (f"Take {X1} now", Code("citation", "knuth"), "Take [1] now"),
        ('Take <g id="1">it</g> now', Code("link", "https://a.example"), "Take it now"),
        ('Take <g id="1">it</g> now', Code("emphasis", ""), "Take it now"),
        ("a &lt; b &amp;\n\t c\x00\u2028d", Code("strong", ""), "a < b & c d"),
        ("一行\n二行", Code("strong", ""), "一行二行"),
    ],
)
def test_readable(text: str, code: Code, shown: str) -> None:
    """Formulas and code as they are, links by their text, the rest by number."""
    assert one(message(text, code), message("x")).source == shown


def test_the_same_thing_has_the_same_number() -> None:
    """Numbers follow the source; what only the target has comes after."""
    a, b, c = Code("xref", "a"), Code("xref", "b"), Code("footnote", "1")
    source = message(f"See {X1}, {X2} and {X1}.", a, b)
    target = message(f"Ve {X1}, {X2} y {X3}.", b, c, a)
    pair = one(source, target)
    assert pair[:2] == ("See [1], [2] and [1].", "Ve [2], [3] y [1].")
    assert pair.flags == (Flag.CODES,)


def test_a_renamed_label_keeps_its_number() -> None:
    """The only one of its kind on both sides corresponds, whatever it is called."""
    source = message(f"See {X1} and {X2}.", Code("xref", "old"), Code("citation", "k"))
    target = message(f"Ve {X1} y {X2}.", Code("citation", "k"), Code("xref", "new"))
    assert one(source, target)[:2] == ("See [1] and [2].", "Ve [2] y [1].")


# -- flags -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "equal"),
    [
        ("1,000 of them", "其中1000个", True),
        ("1,234.5 of them", "1234,5 de ellos", True),
        ("half is 0.5", "la mitad es 0,5", True),
        ("50 thousand", "5万", True),
        ("50,000", "5萬", True),
        ("3 million", "300 万", True),
        ("2 billion", "20億", True),
        ("20,000,000", "2千万", True),
        ("30,000 and 500", "3만, 5백이 아니라 500 / 5", False),
        ("50,000", "5만", True),
        ("5 kilometres", "5千米", True),
        ("page 12", "第１２页", True),
        ("100, 200", "100，200", True),
        ("seven", "siete", True),
        ("word2vec", "word2vec 2", False),
        ("5 apples", "6 manzanas", False),
        ("5 and 5", "5", False),
        ("version 3.11.4", "versión 3.11.4", True),
        ("9" * 5000, "9" * 5000, True),
    ],
)
def test_numbers(source: str, target: str, *, equal: bool) -> None:
    """Numbers are compared by what they are, not by how a language writes them."""
    assert (Flag.NUMBERS not in one(message(source), message(target)).flags) is equal


@pytest.mark.parametrize(
    ("payload", "written", "equal"),
    [("2", "2", True), ("(3, 1)", "3 / 1", True), ("x_2", "2", False)],
)
def test_a_formula_that_is_a_number(payload: str, written: str, *, equal: bool) -> None:
    """``$2$`` is the number 2 and no formula; a number inside a formula is none."""
    pair = one(message(f"Take {X1}", Code("math", payload)), message(written))
    assert (not pair.flags) is equal


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        (Code("math", "a, b"), Code("math", "a,b."), True),
        (Code("math", "a"), Code("math", "b"), False),
        (Code("literal", "f"), Code("literal", "g"), False),
        (Code("xref", "a"), Code("xref", "b"), False),
        (Code("index", "a"), Code("index", "b"), True),
        (Code("strong", ""), Code("emphasis", ""), True),
    ],
)
def test_codes(ours: Code, theirs: Code, *, equal: bool) -> None:
    """Formulas, code and references should be the source's; emphasis is free."""
    pair = one(message(f"A {X1}", ours), message(f"Ah {X1}", theirs))
    assert (Flag.CODES not in pair.flags) is equal


# -- whatever comes ----------------------------------------------------------------


@st.composite
def aligned(draw: st.DrawFn) -> tuple[Page, Page, list[Bead]]:
    """Two pages and beads that pair all their sentences in order."""
    sides = [
        page(*[draw(strategies.messages(name=f"{name}{n}_")) for n in range(count)])
        for name, count in zip(
            "st", draw(st.tuples(st.integers(1, 4), st.integers(1, 4))), strict=True
        )
    ]
    total = [sum(len(m.segments) for m in side.messages) for side in sides]
    beads: list[Bead] = []
    done = [0, 0]
    while done != total:
        step = [
            draw(st.integers(0, min(2, t - d)))
            for t, d in zip(total, done, strict=True)
        ]
        if not any(step):
            step = [min(1, t - d) for t, d in zip(total, done, strict=True)]
        ours, theirs = (tuple(range(d, d + s)) for d, s in zip(done, step, strict=True))
        sure = draw(st.floats(0, 1)) if ours and theirs else 0.0
        beads.append(Bead(ours, theirs, sure))
        done = [d + s for d, s in zip(done, step, strict=True)]
    return sides[0], sides[1], beads


@given(aligned())
def test_paragraphs_hold_whole_messages_once(
    drawn: tuple[Page, Page, list[Bead]],
) -> None:
    """Where one sentence of a message is, all are, and nowhere else."""
    source, target, beads = drawn
    found = pairs(source, target, beads, Granularity.PARAGRAPH)
    for side, read in ((0, source), (1, target)):
        for n, block in enumerate(read.messages):
            marks = [
                [f"Start {'st'[side]}{n}_{k}" in pair[:2][side] for pair in found]
                for k in range(len(block.segments))
            ]
            assert len({tuple(mark) for mark in marks}) == 1
            assert sum(marks[0]) <= 1
    sentences = pairs(source, target, beads)
    assert len(found) <= len(sentences)
    assert sum(map(len, (p.source for p in sentences))) <= sum(
        len(p.source) for p in found
    )


@given(aligned(), st.sampled_from(Granularity))
def test_pairs_are_lines(
    drawn: tuple[Page, Page, list[Bead]], granularity: Granularity
) -> None:
    """Every text is one line without space at its edges, fit for any file."""
    for pair in pairs(*drawn, granularity):
        for text in pair[:2]:
            assert text == " ".join(text.split())
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text)
            text.encode()
