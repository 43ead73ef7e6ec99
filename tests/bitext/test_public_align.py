"""`amts_sphinx.align` and `align_corpus`: what they take, return and refuse."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import amts_sphinx
from amts_sphinx import align, align_corpus

Pairs = list[tuple[tuple[int, ...], tuple[int, ...]]]

ENGLISH = [
    ["The engine turns 12 sentences into Spanish.", "It asks for 340 dollars first."],
    ["Nobody pays twice for one sentence.", "The cache `amts.db` keeps the answers."],
    ["A page called $x^2$ is read in 7 seconds."],
]
SPANISH = [
    ["El motor traduce 12 frases al español; antes pide 340 dólares."],
    ["Nadie paga dos veces por una frase.", "La caché `amts.db` guarda lo respondido."],
    ["Una página llamada $x^2$ se lee en 7 segundos."],
]
SENTENCES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30
)
BLOCKS = st.lists(st.lists(SENTENCES, max_size=4), max_size=5)


def flat(pairs: Pairs, side: int) -> list[int]:
    """All sentence numbers of one side, in the order of the result."""
    return [number for pair in pairs for number in pair[side]]


def test_sentences_are_numbered_through_the_document() -> None:
    """A merged pair holds two numbers, and blocks do not start a new count."""
    assert align(ENGLISH, SPANISH, "en", "es") == [
        ((0, 1), (0,)),
        ((2,), (1,)),
        ((3,), (2,)),
        ((4,), (3,)),
    ]


def test_a_sentence_without_counterpart_stands_alone() -> None:
    """What one side leaves out is there, beside an empty tuple."""
    source = [[f"Item {n} costs {n * 37} euros." for n in range(1, 9)]]
    target = [[s.replace("Item", "项目").replace("costs", "价格") for s in source[0]]]
    del target[0][3]
    found = align(source, target, "en", "zh")
    assert ((3,), ()) in found
    assert ((4,), (3,)) in found


@settings(max_examples=150, deadline=None)
@given(BLOCKS, BLOCKS)
def test_every_sentence_is_in_one_entry_in_order(
    source: list[list[str]], target: list[list[str]]
) -> None:
    """Whatever is given: nothing is lost, doubled or moved."""
    found = align(source, target, "en", "pt-BR")
    assert flat(found, 0) == list(range(sum(map(len, source))))
    assert flat(found, 1) == list(range(sum(map(len, target))))
    assert all(ours or theirs for ours, theirs in found)


def test_a_corpus_is_many_documents_with_one_lexicon() -> None:
    """One result for each document, in order, each numbered from 0."""
    found = align_corpus([(ENGLISH, SPANISH), ([], []), (ENGLISH, ENGLISH)], "en", "es")
    assert found[0] == align(ENGLISH, SPANISH, "en", "es")
    assert found[1] == []
    assert found[2] == [((n,), (n,)) for n in range(5)]
    assert align_corpus([], "en", "es") == []


def test_any_iterables_will_do() -> None:
    """Generators and tuples are read once, and no input is changed."""
    lazy = ((s for s in block) for block in ENGLISH)
    before = [list(block) for block in SPANISH]
    found = align(lazy, tuple(map(tuple, SPANISH)), "en", "es")
    assert found == align(ENGLISH, SPANISH, "en", "es")
    assert before == SPANISH


def test_the_same_input_gives_the_same_result_in_any_process() -> None:
    """Hash seeds change nothing."""
    program = (
        "import sys; sys.path[:0] = sys.argv[1:2]\n"
        "from test_public_align import ENGLISH, SPANISH\n"
        "from amts_sphinx import align_corpus\n"
        "print(align_corpus([(ENGLISH, SPANISH)] * 3, 'en', 'es'))"
    )
    folder = __file__.rpartition("/")[0]
    told = {
        subprocess.run(
            [sys.executable, "-c", program, folder],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in "012"
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("text", [["a"]], "en", "es"), TypeError, "source blocks: expected a list"),
        ((["text"], [["a"]], "en", "es"), TypeError, "source block 0: expected a list"),
        (([["a"]], [[b"a"]], "en", "es"), TypeError, "target block 0 holds .* bytes"),
        (([["a"]], {"a": 1}, "en", "es"), TypeError, "target blocks: .* type dict"),
        (([["a"]], None, "en", "es"), TypeError, "target blocks: .* type NoneType"),
        (([["a"]], [["a"]], "english!", "es"), ValueError, "source_language .*english"),
        (([["a"]], [["a"]], "en", ""), ValueError, "target_language"),
        (([["a"]], [["a"]], "en", 7), TypeError, "target_language .* int"),
    ],
)
def test_what_is_no_document_is_refused(
    arguments: tuple[Any, ...], error: type[Exception], says: str
) -> None:
    """A clear line says which side, which block, and what was found there."""
    with pytest.raises(error, match=says):
        align(*arguments)


def test_a_corpus_names_the_document_that_is_no_pair() -> None:
    """The number of the document is in the message."""
    with pytest.raises(ValueError, match="document 1 is no pair"):
        align_corpus([(ENGLISH, SPANISH), (ENGLISH, SPANISH, [])], "en", "es")  # type: ignore[list-item]


def test_the_names_are_public_and_cost_nothing_before_use() -> None:
    """`import amts_sphinx` loads no numpy; the two names are listed."""
    assert {"align", "align_corpus"} <= set(amts_sphinx.__all__)
    program = "import sys, amts_sphinx; print('numpy' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "False"
    with pytest.raises(AttributeError, match="no attribute 'alight'"):
        amts_sphinx.alight  # noqa: B018
