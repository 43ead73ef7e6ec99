"""What changed between two states of a sentence, for whoever revises it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.report.difference import Change, difference

texts = st.one_of(st.text(), st.text("ab .,1图é-\n", max_size=20))


def marked(was: str, now: str) -> str:
    """Both states in one line: ``[-removed-]{+added+}``."""
    form = {Change.KEPT: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
    return "".join(form[part.change].format(part.text) for part in difference(was, now))


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("", "", ""),
        ("Fish swim.", "Fish swim.", "Fish swim."),
        ("", "Fish", "{+Fish+}"),
        ("Fish", "", "[-Fish-]"),
        ("Ten fish swim.", "Nine fish swim.", "[-Ten-]{+Nine+} fish swim."),
        ("All fish swim.", "All big fish swim.", "All{+ big+} fish swim."),
        ("n = 12", "n = 13", "n = [-12-]{+13+}"),
        ("x1 is", "x2 is", "x[-1-]{+2+} is"),
        ("Fish swim.", "Fish swim!", "Fish swim[-.-]{+!+}"),
        ("大鱼在水底", "小鱼在水底", "[-大-]{+小+}鱼在水底"),
        ("a\nb", "a b", "a[-\n-]{+ +}b"),
        ("fish_a", "fish_b", "fish_[-a-]{+b+}"),
    ],
)
def test_words_are_told_apart(was: str, now: str, expected: str) -> None:
    """Whole words, whole numbers, single characters of anything else."""
    assert marked(was, now) == expected


@given(texts, texts)
def test_both_states_can_be_read(was: str, now: str) -> None:
    """Without what was added it is the old text, without what was removed the new."""
    parts = list(difference(was, now))
    assert "".join(p.text for p in parts if p.change is not Change.ADDED) == was
    assert "".join(p.text for p in parts if p.change is not Change.REMOVED) == now
    assert all(part.text for part in parts)
    for left, right in pairwise(parts):
        assert left.change is not right.change
        assert (left.change, right.change) != (Change.ADDED, Change.REMOVED)


@given(texts)
def test_what_is_the_same_is_one_piece(text: str) -> None:
    """Nothing is marked where nothing changed."""
    assert [p.change for p in difference(text, text)] == [Change.KEPT] * bool(text)
