"""How well a glossary is kept, counted by hand."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.terminology import Term, Terminology
from amts_sphinx.evaluation.adherence import Tally, TermRow, adherence
from amts_sphinx.text.units import Origin

STARTER = Term("starter", ("酵头", "发酵剂"))
SOURDOUGH = Term("sourdough starter", ("天然酵种",))
CRUST = Term("crust", ("外皮",))
TERMS = Terminology((STARTER, SOURDOUGH, CRUST, Term("oven", ("烤箱",))))

Text = tuple[str, str, Origin]
TEXTS: list[Text] = [
    ("Feed the starter.", "喂养酵头。", Origin.HUMAN),
    ("Feed the starter.", "喂启动器。", Origin.MACHINE),
    ("A sourdough starter has no crust.", "天然酵种没有外皮。", Origin.HUMAN),
    ("A sourdough starter has no crust.", "酸面团启动器没有外皮。", Origin.MACHINE),
    ("Starters! The starter!", "两个启动器！", Origin.MACHINE),
    ("The crust is dry.", "外壳很干。", Origin.HUMAN),
    ("No term stands here.", "这里没有。", Origin.HUMAN),
]


def test_counted_by_hand() -> None:
    """Terms missed most often first; one a text; the longer term hides the shorter."""
    found = adherence(TERMS, TEXTS)
    assert found.rows == (
        TermRow(STARTER, machine=Tally(2, 0), human=Tally(1, 1)),
        TermRow(CRUST, machine=Tally(1, 1), human=Tally(2, 1)),
        TermRow(SOURDOUGH, machine=Tally(1, 0), human=Tally(1, 1)),
    )
    assert (found.machine, found.human) == (Tally(4, 1), Tally(4, 3))
    assert [row.missed for row in found.rows] == [2, 1, 1]


def test_what_is_neither_a_machines_nor_a_persons() -> None:
    """A stale text was made from another source; the others are no translations."""
    others = (Origin.STALE, Origin.UNTRANSLATED, Origin.FAILED)
    texts = [("Feed the starter.", "喂启动器。", origin) for origin in others]
    assert adherence(TERMS, texts) == adherence(TERMS, [])


def test_shares() -> None:
    """Of nothing there is no share."""
    assert Tally(4, 3).share == 0.75
    assert Tally().share is None
    assert adherence(TERMS, []).rows == ()


@given(
    st.lists(st.sampled_from(TEXTS), max_size=12),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter(texts: list[Text], dice: random.Random) -> None:
    """The same texts in another order give the same table, and sums that fit it."""
    found = adherence(TERMS, texts)
    shuffled = list(texts)
    dice.shuffle(shuffled)
    assert adherence(TERMS, shuffled) == found
    for whole, parts in (
        (found.machine, [row.machine for row in found.rows]),
        (found.human, [row.human for row in found.rows]),
    ):
        assert whole.occurrences == sum(part.occurrences for part in parts)
        assert whole.met == sum(part.met for part in parts) <= whole.occurrences
    assert [row.missed for row in found.rows] == sorted(
        (row.missed for row in found.rows), reverse=True
    )
