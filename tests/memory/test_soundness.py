"""Which units may speak for a person, and which come from a bent or hostile file."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.memory.soundness import sound
from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Segment, TranslationUnit

MATH = Code("math", "x")
LITERAL = Code("literal", "pip")
XREF = Code("xref", "install")
LINK = Code("link", "https://example.org")
STRONG = Code("strong", "")
INLINE = Code("inline", "")
RAW = Code("raw", "<b>")
X1, X2, X3 = '<x id="1"/>', '<x id="2"/>', '<x id="3"/>'

Codes = tuple[Code, ...]


def pair(number: int, text: str) -> str:
    """A paired code around a text."""
    return f'<g id="{number}">{text}</g>'


@pytest.mark.parametrize(
    ("source", "target", "theirs", "own"),
    [
        pytest.param("A.", "Ä.", (), (), id="text"),
        pytest.param("a &lt; b", "b &gt; a", (), (), id="entities"),
        pytest.param(f"A {X1} {X2}", f"{X2}{X1}", (MATH, XREF), (), id="moved"),
        pytest.param(f"A {X1}", "Ä", (MATH,), (), id="without a formula"),
        pytest.param(f"A {X1}", "Ä", (LITERAL,), (), id="without a code word"),
        pytest.param(pair(1, "A"), "Ä", (STRONG,), (), id="without bold face"),
        pytest.param(pair(1, "A"), "Ä", (INLINE,), (), id="without a class"),
        pytest.param("A", f"Ä {X1}", (), (MATH,), id="a formula more"),
        pytest.param("A", pair(1, "Ä"), (), (STRONG,), id="bold face more"),
        pytest.param(f"A {X1}", f"{X1} {X2}", (XREF,), (LITERAL,), id="a word more"),
        pytest.param(
            f"A {X1}", f"{X2} Ä", (Code("math", "a"),), (MATH,), id="another formula"
        ),
        pytest.param(
            pair(1, f"A {X2}"), f"{X2} {pair(1, 'Ä')}", (LINK, XREF), (), id="out of it"
        ),
        pytest.param(pair(1, "A"), f"Ä{pair(1, ' ')}", (STRONG,), (), id="bold blank"),
        pytest.param(X1, X1, (XREF,), (), id="all code"),
    ],
)
def test_what_a_person_may_write(
    source: str, target: str, theirs: Codes, own: Codes
) -> None:
    """Protected things stay; emphasis, formulas and code words may come and go."""
    assert sound(TranslationUnit(source, target, theirs, own))


@pytest.mark.parametrize(
    ("target", "own"),
    [
        pytest.param("", (), id="empty"),
        pytest.param(" \n\t\u3000", (), id="blank"),
        pytest.param(pair(2, " "), (), id="blank in a link"),
        pytest.param("Ä", (), id="reference missing"),
        pytest.param(f"Ä {X1}", (), id="link missing"),
        pytest.param(f"{X1}{X1}{pair(2, 'Ä')}", (), id="opaque code twice"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{pair(2, 'b')}", (), id="pair twice"),
        pytest.param(f"{pair(1, 'Ä')}{pair(2, 'b')}", (), id="opaque code as a pair"),
        pytest.param(f"{X1}{X2}", (), id="pair as an opaque code"),
        pytest.param(f"{X1}{X2}{pair(2, 'Ä')}", (), id="pair and opaque code"),
        pytest.param(f"{X1}{pair(2, '')}Ä", (), id="link around nothing"),
        pytest.param(f"{X1}{pair(2, ' ')}Ä", (), id="link around a blank"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{X3}", (), id="unknown number"),
        pytest.param(f'{X1}{pair(2, "Ä")}<x id="0"/>', (), id="number zero"),
        pytest.param(f'{X1}{pair(2, "Ä")}<x id="01"/>', (), id="number one as 01"),
        pytest.param(f'{X1}{pair(2, "Ä")}<x id="{"9" * 5000}"/>', (), id="endless"),
        pytest.param(f"{X1}{pair(2, 'Ä')}</g>", (), id="closed twice"),
        pytest.param(f"</g>{X1}{pair(2, 'Ä')}", (), id="closed first"),
        pytest.param(f'{X1}<g id="2">Ä', (), id="left open"),
        pytest.param(f'{X1}</g>Ä<g id="2">', (), id="closed before opened"),
        pytest.param(f"{X1}{pair(2, 'Ä')}<b>", (), id="foreign tag"),
        pytest.param(f"{X1}{pair(2, '<script>')}", (), id="foreign tag in a link"),
        pytest.param(f"{X1}{pair(2, 'a < b')}", (), id="text not escaped"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{X3}", (XREF,), id="own reference"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{pair(3, 'b')}", (LINK,), id="own link"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{X3}", (RAW,), id="own raw node"),
        pytest.param(f"{X1}{pair(2, 'Ä')}", (RAW,), id="own raw node, unused"),
        pytest.param(f"{X1}{pair(2, 'Ä')}", (MATH,), id="own formula, unused"),
        pytest.param(f"{X1}{pair(2, 'Ä')}{X3}{X3}", (MATH,), id="own formula twice"),
        pytest.param(
            f"{X1}{pair(2, 'Ä')}{pair(3, 'x')}", (MATH,), id="own formula as a pair"
        ),
        pytest.param(
            f"{X1}{pair(2, 'Ä')}{X3}", (STRONG,), id="own bold face around nothing"
        ),
    ],
)
def test_hostile_targets(target: str, own: Codes) -> None:
    """Each of these would lose, double, bend or add a node, or show nothing."""
    source = f"See {X1} {pair(2, 'b')}."
    assert sound(TranslationUnit(source, f"{X1}{pair(2, 'Ä')}", (XREF, LINK)))
    assert not sound(TranslationUnit(source, target, (XREF, LINK), own))


@pytest.mark.parametrize(
    ("source", "theirs"),
    [
        pytest.param("A", (MATH,), id="code declared that is not there"),
        pytest.param(f"A {X1}", (), id="code there that is not declared"),
        pytest.param(f"A {X1}", (MATH, MATH), id="one of two codes"),
        pytest.param(f"A {X2}", (MATH,), id="not numbered from 1"),
        pytest.param(f"A {X1}{X1}", (MATH, MATH), id="number twice"),
        pytest.param(f"A {X1}{pair(1, 'b')}", (MATH, MATH), id="number in two forms"),
        pytest.param('A <g id="1">b', (STRONG,), id="left open"),
        pytest.param(f"A {X1}</g>", (MATH,), id="closed too often"),
        pytest.param("A <b>", (), id="foreign tag"),
        pytest.param(f"A {X1} < b", (MATH,), id="text not escaped"),
    ],
)
def test_hostile_sources(source: str, theirs: Codes) -> None:
    """A source that no book can hold is none, though nothing in it is protected."""
    assert not sound(TranslationUnit(source, "Ä", theirs))


@pytest.mark.parametrize("target", ["", " ", pair(1, ""), pair(1, " "), "<g>", "</g>"])
def test_a_sentence_says_something(target: str) -> None:
    """Emphasis around nothing is as empty as nothing; it could be dropped, too."""
    assert not sound(TranslationUnit(pair(1, "A"), target, (STRONG,)))


def test_bottomless_nesting() -> None:
    """Pairs in pairs are judged like any others, up to what a page can bear."""

    def nested(depth: int) -> TranslationUnit:
        opened = "".join(f'<g id="{number}">' for number in range(1, depth + 1))
        coded = f"{opened}a{'</g>' * depth}"
        return TranslationUnit(coded, coded, (STRONG,) * depth)

    assert sound(nested(30))
    assert not sound(nested(1_000))
    coded, _, found, *_ = nested(50_000)
    assert not sound(TranslationUnit(coded, coded, found))
    assert not sound(TranslationUnit(coded, coded.removesuffix("</g>"), found))
    assert not sound(TranslationUnit("a", coded, ()))


@given(strategies.segments(), st.data())
def test_what_a_person_writes_is_sound(source: Segment, data: st.DataObject) -> None:
    """A translation with all codes, in any order, and codes of its own is taken."""
    target, own = data.draw(strategies.targets(source))
    assert sound(TranslationUnit(source.text, target, source.codes, own))


@given(strategies.segments(), st.data())
def test_sound_means_what_it_says(source: Segment, data: st.DataObject) -> None:
    """After any damage a unit is sound just if all its rules, counted slowly, hold."""
    target, own = data.draw(strategies.targets(source))
    damaged = data.draw(strategies.damaged(target))
    found = sound(TranslationUnit(source.text, damaged, source.codes, own))
    assert found == _keeps_the_rules(source, target, damaged, own)


def _keeps_the_rules(source: Segment, whole: str, damaged: str, own: Codes) -> bool:
    """The rules as the tree of pieces shows them; ``whole`` has each form right."""
    try:
        uses = Counter(_uses(codes.parse(damaged)))
    except codes.CodeError:
        return False
    count = len(source.codes)
    free = {
        number
        for number, code in enumerate(source.codes, 1)
        if code.kind in EMPHASIS | OWN
    }
    opaque = {number for number, paired, _ in uses if not paired}
    right = set(_uses(codes.parse(whole)))
    filled = {number for number, _, empty in uses if not empty}
    forms = {(number, paired) for number, paired, _ in uses}
    return (
        bool(codes.plain(damaged).strip() or opaque)
        and "<" not in codes.CODE.sub("", damaged)
        and len(forms) == uses.total()
        and forms <= {(number, paired) for number, paired, _ in right}
        and set(range(1, count + 1)) - free <= filled
        and {n for n, _ in forms if n > count}
        == set(range(count + 1, count + len(own) + 1))
    )


def _uses(pieces: list[object]) -> list[tuple[int, bool, bool]]:
    """All codes of a parsed text: number, is it a pair, does it show nothing?"""
    found: list[tuple[int, bool, bool]] = []
    for piece in pieces:
        if isinstance(piece, int):
            found.append((piece, False, False))
        elif isinstance(piece, tuple):
            number, inner = piece
            empty = not any(not isinstance(p, str) or p.strip() for p in inner)
            found += [(number, True, empty), *_uses(inner)]
    return found
