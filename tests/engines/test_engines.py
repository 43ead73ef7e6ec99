"""The engines that need no network, and the door through which engines come."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines.engine import EngineError, create_engine
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.pseudo import PseudoEngine, pseudo
from amts_sphinx.text import codes
from canned import CannedEngine
from strategies import Coded


def test_memory_answers_nothing() -> None:
    """One None for each segment, and no option can disturb it."""
    engine = create_engine("memory", "en", "zh", {"region": "eu-west-1", "bucket": "b"})
    assert isinstance(engine, MemoryEngine)
    assert engine.name == "memory"
    assert list(engine.translate(["A", "B"])) == [None, None]
    assert list(engine.translate([])) == []


def test_pseudo_in_one_example() -> None:
    """Letters are accented, vowels doubled, codes, entities and digits untouched."""
    assert pseudo('Ab <x id="1"/> &amp; <g id="2">12 ü</g>') == (
        'ÀÀƀ <x id="1"/> &amp; <g id="2">12 ü</g>'
    )


@given(strategies.coded_texts)
def test_pseudo_keeps_every_code(coded: Coded) -> None:
    """Codes stand in the answer in the same order, and the answer fits."""
    answer = pseudo(coded.text)
    tags = codes.CODE.findall(coded.text)
    assert codes.CODE.findall(answer) == tags
    assert not coded.text.strip() or codes.fits(coded.text, answer)


@given(strategies.coded_texts)
def test_pseudo_leaves_no_plain_letter(coded: Coded) -> None:
    """Outside codes no ASCII letter is left, and nothing else is lost."""
    answer = codes.plain(pseudo(coded.text))
    assert not re.search("[A-Za-z]", answer)
    others = re.compile("[^A-Za-z]")
    kept = iter(answer)
    assert all(
        character in kept for character in others.findall(codes.plain(coded.text))
    )


@given(st.text())
def test_pseudo_stays_coded_text(text: str) -> None:
    """Whatever characters a text has, its answer holds no code and unescapes."""
    answer = pseudo(codes.escape(text))
    assert not codes.CODE.search(answer)
    assert codes.escape(codes.unescape(answer)) == answer


def test_pseudo_is_an_engine() -> None:
    """It is made by name, and answers each segment in order, always alike."""
    engine = create_engine("pseudo", "en", "es", {})
    assert isinstance(engine, PseudoEngine)
    assert engine.name == "pseudo"
    assert list(engine.translate(["a", "b"])) == [pseudo("a"), pseudo("b")]
    assert list(engine.translate([])) == []


def test_pseudo_is_longer() -> None:
    """Its text is visibly longer, so that a layout has to bear it."""
    assert len(pseudo("the translation of a sentence")) > 1.2 * len(
        "the translation of a "
    )


def test_an_engine_of_ones_own() -> None:
    """``package.module:Class`` is imported, given the languages and its options."""
    options = {"answers": {"a": "b"}}
    engine = create_engine("canned:CannedEngine", "en", "zh-TW", options)
    assert isinstance(engine, CannedEngine)
    assert engine.translate(["a"]) == ["b"]
    assert engine.languages == ("en", "zh-TW")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("", {}),
        ("nosuch", {}),
        ("Memory", {}),
        ("no.such.module:Engine", {}),
        ("canned", {}),
        ("canned:", {}),
        ("canned:Missing", {}),
        (":CannedEngine", {}),
        ("..canned:CannedEngine", {}),
        ("canned:CannedEngine:name", {}),
        ("canned:annotations", {}),
        ("json:dumps", {}),
        ("pseudo", {"speed": 9}),
        ("canned:CannedEngine", {"answer": {}}),
        ("canned:CannedEngine", {"source": "de"}),
    ],
)
def test_a_wrong_engine_is_one_error(name: str, options: Mapping[str, object]) -> None:
    """A wrong name or option gives one error of one line that names the engine."""
    with pytest.raises(EngineError) as caught:
        create_engine(name, "en", "es", options)
    assert repr(name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_engine_that_refuses_is_one_line() -> None:
    """The message of an engine that cannot start is brought into one line."""
    with pytest.raises(EngineError, match="no model for") as caught:
        create_engine("canned:SulkyEngine", "en", "es", {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["builtins:dict", "types:SimpleNamespace"])
def test_what_cannot_translate_is_no_engine(name: str) -> None:
    """An object that has no ``translate`` is refused when it is made."""
    with pytest.raises(EngineError):
        create_engine(name, "en", "es", {})
