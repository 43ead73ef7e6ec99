"""Whatever an engine does, the book gets its answers or none, and one line is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines.engine import Engine
from amts_sphinx.engines.guarded import GuardedEngine, open_engine
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.pseudo import PseudoEngine, pseudo
from amts_sphinx.text import codes
from canned import CannedEngine
from strategies import Coded

X1 = '<x id="1"/>'


class _Answering:
    """An engine that hands out whatever it is given, or what a function makes."""

    name = "answering"

    def __init__(self, answers: object) -> None:
        self.answers = answers

    def translate(self, segments: Sequence[str]) -> Any:
        """The answers; a callable is asked for them."""
        return self.answers(segments) if callable(self.answers) else self.answers


def translated(
    segments: Sequence[str], answers: object
) -> tuple[list[str | None], list[str]]:
    """What comes through the guard, and what was said about it."""
    said: list[str] = []
    engine = GuardedEngine(_Answering(answers), "foreign:Engine", said.append)
    return engine.translate(segments), said


def raising(error: BaseException) -> Callable[[object], None]:
    """A function that raises this."""

    def function(_: object) -> None:
        raise error

    return function


# -- opening -------------------------------------------------------------------


def test_an_engine_is_opened_guarded() -> None:
    """It keeps its name, its answers come through, and nothing is said."""
    said: list[str] = []
    options = {"answers": {"a": "b"}}
    engine = open_engine("canned:CannedEngine", "en", "es", options, said.append)
    assert isinstance(engine, GuardedEngine)
    assert engine.name == CannedEngine.name
    assert list(engine.translate(["a", "c"])) == ["b", None]
    assert said == []


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("no_such_module:Engine", "", "No module named 'no_such_module'"),
        ("foreign_engine:Engine", "", "has no attribute 'Engine'"),
        ("foreign_engine:Engine", "1 / 0", "division by zero"),
        ("foreign_engine:Engine", "raise RuntimeError('no\\n\\tkey')", "no key"),
        ("foreign_engine:Engine", "raise KeyError", "KeyError"),
        ("foreign_engine:Engine", "raise SystemExit('bye')", "bye"),
        ("foreign_engine:Engine", "def broken(:", "invalid syntax"),
        ("foreign_engine:Engine", "Engine = 5", "not callable"),
        ("foreign_engine:Engine", "Engine = dict", "no attribute 'translate'"),
        (
            "foreign_engine:Engine",
            "class Engine(dict):\n    translate = None",
            "'Engine' object cannot translate",
        ),
        (
            "foreign_engine:Engine",
            "def Engine(**_):\n    raise OSError('no\\nnet')",
            "no net",
        ),
        ("canned:SulkyEngine", "", "no model for en-es"),
        ("pseudo", "", "unexpected keyword argument 'speed'"),
    ],
)
def test_where_no_engine_can_be_had(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: str,
    reason: str,
) -> None:
    """The memory works alone; one line names the engine and says why."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "foreign_engine", raising=False)
    (tmp_path / "foreign_engine.py").write_text(f"{code}\n", encoding="utf-8")
    said: list[str] = []
    options = {"speed": 9} if name == "pseudo" else {}
    engine = open_engine(name, "en", "es", options, said.append)
    assert isinstance(engine, MemoryEngine)
    [line] = said
    assert line.startswith(f"engine {name!r} cannot be used: ")
    assert reason in line
    assert line.endswith("; the memory alone is used")
    assert "\n" not in line


class _Nameless:
    """An engine whose name cannot be read, or is no text."""

    def __init__(self, name: object) -> None:
        self.own = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "name" and not isinstance(self.own, Exception):
            return self.own
        raise self.own if isinstance(self.own, Exception) else AttributeError(attribute)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """A right answer to whatever has no codes."""
        return ["b" for _ in segments]


@pytest.mark.parametrize("name", [None, 5, AttributeError("name"), OSError("name")])
def test_an_engine_without_a_name(name: object) -> None:
    """It goes by the name it was called by, and its answers are as good."""
    said: list[str] = []
    nameless = cast("Engine", _Nameless(name))
    engine = GuardedEngine(nameless, "nameless:Engine", said.append)
    assert engine.name == "nameless:Engine"
    assert engine.translate(["a"]) == ["b"]
    assert said == []


