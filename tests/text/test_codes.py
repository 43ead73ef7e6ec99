"""Coded text: what goes in comes out, and nothing else is ever taken for a code."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.text import codes
from strategies import Coded, Opaque, Paired, Piece

A_DOT = '<x id="1"/>.'


def _expected(pieces: list[Piece], number: list[int]) -> list[object]:
    """The tree that parsing should give, neighbouring texts joined."""
    found: list[object] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, str) and isinstance(last, str):
            found[-1] = last + piece
        elif isinstance(piece, str):
            found.append(piece)
        else:
            number[0] += 1
            mine = number[0]
            if isinstance(piece, Opaque):
                found.append(mine)
            else:
                found.append((mine, _expected(piece.content, number)))
    return found


@given(st.text())
def test_any_text_is_one_piece_of_text(text: str) -> None:
    """Whatever characters a text holds, it comes back as they were, and is no code."""
    coded = codes.escape(text)
    assert codes.unescape(coded) == text
    assert codes.parse(coded) == ([text] if text else [])
    assert not codes.CODE.search(coded)


def test_escaping_is_done_once() -> None:
    """Three characters are escaped; what looks like an entity is a text like others."""
    assert codes.escape('a < "b" > &lt;') == 'a &lt; "b" &gt; &amp;lt;'
    assert codes.unescape("&amp;lt; &nbsp;") == "&lt; &nbsp;"


@given(strategies.trees)
def test_parse_gives_back_the_tree(pieces: list[Piece]) -> None:
    """Parsing restores the very tree that was written."""
    assert codes.parse(strategies.render(pieces).text) == _expected(pieces, [0])


@pytest.mark.parametrize("coded", ["a</g>", '<g id="1">a', '<g id="1"><g id="2">a</g>'])
def test_parse_refuses_what_does_not_nest(coded: str) -> None:
    """A pair closed but not opened, or opened but not closed, is an error."""
    with pytest.raises(codes.CodeError):
        codes.parse(coded)


@given(strategies.coded_texts.flatmap(lambda coded: strategies.damaged(coded.text)))
def test_parse_raises_nothing_else(coded: str) -> None:
    """Damaged text is parsed without losing a visible character, or a CodeError."""
    try:
        pieces = codes.parse(coded)
    except codes.CodeError:
        return
    assert _text_of(pieces) == codes.plain(coded)


def _text_of(pieces: list[object]) -> str:
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, tuple):
            parts.append(_text_of(piece[1]))
        elif isinstance(piece, str):
            parts.append(piece)
    return "".join(parts)


def test_parse_survives_an_endless_number() -> None:
    """A code with a number of 5000 digits is a CodeError or text, nothing worse."""
    coded = f'a<x id="{"9" * 5000}"/>'
    assert not codes.fits("a", coded)
    with suppress(codes.CodeError):
        codes.parse(coded)


@pytest.mark.parametrize(
    "text",
    ['<x id="1" />', "<x id='1'/>", '<X id="1"/>', "<b>", "</g >", '<g id="">', "<x>"],
)
def test_other_tags_are_text(text: str) -> None:
    """Whatever is not exactly one of our codes is plain text."""
    assert codes.parse(text) == [text]
    assert codes.numbers(text) == []


@given(strategies.coded_texts)
def test_a_text_fits_itself(coded: Coded) -> None:
    """Every text that an encoder writes may stand for itself, unless it is blank."""
    assert codes.fits(coded.text, coded.text) == bool(coded.text.strip())


@pytest.mark.parametrize(
    "target",
    [
        'B <g id="2">c</g> <x id="1"/>',
        '<g id="2"><x id="1"/></g> b',
        '<x id="1"/><g id="2">c <b>&amp;</g>',
    ],
)
def test_codes_may_move(target: str) -> None:
    """Word order is the translator's business, and so is nesting."""
    assert codes.fits('a <x id="1"/> b <g id="2">c</g>', target)


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ("dropped", 'b <g id="2">c</g>'),
        ("tags dropped", 'b <x id="1"/> c'),
        ("only the closing tag dropped", 'b <x id="1"/> <g id="2">c'),
        ("only the opening tag dropped", 'b <x id="1"/> c</g>'),
        ("closed before opened", '</g> b <x id="1"/> <g id="2">c'),
        ("doubled", 'b <x id="1"/><x id="1"/> <g id="2">c</g>'),
        ("unknown number", 'b <x id="3"/> <g id="2">c</g>'),
        ("numbers swapped", 'b <x id="2"/> <g id="1">c</g>'),
        ("full-width digit", 'b <x id="\uff11"/> <g id="2">c</g>'),
        ("blanks in the tag", 'b <x id="1" /> <g id="2">c</g>'),
        ("upper case", 'b <X ID="1"/> <g id="2">c</g>'),
        ("escaped", 'b &lt;x id="1"/&gt; <g id="2">c</g>'),
        ("emptied", 'b c <x id="1"/> <g id="2"></g>'),
        ("emptied but for blanks", 'b c <x id="1"/> <g id="2"> \n</g>'),
        ("one more", 'b <x id="1"/> <g id="2">c</g> <g id="3">d</g>'),
        ("empty", ""),
    ],
)
def test_damage_does_not_fit(what: str, target: str) -> None:
    """Each way to damage a code is noticed."""
    assert not codes.fits('a <x id="1"/> b <g id="2">c</g>', target), what


