"""A person's sentence in the codes of another sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.memory.recoding import revised, skeleton
from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Segment, TranslationUnit

XREF, OTHER = Code("xref", "install"), Code("xref", "usage")
LINK = Code("link", "https://example.org")
STRONG, INLINE = Code("strong", ""), Code("inline", "")
A, B, C = (Code("math", name) for name in "abc")
X1, X2, X3 = (f'<x id="{n}"/>' for n in (1, 2, 3))


def sentence(text: str, *found: Code) -> Segment:
    """A sentence as it is looked up."""
    return Segment(text, found, tuple(range(1, len(found) + 1)), 0, len(text))


def unit(
    text: str, target: str, *found: Code, own: tuple[Code, ...] = ()
) -> TranslationUnit:
    """A unit of one sentence."""
    return TranslationUnit(text, target, found, own)


@pytest.mark.parametrize(
    ("known", "now", "target", "own"),
    [
        pytest.param(unit("A", "Ä"), sentence("B"), "Ä", (), id="plain"),
        pytest.param(
            unit(f"A {X1}", f"Ä {X1}", A), sentence(f"B {X1}", B), f"Ä {X1}", (),
            id="formula replaced",
        ),
        pytest.param(
            unit(f"A {X1} {X2}", f"{X2} Ä {X1}", A, B),
            sentence(f"B {X1} {X2}", B, A), f"{X1} Ä {X2}", (),
            id="formulas swapped",
        ),
        pytest.param(
            unit(f"A {X1} {X2}", f"{X2} Ä {X1}", XREF, OTHER),
            sentence(f"B {X1} {X2}", OTHER, XREF), f"{X1} Ä {X2}", (),
            id="references swapped",
        ),
        pytest.param(
            unit(f"A {X1}", f"Ä {X1}", XREF), sentence(f"B {X1}", OTHER), f"Ä {X1}",
            (), id="reference replaced",
        ),
        pytest.param(
            unit(f"A {X1}", f"Ä {X1}", A), sentence("B"), f"Ä {X1}", (A,),
            id="formula gone: it is the translation's own",
        ),
        pytest.param(
            unit('A <g id="1">b</g>', 'Ä <g id="1">ß</g>', LINK),
            sentence('<g id="1">c</g> <g id="2">d</g>', STRONG, LINK),
            'Ä <g id="2">ß</g>', (), id="emphasis added",
        ),
        pytest.param(
            unit("A", f"Ä {X1}", own=(C,)), sentence(f"B {X1}", A), f"Ä {X2}", (C,),
            id="own formula",
        ),
    ],
)  # fmt: skip
def test_codes_of_a_former_self(
    known: TranslationUnit, now: Segment, target: str, own: tuple[Code, ...]
) -> None:
    """What stands for the same corresponds, then what was replaced, in order."""
    found = revised(known, now)
    assert found is not None
    assert (found.target, found.target_codes) == (target, own)
    assert (found.source, found.source_codes) == (known.source, known.source_codes)


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (unit(f"A {X1}", f"Ä {X1}", XREF), sentence("A")),
        (unit("A", "Ä"), sentence(f"A {X1}", XREF)),
        (unit(f"A {X1}", f"Ä {X1}", XREF), sentence(f"A {X1} {X2}", XREF, XREF)),
        (unit(f"A {X1}", f"Ä {X1}", XREF), sentence('A <g id="1">b</g>', XREF)),
        (unit(f"A {X1}", f"Ä {X1}", INLINE), sentence("A")),
    ],
    ids=["gone", "new", "one more", "now around text", "a sign gone"],
)
def test_a_reference_that_cannot_be_put_back(
    known: TranslationUnit, now: Segment
) -> None:
    """Then the sentence cannot keep its former translation."""
    assert revised(known, now) is None


def test_an_opaque_code_shows_something() -> None:
    """It is no mere emphasis, whatever it is called: no look-up may drop it."""
    bare, shows, around = "A b", f"A b {X1}", 'A <g id="1">b</g>'
    assert skeleton(bare, ()) == skeleton(around, (INLINE,))
    assert skeleton(bare, ()) != skeleton(shows, (INLINE,))
    memory = TranslationMemory(
        [unit(bare, "Ä"), unit(around, '<g id="1">Ä</g>', INLINE)]
    )
    assert memory.cosmetic(sentence(shows, INLINE)) is None
    memory = TranslationMemory([unit(shows, f"{X1} Ä", INLINE)])
    found = memory.cosmetic(sentence(f"a b {X1}!", INLINE))
    assert found is not None
    assert found.target == f"{X1} Ä"
    assert memory.cosmetic(sentence(bare)) is None


@given(st.data(), strategies.segments(), strategies.segments())
def test_a_former_self_keeps_what_is_protected(
    data: st.DataObject, was: Segment, now: Segment
) -> None:
    """Whatever both say: every protected code of today once, and not a word changed."""
    target, own = data.draw(strategies.targets(was))
    found = revised(TranslationUnit(was.text, target, was.codes, own), now)
    if found is None:
        return
    used = codes.numbers(found.target)
    assert len(set(used)) == len(used)
    for number, code in enumerate(now.codes, 1):
        if code.kind not in EMPHASIS | OWN:
            assert number in used
    assert max(used, default=0) <= len(now.codes) + len(found.target_codes)
    assert all(code.kind in OWN for code in found.target_codes)
    assert codes.plain(found.target) == codes.plain(target)
    codes.parse(found.target)


@given(st.data(), strategies.segments())
def test_an_unchanged_sentence_is_its_own_former_self(
    data: st.DataObject, was: Segment
) -> None:
    """With the very same codes nothing is lost on the way."""
    target, own = data.draw(strategies.targets(was))
    known = TranslationUnit(was.text, target, was.codes, own)
    found = revised(known, was)
    assert found is not None
    shown = [code.payload for code in was.codes]
    before = codes.plain(target, [*shown, *(code.payload for code in own)])
    after = [*shown, *(code.payload for code in found.target_codes)]
    assert codes.plain(found.target, after) == before
