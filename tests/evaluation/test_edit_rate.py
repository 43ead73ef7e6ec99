"""Edits between draft and final, counted by hand and by the textbook's table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.evaluation.edit_rate import (
    BANDS,
    Edits,
    bands,
    distance,
    edit_rate,
    edits,
    tokens,
)
from amts_sphinx.evaluation.tokenizers import Tokenizer, tokenizer

sequences = st.text("abcd", max_size=80)


def by_the_table(a: str, b: str) -> int:
    """The Levenshtein distance as every textbook has it."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        above, row = row, [i]
        for j, right in enumerate(b, 1):
            step = above[j - 1] + (left != right)
            row.append(min(step, above[j] + 1, row[j - 1] + 1))
    return row[-1]


@given(sequences, sequences)
def test_the_distance_is_that_of_the_table(a: str, b: str) -> None:
    """Bit for bit the same as plain dynamic programming."""
    assert distance(a, b) == by_the_table(a, b)


@given(sequences, sequences, sequences)
def test_the_distance_is_a_metric(a: str, b: str, c: str) -> None:
    """Symmetric, zero for equals only, and no way around is shorter."""
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


def test_long_texts() -> None:
    """Sequences far longer than a machine word: what was put in is what is counted."""
    words = list(range(3000))
    edited = list(words)
    for place in range(0, 3000, 100):
        edited[place] = -place - 1
    assert distance(words, edited) == 30
    assert distance(words, words[500:]) == 500
    assert distance([], words) == 3000


def test_a_book_of_pairs() -> None:
    """Five thousand pairs of sixty tokens, each with three words replaced."""
    total = 0
    for pair in range(5000):
        words = [f"{pair}-{place * place % 61}" for place in range(60)]
        edited = [
            f"{word}!" if place in {3, 30, 59} else word
            for place, word in enumerate(words)
        ]
        total += distance(words, edited)
    assert total == 15_000


@pytest.mark.parametrize(
    ("language", "draft", "final", "expected"),
    [
        ("es", "Lea la tabla Qb .", "Lea la tabla Qb .", Edits(0, 5)),
        ("es", "Mire la tabla Qb.", "Lea la tabla Qb .", Edits(1, 5)),
        ("es", "Lea la tabla Qb , Qc .", "Lea la tabla Qc .", Edits(2, 5)),
        ("zh", "请看 Qb 表。", "请参见 Qb 表。", Edits(2, 6)),
        ("th", "อ่าน Qb แล้ว", "อ่าน Qc แล้ว", Edits(1, 9)),
        ("es", "", "Lea esto.", Edits(3, 3)),
        ("es", "Lea esto.", "", Edits(3, 0)),
    ],
)
def test_edits_counted_by_hand(
    language: str, draft: str, final: str, expected: Edits
) -> None:
    """Tokens are those of the language; a mask is one, in characters too."""
    assert edits(draft, final, tokenizer(language)) == expected


def test_characters_and_masks() -> None:
    """Blanks are no tokens, letters are, a mask is not taken apart."""
    assert tokens("ab Qb c Qt", Tokenizer("char")) == ["a", "b", "Qb", "c", "Q", "t"]


def test_a_message_counts_at_most_as_written_anew() -> None:
    """Long drafts of short finals do not make more work than the finals."""
    assert Edits(1, 4).rate == 0.25
    assert Edits(9, 4).rate == 1
    assert Edits(0, 0).rate == 0
    assert Edits(3, 0).rate == 1


def test_the_rate_of_a_corpus() -> None:
    """The sum of edits by the sum of lengths, not a mean of rates."""
    assert edit_rate([Edits(1, 4), Edits(9, 4), Edits(0, 12)]) == 5 / 20
    assert edit_rate([Edits(3, 0), Edits(1, 2)]) == 0.5
    assert edit_rate([]) is None
    assert edit_rate([Edits(0, 0)]) is None


def test_bands_counted_by_hand() -> None:
    """One message in each band and two in one; shares of messages and of text."""
    found = [
        *(Edits(0, 10), Edits(1, 100), Edits(5, 100), Edits(6, 100), Edits(15, 100)),
        *(Edits(25, 100), Edits(50, 100), Edits(51, 100), Edits(3, 0), Edits(0, 0)),
    ]
    shares = {band.name: (band.messages, band.text) for band in bands(found)}
    assert shares == {
        "100": (0.2, 10 / 710),
        "95-99": (0.2, 200 / 710),
        "85-94": (0.2, 200 / 710),
        "75-84": (0.1, 100 / 710),
        "50-74": (0.1, 100 / 710),
        "<50": (0.2, 100 / 710),
    }
    assert bands([]) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1))
def test_bands_share_everything(pairs: list[tuple[int, int]]) -> None:
    """The shares of messages sum to one, those of text too if there is any."""
    found = bands(Edits(*pair) for pair in pairs)
    assert [band.name for band in found] == [name for name, _ in BANDS]
    assert sum(band.messages for band in found) == pytest.approx(1)
    text = float(any(length for _, length in pairs))
    assert sum(band.text for band in found) == pytest.approx(text)