@pytest.mark.parametrize("target", ["", " ", "\n\t", '<x id="1"/>', "a</g>"])
def test_a_plain_text_wants_a_plain_answer(target: str) -> None:
    """Where the source has no codes the answer has none, and says something."""
    assert not codes.fits("a", target)


@given(
    strategies.coded_texts.flatmap(
        lambda coded: st.tuples(st.just(coded.text), strategies.damaged(coded.text))
    )
)
def test_what_fits_is_whole(case: tuple[str, str]) -> None:
    """An answer that fits parses, is not blank, and has each code as often."""
    source, answer = case
    if codes.fits(source, answer):
        codes.parse(answer)
        assert answer.strip()
        assert Counter(codes.numbers(source)) == Counter(codes.numbers(answer))


@given(strategies.coded_texts, st.integers(0, 50))
def test_localise_numbers_from_one(coded: Coded, shift: int) -> None:
    """Numbers begin at 1 wherever a sentence stood, and the way back is known."""
    moved = codes.renumber(coded.text, lambda number: number * 2 + shift)
    text, old = codes.localise(moved)
    assert text == coded.text
    assert codes.renumber(text, lambda number: old[number - 1]) == moved
    assert codes.localise(text) == (text, tuple(range(1, len(old) + 1)))


@given(strategies.coded_texts, st.sets(st.integers(1, 8)))
def test_codes_left_out_leave_their_text(coded: Coded, kept: set[int]) -> None:
    """Only the unwanted codes disappear; text, nesting and the others stay."""
    text = codes.keep_codes(coded.text, kept.__contains__)
    assert codes.plain(text) == codes.plain(coded.text)
    assert codes.numbers(text) == [n for n in codes.numbers(coded.text) if n in kept]
    codes.parse(text)


def test_the_right_end_is_left_out() -> None:
    """Of nested pairs each keeps its own extent when the other goes."""
    coded = '<g id="1">a<g id="2">b</g>c</g>d'
    assert codes.keep_codes(coded, {2}.__contains__) == 'a<g id="2">b</g>cd'
    assert codes.keep_codes(coded, {1}.__contains__) == '<g id="1">abc</g>d'


def test_plain_shows_what_codes_stand_for() -> None:
    """A payload appears literally, also where it looks like coded text itself."""
    coded = 'If <x id="1"/> &lt; <g id="2">two &amp; a half</g><x id="3"/>'
    show = ["$a<b&amp;c$", "unused", '<x id="2"/>']
    assert codes.plain(coded, show) == 'If $a<b&amp;c$ < two & a half<x id="2"/>'
    assert codes.plain(coded) == "If  < two & a half"


