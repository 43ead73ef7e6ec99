"""The translation memory: which of the known sentences is taken, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.memory.recoding import skeleton
from amts_sphinx.memory.soundness import sound
from amts_sphinx.text import codes
from amts_sphinx.text.units import (
    EMPHASIS,
    Code,
    Context,
    Message,
    Segment,
    TranslationUnit,
)

MATH = Code("math", "x")
XREF = Code("xref", "install")
STRONG = Code("strong", "")


def unit(
    source: str,
    target: str,
    source_codes: Sequence[Code] = (),
    own: Sequence[Code] = (),
    document: str = "",
) -> TranslationUnit:
    """A unit of one sentence."""
    return TranslationUnit(
        source, target, tuple(source_codes), tuple(own), document=document
    )


def sentence(text: str, *found: Code) -> Segment:
    """A sentence as it is looked up."""
    return Segment(text, found, tuple(range(1, len(found) + 1)), 0, len(text))


def target_of(found: TranslationUnit | None) -> str | None:
    """The text that was found."""
    return found.target if found else None


def test_exact_is_exact() -> None:
    """Only the very sentence is found, and an empty memory finds nothing."""
    memory = TranslationMemory([unit("A b.", "Ä b.")])
    assert target_of(memory.exact(sentence("A b."))) == "Ä b."
    others = map(sentence, ("a b.", "A b", "A  b.", ""))
    assert [memory.exact(other) for other in others] == [None] * 4
    assert TranslationMemory().exact(sentence("A b.")) is None
    assert TranslationMemory().cosmetic(sentence("A b.")) is None


def test_a_page_has_its_own_translation() -> None:
    """The page's own translation wins against any number of others."""
    units = [unit("A", "one", document="p"), unit("A", "two"), unit("A", "two")]
    memory = TranslationMemory(units)
    assert target_of(memory.exact(sentence("A"), Context("p"))) == "one"
    assert target_of(memory.exact(sentence("A"), Context("q"))) == "two"
    assert target_of(memory.cosmetic(sentence("a."), Context("p"))) == "one"


def test_the_most_frequent_wins() -> None:
    """Elsewhere the majority decides, on the page itself the page's majority."""
    texts = ["one", "two", "two", "three"]
    memory = TranslationMemory([unit("A", text, document="p") for text in texts])
    assert target_of(memory.exact(sentence("A"), Context("p"))) == "two"
    assert target_of(memory.exact(sentence("A"), Context("q"))) == "two"


def test_the_first_wins_a_tie() -> None:
    """Of equally frequent translations the first in order is taken, always."""
    texts = ["two", "one", "two", "one"]
    memory = TranslationMemory([unit("A", text) for text in texts])
    assert target_of(memory.exact(sentence("A"))) == "two"


def test_length_counts_units() -> None:
    """Every unit counts, also where a sentence has several."""
    assert len(TranslationMemory([unit("A", "a"), unit("A", "b"), unit("B", "c")])) == 3
    assert len(TranslationMemory()) == 0


def test_runs_are_named_longest_first() -> None:
    """A sentence that begins units of several sentences says how many, once each."""
    pair = TranslationUnit("A. B.", "ab", (), cuts=(3,))
    triple = TranslationUnit("A. B. C.", "abc", (), cuts=(3, 6))
    memory = TranslationMemory([pair, triple, pair, unit("A.", "a")])
    assert list(memory.runs("A.")) == [3, 2]
    assert list(memory.runs("B.")) == []


def test_an_unknown_sentence_leaves_no_trace() -> None:
    """Looking for a sentence does not put it into the memory."""
    memory = TranslationMemory([unit("A", "a")])
    memory.exact(sentence("B"))
    memory.cosmetic(sentence("b"))
    assert len(memory) == 1
    assert list(memory.runs("B")) == []


@pytest.mark.parametrize(
    "wanted",
    [
        sentence("the price"),
        sentence("The price!"),
        sentence('<g id="1">The</g> price', STRONG),
    ],
    ids=["case", "punctuation", "emphasis"],
)
def test_cosmetic_finds_what_exact_does_not(wanted: Segment) -> None:
    """Case, punctuation and emphasis do not hide a known sentence."""
    memory = TranslationMemory([unit("The price.", "Der Preis.")])
    assert memory.exact(wanted) is None
    found = memory.cosmetic(wanted)
    assert found is not None
    assert (found.source, found.target) == (wanted.text, "Der Preis.")
    assert found.source_codes == wanted.codes


