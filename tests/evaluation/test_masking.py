"""Masks: one token each wherever they stand, and the same for the same content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.evaluation.masking import Form, is_mask, scored
from amts_sphinx.evaluation.tokenizers import Tokenizer
from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Message, Question
from strategies import Coded, coded_texts, render, words

X2 = Code("math", "x^2")
LOOP = Code("literal", "for i in range(3)")
KNUTH = Code("citation", "knuth")
STRONG = Code("strong", "")

TOKENIZERS = ("13a", "zh", "ja-mecab", "ko-mecab")
_EXTRAS = {"ja-mecab": "MeCab", "ko-mecab": "mecab_ko"}


def masks(line: str, tokenizer: str) -> list[str]:
    """The masks among the tokens of a line."""
    if tokenizer in _EXTRAS:
        pytest.importorskip(_EXTRAS[tokenizer])
    return list(filter(is_mask, Tokenizer(tokenizer).split(line)))


def test_each_form_of_one_message() -> None:
    """The three forms of three sides, written out; each side has its own numbers."""
    source = Message(
        'Write <x id="1"/> as <g id="2">a loop</g> like <x id="3"/>, a &lt; b.',
        (X2, STRONG, LOOP),
        "paragraph",
    )
    reference = Question('用循环（如<x id="1"/>）写出<x id="2"/>。', (LOOP, X2))
    machine = Question(
        '把<x id="1"/>写成<g id="2">循环</g>，见<x id="3"/>。', (X2, STRONG, KNUTH)
    )
    sides = source, reference, machine
    assert scored(Form.MASK, *sides) == [
        "Write Qb as a loop like Qc , a < b.",
        "用循环（如 Qc ）写出 Qb 。",
        "把 Qb 写成循环，见 Qd 。",
    ]
    assert scored(Form.KEEP, *sides) == [
        "Write $x^2$ as a loop like for i in range(3), a < b.",
        "用循环（如for i in range(3)）写出$x^2$。",
        "把$x^2$写成循环，见knuth。",
    ]
    assert scored(Form.DROP, *sides) == [
        "Write as a loop like , a < b.",
        "用循环（如 ）写出 。",
        "把 写成循环，见 。",
    ]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize(
    "text",
    [
        "The sum is {}.",
        "In the {}-th step, {}’s value ({}) is 3{}, not {}.5 or 1.{}",
        "{}{}.{},{}",
        "当{}时，令{}为{}。第{}步",
        "행렬 {}의 값은 {}이다.",
        "行列{}と{}を掛ける。",
        "«{}» — “{}”… ¿{}?",
    ],
)
@pytest.mark.parametrize("count", [2, 40])
def test_a_mask_is_one_token_beside_anything(
    tokenizer: str, text: str, count: int
) -> None:
    """Glued to digits, points, hyphens, ideographs or each other, each is one token."""
    holes = text.count("{}")
    used = tuple(Code("math", f"x_{n}") for n in range(count))
    before = Question("".join(map(codes.opaque, range(1, count + 1))), used)
    numbers = range(count - min(holes, count) + 1, count + 1)
    filled = text
    for number in [*numbers] * holes:
        filled = filled.replace("{}", codes.opaque(number), 1)
    first, second = scored(Form.MASK, before, Question(filled, used))
    assert len(set(masks(first, tokenizer))) == count
    assert len(masks(second, tokenizer)) == holes


def test_masks_are_short_and_all_different() -> None:
    """A message of 240 codes: no mask is longer than three letters."""
    used = tuple(Code("math", f"x_{n}") for n in range(240))
    (line,) = scored(
        Form.MASK, Question("".join(map(codes.opaque, range(1, 241))), used)
    )
    assert len(set(line.split())) == 240
    assert {len(mask) for mask in line.split()} == {2, 3}
    assert all(map(is_mask, line.split()))


def test_words_are_no_masks() -> None:
    """Common words and abbreviations that look a little like one."""
    assert not [
        word
        for word in ("Q", "Qt", "QR", "Qi", "Iraq", "qb", "Qb.", "")
        if is_mask(word)
    ]


def test_hypotheses_do_not_change_the_reference() -> None:
    """What a system invents is named after what source and reference hold."""
    source = Question('See <x id="1"/>.', (X2,))
    reference = Question('Véase <x id="1"/> en <x id="2"/>.', (X2, KNUTH))
    odd = Question('Véase <x id="1"/>.', (LOOP,))
    alone = scored(Form.MASK, source, reference)
    assert scored(Form.MASK, source, reference, odd)[:2] == alone
    assert scored(Form.MASK, source, reference, odd)[2] == "Véase Qd ."


def test_what_nobody_sees_is_not_scored() -> None:
    """An index entry is there in no form."""
    side = Question('<x id="1"/>Markets<x id="2"/> clear.', (Code("index", "m"), X2))
    assert scored(Form.MASK, side) == ["Markets Qb clear."]
    assert scored(Form.KEEP, side) == ["Markets$x^2$ clear."]


@pytest.mark.parametrize(
    "text", ['<x id="0"/>', '<x id="2"/>', '<x id="999999"/>', "</g>", '<g id="7">']
)
def test_damaged_text_is_scored_too(text: str) -> None:
    """A code that stands for nothing equals no other code; a stray tag vanishes."""
    good, bad = scored(
        Form.MASK, Question('An <x id="1"/>', (X2,)), Question(f"An {text}", (X2,))
    )
    assert good == "An Qb"
    assert bad == ("An Qc" if text.startswith("<x") else "An")
    for form in (Form.KEEP, Form.DROP):
        assert scored(form, Question(f"An {text}", (X2,))) == ["An"]


def test_lines_stay_lines() -> None:
    """A wrapped message is one line, without a blank between ideographs."""
    wrapped = Question("第一行\n第二行 \n and\tmore\r\nwords", ())
    assert scored(Form.MASK, wrapped) == ["第一行第二行and more words"]


@given(st.lists(coded_texts, min_size=1, max_size=4))
def test_masks_and_contents_correspond(sides: list[Coded]) -> None:
    """Over all sides: a mask for each content, a content for each mask, in order."""
    lines = scored(Form.MASK, *sides)
    seen: dict[Code, str] = {}
    for side, line in zip(sides, lines, strict=True):
        opaque = [
            side.codes[number - 1]
            for number in codes.numbers(side.text)
            if codes.opaque(number) in side.text
        ]
        found = list(filter(is_mask, line.split(" ")))
        assert len(found) == len(opaque)
        for code, mask in zip(opaque, found, strict=True):
            assert seen.setdefault(code, mask) == mask
    assert len(set(seen.values())) == len(seen)


@given(st.lists(words, min_size=1, max_size=6))
def test_text_without_codes_is_the_same_in_every_form(parts: list[str]) -> None:
    """Nothing but white space is touched, even if the text looks like a code."""
    text = " ".join(parts)
    side = render([text])
    assert {*scored(Form.MASK, side), *scored(Form.KEEP, side)} == {
        " ".join(text.split())
    }
    assert scored(Form.DROP, side) == scored(Form.KEEP, side)