@pytest.mark.parametrize("coded", ["", "1.5", "&amp; &lt;", '<x id="1"/>', "_ ٣", "…"])
def test_nothing_to_translate(coded: str) -> None:
    """Digits, punctuation, entities and the letters inside codes are no letters."""
    assert not codes.has_letters(coded)


@pytest.mark.parametrize("coded", ["10²", "½", "①"])
def test_other_numbers_are_no_letters(coded: str) -> None:
    """Superscripts, fractions and circled digits are nothing to translate either."""
    assert not codes.has_letters(coded)


@pytest.mark.parametrize("coded", ["a", "图", '<g id="1">é</g>', "&amp;lt;", "я1"])
def test_something_to_translate(coded: str) -> None:
    """A letter of any script is, also the name of an entity that a text spells out."""
    assert codes.has_letters(coded)


def test_white_space_folds() -> None:
    """Runs of ASCII white space are one blank; a no-break space stays what it is."""
    assert codes.fold_space("a \n\t b\xa0\xa0c") == "a b\xa0\xa0c"


@pytest.mark.parametrize(
    ("wrapped", "joined"),
    [
        ("图表\n显示", "图表显示"),
        ("图表 \n  显示", "图表显示"),
        ("图表，\nthe end", "图表，the end"),
        ("the end\n图表", "the end图表"),
        ("one\ntwo", "one\ntwo"),
        ("图 表", "图 表"),
    ],
)
def test_unwrap(wrapped: str, joined: str) -> None:
    """A line break beside a CJK character is no space; any other stays."""
    assert codes.unwrap(wrapped) == joined


def _all(_number: int) -> bool:
    return True


def _none(_number: int) -> bool:
    return False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The price, then.", "the price then"),
        ("don't", "Don’t"),
        ("A – b", "a b"),
        ("“Quoted” (text)", '"quoted" text'),
        ("你好，世界。", "你好 世界"),
        ("a\nb", "a b"),
        ("Straße", "STRASSE"),
        ("R&amp;D!", "r&amp;d"),
    ],
)
def test_cosmetic_changes_have_one_skeleton(one: str, other: str) -> None:
    """Case, punctuation, quotes and white space do not count."""
    assert codes.skeleton(one, _all) == codes.skeleton(other, _all)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5", "15"),
        ("is 1,5 m", "is 15 m"),
        ("x -1", "x 1"),
        ("ab", "a b"),
        ("a + b", "a b"),
        ("50 %", "50"),
        (f"a {A_DOT}", "a."),
        (f"a {A_DOT} b", f"a b {A_DOT}"),
        ('a <x id="1"/>b', 'a <g id="1">b</g>'),
    ],
)
def test_other_changes_do_not(one: str, other: str) -> None:
    """Numbers, signs, words, and what codes protect keep sentences apart."""
    assert codes.skeleton(one, _all) != codes.skeleton(other, _all)


@given(strategies.coded_texts)
def test_skeleton_without_protection_is_that_of_the_text(coded: Coded) -> None:
    """Codes that protect nothing leave no trace in the skeleton."""
    without = codes.escape(codes.plain(coded.text))
    assert codes.skeleton(coded.text, _none) == codes.skeleton(without, _none)


@given(strategies.coded_texts)
def test_numbers_are_those_of_the_tags(coded: Coded) -> None:
    """Each code is named once, in order of appearance; closing tags have no number."""
    assert codes.numbers(coded.text) == list(range(1, len(coded.codes) + 1))
    tags = re.findall(r"<[xg] ", coded.text)
    assert codes.shape(coded.text).total() == len(tags) + coded.text.count("</g>")


def test_pieces_of_a_pair_are_its_own() -> None:
    """A text with nested codes is the tree one would draw."""
    tree: list[Piece] = [
        "a",
        Paired(strategies.PAIRED[0], ["b", Opaque(strategies.OPAQUE[0])]),
    ]
    assert strategies.render(tree).text == 'a<g id="1">b<x id="2"/></g>'
    assert codes.parse('a<g id="1">b<x id="2"/></g>') == ["a", (1, ["b", 2])]