@pytest.mark.parametrize(
    "wanted", [sentence("..."), sentence('<g id="1">!</g>', STRONG), sentence("")]
)
def test_no_words_no_cosmetic_hit(wanted: Segment) -> None:
    """A sentence that is all punctuation is like no other."""
    memory = TranslationMemory([unit("?", "¿"), unit("", "nothing")])
    assert memory.cosmetic(wanted) is None


def test_codes_are_applied_again() -> None:
    """Protected codes take the numbers they have in the sentence that is looked up."""
    known = unit(
        'A <x id="1"/> b <x id="2"/>.', '<x id="2"/> ä <x id="1"/>', (MATH, XREF)
    )
    wanted = sentence('<g id="1">A</g> <x id="2"/> b <x id="3"/>', STRONG, MATH, XREF)
    found = TranslationMemory([known]).cosmetic(wanted)
    assert found is not None
    assert found.target == '<x id="3"/> ä <x id="2"/>'
    assert found.source_codes == (STRONG, MATH, XREF)


def test_emphasis_that_is_gone_is_dropped() -> None:
    """What was emphasised stays as text where the sentence emphasises no more."""
    known = unit(
        '<g id="1">A</g> <x id="2"/>.',
        'ein <g id="1">Ä</g> <x id="2"/>',
        (STRONG, MATH),
    )
    found = TranslationMemory([known]).cosmetic(sentence('a <x id="1"/>', MATH))
    assert target_of(found) == 'ein Ä <x id="1"/>'


def test_emphasis_that_is_still_there_stays() -> None:
    """A changed comma does not take the emphasis from a person's sentence."""
    known = unit('A, <g id="1">b</g> c.', 'A <g id="1">be</g> ce.', (STRONG,))
    wanted = sentence('A <g id="1">b</g> c.', STRONG)
    found = TranslationMemory([known]).cosmetic(wanted)
    assert target_of(found) == 'A <g id="1">be</g> ce.'


def test_own_codes_move_behind() -> None:
    """Codes of the translation's own stay numbered after the source's."""
    known = unit("A b.", 'Ä <x id="1"/> <g id="2">b</g>', (), (MATH, STRONG))
    wanted = sentence('<g id="1">a</g> <g id="2">b</g>', STRONG, STRONG)
    found = TranslationMemory([known]).cosmetic(wanted)
    assert found is not None
    assert found.target == 'Ä <x id="3"/> <g id="4">b</g>'
    assert found.target_codes == (MATH, STRONG)


def test_own_codes_move_forward() -> None:
    """They also do so where the sentence has fewer codes than before."""
    known = unit(
        '<g id="1">A</g> b.', '<g id="1">Ä</g> <x id="2"/>', (STRONG,), (MATH,)
    )
    found = TranslationMemory([known]).cosmetic(sentence("a b"))
    assert target_of(found) == 'Ä <x id="1"/>'


@pytest.mark.parametrize(
    "wanted",
    [
        sentence('a <x id="1"/>', XREF),
        sentence('a <g id="1">b</g>', XREF),
        sentence('<x id="1"/> a', MATH),
        sentence('a <x id="1"/><x id="2"/>', MATH, MATH),
        sentence("a \N{WHITE SQUARE}"),
    ],
    ids=["kind", "form", "place", "number", "no code"],
)
def test_other_codes_are_no_cosmetic_change(wanted: Segment) -> None:
    """Another kind, form, place or number of protected codes is another sentence."""
    memory = TranslationMemory([unit('A <x id="1"/>.', 'Ä <x id="1"/>', (MATH,))])
    assert memory.cosmetic(wanted) is None


def test_other_things_of_the_same_kind() -> None:
    """A unit answers for any formula if its target has just the source's formulas."""
    other = Code("math", "y")
    source, target = 'A <x id="1"/>.', 'Ä <x id="1"/>'
    memory = TranslationMemory([unit(source, target, (MATH,))])
    assert target_of(memory.exact(sentence(source, other))) == target
    assert target_of(memory.cosmetic(sentence('a <x id="1"/>', other))) == target


@pytest.mark.parametrize(
    ("target", "own"), [("Ä", ()), ('Ä <x id="1"/> <x id="2"/>', (MATH,))]
)
def test_what_was_said_of_one_formula(target: str, own: tuple[Code, ...]) -> None:
    """Where a formula was left out or added, only the very same formula will do."""
    other = Code("math", "y")
    memory = TranslationMemory([unit('A <x id="1"/>.', target, (MATH,), own)])
    for text in ('A <x id="1"/>.', 'a <x id="1"/>'):
        found = [memory.exact, memory.cosmetic][text[0] == "a"]
        assert target_of(found(sentence(text, MATH))) == target
        assert found(sentence(text, other)) is None