# -- translating ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (raising(RuntimeError("the service\n is down")), "the service is down"),
        (raising(ValueError()), "ValueError"),
        (raising(SystemExit(3)), "3"),
        (raising(RecursionError("too deep")), "too deep"),
        ([], "it returned 0 answers to 2 sentences"),
        (["x"], "it returned 1 answers to 2 sentences"),
        (["x", "y", "z"], "it returned 3 answers to 2 sentences"),
        ("xy", "it returned str, not a list of answers"),
        (b"xy", "it returned bytes, not a list of answers"),
        (None, "it returned NoneType, not a list of answers"),
        ({"a": "x", "b": "y"}, "it returned dict, not a list of answers"),
        (iter(["x", "y"]), "not a list of answers"),
        (2, "it returned int, not a list of answers"),
    ],
)
def test_a_failed_job_has_no_answers(answers: object, reason: str) -> None:
    """None of its answers is believed, each segment has None, and one line says why."""
    given_back, said = translated(["a", "b"], answers)
    assert given_back == [None, None]
    [line] = said
    assert line.startswith("engine 'foreign:Engine' failed: ")
    assert reason in line
    assert "\n" not in line


def test_an_interrupt_is_no_failure() -> None:
    """Whoever stops the build stops it."""
    with pytest.raises(KeyboardInterrupt):
        translated(["a"], raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    "answer",
    [
        5,
        b"b",
        ["b"],
        False,
        "b\x00",
        "b\x1b[31m",
        "b\ud800",
        "b\uffff",
        "<b>b</b>",
        "b<!-- -->",
        "b</p>",
        "<?xml?>b",
        f"b {X1}",
        '<g id="1">b</g>',
    ],
)
def test_what_is_no_text(answer: object) -> None:
    """What cannot be coded text becomes empty, is counted, and spoils no other."""
    given_back, said = translated(["a", "b", "c"], ["ah", answer, None])
    assert given_back == ["ah", "", None]
    [line] = said
    assert line.startswith("engine 'foreign:Engine': 1 of 3 answers cannot be used: ")


@pytest.mark.parametrize("answer", ["", " ", "be", f"{X1}{X1} be", f"</g>{X1}"])
def test_what_does_not_fit_is_counted(answer: str) -> None:
    """Whether codes are kept is decided where the answer is used; here it is said."""
    given_back, said = translated([f"b {X1}"], [answer])
    assert given_back == [answer]
    assert len(said) == 1
    assert "1 of 1 answers cannot be used" in said[0]


@pytest.mark.parametrize(
    "answer", ["1 < 2", "a <3", "<", "x\ty\nz", "&lt;b&gt;", "é\xa0"]
)
def test_what_is_text(answer: str) -> None:
    """A sign that opens no tag is a sign, and white space is white space."""
    assert translated(["a"], [answer]) == ([answer], [])


def test_a_foreign_tag_beside_codes() -> None:
    """A tag that is none of ours is refused also where the source has codes."""
    answers = [f"be {X1}", f"<b>be</b> {X1}"]
    given_back, said = translated([f"b {X1}"] * 2, answers)
    assert given_back == [answers[0], ""]
    assert "1 of 2 answers cannot be used" in said[0]


def test_tuples_are_lists() -> None:
    """Any sequence of answers will do; having none is an engine's right."""
    assert translated(["a", "b"], ("x", None)) == (["x", None], [])


def test_nothing_asked_nothing_said() -> None:
    """No segments are no failure."""
    assert translated([], []) == ([], [])


@given(st.lists(strategies.coded_texts, max_size=4))
def test_good_answers_come_through(asked: list[Coded]) -> None:
    """What a good engine answers to any segments is not touched."""
    texts = ["".join(c for c in coded.text if c != "\x00") + "." for coded in asked]
    said: list[str] = []
    engine = GuardedEngine(PseudoEngine("en", "es"), "pseudo", said.append)
    assert engine.translate(texts) == [pseudo(text) for text in texts]
    assert said == []


_anything = st.one_of(
    st.none(), st.integers(), st.text(), st.binary(), st.lists(st.text(), max_size=2)
)


@given(
    st.lists(strategies.coded_texts, max_size=4),
    st.one_of(_anything, st.lists(_anything, max_size=5)),
    st.data(),
)
def test_any_answers_are_one_for_each(
    asked: list[Coded], answers: object, data: st.DataObject
) -> None:
    """Any engine: as many answers as questions, each text or None, at most one line."""
    texts = [coded.text for coded in asked]
    if data.draw(st.booleans()):
        answers = [data.draw(strategies.damaged(text)) for text in texts]
    given_back, said = translated(texts, answers)
    assert len(given_back) == len(texts)
    assert len(said) <= 1
    for text, answer in zip(texts, given_back, strict=True):
        assert answer is None or isinstance(answer, str)
        assert said or answer is None or codes.fits(text, answer)
        assert "\x00" not in (answer or "")
