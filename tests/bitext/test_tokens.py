"""What the aligner reads in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.tokens import is_identity, tokens


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the vector $\\mathbf{x} _t$", "向量$\\mathbf{x}_t$"),
        ("call `fit(x)` now", "现在调用`fit(x)`"),
        ("see {sec_rnn}", "见{sec_rnn}"),
        ("as shown by [@Ada.1843; @Bo.2001]", "如[@Ada.1843;@Bo.2001]所示"),
        ("at https://example.org/a/b.", "在https://example.org/a/b。"),
        ("for 1,000 steps", "共$1000$步"),
        ("of shape (2, 3)", "形状为（2，3）"),
        ("$\\text{len}(y)$", "$\\mathrm{len}(y)$"),
    ],
)
def test_identity_tokens_agree_between_languages(english: str, chinese: str) -> None:
    """A payload gives the same tokens whatever the language around it."""
    found = [{t for t in tokens(text) if is_identity(t)} for text in (english, chinese)]
    assert found[0] == found[1] != set()


def test_words_are_stemmed_and_dense_scripts_paired() -> None:
    """Words lose case and endings; Chinese gives overlapping pairs of characters."""
    assert tokens("Networks network") == ["netwo"]
    assert tokens("BERT模型好") == ["bert", "模型", "型好", "模", "型", "好"]


def test_a_decimal_comma_is_a_decimal_point() -> None:
    """Numbers agree across ways of writing them."""
    assert tokens("0,5") == tokens("0.5")
    assert tokens("12.000.000") == tokens("12,000,000") == tokens("12000000")


@given(st.text(max_size=60))
def test_any_text_has_distinct_tokens(text: str) -> None:
    """No input fails, no token is empty and none comes twice."""
    found = tokens(text)
    assert all(found)
    assert len(found) == len(set(found))
