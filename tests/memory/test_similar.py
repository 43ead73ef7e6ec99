"""Finding the sentence that a changed one has come from."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.memory.similar import SimilarUnits
from amts_sphinx.text.units import TranslationUnit

WAS = "the old heron visits the pond in winter"


def index(*said: str) -> SimilarUnits:
    """Units whose sources are their own skeletons."""
    return SimilarUnits([(text, TranslationUnit(text, "t", ())) for text in said])


def found(
    units: SimilarUnits, said: str, least: float = 0.75, *standing: str
) -> list[str]:
    """The sources of what is alike, in order."""
    return [unit.source for _, unit in units.like(said, least, standing)]


@pytest.mark.parametrize(
    "now",
    [
        "the old heron visits the pond in spring",
        "an old heron visits the pond in winter",
        "the old heron visits the pond",
        "today the old heron visits the pond in winter",
    ],
)
def test_one_edit_does_not_hide_it(now: str) -> None:
    """A word replaced, lost or added: it is still found among others."""
    others = [f"sentence {n} about nothing of the kind" for n in range(100)]
    assert found(index(*others, WAS), now) == [WAS]


def test_scripts_without_spaces() -> None:
    """There a character counts as a word."""
    was = "冬天有一只老苍鹭来到池塘边"
    assert found(index("完全不同的句子", was), was.replace("冬", "春")) == [was]


def test_the_most_similar_comes_first() -> None:
    """Then the one that was known first; likeness is that of difflib."""
    near, far = WAS.replace("old", "odd"), WAS.replace("winter", "spring")
    units = index(far, near, near, WAS)
    assert found(units, WAS) == [WAS, near, near, far]
    likeness = [value for value, _ in units.like(WAS, 0.5, ())]
    matcher = SequenceMatcher(None, near, WAS, autojunk=False)
    assert likeness[:2] == [1.0, matcher.ratio()]
    assert likeness == sorted(likeness, reverse=True)


def test_the_threshold_is_kept() -> None:
    """Just as alike as asked is enough, a hair more is not."""
    units, now = index(WAS), WAS.replace("old", "young")
    [(likeness, _)] = units.like(now, 0.5, ())
    assert found(units, now, likeness) == [WAS]
    assert found(units, now, likeness + 1e-9) == []


def test_what_stands_on_the_page_has_not_changed() -> None:
    """It hides no other that has."""
    near = WAS.replace("old", "odd")
    assert found(index(WAS, near), WAS, 0.75, WAS) == [near]


def test_a_unit_of_several_sentences_stands_sentence_by_sentence() -> None:
    """With each of its sentences on the page it stands there; with one, it may not."""
    text = 'See <x id="1"/>. And <x id="2"/>.'
    unit = TranslationUnit(text, "t", (), cuts=(17,))
    units = SimilarUnits([("see □ and □ more", unit)])
    parts = ['See <x id="1"/>.', 'And <x id="1"/>.']
    assert list(units.like("see □ and □ less", 0.5, parts)) == []
    assert len(list(units.like("see □ and □ less", 0.5, parts[:1]))) == 1


def test_nothing_is_like_nothing() -> None:
    """Empty indexes and sentences without a known word are no trouble."""
    assert found(index(), WAS, 0) == []
    assert found(index(WAS), "…", 0) == []
    assert found(index(WAS, ""), "unheard of", 0) == []


@given(st.lists(st.text("ab c", max_size=12), max_size=8), st.text("ab c", max_size=12))
def test_whatever_is_found_is_alike(said: list[str], now: str) -> None:
    """Every answer reaches the threshold, is one of the units, and comes once."""
    pairs = list(index(*said).like(now, 0.6, ["a"]))
    for likeness, unit in pairs:
        assert unit.source in said
        assert unit.source != "a"
        ratio = SequenceMatcher(None, unit.source, now, autojunk=False).ratio()
        assert likeness == ratio >= 0.6
    assert len(pairs) <= len(said)
    if now in said and now.strip() and now != "a":
        assert pairs
        assert pairs[0][0] == 1
