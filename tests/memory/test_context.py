"""One sentence, several translations: the place decides."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text.units import Context, Segment, TranslationUnit, neighbour

TEXT = "Run it."


def unit(
    target: str, document: str = "p", before: str = "", after: str = ""
) -> TranslationUnit:
    """A translation of ``TEXT`` between two sentences."""
    places = neighbour(before), neighbour(after)
    return TranslationUnit(
        TEXT, target, (), (), (), document, before=places[0], after=places[1]
    )


def chosen(units: list[TranslationUnit], context: Context, text: str = TEXT) -> str:
    """What stands there, as it is or touched up."""
    memory, segment = TranslationMemory(units), Segment(text, (), (), 0, len(text))
    found = memory.exact(segment, context) or memory.cosmetic(segment, context)
    assert found is not None
    return found.target


@pytest.mark.parametrize("text", [TEXT, "run it!"])
def test_the_page_before_the_neighbours_before_the_votes(text: str) -> None:
    """Each takes precedence over what comes after it, in any order of the memory."""
    here = Context("p", "Save.", "Wait.")
    page, beside = unit("page"), unit("beside", "q", "Save.", "Wait.")
    both, one = unit("both", "p", "Save.", "Wait."), unit("one", "p", "Save.", "Stop.")
    votes = [unit("votes", "p", "Stop."), unit("votes", "p", "Stop.")]
    for order in permutations([page, beside, both, one]):
        assert chosen([*votes, *order], here, text) == "both"
    for order in permutations([page, beside, one]):
        assert chosen([*votes, *order], here, text) == "one"
    assert chosen([beside, page], here, text) == "page"
    assert chosen([*votes, unit("x", "p", "Go."), beside], here, text) == "votes"
    assert chosen([unit("x", "q"), unit("y", "r"), beside], here, text) == "beside"


def test_the_edge_of_a_page_is_a_neighbour_too() -> None:
    """A sentence without one before it is told from one that has one."""
    units = [unit("second", before="Save."), unit("first")]
    assert chosen(units, Context("p")) == "first"
    assert chosen(units, Context("p", "Save.")) == "second"


def test_without_a_place_the_first_of_the_most_frequent() -> None:
    """A look-up without context is answered all the same."""
    units = [unit("one"), unit("two", "q"), unit("three", "r"), unit("two", "s")]
    assert chosen(units, Context()) == "two"
    assert chosen(units[:3], Context("elsewhere", "x", "y")) == "one"


def test_a_neighbour_is_remembered_by_what_it_says() -> None:
    """No text, no digest; texts that differ, digests that do; any text has one."""
    assert neighbour("") == ""
    digests = {neighbour(text) for text in ("a", "b", "a ", "图", "\ud800", "\0")}
    assert len(digests) == 6
    assert {len(digest) for digest in digests} == {8}


names = st.sampled_from(["p", "q"])
sides = st.sampled_from(["", "x", "y"])


units_of_two_pages = st.lists(
    st.builds(unit, st.sampled_from("abc"), names, sides, sides), min_size=1
)


@given(units_of_two_pages, names, sides, sides)
def test_nobody_fits_better(
    units: list[TranslationUnit], document: str, before: str, after: str
) -> None:
    """No translation that was passed over is of a better place."""
    found = chosen(units, Context(document, before, after))

    def place(known: TranslationUnit) -> tuple[bool, int]:
        beside = (known.before == neighbour(before)) + (known.after == neighbour(after))
        return known.document == document, beside

    best = max(map(place, units))
    assert found in {known.target for known in units if place(known) == best}