def test_a_unit_for_another_thing_gives_way() -> None:
    """A unit of other codes hides none that answers, however often it stands there."""
    link, source = Code("link", "u"), '<g id="1">A</g>'
    named, bold = (
        unit(source, '<g id="1">Ä</g>', (link,)),
        unit(source, "A!", (STRONG,)),
    )
    memory = TranslationMemory([bold, bold, named])
    assert target_of(memory.exact(sentence(source, link))) == named.target
    assert target_of(memory.exact(sentence(source, STRONG))) == bold.target


def test_refused_units_are_counted() -> None:
    """What is no person's sentence in good form is not there, and not in the runs."""
    bad = TranslationUnit("A. B.", " ", (), cuts=(3,))
    memory = TranslationMemory([bad, unit("A.", "Ah."), unit("B.", '<x id="1"/>')])
    assert (len(memory), memory.refused) == (1, 2)
    assert list(memory.runs("A.")) == []
    assert memory.exact(sentence("A. B.")) is None
    assert memory.cosmetic(sentence("b")) is None


@st.composite
def retouched(draw: st.DrawFn, segment: Segment) -> Segment:
    """The same sentence with other emphasis, case and punctuation."""
    kept = draw(st.sets(st.integers(1, len(segment.codes) + 1)))
    text = codes.keep_codes(
        segment.text, lambda n: n in kept or segment.codes[n - 1].kind not in EMPHASIS
    )
    text, old = codes.localise(text)
    found = tuple(segment.codes[n - 1] for n in old)
    if draw(st.booleans()):
        text = f'{text}<g id="{len(found) + 1}">!</g>'
        found += (STRONG,)
    text = text.replace("Start", draw(st.sampled_from(["Start", "START,", "“start”"])))
    return Message(text, found, "paragraph").span(0, len(text))


def protected(text: str, source_codes: Sequence[Code]) -> Counter[int]:
    """How often each protected code of the source stands in a text."""
    return Counter(
        n
        for n in codes.numbers(text)
        if n <= len(source_codes) and source_codes[n - 1].kind not in EMPHASIS
    )


@given(st.data(), strategies.segments())
def test_a_cosmetic_hit_keeps_every_protected_code(
    data: st.DataObject, segment: Segment
) -> None:
    """Whatever was retouched: each protected code is there once, each own one too."""
    target, own = data.draw(strategies.targets(segment))
    again = data.draw(retouched(segment))
    memory = TranslationMemory([unit(segment.text, target, segment.codes, own)])
    found = memory.cosmetic(again)
    assert found is not None
    wanted = protected(again.text, again.codes)
    assert protected(found.target, again.codes) == wanted
    assert set(wanted.values()) <= {1}
    foreign = [n for n in codes.numbers(found.target) if n > len(again.codes)]
    behind = len(again.codes) + len(own) + 1
    assert sorted(foreign) == list(range(len(again.codes) + 1, behind))
    assert codes.plain(found.target) == codes.plain(target)
    codes.parse(found.target)


@given(st.data(), strategies.segments(), strategies.segments())
def test_any_cosmetic_hit_has_the_same_protected_kinds(
    data: st.DataObject, known: Segment, wanted: Segment
) -> None:
    """Two sentences that happen to be alike never lend each other foreign codes."""
    target, own = data.draw(strategies.targets(known))
    memory = TranslationMemory([unit(known.text, target, known.codes, own)])
    found = memory.cosmetic(wanted)
    alike = skeleton(known.text, known.codes) == skeleton(wanted.text, wanted.codes)
    assert found is None or alike
    if found:
        counts = protected(found.target, wanted.codes)
        assert counts == protected(wanted.text, wanted.codes)


@given(st.data(), strategies.segments())
def test_a_cosmetic_hit_is_a_sound_unit(data: st.DataObject, segment: Segment) -> None:
    """However a unit was damaged: what it answers keeps the rules for the sentence."""
    target, own = data.draw(strategies.targets(segment))
    damaged = data.draw(strategies.damaged(target))
    again = data.draw(retouched(segment))
    memory = TranslationMemory([unit(segment.text, damaged, segment.codes, own)])
    found = memory.cosmetic(again)
    assert (found is None) == bool(memory.refused)
    if found:
        assert found.source == again.text
        assert found.source_codes == again.codes
        assert sound(found)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=7))
def test_the_answer_does_not_depend_on_other_sentences(targets: list[str]) -> None:
    """A most frequent translation is taken whatever else the memory holds."""
    units = [unit("A", target) for target in targets]
    others = [unit("B", "b"), unit("A.", "x", document="elsewhere")]
    found = TranslationMemory([*others, *units]).exact(sentence("A"))
    assert found is not None
    assert targets.count(found.target) == max(map(targets.count, targets))
