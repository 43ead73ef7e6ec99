"""Which code of a translation is which code of its source."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.text import codes
from amts_sphinx.text.correspondence import fit
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Message, Segment

MATH = Code("math", "x^2")
LITERAL = Code("literal", "f(x)")
STRONG = Code("strong", "")
INLINE = Code("inline", "")
INDEX = Code("index", "")
LINK = Code("link", "https://example.org")
XREF = Code("xref", "install")
NOTE = Code("footnote", "1")
X1, X2 = '<x id="1"/>', '<x id="2"/>'


def segment(text: str, *found: Code) -> Segment:
    """A sentence."""
    return Message(text, found, "paragraph").segments[0]


def test_the_same_codes_in_another_order() -> None:
    """Codes keep the source's numbers wherever the translator put them."""
    source = segment(f'A {X1} <g id="2">b</g> <x id="3"/>', MATH, LINK, XREF)
    target = segment(f'{X1} <g id="2">be</g> ah <x id="3"/>', XREF, LINK, MATH)
    assert fit(source, target) == ('<x id="3"/> <g id="2">be</g> ah <x id="1"/>', ())


def test_equal_codes_correspond_in_order() -> None:
    """Of several codes that stand for the same thing none is used twice."""
    source = segment(f"{X1} a {X2}", MATH, MATH)
    assert fit(source, segment(f"{X1} ah {X2}", MATH, MATH)) == (f"{X1} ah {X2}", ())


def test_a_changed_formula_is_the_translators_own() -> None:
    """Formulas and code that differ are kept as payload, numbered behind."""
    other = Code("math", r"x^2 \text{ wenn}")
    target = segment(f"{X1} ah {X2}", other, LITERAL)
    found = fit(segment(f"A {X1}", MATH), target)
    assert found == (f'{X2} ah <x id="3"/>', (other, LITERAL))


def test_formulas_may_be_left_out() -> None:
    """A person may say in words what the source says in a formula."""
    assert fit(segment(f"A {X1}", MATH), segment("ah")) == ("ah", ())


def test_emphasis_may_come_and_go() -> None:
    """Emphasis is dropped, added as own, or left out where nobody would see it."""
    plain, bold = segment("A b"), segment('A <g id="1">b</g>', STRONG)
    styled = segment('A <g id="1">b</g>', INLINE)
    assert fit(bold, plain) == ("A b", ())
    assert fit(plain, bold) == ('A <g id="1">b</g>', (STRONG,))
    assert fit(plain, styled) == ("A b", ())
    assert fit(bold, bold) == ('A <g id="1">b</g>', ())


@pytest.mark.parametrize("code", [XREF, LINK, NOTE, Code("citation", "knuth")])
def test_a_reference_on_one_side_only(code: Code) -> None:
    """Neither a missing nor an additional reference can be shown."""
    with_it, without = segment(f"A {X1}", code), segment("ah")
    assert fit(with_it, without) is None
    assert fit(without, with_it) is None
    assert fit(with_it, segment(f"A {X1}{X2}", code, code)) is None


def test_the_only_links_left_correspond() -> None:
    """A link that leads to the translated site stands for the source's one."""
    there = Code("link", "https://example.org/es")
    source = segment('<g id="1">A</g> <g id="2">b</g>', LINK, Code("link", "u"))
    target = segment('<g id="1">be</g> <g id="2">ah</g>', there, Code("link", "u"))
    assert fit(source, target) == ('<g id="1">be</g> <g id="2">ah</g>', ())
    swapped = segment('<g id="1">be</g> <g id="2">ah</g>', Code("link", "u"), there)
    assert fit(source, swapped) == ('<g id="2">be</g> <g id="1">ah</g>', ())


def test_two_links_left_do_not_correspond() -> None:
    """Which of two unknown links is which nobody can tell."""
    one, two = Code("link", "1"), Code("link", "2")
    source = segment('<g id="1">A</g> <g id="2">b</g>', LINK, Code("link", "u"))
    assert fit(source, segment('<g id="1">A</g> <g id="2">b</g>', one, two)) is None


def test_forms_correspond_only_to_themselves() -> None:
    """A link around text is not replaced by one that shows itself."""
    source = segment('A <g id="1">b</g>', LINK)
    assert fit(source, segment(f"A {X1}", LINK)) is None


def test_invisible_targets_stay() -> None:
    """What nobody sees is kept in front if the translation lacks it."""
    source = segment(f"{X1}A {X2}", INDEX, MATH)
    assert fit(source, segment(f"ah {X1}", MATH)) == (f"{X1}ah {X2}", ())
    assert fit(segment("A"), segment(f"{X1}ah", INDEX)) == ("ah", ())


@pytest.mark.parametrize("code", [STRONG, INLINE])
def test_a_number_in_bold_does_not_disappear(code: Code) -> None:
    """Emphasis without a letter inside has no text that could be kept as own."""
    assert fit(segment("Chapter one."), segment(f"第 {X1} 章。", code)) is None


def test_a_fitted_target_says_something() -> None:
    """A sentence is not translated by nothing."""
    assert fit(segment("A b."), segment(X1, INDEX)) is None


@given(strategies.segments(), st.data())
def test_what_a_person_writes_fits(source: Segment, data: st.DataObject) -> None:
    """Any translation with all codes fits, and each code finds its own number."""
    target, own = data.draw(strategies.targets(source))
    text, old = codes.localise(target)
    everything = source.codes + own
    theirs = Segment(text, tuple(everything[n - 1] for n in old), old, 0, len(text))
    found = fit(source, theirs)
    assert found is not None
    fitted, added = found
    assert codes.localise(fitted)[0] == text
    known = source.codes + added
    pairs = zip(codes.numbers(fitted), theirs.codes, strict=True)
    assert all(known[n - 1] == code for n, code in pairs)
    assert Counter(added) == Counter(own)


@given(strategies.segments(), strategies.segments())
def test_what_fits_keeps_the_rules(source: Segment, target: Segment) -> None:
    """Protected codes stand there once, own ones are of allowed kinds, all nests."""
    found = fit(source, target)
    if found is None:
        return
    text, own = found
    counts = Counter(codes.numbers(text))
    assert set(counts.values()) <= {1}
    assert counts.keys() <= set(range(1, len(source.codes) + len(own) + 1))
    for number, code in enumerate(source.codes, 1):
        assert number in counts or code.kind in EMPHASIS | OWN
    assert {code.kind for code in own} <= OWN
    assert codes.plain(text) == codes.plain(target.text)
    codes.parse(text)
